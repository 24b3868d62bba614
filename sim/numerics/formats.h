// SPDX-License-Identifier: MIT
// The 16-bit and tensor-core formats: f16 (1+5+10 bits), bf16 (1+8+7) and tf32 (1+8+10, in the top
// 19 bits of an fp32 pattern), and their conversions from and to fp32, on the host and the device.
//
// Conversions round to nearest even unless the name says otherwise; subnormals are kept; a NaN
// becomes the GPU's one NaN, 0x7fff in 16 bits and 0x7fffffff in 32, but for tf32, which has its
// own. Widening is exact.
#pragma once

#include "sim/numerics/host_device.h"

namespace attnlab::numerics {

inline constexpr std::uint16_t kCanonicalNan16Bits = 0x7fffu;

// What a conversion toward zero makes of a number beyond the largest finite one.
enum class Overflow { kToLargestFinite, kToInfinity };

// fp32 from f16, exact.
ATTNLAB_HOST_DEVICE constexpr float f32_from_f16(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu;
  const std::uint32_t fraction = half & 0x3ffu;
  if (exponent == 31) {
    return float_of_bits(fraction != 0 ? kCanonicalNanBits : sign | 0x7f800000u);
  }
  if (exponent != 0) {
    return float_of_bits(sign | ((exponent + 112) << 23) | (fraction << 13));
  }
  // Zero or subnormal: an integer multiple of 2^-24.
  const float size = static_cast<float>(fraction) * 0x1p-24f;
  return float_of_bits(sign | bits_of(size));
}

// The significand (24 bits) of a finite fp32 moved right by `shift` (1 to 25), rounded to nearest
// even.
ATTNLAB_HOST_DEVICE constexpr std::uint32_t shifted_to_nearest_even(std::uint32_t significand,
                                                                    std::uint32_t shift) {
  const std::uint32_t quotient = significand >> shift;
  const std::uint32_t remainder = significand & ((1u << shift) - 1);
  const std::uint32_t half = 1u << (shift - 1);
  return quotient + ((remainder > half || (remainder == half && (quotient & 1u) != 0)) ? 1 : 0);
}

// f16 from fp32, to nearest even (cvt.rn.f16.f32).
ATTNLAB_HOST_DEVICE constexpr std::uint16_t f16_from_f32(float value) {
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) return kCanonicalNan16Bits;
  // 65520 lies half way between the largest f16 and 2^16: it and all above become infinity.
  if (size >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);
  if (size >= 0x38800000u) {
    // A normal f16: a carry out of the fraction moves into the exponent, as it should.
    const std::uint32_t rounded = (size + 0xfffu + ((size >> 13) & 1u)) >> 13;
    return static_cast<std::uint16_t>(sign | (rounded - (112u << 10)));
  }
  // A subnormal f16 or zero: a multiple of 2^-24.
  const std::uint32_t exponent = size >> 23;
  if (exponent < 102) return static_cast<std::uint16_t>(sign);
  const std::uint32_t significand = (size & 0x7fffffu) | 0x800000u;
  return static_cast<std::uint16_t>(sign | shifted_to_nearest_even(significand, 126 - exponent));
}

// f16 from fp32, cut toward zero (cvt.rz.f16.f32 with Overflow::kToLargestFinite).
ATTNLAB_HOST_DEVICE constexpr std::uint16_t f16_from_f32_toward_zero(
    float value, Overflow overflow = Overflow::kToLargestFinite) {
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) return kCanonicalNan16Bits;
  if (size >= 0x47800000u) {
    const bool to_infinity = size == 0x7f800000u || overflow == Overflow::kToInfinity;
    return static_cast<std::uint16_t>(sign | (to_infinity ? 0x7c00u : 0x7bffu));
  }
  if (size >= 0x38800000u) return static_cast<std::uint16_t>(sign | ((size >> 13) - (112u << 10)));
  const std::uint32_t exponent = size >> 23;
  if (exponent < 103) return static_cast<std::uint16_t>(sign);
  const std::uint32_t significand = (size & 0x7fffffu) | 0x800000u;
  return static_cast<std::uint16_t>(sign | (significand >> (126 - exponent)));
}

// fp32 from bf16, exact.
ATTNLAB_HOST_DEVICE constexpr float f32_from_bf16(std::uint16_t brain) {
  const std::uint32_t bits = static_cast<std::uint32_t>(brain) << 16;
  return float_of_bits((bits & 0x7fffffffu) > 0x7f800000u ? kCanonicalNanBits : bits);
}

// bf16 from fp32, to nearest even (cvt.rn.bf16.f32).
ATTNLAB_HOST_DEVICE constexpr std::uint16_t bf16_from_f32(float value) {
  const std::uint32_t bits = bits_of(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return kCanonicalNan16Bits;
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

// tf32 from fp32, to nearest even (cvt.rn.tf32.f32). The low 13 bits of the pattern are 0, also of
// the one NaN.
ATTNLAB_HOST_DEVICE constexpr float tf32_from_f32(float value) {
  const std::uint32_t bits = bits_of(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return float_of_bits(kCanonicalNanBits & ~0x1fffu);
  return float_of_bits((bits + 0xfffu + ((bits >> 13) & 1u)) & ~0x1fffu);
}

// tf32 from fp32, to nearest, ties away from zero (cvt.rna.tf32.f32). A NaN keeps its upper bits.
ATTNLAB_HOST_DEVICE constexpr float tf32_from_f32_ties_away(float value) {
  const std::uint32_t bits = bits_of(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return float_of_bits(bits & ~0x1fffu);
  return float_of_bits((bits + 0x1000u) & ~0x1fffu);
}

// tf32 as a tensor core reads an fp32 pattern: the low 13 bits are ignored.
ATTNLAB_HOST_DEVICE constexpr float tf32_truncated(float value) {
  return float_of_bits(bits_of(value) & ~0x1fffu);
}

}  // namespace attnlab::numerics
