// SPDX-License-Identifier: MIT
// Calls: arguments and results of every width, recursion, tables of functions.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

TEST_CASE("arguments and results of every width arrive as they were given") {
  const char* const before = R"(
.func (.param .b8 a, .param .b16 b, .param .b32 c, .param .b64 d, .param .f32 e, .param .f64 f)
all(.param .b8 x0, .param .b16 x1, .param .b32 x2, .param .b64 x3, .param .f32 x4, .param .f64 x5) {
  .reg .b16 %h<4>; .reg .b32 %r<4>; .reg .b64 %d<4>; .reg .f32 %f; .reg .f64 %g;
  ld.param.u8 %h0, [x0]; add.u16 %h0, %h0, 1; st.param.b8 [a], %h0;
  ld.param.s16 %r0, [x1]; sub.s32 %r0, %r0, 1; st.param.b16 [b], %r0;
  ld.param.b32 %r1, [x2]; not.b32 %r1, %r1; st.param.b32 [c], %r1;
  ld.param.b64 %d0, [x3]; shl.b64 %d0, %d0, 20; st.param.b64 [d], %d0;
  ld.param.f32 %f, [x4]; neg.f32 %f, %f; st.param.f32 [e], %f;
  ld.param.f64 %g, [x5]; neg.f64 %g, %g; st.param.f64 [f], %g;
  ret;
})";
  const auto result = run_threads(R"(
    .param .b8 p0; .param .b16 p1; .param .b32 p2; .param .b64 p3; .param .f32 p4; .param .f64 p5;
    .param .b8 q0; .param .b16 q1; .param .b32 q2; .param .b64 q3; .param .f32 q4; .param .f64 q5;
    cvt.u64.u32 %d2, %r2; cvt.rn.f32.u32 %f0, %r2; cvt.rn.f64.u32 %g0, %r2;
    sub.u32 %r4, 0, %r2; cvt.u16.u32 %h0, %r4;
    st.param.b8 [p0], %r2; st.param.b16 [p1], %h0; st.param.b32 [p2], %r2; st.param.b64 [p3], %d2;
    st.param.f32 [p4], %f0; st.param.f64 [p5], %g0;
    call (q0, q1, q2, q3, q4, q5), all, (p0, p1, p2, p3, p4, p5);
    ld.param.b8 %r4, [q0]; ld.param.s16 %r5, [q1]; ld.param.b32 %r6, [q2];
    ld.param.b64 %d3, [q3]; ld.param.f32 %f1, [q4]; ld.param.f64 %g1, [q5];
    shr.u64 %d3, %d3, 20; cvt.u32.u64 %r7, %d3;
    cvt.rzi.s32.f32 %r8, %f1; cvt.rzi.s32.f64 %r9, %g1;
    mad.lo.u32 %r1, %r4, 3, %r5; mad.lo.u32 %r1, %r1, 5, %r6; mad.lo.u32 %r1, %r1, 7, %r7;
    mad.lo.u32 %r1, %r1, 11, %r8; mad.lo.u32 %r1, %r1, 13, %r9;)",
                                  threads(300), before);
  CHECK(result == each_thread(300, [](std::uint32_t i) {
          std::uint32_t r = (i + 1) % 256 * 3 + (0 - i - 1);
          r = r * 5 + ~i;
          r = r * 7 + i;
          return (r * 11 - i) * 13 - i;
        }));
}

TEST_CASE("structs go by value, piece by piece, and the caller's own stays as it was") {
  const char* const before = R"(
.func (.param .align 8 .b8 r[24]) turn(.param .align 8 .b8 s[24]) {
  .reg .b32 %r<8>; .reg .b64 %d<4>;
  ld.param.v2.b32 {%r0, %r1}, [s]; ld.param.b64 %d0, [s+8]; ld.param.u8 %r2, [s+17];
  ld.param.u16 %r3, [s+22];
  st.param.v2.b32 [r+8], {%r1, %r0}; st.param.b64 [r], %d0;
  st.param.b8 [s+17], 0; st.param.b32 [r+16], 0; st.param.b8 [r+18], %r2; st.param.b16 [r+20], %r3;
  ret;
})";
  const auto result = run_threads(R"(
    .param .align 8 .b8 p[24]; .param .align 8 .b8 q[24];
    cvt.u64.u32 %d2, %r2; shl.b64 %d2, %d2, 33;
    add.u32 %r4, %r2, 1; add.u32 %r5, %r2, 2;
    st.param.v2.b32 [p], {%r4, %r5}; st.param.b64 [p+8], %d2; st.param.b8 [p+17], %r4;
    st.param.b16 [p+22], 513;
    call (q), turn, (p);
    ld.param.b64 %d3, [q]; shr.u64 %d3, %d3, 33; cvt.u32.u64 %r6, %d3;
    ld.param.v2.b32 {%r7, %r8}, [q+8]; ld.param.b32 %r9, [q+16]; ld.param.b8 %r10, [q+20];
    ld.param.u8 %r11, [p+17]; ld.param.u8 %r12, [q+21];
    mad.lo.u32 %r1, %r6, 3, %r7; mad.lo.u32 %r1, %r1, 3, %r8; mad.lo.u32 %r1, %r1, 3, %r9;
    mad.lo.u32 %r1, %r1, 3, %r10; mad.lo.u32 %r1, %r1, 3, %r11; mad.lo.u32 %r1, %r1, 3, %r12;)",
                                  threads(32), before);
  CHECK(result == each_thread(32, [](std::uint32_t i) {
          std::uint32_t r = 0;
          for (const std::uint32_t x : {i, i + 2, i + 1, (i + 1) << 16, 1u, i + 1, 2u}) {
            r = 3 * r + x;
          }
          return r;
        }));
}

TEST_CASE("lanes recurse to different depths, each with local memory of its own") {
  const char* const before = R"(
.func (.param .b32 r) factorial(.param .b32 n) {
  .reg .b32 %r<4>; .reg .pred %p; .local .u32 keep;
  ld.param.b32 %r0, [n];
  st.local.u32 [keep], %r0;
  mov.b32 %r1, 1;
  setp.le.u32 %p, %r0, 1;
  @%p bra DONE;
  { .param .b32 a; .param .b32 b; sub.u32 %r2, %r0, 1; st.param.b32 [a], %r2;
    call (b), factorial, (a); ld.param.b32 %r1, [b]; }
  ld.local.u32 %r3, [keep];
  mul.lo.u32 %r1, %r1, %r3;
DONE:
  st.param.b32 [r], %r1;
  ret;
})";
  const auto result = run_threads(R"(
    .param .b32 a; .param .b32 b;
    st.param.b32 [a], %r2; call (b), factorial, (a); ld.param.b32 %r1, [b];
    activemask.b32 %r4; setp.ne.u32 %p0, %r4, -1; @%p0 mov.u32 %r1, 0;)",
                                  threads(32), before);
  CHECK(result == each_thread(32, [](std::uint32_t i) {
          std::uint32_t product = 1;
          for (std::uint32_t k = 2; k <= i; ++k) product *= k;
          return product;
        }));
}

TEST_CASE("two recursions in a row: the Fibonacci numbers") {
  const char* const before = R"(
.func (.param .b32 r) fib(.param .b32 n) {
  .reg .b32 %r<4>; .reg .pred %p;
  .param .b32 a; .param .b32 b;
  ld.param.b32 %r0, [n];
  setp.gt.u32 %p, %r0, 1;
  @%p bra MORE;
  st.param.b32 [r], %r0;
  ret;
MORE:
  sub.u32 %r1, %r0, 1; st.param.b32 [a], %r1; call (b), fib, (a); ld.param.b32 %r2, [b];
  sub.u32 %r1, %r0, 2; st.param.b32 [a], %r1; call (b), fib, (a); ld.param.b32 %r3, [b];
  add.u32 %r2, %r2, %r3;
  st.param.b32 [r], %r2;
})";
  const auto result = run_threads(R"(
    .param .b32 a; .param .b32 b; and.b32 %r4, %r2, 15;
    st.param.b32 [a], %r4; call (b), fib, (a); ld.param.b32 %r1, [b];)",
                                  threads(40), before);
  CHECK(result == each_thread(40, [](std::uint32_t i) {
          std::uint32_t a = 0;
          std::uint32_t b = 1;
          for (std::uint32_t k = i % 16; k > 0; --k) {
            const std::uint32_t c = a + b;
            a = b;
            b = c;
          }
          return a;
        }));
}

namespace {

const char* const kTable = R"(
.func (.param .b32 r) twice(.param .b32 x) { .reg .b32 %r; ld.param.b32 %r, [x];
  add.u32 %r, %r, %r; st.param.b32 [r], %r; ret; }
.func (.param .b32 r) square(.param .b32 x) { .reg .b32 %r; ld.param.b32 %r, [x];
  mul.lo.u32 %r, %r, %r; st.param.b32 [r], %r; }
.func (.param .b32 r) mask(.param .b32 x) { .reg .b32 %r; activemask.b32 %r;
  st.param.b32 [r], %r; ret; }
.func nothing() { ret; }
.global .u64 inner[2] = {square, mask};
.global .u64 table[4] = {twice, generic(inner), nothing, 0};
)";

std::string call_of(const std::string& address) {
  return address + R"(
    P: .callprototype (.param .b32 _) _ (.param .b32 _);
    .param .b32 a; .param .b32 b; st.param.b32 [a], %r2;
    call (b), %d3, (a), P;
    ld.param.b32 %r1, [b];)";
}

}  // namespace

TEST_CASE("lanes call different functions by a table in global memory, and meet behind the call") {
  const auto result = run_threads(call_of(R"(
    mov.u64 %d2, table; ld.global.u64 %d3, [%d2]; ld.global.u64 %d4, [%d2+8];
    and.b32 %r4, %r2, 3; setp.eq.u32 %p0, %r4, 1; setp.eq.u32 %p1, %r4, 2;
    @%p0 ld.u64 %d3, [%d4]; @%p1 ld.u64 %d3, [%d4+8];)") +
                                      "activemask.b32 %r5; setp.ne.u32 %p0, %r5, -1;"
                                      "@%p0 mov.u32 %r1, 0;",
                                  threads(32), kTable);
  CHECK(result == each_thread(32, [](std::uint32_t i) {
          return i % 4 == 1 ? i * i : i % 4 == 2 ? 0x44444444u : 2 * i;
        }));
}

TEST_CASE("a call of what is no function, or of another shape, is a fault") {
  KernelFault fault = fault_of_threads(call_of("mov.u64 %d2, table; ld.global.u64 %d3, [%d2+24];"),
                                       threads(32), kTable);
  CHECK(fault.kind == FaultKind::kBadCall);
  CHECK(says(fault, "calls address 0x0, which is no function"));
  for (const char* address : {"mov.u64 %d3, twice; add.u64 %d3, %d3, 8;", "mov.u64 %d3, table;",
                              "mov.u64 %d3, twice; add.u64 %d3, %d3, 1024;", "mov.u64 %d3, -1;",
                              "mov.u64 %d3, twice; sub.u64 %d3, %d3, 16;"}) {
    INFO(address);
    fault = fault_of_threads(call_of(address), threads(32), kTable);
    CHECK(fault.kind == FaultKind::kBadCall);
  }
  fault = fault_of_threads(call_of("mov.u64 %d2, table; ld.global.u64 %d3, [%d2+16];"), threads(32),
                           kTable);
  CHECK(says(fault, "calls nothing with parameters of another shape"));
}

TEST_CASE("functions with large frames call each other, for none of them recurses") {
  std::string before = ".func f0() { ret; }\n";
  for (int i = 1; i <= 5; ++i) {
    before += ".func f" + std::to_string(i) + "() {\n";
    for (int p = 0; p < 12; ++p) {
      const std::string name = "p" + std::to_string(p);
      before += ".param .b8 " + name + "[4096]; st.param.b8 [" + name + "+4095], 1;\n";
    }
    before += "call f" + std::to_string(i - 1) + ", (); ret; }\n";
  }
  CHECK(run_threads("call f5, (); mov.u32 %r1, 1;", threads(64), before) ==
        std::vector<std::uint32_t>(64, 1));
}
