// SPDX-License-Identifier: MIT
// Block barriers: counts, numbers, reductions, and what no GPU defines.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

TEST_CASE("a producer arrives and goes on, consumers wait: two barriers with counts") {
  // Warp 0 fills a cell 20 times; warps 1 and 2 add up what they see. 1: full, 2: empty.
  const auto result = run_threads(R"(
    mov.u32 %r4, 0;
    setp.lt.u32 %p0, %r2, 32;
    @%p0 bra PRODUCE;
  CONSUME:
    bar.sync 1, 96;
    ld.shared.u32 %r5, [cell];
    add.u32 %r1, %r1, %r5;
    bar.arrive 2, 96;
    add.u32 %r4, %r4, 1;
    setp.lt.u32 %p1, %r4, 20;
    @%p1 bra CONSUME;
    bra.uni STORE;
  PRODUCE:
    mul.lo.u32 %r6, %r4, %r4;
    st.shared.u32 [cell], %r6;
    bar.arrive 1, 96;
    bar.sync 2, 96;
    add.u32 %r4, %r4, 1;
    setp.lt.u32 %p1, %r4, 20;
    @%p1 bra PRODUCE;)",
                                  threads(96), ".shared .u32 cell;\n");
  CHECK(result == each_thread(96, [](std::uint32_t i) { return i < 32 ? 0u : 2470u; }));
}

TEST_CASE("a barrier is complete as soon as its count is reached, and then begins anew") {
  const auto result = run_threads(R"(
    setp.ge.u32 %p0, %r2, 32;
    @%p0 bra ARRIVE;
    bar.sync 3, 64;
    bar.sync 3, 64;
    mov.u32 %r1, 7;
    bra.uni STORE;
  ARRIVE:
    bar.arrive 3, 64;
    bar.arrive 3, 64;)",
                                  threads(64), "");
  CHECK(result == each_thread(64, [](std::uint32_t i) { return i < 32 ? 7u : 0u; }));
}

TEST_CASE("bar.red counts, ands and ors the predicates of all threads that take part") {
  const auto result = run_threads(R"(
    setp.lt.u32 %p0, %r2, 50;
    setp.lt.u32 %p1, %r2, 70;
    setp.eq.u32 %p2, %r2, 69;
    setp.eq.u32 %p3, %r2, 1000;
    bar.red.popc.u32 %r4, 0, %p0;
    bar.red.and.pred %p4, 0, %p1;
    bar.red.and.pred %p5, 0, %p0;
    bar.red.or.pred %p6, 0, %p2;
    barrier.red.or.pred %p7, 1, %p3;
    bar.red.popc.u32 %r5, 2, 96, !%p0;
    selp.u32 %r6, 1, 0, %p4; selp.u32 %r7, 2, 0, %p5; selp.u32 %r8, 4, 0, %p6;
    selp.u32 %r9, 8, 0, %p7;
    or.b32 %r6, %r6, %r7; or.b32 %r6, %r6, %r8; or.b32 %r6, %r6, %r9;
    shl.b32 %r4, %r4, 8; shl.b32 %r5, %r5, 16;
    or.b32 %r6, %r6, %r4; or.b32 %r1, %r6, %r5;)",
                                  threads(70));
  CHECK(result == std::vector<std::uint32_t>(70, 20u << 16 | 50u << 8 | 5u));
}

TEST_CASE("two barriers that wait for each other are a deadlock that names the warps and lines") {
  const KernelFault fault = fault_of_threads(R"(
    setp.lt.u32 %p0, %r2, 32;
    @%p0 bra FIRST;
    bar.sync 1;
    bra.uni STORE;
  FIRST:
    bar.sync 2;)",
                                             threads(64));
  CHECK(fault.kind == FaultKind::kDeadlock);
  CHECK(fault.place.whole_block);
  CHECK(says(fault, "warp 0 waits in `bar.sync 2;`"));
  CHECK(says(fault, "warp 1 waits in `bar.sync 1;`"));
}

TEST_CASE("a barrier for more threads than come is a deadlock") {
  const KernelFault fault = fault_of_threads("bar.sync 0, 128;", threads(64));
  CHECK(fault.kind == FaultKind::kDeadlock);
}

TEST_CASE("lanes of one warp at two aligned barriers are barrier divergence") {
  const KernelFault fault = fault_of_threads(R"(
    setp.lt.u32 %p0, %r2, 9;
    @%p0 bra FIRST;
    bar.sync 0;
    bra.uni STORE;
  FIRST:
    bar.sync 0;)",
                                             threads(32));
  CHECK(fault.kind == FaultKind::kBarrierDivergence);
  CHECK(says(fault, "lanes 0-8 of warp 0"));
  CHECK(says(fault, "lanes 9-31 of warp 0"));
}

TEST_CASE("lanes of one warp may wait at two barriers that are not aligned") {
  const auto result = run_threads(R"(
    setp.lt.u32 %p0, %r2, 9;
    @%p0 bra FIRST;
    barrier.sync 0;
    mov.u32 %r1, 1;
    bra.uni STORE;
  FIRST:
    barrier.sync 0;
    mov.u32 %r1, 2;)",
                                  threads(64));
  CHECK(result == each_thread(64, [](std::uint32_t i) { return i < 9 ? 2u : 1u; }));
}

TEST_CASE("a barrier only some lanes of a warp reach is a fault, unless the others have left") {
  const KernelFault fault = fault_of_threads(R"(
    setp.lt.u32 %p0, %r2, 9;
    @%p0 bar.sync 0;
  LOOP:
    bra LOOP;)",
                                             threads(32));
  CHECK(fault.kind == FaultKind::kBudget);
  const auto result = run_threads(R"(
    setp.ge.u32 %p0, %r2, 9;
    @%p0 ret;
    bar.sync 0;
    mov.u32 %r1, 3;)",
                                  threads(32));
  CHECK(result == each_thread(32, [](std::uint32_t i) { return i < 9 ? 3u : 0xcbcbcbcbu; }));
}

TEST_CASE("barriers beyond 15 and different counts at one barrier are faults") {
  KernelFault fault = fault_of_threads("add.u32 %r4, %r2, 11; bar.sync %r4;", threads(32));
  CHECK(fault.kind == FaultKind::kIllegalOperand);
  fault = fault_of_threads("and.b32 %r4, %r2, 1; bar.sync %r4;", threads(32));
  CHECK(fault.kind == FaultKind::kBarrierDivergence);
  CHECK(says(fault, "lanes of one warp wait at different barriers"));
  fault = fault_of_threads("mov.u32 %r4, 16; bar.sync %r4;", threads(32));
  CHECK(fault.kind == FaultKind::kIllegalOperand);
  CHECK(says(fault, "barrier 16; a block has barriers 0 to 15"));
  fault = fault_of_threads("mov.u32 %r4, -1; bar.arrive %r4, 64;", threads(32));
  CHECK(fault.kind == FaultKind::kIllegalOperand);
  fault = fault_of_threads(R"(
    setp.lt.u32 %p0, %r2, 32;
    @%p0 bra FIRST;
    bar.sync 1, 64;
    bra.uni STORE;
  FIRST:
    bar.sync 1, 96;)",
                           threads(64));
  CHECK(fault.kind == FaultKind::kBarrierDivergence);
  CHECK(says(fault, "with different thread counts, 96 and 64"));
}
