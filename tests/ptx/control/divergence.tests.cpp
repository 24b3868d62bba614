// SPDX-License-Identifier: MIT
// Lanes that go different ways get what a thread of its own would, and meet again.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

TEST_CASE("nested conditions take every lane its own way") {
  const auto result = run_threads(R"(
    and.b32 %r4, %r2, 3;
    setp.eq.u32 %p0, %r4, 0;
    @%p0 bra FIRST;
    setp.lt.u32 %p1, %r2, 20;
    @!%p1 bra HIGH;
    setp.eq.u32 %p2, %r4, 1;
    @%p2 add.u32 %r1, %r1, 100;
    @%p2 bra INNER;
    mul.lo.u32 %r1, %r2, 3;
    bra.uni INNER;
  HIGH:
    sub.u32 %r1, 1000, %r2;
  INNER:
    add.u32 %r1, %r1, 7;
    bra.uni OUTER;
  FIRST:
    add.u32 %r1, %r2, 5000;
  OUTER:
    add.u32 %r1, %r1, 1;)",
                                  threads(50));
  CHECK(result == each_thread(50, [](std::uint32_t i) {
          std::uint32_t r = 0;
          if (i % 4 == 0) {
            r = i + 5000;
          } else {
            if (i < 20) {
              r = i % 4 == 1 ? 100 : 3 * i;
            } else {
              r = 1000 - i;
            }
            r += 7;
          }
          return r + 1;
        }));
}

TEST_CASE("every lane goes around its loops as often as it should, with break and continue") {
  // i counts from 0 to the lane, ends at 17, skips every i with i mod 3 = 1; inside, j counts from i
  // to the lane + 2 in steps of two and adds j xor i.
  const auto result = run_threads(R"(
    mov.u32 %r4, 0;
  OUTER:
    setp.ge.u32 %p0, %r4, %r2;
    @%p0 bra DONE;
    setp.eq.u32 %p1, %r4, 17;
    @%p1 bra DONE;
    rem.u32 %r5, %r4, 3;
    setp.eq.u32 %p2, %r5, 1;
    @%p2 bra NEXT;
    mov.u32 %r6, %r4;
    add.u32 %r7, %r2, 2;
  INNER:
    setp.ge.u32 %p3, %r6, %r7;
    @%p3 bra NEXT;
    xor.b32 %r8, %r6, %r4;
    add.u32 %r1, %r1, %r8;
    add.u32 %r6, %r6, 2;
    bra.uni INNER;
  NEXT:
    add.u32 %r4, %r4, 1;
    bra.uni OUTER;
  DONE:)",
                                  threads(64));
  CHECK(result == each_thread(64, [](std::uint32_t lane) {
          std::uint32_t sum = 0;
          for (std::uint32_t i = 0; i < lane; ++i) {
            if (i == 17) break;
            if (i % 3 == 1) continue;
            for (std::uint32_t j = i; j < lane + 2; j += 2) sum += j ^ i;
          }
          return sum;
        }));
}

TEST_CASE("lanes that return early are gone and the others go on") {
  const auto result = run_threads(R"(
    mov.u32 %r4, 0;
    setp.eq.u32 %p0, %r2, 3;
    @%p0 ret;
  LOOP:
    add.u32 %r1, %r1, %r2;
    setp.eq.u32 %p1, %r1, 40;
    @%p1 bra GONE;
    add.u32 %r4, %r4, 1;
    setp.lt.u32 %p2, %r4, 8;
    @%p2 bra LOOP;
    activemask.b32 %r5;
    mov.u32 %r1, %r5;
    bra.uni STORE;
  GONE:
    exit;)",
                                  threads(32));
  // i + i + … reaches 40 in at most eight steps for 5, 8, 10, 20.
  const std::uint32_t stay = ~(1u << 3 | 1u << 5 | 1u << 8 | 1u << 10 | 1u << 20);
  CHECK(result == each_thread(32, [&](std::uint32_t i) {
          return (stay >> i & 1u) != 0 ? stay : 0xcbcbcbcbu;
        }));
}

TEST_CASE("brx.idx sends every lane to its own target") {
  const auto result = run_threads(R"(
    rem.u32 %r4, %r2, 5;
  T: .branchtargets A, B, C, A, D;
    brx.idx %r4, T;
  A: add.u32 %r1, %r2, 100; bra.uni MEET;
  B: add.u32 %r1, %r2, 200; // falls through
  C: add.u32 %r1, %r1, 300; bra.uni MEET;
  D: mul.lo.u32 %r1, %r2, %r2;
  MEET:
    activemask.b32 %r5;
    xor.b32 %r1, %r1, %r5;)",
                                  threads(32));
  CHECK(result == each_thread(32, [](std::uint32_t i) {
          const std::uint32_t values[] = {i + 100, i + 500, 300, i + 100, i * i};
          return ~values[i % 5];
        }));
}

TEST_CASE("an index beyond a brx table is a fault that names the lane") {
  const KernelFault fault = fault_of_threads(R"(
    sub.u32 %r4, %r2, 9;
  T: .branchtargets A, A;
    setp.lt.u32 %p0, %r2, 9;
    @%p0 bra A;
    brx.idx %r4, T;
  A:)",
                                             threads(32));
  CHECK(fault.kind == FaultKind::kIllegalOperand);
  CHECK(fault.place.lane == 11);
  CHECK(says(fault, "jumps to entry 2 of a table of 2"));
  CHECK(says(fault, "brx.idx %r4, T;"));
}

TEST_CASE("after a condition, a loop, a switch all lanes run together again") {
  const char* bodies[] = {
      R"(setp.lt.u32 %p0, %r2, 7; @%p0 bra A; add.u32 %r4, %r2, 1; A:)",
      R"(setp.lt.u32 %p0, %r2, 7; @%p0 bra A; setp.lt.u32 %p0, %r2, 20; @%p0 bra B;
         add.u32 %r4, %r2, 1; B: A:)",
      R"(mov.u32 %r4, 0; L: add.u32 %r4, %r4, 1; setp.le.u32 %p0, %r4, %r2; @%p0 bra L;)",
      R"(T: .branchtargets A, B, C; rem.u32 %r4, %r2, 3; brx.idx %r4, T; A: B: add.u32 %r5, %r5, 1;
         C:)",
      R"(setp.lt.u32 %p0, %r2, 7; @%p0 bra A; bar.warp.sync 0xffffff80; bra.uni B;
         A: bar.warp.sync 0x7f; B:)",
      R"(setp.lt.u32 %p0, %r2, 7; @%p0 bar.warp.sync 0x7f;)",
  };
  for (const char* body : bodies) {
    INFO(body);
    CHECK(run_threads(std::string(body) + "\nactivemask.b32 %r1;", threads(32)) ==
          std::vector<std::uint32_t>(32, 0xffffffffu));
  }
}

TEST_CASE("lanes meet behind a loop out of which some of them return") {
  const auto result = run_threads(R"(
    mov.u32 %r4, 0;
  LOOP:
    setp.eq.u32 %p0, %r4, 5;
    setp.eq.and.u32 %p0, %r2, 9, %p0;
    @%p0 bra GONE;
    add.u32 %r4, %r4, 1;
    setp.le.u32 %p1, %r4, %r2;
    @%p1 bra LOOP;
    activemask.b32 %r1;
    bra.uni STORE;
  GONE:
    ret;)",
                                  threads(32));
  CHECK(result ==
        each_thread(32, [](std::uint32_t i) { return i == 9 ? 0xcbcbcbcbu : ~(1u << 9); }));
}

TEST_CASE("lanes meet inside of an endless loop that is left by returning") {
  // For ever: odd lanes add 3, even ones 1; who is there is noted; after five rounds a lane returns.
  const auto result = run_threads(R"(
  LOOP:
    and.b32 %r4, %r2, 1;
    setp.ne.u32 %p0, %r4, 0;
    @%p0 bra ODD;
    add.u32 %r5, %r5, 1;
    bra.uni MEET;
  ODD:
    add.u32 %r5, %r5, 3;
  MEET:
    activemask.b32 %r1;
    add.u32 %r6, %r6, 1;
    setp.gt.u32 %p1, %r6, 4;
    @%p1 bra WRITE;
    bra.uni LOOP;
  WRITE:
    mul.wide.u32 %d1, %r0, 4;
    add.u64 %d1, %d0, %d1;
    st.global.u32 [%d1], %r1;
    ret;)",
                                  threads(32));
  CHECK(result == std::vector<std::uint32_t>(32, 0xffffffffu));
}

TEST_CASE("irreducible flow: a loop that is entered in the middle") {
  const auto result = run_threads(R"(
    mov.u32 %r4, 0;
    and.b32 %r5, %r2, 1;
    setp.ne.u32 %p0, %r5, 0;
    @%p0 bra MIDDLE;
  TOP:
    add.u32 %r1, %r1, 10;
  MIDDLE:
    add.u32 %r1, %r1, 1;
    add.u32 %r4, %r4, 1;
    setp.lt.u32 %p1, %r4, %r2;
    @%p1 bra TOP;
    activemask.b32 %r6;
    shl.b32 %r1, %r1, 8;
    and.b32 %r6, %r6, 255;
    or.b32 %r1, %r1, %r6;)",
                                  threads(32));
  CHECK(result == each_thread(32, [](std::uint32_t i) {
          std::uint32_t r = i % 2 == 0 ? 10 : 0;
          for (std::uint32_t n = 1;; ++n) {
            r += 1;
            if (n >= i) break;
            r += 10;
          }
          return r << 8 | 255;
        }));
}

TEST_CASE("a loop whose exit is the function's end, and a function without a return") {
  const auto result = run_threads(R"(
    .param .b32 a; .param .b32 b;
    st.param.b32 [a], %r2;
    call (b), f, (a);
    ld.param.b32 %r1, [b];
    activemask.b32 %r4;
    xor.b32 %r1, %r1, %r4;)",
                                  threads(32), R"(
.func (.param .b32 r) f(.param .b32 x) {
  .reg .b32 %r<4>; .reg .pred %p;
  ld.param.b32 %r0, [x];
  mov.b32 %r1, 1;
L:
  st.param.b32 [r], %r1;
  add.u32 %r1, %r1, %r1;
  setp.ge.u32 %p, %r0, 3;
  sub.u32 %r0, %r0, 3;
  @%p bra L;
})");
  CHECK(result == each_thread(32, [](std::uint32_t i) { return ~(std::uint32_t{1} << (i / 3)); }));
}
