// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/fuzz/templates.h"

namespace attnlab::probe {
namespace {

constexpr const char* kLone[] = {
    // 32-bit integers
    "add.s32 $R, $r, $n", "sub.s32 $R, $r, $n", "mul.lo.s32 $R, $r, $n", "mul.hi.u32 $R, $r, $n",
    "mul.hi.s32 $R, $r, $r", "mad.lo.s32 $R, $r, $n, $r", "mad.hi.s32 $R, $r, $r, $r",
    "and.b32 $R, $r, $n", "or.b32 $R, $r, $r", "xor.b32 $R, $r, $n", "not.b32 $R, $r",
    "shl.b32 $R, $r, $5", "shr.u32 $R, $r, $5", "shr.s32 $R, $r, $n", "min.s32 $R, $r, $n",
    "max.u32 $R, $r, $n", "abs.s32 $R, $r", "neg.s32 $R, $r", "sad.u32 $R, $r, $r, $r",
    "bfe.u32 $R, $r, $5, $5", "bfe.s32 $R, $r, $r, $5", "bfi.b32 $R, $r, $r, $5, $5",
    "prmt.b32 $R, $r, $r, $n", "lop3.b32 $R, $r, $r, $r, $8", "popc.b32 $R, $r", "clz.b32 $R, $r",
    "brev.b32 $R, $r", "bfind.u32 $R, $r", "dp4a.s32.s32 $R, $r, $r, $r",
    "shf.l.wrap.b32 $R, $r, $r, $n", "shf.r.clamp.b32 $R, $r, $r, $n",
    "add.cc.u32 $R, $r, $r; addc.u32 $R, $r, $r", "or.b32 %t0, $r, 1; div.u32 $R, $r, %t0",
    "and.b32 %t0, $r, 1023; add.s32 %t0, %t0, 1; rem.s32 $R, $r, %t0", "mov.b32 $R, $f",
    "mov.b32 $R, $x",
    // 64-bit integers
    "add.s64 $L, $l, $l", "sub.s64 $L, $l, $l", "mul.lo.s64 $L, $l, $l", "xor.b64 $L, $l, $l",
    "and.b64 $L, $l, $l", "shl.b64 $L, $l, $6", "shr.s64 $L, $l, $6", "shr.u64 $L, $l, $r",
    "min.s64 $L, $l, $l", "max.u64 $L, $l, $l", "mul.wide.s32 $L, $r, $r",
    "mad.wide.u32 $L, $r, $r, $l", "cvt.s64.s32 $L, $r", "cvt.u64.u32 $L, $r", "cvt.u32.u64 $R, $l",
    "mov.b64 $L, {$r, $r}", "mov.b64 {$R, %t0}, $l", "popc.b64 $R, $l",
    // f32
    "add$o$z.f32 $F, $f, $k", "sub$o$z.f32 $F, $f, $k", "mul$o$z.f32 $F, $f, $k",
    "add$o.f32 $F, $f, $f", "mul$o.f32 $F, $f, $f", "fma$o$z.f32 $F, $f, $k, $f",
    "fma.rn.f32 $F, $f, $f, $f", "fma.rn.sat.f32 $F, $f, $f, $f", "min$z.f32 $F, $f, $k",
    "max$z.f32 $F, $f, $f", "max.NaN.f32 $F, $f, $f", "div.rn.f32 $F, $f, $f", "rcp$o.f32 $F, $f",
    "sqrt.rn.f32 $F, $f", "ex2.approx$z.f32 $F, $f", "lg2.approx$z.f32 $F, $f",
    "rsqrt.approx$z.f32 $F, $f", "sin.approx$z.f32 $F, $f", "tanh.approx.f32 $F, $f",
    "div.full$z.f32 $F, $f, $f", "neg.f32 %f9, $f; fma.rn.f32 $F, %f9, $f, $f",
    "abs.f32 %f9, $f; add.rn.f32 $F, %f9, $k", "mov.b32 $F, $r", "copysign.f32 $F, $f, $f",
    // f64
    "add$o.f64 $D, $d, $d", "sub$o.f64 $D, $d, $d", "mul$o.f64 $D, $d, $d",
    "fma$o.f64 $D, $d, $d, $d", "min.f64 $D, $d, $d", "max.f64 $D, $d, $d", "cvt.f64.f32 $D, $f",
    "cvt.rn.f64.s64 $D, $l", "cvt.rn.f64.u32 $D, $r", "cvt$o.f32.f64 $F, $d",
    "cvt$a.s32.f64 $R, $d", "cvt$a.s64.f64 $L, $d", "div.rn.f64 $D, $d, $d",
    "mov.f64 %e0, $d; setp.nan.f64 %q4, %e0, %e0; selp.f64 %e0, 0d7FF8000000000000, %e0, %q4; "
    "mov.b64 $L, %e0",
    // f16x2
    "add.rn.f16x2 $X, $x, $x", "sub.rn.f16x2 $X, $x, $x", "mul.rn.f16x2 $X, $x, $x",
    "fma.rn.f16x2 $X, $x, $x, $x", "fma.rn.ftz.f16x2 $X, $x, $x, $x", "min.f16x2 $X, $x, $x",
    "max.NaN.f16x2 $X, $x, $x", "cvt.rn.f16x2.f32 $X, $f, $f", "mov.b32 $X, $r",
    "mov.b32 {%h0, %h1}, $x; cvt.f32.f16 $F, %h0", "mov.b32 {%h0, %h1}, $x; cvt.f32.f16 $F, %h1",
    "mov.b32 {%h0, %h1}, $x; mov.b32 $X, {%h1, %h0}",
    // Conversions
    "cvt$a$z.s32.f32 $R, $f", "cvt$a.u32.f32 $R, $f", "cvt$o.f32.s32 $F, $r",
    "cvt$o.f32.u32 $F, $r", "cvt$a.s64.f32 $L, $f", "cvt$a.f32.f32 $F, $f", "cvt.s32.s16 $R, $r",
    "cvt.u32.u8 $R, $r", "cvt.rn.bf16x2.f32 $R, $f, $f",
    "cvt.sat.s16.s32 %h0, $r; cvt.s32.s16 $R, %h0",
    // Predicates and selection
    "setp.$c.s32 $P, $r, $n", "setp.$c.u32 $P, $r, $r", "setp.$c.s64 $P, $l, $l",
    "setp.$C$z.f32 $P, $f, $k", "setp.$C.f64 $P, $d, $d", "setp.$c.and.s32 $P, $r, $n, $p",
    "setp.$C.xor.f32 $P, $f, $f, $p", "and.pred $P, $p, $p", "or.pred $P, $p, $p",
    "xor.pred $P, $p, $p", "not.pred $P, $p", "selp.b32 $R, $r, $n, $p", "selp.f32 $F, $f, $k, $p",
    "selp.b64 $L, $l, $l, $p", "selp.f64 $D, $d, $d, $p", "selp.b32 $X, $x, $x, $p",
    "slct.s32.s32 $R, $r, $r, $r", "set.$c.u32.s32 $R, $r, $r", "set.$C.f32.f32 $F, $f, $f",
    // This thread's array of eight words
    "and.b32 %t0, $r, 7; mul.wide.u32 %w0, %t0, 4; add.s64 %w0, %w0, %array; "
    "st.local.b32 [%w0], $r",
    "and.b32 %t0, $r, 7; mul.wide.u32 %w0, %t0, 4; add.s64 %w0, %w0, %array; "
    "ld.local.b32 $R, [%w0]",
    "ld.local.f32 $F, [%array+12]", "st.local.v2.b32 [%array+8], {$r, $r}"};

constexpr const char* kCommon[] = {
    "shfl.sync.bfly.b32 $R, $r, $5, $w, -1", "shfl.sync.down.b32 $R, $r, $5, $w, -1",
    "shfl.sync.up.b32 $R, $r, $5, $u, -1", "shfl.sync.idx.b32 $R, $r, $r, $w, -1",
    "shfl.sync.bfly.b32 $F, $f, $5, 31, -1", "shfl.sync.down.b32 %t0|$P, $r, $r, $w, -1",
    "vote.sync.ballot.b32 $R, $p, -1", "vote.sync.any.pred $P, $p, -1",
    "vote.sync.all.pred $P, $p, -1", "vote.sync.uni.pred $P, $p, -1",
    "and.b32 %t0, $r, 3; match.any.sync.b32 $R, %t0, -1",
    "and.b32 %t0, $r, 1; match.all.sync.b32 $R|$P, %t0, -1", "redux.sync.add.s32 $R, $r, -1",
    "redux.sync.min.s32 $R, $r, -1", "redux.sync.xor.b32 $R, $r, -1", "bar.red.popc.u32 $R, 0, $p",
    "bar.red.or.pred $P, 0, $p",
    // Exchange through shared memory: with a lane of this warp, with the next warp, and sums into
    // the first words.
    "st.shared.b32 [%mine], $r; bar.sync 0; xor.b32 %t0, %thread, $5; shl.b32 %t0, %t0, 2; "
    "add.s32 %t0, %t0, %shared; ld.shared.b32 $R, [%t0]; bar.sync 0",
    "st.shared.f32 [%mine], $f; bar.sync 0; ld.shared.f32 $F, [%next]; bar.sync 0",
    "st.shared.b32 [%mine], $r; bar.sync 0; and.b32 %t0, $r, 15; shl.b32 %t0, %t0, 2; "
    "add.s32 %t0, %t0, %shared; $b [%t0], $r; bar.sync 0; ld.shared.b32 $R, [%mine]; bar.sync 0"};

}  // namespace

std::span<const char* const> lone_templates() {
  return kLone;
}
std::span<const char* const> common_templates() {
  return kCommon;
}

}  // namespace attnlab::probe
