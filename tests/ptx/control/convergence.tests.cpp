// SPDX-License-Identifier: MIT
// What lanes do together, wherever they come from: shuffles, votes, warp barriers.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

std::uint32_t sum_below(std::uint32_t n) {
  return n * (n - 1) / 2;
}

constexpr const char* kWarpSum = R"(
    shfl.sync.bfly.b32 %r5, %r4, 16, 31, -1; add.u32 %r4, %r4, %r5;
    shfl.sync.bfly.b32 %r5, %r4, 8, 31, -1; add.u32 %r4, %r4, %r5;
    shfl.sync.bfly.b32 %r5, %r4, 4, 31, -1; add.u32 %r4, %r4, %r5;
    shfl.sync.bfly.b32 %r5, %r4, 2, 31, -1; add.u32 %r4, %r4, %r5;
    shfl.sync.bfly.b32 %r5, %r4, 1, 31, -1; add.u32 %r4, %r4, %r5;
    mov.u32 %r1, %r4;)";

}  // namespace

TEST_CASE("a warp's sum after loops of different lengths has all lanes in it") {
  const auto result = run_threads(std::string(R"(
    mov.u32 %r4, 0;
  LOOP:
    setp.ge.u32 %p0, %r4, %r2;
    @%p0 bra DONE;
    add.u32 %r4, %r4, 1;
    bra.uni LOOP;
  DONE:)") + kWarpSum,
                                  threads(32));
  CHECK(result == std::vector<std::uint32_t>(32, sum_below(32)));
}

TEST_CASE("lanes that have exited are not waited for, however they left") {
  const char* exits[] = {
      "setp.ge.u32 %p0, %r2, 20; @%p0 exit;",
      "setp.ge.u32 %p0, %r2, 20; @%p0 bra GONE;",
      "setp.lt.u32 %p0, %r2, 20; @!%p0 bra GONE;",
      "setp.lt.u32 %p0, %r2, 20; @%p0 bra STAY; add.u32 %r9, %r9, 1; bra.uni GONE; STAY:",
      "setp.lt.u32 %p0, %r2, 20; @%p0 bra STAY; call leave, (); STAY:",
  };
  for (const char* leave : exits) {
    INFO(leave);
    const auto result = run_threads(std::string(leave) + R"(
      mov.u32 %r4, 1;
      vote.sync.ballot.b32 %r1, 1, -1;
      bra.uni STORE;
    GONE:
      add.u32 %r9, %r9, 2;
      ret;)",
                                    threads(32), ".func leave() { exit; }");
    CHECK(result ==
          each_thread(32, [](std::uint32_t i) { return i < 20 ? 0xfffffu : 0xcbcbcbcbu; }));
  }
}

TEST_CASE("the last warp of a block has fewer lanes and its exchange is complete without them") {
  const auto result = run_threads("vote.sync.ballot.b32 %r1, 1, -1;", threads(43));
  CHECK(result ==
        each_thread(43, [](std::uint32_t i) { return i < 32 ? 0xffffffffu : (1u << 11) - 1; }));
}

TEST_CASE("lanes wait at a shuffle for those that come later") {
  // Lanes above 15 take a long way, and nothing joins them before the shuffle.
  const auto result = run_threads(R"(
    mov.u32 %r4, %r2;
    setp.lt.u32 %p0, %r2, 16;
    @%p0 bra MEET;
  LONG:
    add.u32 %r6, %r6, 1;
    setp.lt.u32 %p1, %r6, 100000;
    @%p1 bra LONG;
  MEET:)" + std::string(kWarpSum),
                                  threads(32));
  CHECK(result == std::vector<std::uint32_t>(32, sum_below(32)));
}

TEST_CASE("groups of lanes with masks of their own do not wait for each other") {
  // Tiles of 4: tile 1 comes late and is waited for by nobody else; tile 2 arrives in two parts.
  const auto result = run_threads(R"(
    shr.u32 %r6, %r2, 2;
    shl.b32 %r6, %r6, 2;
    shl.b32 %r7, 15, %r6;
    setp.eq.u32 %p0, %r6, 4;
    setp.eq.u32 %p1, %r2, 9;
    or.pred %p0, %p0, %p1;
    @!%p0 bra EXCHANGE;
    setp.eq.u32 %p2, %r2, 9;
    @%p2 bra EXCHANGE;
    mov.u32 %r8, 0;
  LATE:
    add.u32 %r8, %r8, 1;
    setp.lt.u32 %p3, %r8, 50;
    @%p3 bra LATE;
  EXCHANGE:
    match.any.sync.b32 %r9, %r6, %r7;
    shfl.sync.idx.b32 %r4, %r2, 3, 0x1c1f, %r7;
    shl.b32 %r4, %r4, 8;
    xor.b32 %r1, %r9, %r4;)",
                                  threads(32));
  CHECK(result == each_thread(32, [](std::uint32_t i) {
          const std::uint32_t tile = i / 4 * 4;
          return (15u << tile) ^ (tile + 3) << 8;
        }));
}

TEST_CASE("a tile's exchange is complete while another tile's lanes still wait at it") {
  // 0-3 wait for nobody; 4 and 5 wait at the same shuffle for 6 and 7, which first wait for a word
  // that lane 0 writes behind the shuffle.
  const std::string before = ".global .u32 word;\n";
  const auto result = run_threads(R"(
    mov.u64 %d2, word;
    setp.lt.u32 %p0, %r2, 4;
    selp.b32 %r7, 0xf, 0xf0, %p0;
    and.b32 %r5, %r2, 6;
    setp.ne.u32 %p1, %r5, 6;
    @%p1 bra EXCHANGE;
  WAIT:
    ld.volatile.global.u32 %r6, [%d2];
    setp.eq.u32 %p2, %r6, 0;
    @%p2 bra WAIT;
  EXCHANGE:
    shfl.sync.bfly.b32 %r1, %r2, 3, 31, %r7;
    setp.ne.u32 %p3, %r2, 0;
    @%p3 bra STORE;
    st.volatile.global.u32 [%d2], 1;)",
                                  threads(8), before);
  CHECK(result == each_thread(8, [](std::uint32_t i) { return i ^ 3u; }));
}

TEST_CASE("lanes at different warp barriers meet") {
  const auto result = run_threads(R"(
    setp.lt.u32 %p0, %r2, 5;
    @%p0 bra LOW;
    mov.u32 %r4, 0;
  LATE:
    add.u32 %r4, %r4, 1;
    setp.lt.u32 %p1, %r4, 100;
    @%p1 bra LATE;
    st.shared.u32 [s], 77;
    bar.warp.sync -1;
    bra.uni BEHIND;
  LOW:
    bar.warp.sync -1;
  BEHIND:
    ld.shared.u32 %r1, [s];)",
                                  threads(32), ".shared .u32 s;\n");
  CHECK(result == std::vector<std::uint32_t>(32, 77));
}

TEST_CASE("lanes that wait for each other at different shuffles are a deadlock that names both") {
  const KernelFault fault = fault_of_threads(R"(
    setp.lt.u32 %p0, %r2, 5;
    @%p0 bra LOW;
    shfl.sync.idx.b32 %r1, %r2, 0, 31, -1;
    bra.uni BEHIND;
  LOW:
    vote.sync.ballot.b32 %r1, 1, -1;
  BEHIND:)",
                                             threads(32));
  CHECK(fault.kind == FaultKind::kDeadlock);
  CHECK(says(fault, "lanes 5-31 of warp 0 in `shfl.sync.idx.b32 %r1, %r2, 0, 31, -1;`"));
  CHECK(says(fault, "lanes 0-4 of warp 0 in `vote.sync.ballot.b32 %r1, 1, -1;`"));
}

TEST_CASE("a shuffle from a lane that is not there reads zero, not what lay around") {
  const auto result = run_threads(R"(
    add.u32 %r4, %r2, 5;
    shfl.sync.down.b32 %r1, %r4, 4, 31, -1;)",
                                  threads(20, 3));
  CHECK(result == each_thread(60, [](std::uint32_t i) {
          const std::uint32_t lane = i % 20;
          return lane + 4 < 20 ? lane + 9 : 0;
        }));
}

TEST_CASE("what all lanes of a guarded instruction do leaves the others alone") {
  const auto result = run_threads(R"(
    mov.u32 %r1, 9;
    setp.lt.u32 %p0, %r2, 12;
    @%p0 vote.sync.ballot.b32 %r1, 1, 0xfff;
    @!%p0 redux.sync.add.s32 %r1, %r2, 0xfffff000;
    activemask.b32 %r4;
    setp.ne.u32 %p1, %r4, -1;
    @%p1 mov.u32 %r1, 0;)",
                                  threads(32));
  CHECK(result == each_thread(32, [](std::uint32_t i) {
          return i < 12 ? 0xfffu : sum_below(32) - sum_below(12);
        }));
}
