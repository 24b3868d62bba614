// SPDX-License-Identifier: MIT
// Observers hear what happened: addresses, lanes, branches, barriers, instructions; and nobody
// pays for what nobody asked for.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "sim/ptx/program/program.h"
#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

const char* const kKernel = R"(
.visible .entry k(.param .u64 out) {
  .reg .pred %p; .reg .b32 %r<9>; .reg .b64 %d<9>; .shared .b32 s[64];
  ld.param.u64 %d0, [out];
  mov.u32 %r0, %tid.x;
  mul.wide.u32 %d1, %r0, 8; add.u64 %d0, %d0, %d1;
  shl.b32 %r1, %r0, 2; mov.u32 %r2, s; add.u32 %r1, %r1, %r2;
  st.shared.u32 [%r1], %r0;
  bar.sync 3;
  setp.lt.u32 %p, %r0, 10;
  @%p st.global.v2.u32 [%d0], {%r0, %r0};
  @%p bra LOW;
  ld.u32 %r3, [%d0+4];
LOW:
  atom.shared.add.u32 %r4, [s], 1;
  ret;
})";

struct Heard {
  std::string text;
  int warp;
  std::uint32_t active;
  AccessKind kind;
  StateSpace space;
  std::uint32_t bytes;
  bool strong;
  std::array<Address, kWarpLanes> addresses;  // of active lanes
};

class Recorder final : public Observer {
 public:
  void on_block_begin(std::uint64_t block) override { blocks.push_back(block); }
  void on_block_end(std::uint64_t block) override { blocks.push_back(100 + block); }
  void on_access(const WarpPlace& place, const Access& access) override {
    Heard heard{std::string(place.instruction->text),
                place.warp,
                place.active,
                access.kind,
                access.space,
                access.bytes,
                access.strong,
                {}};
    for (int lane = 0; lane < kWarpLanes; ++lane) {
      if ((place.active >> lane & 1u) == 0) continue;
      heard.addresses[static_cast<std::size_t>(lane)] = access.address(lane);
    }
    accesses.push_back(heard);
  }
  void on_barrier_arrival(const WarpPlace& place, int barrier, bool waits) override {
    if (!waits) return;
    barriers.push_back("warp " + std::to_string(place.warp) + " at " + std::to_string(barrier) +
                       " in " + std::string(place.instruction->text));
  }
  void on_barrier_release(std::uint64_t block, int barrier) override {
    barriers.push_back("block " + std::to_string(block) + " past " + std::to_string(barrier));
  }
  void on_branch(const WarpPlace& place, std::uint32_t taken) override {
    branches.push_back({place.active, taken});
  }
  void on_instruction(const WarpPlace& place) override {
    instructions.push_back(std::string(place.instruction->name));
  }

  std::vector<std::uint64_t> blocks;
  std::vector<Heard> accesses;
  std::vector<std::string> barriers;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> branches;
  std::vector<std::string> instructions;
};

Recorder recorded(const ObserverNeeds& needs, Address& out, std::uint32_t blocks = 1) {
  BuildOptions build;
  build.observe = needs;
  Emulation emulation(kKernel, build);
  out = emulation.buffer("out", std::vector<std::uint32_t>(128));
  Recorder recorder;
  LaunchOptions options;
  options.observer = &recorder;
  emulation.run(threads(40, blocks), {as_bytes(out)}, options);
  return recorder;
}

}  // namespace

TEST_CASE("every access is told with its kind, space, width, lanes and addresses") {
  Address out = 0;
  const Recorder recorder = recorded({.memory = true}, out);
  const auto of_warp = [&](int warp) {
    std::vector<Heard> some;
    for (const Heard& one : recorder.accesses) {
      if (one.warp == warp) some.push_back(one);
    }
    return some;
  };
  const std::vector<Heard> first = of_warp(0);
  REQUIRE(first.size() == 4);
  const struct {
    AccessKind kind;
    StateSpace space;
    std::uint32_t bytes;
    std::uint32_t active;
    Address lane3;
    Address lane20;
  } expected[] = {
      {AccessKind::kStore, StateSpace::kShared, 4, ~0u, kSharedWindow + 12, kSharedWindow + 80},
      {AccessKind::kStore, StateSpace::kGlobal, 8, 0x3ff, out + 24, 0},
      {AccessKind::kLoad, StateSpace::kGlobal, 4, ~0x3ffu, 0, out + 164},
      {AccessKind::kAtomic, StateSpace::kShared, 4, ~0u, kSharedWindow, kSharedWindow},
  };
  for (std::size_t i = 0; i < 4; ++i) {
    const Heard& heard = first[i];
    INFO(heard.text << " by warp " << heard.warp);
    CHECK(heard.kind == expected[i].kind);
    CHECK(heard.space == expected[i].space);
    CHECK(heard.bytes == expected[i].bytes);
    CHECK(heard.active == expected[i].active);
    CHECK(heard.strong == (expected[i].kind == AccessKind::kAtomic));
    CHECK(heard.addresses[3] == expected[i].lane3);
    CHECK(heard.addresses[20] == expected[i].lane20);
  }
  const std::vector<Heard> second = of_warp(1);
  REQUIRE(second.size() == 3);  // no lane stores
  CHECK(second[0].active == 0xff);
  CHECK(second[0].addresses[7] == kSharedWindow + 4 * 39);
  CHECK(recorder.instructions.empty());
}

TEST_CASE("branches, barriers, instructions and blocks are told") {
  Address out = 0;
  CHECK(recorded({.branches = true}, out).branches ==
        std::vector<std::pair<std::uint32_t, std::uint32_t>>{{~0u, 0x3ff}, {0xff, 0}});
  CHECK(recorded({.barriers = true}, out).barriers ==
        std::vector<std::string>{"warp 0 at 3 in bar.sync 3;", "warp 1 at 3 in bar.sync 3;",
                                 "block 0 past 3"});
  const std::vector<std::string> instructions = recorded({.instructions = true}, out).instructions;
  // 15 of each warp to the branch; then warp 0 in two parts at the load, warp 1 in one.
  CHECK(instructions.size() == 2 * 15);
  CHECK(std::count(instructions.begin(), instructions.end(), "st") == 4);
  CHECK(recorded({}, out, 3).blocks == std::vector<std::uint64_t>{0, 100, 1, 101, 2, 102});
}

TEST_CASE("a program that is built for nobody has no op that tells anybody") {
  const auto ops = [](const ObserverNeeds& needs) {
    BuildOptions build;
    build.observe = needs;
    return Emulation(kKernel, build).program.parts().entry->ops.size();
  };
  const std::size_t plain = ops({});
  CHECK(ops({.barriers = true}) == plain);
  CHECK(ops({.memory = true}) == plain + 4 + 2);  // one access is guarded: two ops more
  CHECK(ops({.branches = true}) == plain + 1);
  CHECK(ops({.instructions = true}) == plain + 15);
}

TEST_CASE("a program that was built to be observed runs without an observer, too") {
  BuildOptions build;
  build.observe = {.memory = true, .barriers = true, .branches = true, .instructions = true};
  Emulation emulation(kKernel, build);
  const Address out = emulation.buffer("out", std::vector<std::uint32_t>(128));
  emulation.run(threads(40, 3), {as_bytes(out)});
  CHECK(emulation.values<std::uint32_t>(out)[18] == 9);
}
