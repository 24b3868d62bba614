// SPDX-License-Identifier: MIT
// f16 and bf16 in the low half of a lane, without branches, so that loops over lanes become
// vectors. numerics/formats.h says the same in one value's words; the tests compare the two.
#pragma once

#include <cstdint>

#include "sim/ptx/instructions/arithmetic/rounding.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

inline constexpr std::uint32_t kHalfSign = 0x8000u;
inline constexpr std::uint32_t kHalfSize = 0x7fffu;
inline constexpr std::uint32_t kHalfNan = 0x7fffu;

struct F16 {
  static constexpr std::uint32_t kInfinity = 0x7c00u;
  static constexpr std::uint32_t kOne = 0x3c00u;
  static constexpr std::uint32_t kSmallestNormal = 0x0400u;
  static constexpr const Format& kFormat = kFormatF16;
  // Products are exact in a float, and a float rounded to odd has bits enough for f16.
  using Sum = float;

  static float widen(std::uint32_t half) {
    const std::uint32_t size = (half & kHalfSize) << 13;
    const float scaled = __builtin_bit_cast(float, size) * 0x1p112f;
    const std::uint32_t bits = (half & kHalfSize) >= kInfinity
                                   ? size | 0x7f800000u
                                   : __builtin_bit_cast(std::uint32_t, scaled);
    return __builtin_bit_cast(float, bits | (half & kHalfSign) << 16);
  }

  // To nearest even; a NaN becomes the canonical one.
  static std::uint32_t narrow(float value) {
    const std::uint32_t bits = __builtin_bit_cast(std::uint32_t, value);
    const std::uint32_t size = bits & 0x7fffffffu;
    const std::uint32_t normal = ((size + 0xfffu + (size >> 13 & 1u)) >> 13) - (112u << 10);
    // 1/2 has the last place 2^-24, f16's smallest step: the sum rounds there.
    const float shifted = __builtin_bit_cast(float, size) + 0.5f;
    const std::uint32_t subnormal = __builtin_bit_cast(std::uint32_t, shifted) - 0x3f000000u;
    const std::uint32_t finite = size < 0x38800000u ? subnormal : normal;
    const std::uint32_t number = size < 0x477ff000u ? finite : kInfinity;
    return size > 0x7f800000u ? kHalfNan : number | (bits >> 16 & kHalfSign);
  }
  static std::uint32_t narrow_odd(float value) { return narrow(value); }
};

struct Bf16 {
  static constexpr std::uint32_t kInfinity = 0x7f80u;
  static constexpr std::uint32_t kOne = 0x3f80u;
  static constexpr std::uint32_t kSmallestNormal = 0x0080u;
  static constexpr const Format& kFormat = kFormatBf16;
  // Products leave a float's range.
  using Sum = double;

  static float widen(std::uint32_t half) { return __builtin_bit_cast(float, half << 16); }

  static std::uint32_t narrow(float value) {
    const std::uint32_t bits = __builtin_bit_cast(std::uint32_t, value);
    const std::uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
    return (bits & 0x7fffffffu) > 0x7f800000u ? kHalfNan : rounded;
  }
  // Through a float rounded to odd, which rounds to bf16 as the double would.
  static std::uint32_t narrow_odd(double value) {
    const float nearest = static_cast<float>(value);
    const std::uint32_t bits = __builtin_bit_cast(std::uint32_t, nearest);
    const double size = __builtin_fabs(value);
    const double nearest_size = __builtin_fabs(static_cast<double>(nearest));
    const std::uint32_t cut = nearest_size > size ? bits - 1 : bits;
    const std::uint32_t odd = nearest_size == size || value != value ? bits : cut | 1u;
    return narrow(__builtin_bit_cast(float, odd));
  }
};

// A subnormal becomes a zero of its sign.
template <class H>
inline std::uint32_t flushed_half(std::uint32_t half) {
  return (half & kHalfSize) < H::kSmallestNormal ? half & kHalfSign : half;
}

template <class H>
inline bool is_half_nan(std::uint32_t half) {
  return (half & kHalfSize) > H::kInfinity;
}

// An operation on 16-bit values, on both halves of a lane.
template <class Operation>
struct PackedHalves {
  template <class... Lanes>
  static std::uint32_t apply(Lanes... lanes) {
    return Operation::apply((lanes & 0xffffu)...) | Operation::apply((lanes >> 16)...) << 16;
  }
};
template <class Operation>
struct PackedHalvesWithSmall {
  template <class... Lanes>
  static std::uint32_t apply(std::uint32_t small, Lanes... lanes) {
    return Operation::apply(small, (lanes & 0xffffu)...) | Operation::apply(small, (lanes >> 16)...)
                                                               << 16;
  }
};

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
