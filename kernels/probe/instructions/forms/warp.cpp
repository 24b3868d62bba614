// SPDX-License-Identifier: MIT
// What lanes and warps do together. Every lane takes part; in the forms with groups the lanes of a
// warp fall into two, which name themselves by two masks. No lane reads a register of one that is
// not in its group: PTX does not say what that gives.
#include <fmt/format.h>

#include <string>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

constexpr Draw k32 = Draw::kInteger32;

// The masks that are tried: PTX that leaves a lane's in `register`.
struct Grouping {
  const char* name;
  std::string prologue;
  std::string mask;
};
std::vector<Grouping> groupings() {
  const char* split =
      "mov.u32 %t0, %laneid;\n  and.b32 %t0, %t0, {};\n  setp.ne.u32 %p0, %t0, 0;\n"
      "  selp.b32 %t1, {}, {}, %p0;\n  ";
  return {
      {"", "", "0xffffffff"},
      {" halves", fmt::format(fmt::runtime(split), 16, "0xffff0000", "0x0000ffff"), "%t1"},
      {" odd and even", fmt::format(fmt::runtime(split), 1, "0xaaaaaaaa", "0x55555555"), "%t1"}};
}

void add_shuffles(FormList& forms) {
  for (const char* mode : {"up", "down", "bfly", "idx"}) {
    const bool up = std::string_view(mode) == "up";
    for (const int width : {2, 4, 8, 16, 32}) {
      const unsigned clamp = static_cast<unsigned>(32 - width) << 8 | (up ? 0u : 31u);
      forms.add_body(
          fmt::format("shfl.sync.{}.b32 width {}", mode, width), {Result::k32, Result::kPredicate},
          {k32, Draw::kShift},
          fmt::format("shfl.sync.{}.b32 %d0|%d1, %s0, %s1, {}, 0xffffffff;", mode, clamp));
    }
    // Any segment mask and clamp value, for each lane another one.
    forms.add_body(fmt::format("shfl.sync.{}.b32 any clamp", mode),
                   {Result::k32, Result::kPredicate}, {k32, Draw::kShift, k32},
                   fmt::format("shfl.sync.{}.b32 %d0|%d1, %s0, %s1, %s2, 0xffffffff;", mode));
    forms.add_body(fmt::format("shfl.sync.{}.b32 halves", mode), {Result::k32}, {k32, Draw::kLane},
                   groupings()[1].prologue + fmt::format("shfl.sync.{}.b32 %d0, %s0, %s1, {}, %t1;",
                                                         mode, 16u << 8 | (up ? 0u : 31u)));
  }
}

void add_votes(FormList& forms) {
  for (const Grouping& group : groupings()) {
    for (const char* vote : {"all", "any", "uni"}) {
      forms.add_body(
          fmt::format("vote.sync.{}.pred{}", vote, group.name), {Result::kPredicate},
          {Draw::kFewPredicate},
          fmt::format("{}vote.sync.{}.pred %d0, %s0, {};", group.prologue, vote, group.mask));
    }
    forms.add_body(fmt::format("vote.sync.ballot.b32{}", group.name), {Result::k32},
                   {Draw::kFewPredicate},
                   fmt::format("{}vote.sync.ballot.b32 %d0, %s0, {};", group.prologue, group.mask));
  }
}

void add_matches(FormList& forms) {
  for (const Grouping& group : groupings()) {
    for (const char* type : {"b32", "b64"}) {
      const Draw draw = type[1] == '3' ? Draw::kFew32 : Draw::kFew64;
      forms.add_body(
          fmt::format("match.any.sync.{}{}", type, group.name), {Result::k32}, {draw},
          fmt::format("{}match.any.sync.{} %d0, %s0, {};", group.prologue, type, group.mask));
      forms.add_body(
          fmt::format("match.all.sync.{}{}", type, group.name), {Result::k32, Result::kPredicate},
          {draw},
          fmt::format("{}match.all.sync.{} %d0|%d1, %s0, {};", group.prologue, type, group.mask));
    }
  }
}

void add_reductions(FormList& forms) {
  for (const Grouping& group : groupings()) {
    for (const char* operation : {"add.u32", "add.s32", "min.u32", "min.s32", "max.u32", "max.s32",
                                  "and.b32", "or.b32", "xor.b32"}) {
      forms.add_body(
          fmt::format("redux.sync.{}{}", operation, group.name), {Result::k32}, {k32},
          fmt::format("{}redux.sync.{} %d0, %s0, {};", group.prologue, operation, group.mask));
    }
  }
}

void add_masks(FormList& forms) {
  forms.add_body("activemask.b32", {Result::k32}, {k32}, "activemask.b32 %d0;");
  forms.family("warp", 90);
  for (const Grouping& group : groupings()) {
    forms.add_body(fmt::format("elect.sync{}", group.name), {Result::k32, Result::kPredicate},
                   {k32}, fmt::format("{}elect.sync %d0|%d1, {};", group.prologue, group.mask));
  }
}

void add_block_reductions(FormList& forms) {
  forms.family("synchronise");
  for (const char* name : {"bar", "barrier.cta"}) {
    forms.add_body(fmt::format("{}.red.popc.u32", name), {Result::k32}, {Draw::kFewPredicate},
                   fmt::format("{}.red.popc.u32 %d0, 1, %s0;", name));
    for (const char* operation : {"and", "or"}) {
      forms.add_body(fmt::format("{}.red.{}.pred", name, operation), {Result::kPredicate},
                     {Draw::kFewPredicate},
                     fmt::format("{}.red.{}.pred %d0, 1, %s0;", name, operation));
    }
  }
}

}  // namespace

void add_warp_forms(FormList& forms) {
  forms.family("warp");
  add_shuffles(forms);
  add_votes(forms);
  add_matches(forms);
  add_reductions(forms);
  add_masks(forms);
  add_block_reductions(forms);
}

}  // namespace attnlab::probe
