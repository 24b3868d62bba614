// SPDX-License-Identifier: MIT
// What the probe kernels and their callers on the host agree on.
#pragma once

#include "sim/numerics/mufu_op.h"
#include "sim/numerics/tensor_core.h"

namespace attnlab::probe {

// The .ftz operations whose rule for tiny results is probed. Division is not among them: a quotient
// of two 24-bit significands never lies close enough below 2^-126 for the rules to differ.
enum class FtzOp { kMul, kFma, kAdd, kCvt, kCount };
inline constexpr int kFtzOpCount = static_cast<int>(FtzOp::kCount);
inline constexpr const char* kFtzOpNames[kFtzOpCount] = {"mul.rn.ftz.f32", "fma.rn.ftz.f32",
                                                         "add.rn.ftz.f32", "cvt.rn.ftz.f32.f64"};

// A probe kernel's answer where its image lacks the instruction: a NaN that no instruction returns.
inline constexpr unsigned int kNotCompiled = 0x7fbadbadu;

// One tile's words in memory, numerics::MmaTile: A, then B, then C.
inline constexpr unsigned int kTileWords = 320;
inline constexpr unsigned int kTileFirstB = 128;
inline constexpr unsigned int kTileFirstC = 192;

// The special function forms that need compute capability 9.0.
constexpr bool needs_90(numerics::MufuOp op) {
  return op == numerics::MufuOp::kEx2FtzBf16 || op == numerics::MufuOp::kTanhBf16;
}

}  // namespace attnlab::probe
