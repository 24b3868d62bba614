// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

constexpr Draw k32 = Draw::kInteger32;
constexpr Draw kShift = Draw::kShift;

void add_logic(FormList& forms) {
  for (const char* name : {"and", "or", "xor"}) {
    forms.add(fmt::format("{}.pred", name), Result::kPredicate,
              {Draw::kPredicate, Draw::kPredicate});
  }
  forms.add("not.pred", Result::kPredicate, {Draw::kPredicate});
  for (const IntegerType& t : bit_types()) {
    for (const char* name : {"and", "or", "xor"}) {
      forms.add(fmt::format("{}.{}", name, t.name), t.result, {t.draw, t.draw});
    }
    forms.add("not." + t.name, t.result, {t.draw});
    forms.add("cnot." + t.name, t.result, {t.draw});
  }
}

// All 256 tables, four a form; and some with a predicate, whose operand is that of the BoolOp.
void add_lop3(FormList& forms) {
  for (int table = 0; table < 256; table += 4) {
    std::string body;
    for (int i = 0; i < 4; ++i) {
      body += fmt::format("lop3.b32 %d{}, %s0, %s1, %s2, {};\n  ", i, table + i);
    }
    forms.add_body(fmt::format("lop3.b32 0x{:02x} to 0x{:02x}", table, table + 3),
                   {Result::k32, Result::k32, Result::k32, Result::k32}, {k32, k32, k32}, body);
  }
  for (const char* combine : {"and", "or"}) {
    for (const int table : {0x80, 0xe8, 0x96, 0x0c}) {
      forms.add_body(fmt::format("lop3.{}.b32 0x{:02x}", combine, table),
                     {Result::k32, Result::kPredicate}, {k32, k32, k32, Draw::kPredicate},
                     fmt::format("lop3.{}.b32 %d0|%d1, %s0, %s1, %s2, {}, %s3;", combine, table));
    }
  }
}

void add_shifts(FormList& forms) {
  for (const IntegerType& t : bit_types()) {
    forms.add("shl." + t.name, t.result, {t.draw, kShift});
    forms.add("shr." + t.name, t.result, {t.draw, kShift});
  }
  for (const IntegerType& t : integer_types()) {
    forms.add("shr." + t.name, t.result, {t.draw, kShift});
  }
  for (const char* direction : {"l", "r"}) {
    for (const char* mode : {"clamp", "wrap"}) {
      forms.add(fmt::format("shf.{}.{}.b32", direction, mode), Result::k32, {k32, k32, kShift});
    }
  }
}

void add_fields(FormList& forms) {
  for (const IntegerType& t : integer_types()) {
    if (t.bits == 16) continue;
    forms.add("bfe." + t.name, t.result, {t.draw, kShift, kShift});
    forms.add("bfind." + t.name, Result::k32, {t.draw});
    forms.add("bfind.shiftamt." + t.name, Result::k32, {t.draw});
  }
  for (const IntegerType& t : bit_types()) {
    if (t.bits == 16) continue;
    forms.add("bfi." + t.name, t.result, {t.draw, t.draw, kShift, kShift});
    forms.add("brev." + t.name, t.result, {t.draw});
    forms.add("clz." + t.name, Result::k32, {t.draw});
    forms.add("popc." + t.name, Result::k32, {t.draw});
  }
  for (const char* mode : {"clamp", "wrap"}) {
    forms.add(fmt::format("bmsk.{}.b32", mode), Result::k32, {kShift, kShift});
    forms.add(fmt::format("szext.{}.u32", mode), Result::k32, {k32, kShift});
    forms.add(fmt::format("szext.{}.s32", mode), Result::k32, {k32, kShift});
  }
  forms.add("fns.b32", Result::k32, {k32, Draw::kLane, Draw::kSmallSigned});
}

}  // namespace

void add_bit_forms(FormList& forms) {
  forms.family("bits");
  add_logic(forms);
  add_lop3(forms);
  add_shifts(forms);
  add_fields(forms);
  for (const char* mode : {"", ".f4e", ".b4e", ".rc8", ".ecl", ".ecr", ".rc16"}) {
    forms.add(fmt::format("prmt.b32{}", mode), Result::k32, {k32, k32, k32});
  }
}

}  // namespace attnlab::probe
