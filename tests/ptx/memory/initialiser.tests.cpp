// SPDX-License-Identifier: MIT
// Variables start as their initialisers say, wherever these point.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

TEST_CASE("global and constant variables have their values before the first instruction") {
  const auto result = run_threads(R"(
    mov.u64 %d2, a; mov.u64 %d3, c; and.b32 %r4, %r2, 7; mul.wide.u32 %d4, %r4, 2;
    add.u64 %d2, %d2, %d4; add.u64 %d3, %d3, %d4;
    ld.global.u16 %r5, [%d2]; ld.const.u16 %r6, [%d3]; mad.lo.u32 %r1, %r5, 1000, %r6;)",
                                  threads(40),
                                  ".global .u16 a[8] = {1, 2, 3, 0xff};"
                                  ".const .u16 c[4][2] = {{7, 8}, {9}};\n");
  const std::uint32_t a[] = {1, 2, 3, 255, 0, 0, 0, 0};
  const std::uint32_t c[] = {7, 8, 9, 0, 0, 0, 0, 0};
  CHECK(result == each_thread(40, [&](std::uint32_t i) { return a[i % 8] * 1000 + c[i % 8]; }));
}

TEST_CASE("a chain of pointers is followed whichever variable stands first") {
  // The kernel names `start` only; start -> later -> earlier -> a function and a number.
  const auto result = run_threads(R"(
    P: .callprototype (.param .b32 _) _ ();
    .param .b32 b;
    mov.u64 %d2, start; ld.global.u64 %d2, [%d2]; ld.global.u64 %d2, [%d2+8];
    ld.global.u64 %d3, [%d2]; ld.global.u64 %d4, [%d2+8]; ld.u32 %r4, [%d4];
    call (b), %d3, (), P; ld.param.b32 %r1, [b]; add.u32 %r1, %r1, %r4;)",
                                  threads(3), R"(
.func (.param .b32 r) four();
.const .u32 number[3] = {0, 0, 38};
.global .u64 earlier[2] = {four, generic(number)+8};
.global .u64 start = later;
.global .u64 later[2] = {0, earlier};
.func (.param .b32 r) four() { st.param.b32 [r], 4; ret; }
)");
  CHECK(result == std::vector<std::uint32_t>(3, 42));
}

TEST_CASE("an address is generic where the initialiser says so, and may be cut in bytes") {
  const auto result = run_threads(R"(
    mov.u64 %d2, parts; ld.global.u8 %r4, [%d2]; ld.global.u8 %r5, [%d2+1];
    mov.u64 %d3, word; cvt.u32.u64 %r6, %d3; and.b32 %r6, %r6, 0xffff;
    shl.b32 %r5, %r5, 8; or.b32 %r4, %r4, %r5; sub.u32 %r1, %r4, %r6;
    mov.u64 %d4, generic_c; ld.global.u64 %d4, [%d4]; mov.u64 %d5, c; cvta.const.u64 %d5, %d5;
    setp.ne.u64 %p0, %d4, %d5; @%p0 mov.u32 %r1, 99;
    mov.u64 %d4, plain_c; ld.global.u64 %d4, [%d4]; mov.u64 %d5, c;
    setp.ne.u64 %p0, %d4, %d5; @%p0 mov.u32 %r1, 98;)",
                                  threads(1), R"(
.const .u32 pad[5] = {1}; .const .u32 c = 3; .global .u32 word = 1;
.global .u64 generic_c = generic(c); .global .u64 plain_c = c;
.global .u8 parts[2] = {0xFF(word), 0xFF00(word)};
)");
  CHECK(result[0] == 0);
}

TEST_CASE("kernel parameters by value: structs at their alignment, read by a computed index") {
  Emulation emulation(R"(
.visible .entry k(.param .u8 a, .param .align 8 .b8 s[24], .param .u16 b, .param .u64 out) {
  .reg .b32 %r<9>; .reg .b64 %d<9>; .reg .f64 %g;
  ld.param.u64 %d0, [out]; mov.u32 %r0, %tid.x;
  ld.param.u8 %r1, [a]; ld.param.u16 %r2, [b]; ld.param.v2.u32 {%r3, %r4}, [s+8];
  mov.u64 %d1, s; mul.wide.u32 %d2, %r0, 4; add.u64 %d1, %d1, %d2; ld.param.u32 %r5, [%d1];
  add.u32 %r1, %r1, %r2; add.u32 %r1, %r1, %r3; add.u32 %r1, %r1, %r4; add.u32 %r1, %r1, %r5;
  add.u64 %d0, %d0, %d2; st.global.u32 [%d0], %r1; ret; })");
  struct {
    std::uint32_t words[6] = {10, 20, 30, 40, 50, 60};
  } s;
  const Address out = emulation.buffer("out", std::vector<std::uint32_t>(6));
  emulation.run(threads(6), {as_bytes(std::uint8_t{200}), as_bytes(s),
                             as_bytes(std::uint16_t{1000}), as_bytes(out)});
  CHECK(emulation.values<std::uint32_t>(out) ==
        each_thread(6, [](std::uint32_t i) { return 1270 + 10 * (i + 1); }));
  CHECK_THROWS_AS(emulation.run(threads(6), {as_bytes(out)}), LaunchError);
  CHECK_THROWS_AS(emulation.run(threads(6), {as_bytes(out), as_bytes(s), as_bytes(std::uint16_t{1}),
                                             as_bytes(out)}),
                  LaunchError);
}
