// SPDX-License-Identifier: MIT
// The conversions that compilers use most, to nearest and without modifiers, an operation each (see
// values.h): they become vector loops. convert_operations.h has every conversion.
#pragma once

#include <cstdint>

#include "sim/ptx/instructions/arithmetic/operations/convert_operations.h"
#include "sim/ptx/instructions/arithmetic/values.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

struct FloatFromInteger {
  static float apply(std::int32_t a) { return static_cast<float>(a); }
  static float apply(std::uint32_t a) { return static_cast<float>(static_cast<double>(a)); }
};
struct DoubleFromInteger {
  template <class T>
  static double apply(T a) {
    return static_cast<double>(a);
  }
};
// f32 toward zero to s32 and u32: out of range gives the end, NaN 0. The host converts no number
// that is out of its own range.
struct S32FromFloat {
  static std::int32_t apply(float a) {
    const bool inside = a > -0x1p31f && a < 0x1p31f;
    const auto whole = static_cast<std::int32_t>(inside ? a : 0.0f);
    const std::int32_t end = a > 0 ? INT32_MAX : a < 0 ? INT32_MIN : 0;
    return inside ? whole : end;
  }
};
struct U32FromFloat {
  static std::uint32_t apply(float a) {
    // Halves of the range, because hosts convert to signed numbers: 2^31 is taken off and added.
    const bool inside = a > 0 && a < 0x1p32f;
    const bool upper = a >= 0x1p31f;
    const float reduced = inside ? a - (upper ? 0x1p31f : 0.0f) : 0.0f;
    const std::uint32_t whole =
        static_cast<std::uint32_t>(static_cast<std::int32_t>(reduced)) ^ (upper ? 0x80000000u : 0);
    const std::uint32_t end = a > 0 ? 0xffffffffu : 0;
    return inside ? whole : end;
  }
};
// A NaN of f16 becomes the canonical one, one of bf16 keeps its pattern.
struct WidenF16 {
  static float apply(std::uint32_t half) {
    const float value = F16::widen(half & 0xffffu);
    return value == value ? value : __builtin_bit_cast(float, kFormatF32.nan);
  }
};
struct WidenBf16 {
  static std::uint32_t apply(std::uint32_t half) { return half << 16; }
};
template <class H>
struct Narrow {
  static std::uint32_t apply(float a) { return H::narrow(a); }
  static std::uint32_t apply(float a, float b) { return H::narrow(a) << 16 | H::narrow(b); }
};
// The host's conversions between f32 and f64 make a NaN quiet and keep what fits of its payload,
// and so do the GPU's.
struct FloatFromDouble {
  static float apply(double a) { return static_cast<float>(a); }
};
struct DoubleFromFloat {
  static double apply(float a) { return static_cast<double>(a); }
};
template <IntegerRounding kRounding>
struct WholeFloat {
  static float apply(float a) {
    const float whole = kRounding == IntegerRounding::kNearestEven ? __builtin_rintf(a)
                        : kRounding == IntegerRounding::kDown      ? __builtin_floorf(a)
                        : kRounding == IntegerRounding::kUp        ? __builtin_ceilf(a)
                                                                   : __builtin_truncf(a);
    return a == a ? whole : __builtin_bit_cast(float, kFormatF32.nan);
  }
};

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
