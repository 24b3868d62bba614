// SPDX-License-Identifier: MIT
// Kernels that between them use every part of the emulator: for mixes, mutations and comparisons.
#pragma once

#include <string_view>

namespace attnlab::ptx::test {

// Each has an entry k(.param .u64 in, .param .u64 out, .param .u32 count), for blocks of up to 64
// threads, and reads and writes up to 256 words of in and out.
inline constexpr std::string_view kSeedKernels[] = {
    // Loops, divergence, shuffles, a block's sum.
    R"(
.visible .entry k(.param .u64 in, .param .u64 out, .param .u32 count) {
  .reg .pred %p<4>; .reg .b32 %r<16>; .reg .f32 %f<8>; .reg .b64 %d<8>; .shared .align 4 .b8 s[256];
  ld.param.u64 %d0, [in]; ld.param.u64 %d1, [out]; ld.param.u32 %r9, [count];
  mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x; mad.lo.s32 %r3, %r1, %r2, %r0;
  mov.f32 %f0, 0f00000000; mov.u32 %r4, %r0;
LOOP:
  setp.ge.u32 %p0, %r4, %r9;
  @%p0 bra DONE;
  mul.wide.u32 %d2, %r4, 4; add.s64 %d3, %d0, %d2; ld.global.nc.f32 %f1, [%d3];
  and.b32 %r5, %r4, 1; setp.eq.s32 %p1, %r5, 0; @%p1 bra EVEN;
  fma.rn.f32 %f0, %f1, 0f3F000000, %f0; bra.uni NEXT;
EVEN:
  add.rn.f32 %f0, %f0, %f1;
NEXT:
  add.s32 %r4, %r4, %r2; bra.uni LOOP;
DONE:
  mov.b32 %r6, %f0; shfl.sync.down.b32 %r7|%p2, %r6, 8, 31, -1; mov.b32 %f2, %r7;
  @%p2 add.f32 %f0, %f0, %f2;
  shl.b32 %r8, %r0, 2; mov.u32 %r10, s; add.s32 %r8, %r8, %r10; st.shared.f32 [%r8], %f0;
  bar.sync 0;
  xor.b32 %r11, %r0, 1; shl.b32 %r11, %r11, 2; add.s32 %r11, %r11, %r10; ld.shared.f32 %f3, [%r11];
  and.b32 %r3, %r3, 255; mul.wide.s32 %d4, %r3, 4; add.s64 %d5, %d1, %d4; st.global.f32 [%d5], %f3;
  ret;
})",
    // Calls, recursion, a table of functions, local memory, a switch.
    R"(
.func (.param .b32 r) power(.param .b32 x, .param .b32 n) {
  .reg .pred %p; .reg .b32 %r<6>;
  ld.param.b32 %r0, [x]; ld.param.b32 %r1, [n]; mov.b32 %r2, 1;
  setp.eq.s32 %p, %r1, 0; @%p bra END;
  { .param .b32 a; .param .b32 b; .param .b32 q; sub.s32 %r1, %r1, 1;
    st.param.b32 [a], %r0; st.param.b32 [b], %r1; call.uni (q), power, (a, b);
    ld.param.b32 %r2, [q]; }
  mul.lo.s32 %r2, %r2, %r0;
END:
  st.param.b32 [r], %r2; ret;
}
.func (.param .b32 r) plus(.param .b32 x, .param .b32 n) {
  .reg .b32 %r<6>; ld.param.b32 %r0, [x]; ld.param.b32 %r1, [n]; add.s32 %r0, %r0, %r1;
  st.param.b32 [r], %r0; ret;
}
.global .align 8 .u64 table[2] = {power, plus};
.visible .entry k(.param .u64 in, .param .u64 out, .param .u32 count) {
  .reg .pred %p<4>; .reg .b32 %r<16>; .reg .b64 %d<8>; .local .align 16 .b8 depot[32];
  ld.param.u64 %d1, [out]; mov.u32 %r0, %tid.x; and.b32 %r1, %r0, 3;
  mov.u64 %d2, depot; cvta.local.u64 %d3, %d2; mul.wide.u32 %d4, %r1, 8; add.s64 %d5, %d3, %d4;
  st.v2.u32 [%d5], {%r0, %r1};
T: .branchtargets A, B, C;
  rem.u32 %r2, %r0, 3; brx.idx %r2, T;
A: add.s32 %r3, %r0, 7; bra.uni MEET;
B: add.s32 %r3, %r0, 9; bra.uni MEET;
C: mov.u32 %r3, 3;
MEET:
  setp.gt.u32 %p0, %r2, 1; selp.b64 %d6, 8, 0, %p0; mov.u64 %d7, table; add.s64 %d7, %d7, %d6;
  ld.global.u64 %d7, [%d7];
P: .callprototype (.param .b32 _) _ (.param .b32 _, .param .b32 _);
  { .param .b32 a; .param .b32 b; .param .b32 q; st.param.b32 [a], %r3; st.param.b32 [b], %r1;
    call (q), %d7, (a, b), P; ld.param.b32 %r4, [q]; }
  ld.local.u32 %r5, [%d2+8]; setp.eq.s32 %p1, %r1, 1; @%p1 add.s32 %r4, %r4, %r5;
  mul.wide.u32 %d4, %r0, 4; add.s64 %d5, %d1, %d4; st.global.u32 [%d5], %r4; ret;
})",
    // Atomics, votes, matches, barriers with counts, a spin.
    R"(
.global .align 4 .u32 lock; .global .align 8 .b64 sum;
.visible .entry k(.param .u64 in, .param .u64 out, .param .u32 count)
.maxntid 64, 1, 1
{
  .reg .pred %p<6>; .reg .b32 %r<16>; .reg .b64 %d<8>; .shared .align 8 .u64 cell;
  ld.param.u64 %d1, [out]; mov.u32 %r0, %tid.x; mov.u32 %r9, %laneid;
  setp.ne.s32 %p0, %r0, 0; mov.u64 %d0, 5; @!%p0 st.shared.u64 [cell], %d0;
  bar.sync 1, 64;
  atom.shared.add.u64 %d2, [cell], %d0; red.global.add.u64 [sum], %d0;
  vote.sync.ballot.b32 %r1, %p0, -1; match.any.sync.b32 %r2, %r9, -1; activemask.b32 %r3;
  redux.sync.add.s32 %r4, %r0, -1; elect.sync %r5|%p1, -1;
  bar.red.popc.u32 %r6, 0, %p0;
  setp.ne.s32 %p2, %r9, 0; @%p2 bra MEET;
SPIN:
  atom.global.cas.b32 %r7, [lock], 0, 1; setp.ne.s32 %p3, %r7, 0; @%p3 bra SPIN;
  ld.volatile.global.u32 %r8, [%d1]; add.s32 %r8, %r8, 1; st.volatile.global.u32 [%d1], %r8;
  membar.gl; atom.global.exch.b32 %r7, [lock], 0;
MEET:
  bar.warp.sync -1; shfl.sync.idx.b32 %r10, %r0, 0, 31, -1;
  xor.b32 %r11, %r1, %r2; xor.b32 %r11, %r11, %r3; xor.b32 %r11, %r11, %r4;
  xor.b32 %r11, %r11, %r6; xor.b32 %r11, %r11, %r10;
  add.s32 %r12, %r0, 1; mul.wide.u32 %d4, %r12, 4; add.s64 %d5, %d1, %d4;
  st.global.u32 [%d5], %r11; ret;
})",
    // Constants, initialisers, generic addresses, vectors, printf, parameters by index.
    R"(
.extern .func (.param .b32 r) vprintf(.param .b64 f, .param .b64 a);
.global .align 1 .b8 text[8] = {37, 100, 32, 37, 115, 10, 0};
.const .align 16 .f32 weights[4] = {0f3F800000, 0f40000000, 0f40400000, 0f40800000};
.global .align 8 .u64 pointers[3] = {generic(weights)+4, text, 0};
.visible .entry k(.param .u64 in, .param .u64 out, .param .u32 count) {
  .reg .pred %p<4>; .reg .b16 %h<6>; .reg .b32 %r<12>; .reg .b64 %d<12>; .reg .f32 %f<8>;
  .reg .f64 %g<4>; .local .align 8 .b8 depot[16];
  ld.param.u64 %d1, [out]; ld.param.u64 %d9, [in]; mov.u32 %r0, %tid.x; mov.u64 %d2, pointers;
  ld.global.u64 %d3, [%d2]; ld.f32 %f0, [%d3]; ld.const.v4.f32 {%f1, %f2, %f3, %f4}, [weights];
  ld.global.v2.b16 {%h0, %h1}, [%d9]; mov.b32 %r1, {%h0, %h1}; cvt.u32.u16 %r2, %h1;
  mov.b64 %d4, {%r1, %r2}; mov.b64 {%r3, %r4}, %d4; prmt.b32 %r5, %r3, %r4, 0x5410;
  cvt.f64.f32 %g0, %f0; fma.rn.f64 %g1, %g0, %g0, 0d3FF0000000000000; cvt.rn.f32.f64 %f5, %g1;
  mov.u64 %d5, out; ld.param.u32 %r6, [%d5+8]; bfe.u32 %r7, %r5, 4, 8; lop3.b32 %r7, %r7, %r6, %r5, 0x96;
  setp.lt.u32 %p0, %r0, 2; mov.u64 %d6, depot; cvta.local.u64 %d7, %d6; st.local.u32 [%d6], %r0;
  add.s64 %d8, %d2, 8; ld.global.u64 %d8, [%d8]; st.local.u64 [%d6+8], %d8;
  @!%p0 bra QUIET;
  { .param .b64 a; .param .b64 b; .param .b32 q; st.param.b64 [a], %d8; st.param.b64 [b], %d7;
    call.uni (q), vprintf, (a, b); ld.param.b32 %r8, [q]; }
QUIET:
  cvt.rzi.u32.f32 %r9, %f5; add.s32 %r9, %r9, %r7; mul.wide.u32 %d10, %r0, 4;
  add.s64 %d11, %d1, %d10; st.global.u32 [%d11], %r9; ret;
})",
    // Barriers with arrivals, dynamic shared memory, early exits, nested loops.
    R"(
.extern .shared .align 16 .b8 dynamic[];
.visible .entry k(.param .u64 in, .param .u64 out, .param .u32 count) {
  .reg .pred %p<6>; .reg .b32 %r<16>; .reg .b64 %d<8>;
  ld.param.u64 %d0, [in]; ld.param.u64 %d1, [out]; ld.param.u32 %r9, [count];
  mov.u32 %r0, %tid.x; setp.ge.u32 %p0, %r0, 64; @%p0 exit;
  mov.u32 %r1, dynamic; shl.b32 %r2, %r0, 2; add.s32 %r1, %r1, %r2; mov.u32 %r3, 0;
OUTER:
  mov.u32 %r4, 0;
INNER:
  setp.ge.u32 %p1, %r4, %r3; @%p1 bra AFTER;
  mad.lo.s32 %r5, %r4, %r3, %r0; add.s32 %r6, %r6, %r5; add.s32 %r4, %r4, 1;
  setp.gt.u32 %p2, %r6, 5000; @%p2 bra AFTER; bra.uni INNER;
AFTER:
  st.shared.u32 [%r1], %r6; setp.lt.u32 %p3, %r0, 32; @%p3 bra LOW;
  bar.sync 2, 64; ld.shared.u32 %r7, [%r1+-128]; add.s32 %r6, %r6, %r7; bra.uni BOTH;
LOW:
  bar.arrive 2, 64;
BOTH:
  barrier.sync 3; add.s32 %r3, %r3, 1; setp.lt.u32 %p4, %r3, 5; @%p4 bra OUTER;
  mul.wide.u32 %d4, %r0, 4; add.s64 %d5, %d1, %d4; st.global.u32 [%d5], %r6; ret;
})"};

}  // namespace attnlab::ptx::test
