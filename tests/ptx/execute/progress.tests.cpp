// SPDX-License-Identifier: MIT
// Lanes, warps and blocks that wait for each other go on as long as a GPU's would.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

// Every lane takes the lock by compare-and-swap, adds 1 to the count, not atomically, and gives the
// lock back.
const char* const kSpinLock = R"(
  SPIN:
    atom.global.cas.b32 %r4, [lock], 0, 1;
    setp.ne.u32 %p0, %r4, 0;
    @%p0 bra SPIN;
    ld.volatile.global.u32 %r1, [count];
    add.u32 %r5, %r1, 1;
    st.volatile.global.u32 [count], %r5;
    membar.gl;
    atom.global.exch.b32 %r4, [lock], 0;)";
const char* const kLockVariables = ".global .u32 lock; .global .u32 count;\n";

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> values) {
  std::sort(values.begin(), values.end());
  return values;
}
std::vector<std::uint32_t> numbers(std::uint32_t count) {
  return each_thread(count, [](std::uint32_t i) { return i; });
}

}  // namespace

TEST_CASE("every lane of a warp gets a spin lock once") {
  CHECK(sorted(run_threads(kSpinLock, threads(32), kLockVariables)) == numbers(32));
}

TEST_CASE("every thread of several blocks gets a spin lock once") {
  CHECK(sorted(run_threads(kSpinLock, threads(64, 3), kLockVariables)) == numbers(192));
}

TEST_CASE("a lane produces what the others of its warp wait for") {
  const auto result = run_threads(R"(
    setp.eq.u32 %p0, %r2, 13;
    @%p0 bra PRODUCE;
  WAIT:
    ld.volatile.shared.u32 %r1, [flag];
    setp.ne.u32 %p1, %r1, 42;
    @%p1 bra WAIT;
    bra.uni STORE;
  PRODUCE:
    st.volatile.shared.u32 [flag], 42;
    mov.u32 %r1, 1;)",
                                  threads(32), ".shared .u32 flag;\n");
  CHECK(result == each_thread(32, [](std::uint32_t i) { return i == 13 ? 1u : 42u; }));
}

TEST_CASE("a warp waits for a word that a later warp writes, one after the other") {
  // Warp w waits for word w + 1; the last one writes without waiting.
  const auto result = run_threads(R"(
    shr.u32 %r4, %r2, 5;
    mov.u64 %d2, words;
    mul.wide.u32 %d3, %r4, 4;
    add.u64 %d2, %d2, %d3;
    setp.eq.u32 %p0, %r4, 7;
    @%p0 bra WRITE;
  WAIT:
    ld.volatile.shared.u32 %r5, [%d2+4];
    setp.lt.u32 %p1, %r5, 100;
    setp.gt.or.u32 %p1, %r5, 200, %p1;
    @%p1 bra WAIT;
    add.u32 %r1, %r5, 1;
    st.volatile.shared.u32 [%d2], %r1;
    bra.uni STORE;
  WRITE:
    mov.u32 %r1, 100;
    st.volatile.shared.u32 [%d2], %r1;)",
                                  threads(256), ".shared .u32 words[8];\n");
  CHECK(result == each_thread(256, [](std::uint32_t i) { return 107 - i / 32; }));
}

TEST_CASE("a block waits for a flag that a later block sets") {
  // Block b waits for flag b + 1; the last block sets its own and waits for nobody.
  const auto result = run_threads(R"(
    mov.u32 %r4, %ctaid.x;
    mov.u32 %r5, %nctaid.x;
    add.u32 %r6, %r4, 1;
    mov.u64 %d2, flags;
    mul.wide.u32 %d3, %r4, 4;
    add.u64 %d2, %d2, %d3;
    setp.eq.u32 %p0, %r6, %r5;
    @%p0 bra SET;
  WAIT:
    ld.acquire.gpu.global.u32 %r1, [%d2+4];
    setp.eq.u32 %p1, %r1, 0;
    @%p1 bra WAIT;
  SET:
    add.u32 %r1, %r1, 1;
    st.release.gpu.global.u32 [%d2], %r1;)",
                                  threads(32, 40), ".global .u32 flags[40];\n");
  CHECK(result == each_thread(32 * 40, [](std::uint32_t i) { return 40 - i / 32; }));
}

TEST_CASE("a barrier of the whole grid by a counter holds where all blocks fit") {
  const auto result = run_threads(R"(
    setp.ne.u32 %p0, %r2, 0;
    @%p0 bra MEET;
    mov.u32 %r5, %nctaid.x;
    red.release.gpu.global.add.u32 [counter], 1;
  WAIT:
    ld.acquire.gpu.global.u32 %r4, [counter];
    nanosleep.u32 20;
    setp.lt.u32 %p1, %r4, %r5;
    @%p1 bra WAIT;
  MEET:
    bar.sync 0;
    ld.volatile.global.u32 %r1, [counter];)",
                                  threads(64, 100), ".global .u32 counter;\n");
  CHECK(result == std::vector<std::uint32_t>(6400, 100));
}

TEST_CASE("a barrier of more blocks than fit ends with a report that says so") {
  LaunchOptions options = small_budget();
  options.gpu.multiprocessors = 2;
  const KernelFault fault = fault_of_threads(R"(
    atom.global.add.u32 %r4, [counter], 1;
    mov.u32 %r5, %nctaid.x;
  WAIT:
    ld.volatile.global.u32 %r4, [counter];
    setp.lt.u32 %p1, %r4, %r5;
    @%p1 bra WAIT;)",
                                             threads(1, 65), ".global .u32 counter;\n", options);
  CHECK(fault.kind == FaultKind::kBudget);
  CHECK(says(fault, "do they wait for each other, or for a block that the GPU has no room for?"));
}

TEST_CASE("threads that left before a barrier are not waited for, nor warps") {
  const char* exits[] = {"setp.ge.u32 %p0, %r2, 40; @%p0 exit;",
                         "setp.ge.u32 %p0, %r2, 40; @%p0 bra GONE;"};
  for (const char* leave : exits) {
    const auto result = run_threads(std::string(leave) + R"(
      setp.eq.u32 %p1, %r2, 39;
      @%p1 st.shared.u32 [s], 5;
      bar.sync 0;
      ld.shared.u32 %r1, [s];
      bra.uni STORE;
    GONE:
      ret;)",
                                    threads(128), ".shared .u32 s;\n");
    CHECK(result == each_thread(128, [](std::uint32_t i) { return i < 40 ? 5u : 0xcbcbcbcbu; }));
  }
}

TEST_CASE("lanes that are late for a barrier are waited for, in a loop of barriers") {
  const auto result = run_threads(R"(
    mov.u64 %d2, s;
    mul.wide.u32 %d3, %r2, 4;
    add.u64 %d2, %d2, %d3;
    mov.u32 %r4, 0;
    st.shared.u32 [%d2], %r2;
  ROUND:
    mov.u32 %r5, 0;
    and.b32 %r6, %r2, 7;
  LATE:
    add.u32 %r5, %r5, 1;
    setp.le.u32 %p0, %r5, %r6;
    @%p0 bra LATE;
    bar.sync 0;
    xor.b32 %r7, %r2, 63;
    mov.u64 %d4, s;
    mul.wide.u32 %d5, %r7, 4;
    add.u64 %d4, %d4, %d5;
    ld.shared.u32 %r1, [%d4];
    bar.sync 0;
    add.u32 %r1, %r1, 1;
    st.shared.u32 [%d2], %r1;
    add.u32 %r4, %r4, 1;
    setp.lt.u32 %p1, %r4, 10;
    @%p1 bra ROUND;)",
                                  threads(64), ".shared .u32 s[64];\n");
  CHECK(result == each_thread(64, [](std::uint32_t i) { return i + 10; }));
}
