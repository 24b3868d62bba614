// SPDX-License-Identifier: MIT
// The special function unit's instructions, as one list: the host model (mufu.h), the probe kernel
// (kernels/probe/arithmetic.cu) and the recorded digests are all indexed by it.
#pragma once

namespace attnlab::numerics {

enum class MufuOp {
  kEx2Ftz,
  kEx2,
  kLg2Ftz,
  kLg2,
  kRcpFtz,
  kRcp,
  kRsqrtFtz,
  kRsqrt,
  kSqrtFtz,
  kSqrt,
  kSinFtz,
  kSin,
  kCosFtz,
  kCos,
  kTanh,
  // 16-bit forms: the input and the result are in the low 16 bits.
  kEx2F16,
  kTanhF16,
  kEx2FtzBf16,
  kTanhBf16,
  kCount
};

inline constexpr int kMufuOpCount = static_cast<int>(MufuOp::kCount);
inline constexpr int kFirst16BitMufuOp = static_cast<int>(MufuOp::kEx2F16);

// The PTX mnemonic, in the order of MufuOp.
inline constexpr const char* kMufuOpNames[kMufuOpCount] = {
    "ex2.approx.ftz.f32",  "ex2.approx.f32",      "lg2.approx.ftz.f32",   "lg2.approx.f32",
    "rcp.approx.ftz.f32",  "rcp.approx.f32",      "rsqrt.approx.ftz.f32", "rsqrt.approx.f32",
    "sqrt.approx.ftz.f32", "sqrt.approx.f32",     "sin.approx.ftz.f32",   "sin.approx.f32",
    "cos.approx.ftz.f32",  "cos.approx.f32",      "tanh.approx.f32",      "ex2.approx.f16",
    "tanh.approx.f16",     "ex2.approx.ftz.bf16", "tanh.approx.bf16"};

}  // namespace attnlab::numerics
