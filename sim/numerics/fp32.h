// SPDX-License-Identifier: MIT
// fp32 as the CUDA cores compute it, by name: fused multiply-add, minimum and maximum, and add, mul
// and fma with .ftz. Plain + - * / and sqrt need no function: IEEE on both sides, contraction off.
//
// NaN: the GPU returns 0x7fffffff from every operation; x86 passes payloads on. Functions here that
// say "canonical" return the GPU's NaN; the others return some NaN, and canonical() mends the bits
// where they are stored or compared.
#pragma once

#include "sim/numerics/host_device.h"

namespace attnlab::numerics {

inline constexpr float kInfinity = __builtin_inff();
inline constexpr float kCanonicalNan = __builtin_bit_cast(float, kCanonicalNanBits);

// The value itself, or the GPU's one NaN.
ATTNLAB_HOST_DEVICE constexpr float canonical(float value) {
  return value == value ? value : float_of_bits(kCanonicalNanBits);
}

// a * b + c rounded once (fma.rn.f32).
ATTNLAB_HOST_DEVICE inline float fma_rn(float a, float b, float c) {
#if ATTNLAB_ON_DEVICE && !defined(__clang__)
  return ::fmaf(a, b, c);
#else
  return __builtin_fmaf(a, b, c);
#endif
}

// max.f32 and min.f32: one NaN operand is ignored, two give the canonical NaN, +0 > -0.
ATTNLAB_HOST_DEVICE constexpr float max_ignoring_nan(float a, float b) {
  if (a != a) return canonical(b);
  if (b != b) return a;
  if (a == b) return float_of_bits(bits_of(a) & bits_of(b));
  return a > b ? a : b;
}
ATTNLAB_HOST_DEVICE constexpr float min_ignoring_nan(float a, float b) {
  if (a != a) return canonical(b);
  if (b != b) return a;
  if (a == b) return float_of_bits(bits_of(a) | bits_of(b));
  return a < b ? a : b;
}

// When .ftz takes a result for subnormal: by its exact value, by its value rounded to 24 bits as if
// the exponent had no lower limit, or by its value rounded to fp32 with subnormals. The three
// differ only for exact values just below 2^-126.
enum class Tininess { kBeforeRounding, kAfterRounding, kAfterSubnormalRounding };

// The rule that ftz arithmetic below follows unless told otherwise: an H200's, as probed with mul,
// fma and cvt (kernels/recorded/h200_arithmetic.json, "probes").
inline constexpr Tininess kGpuTininess = Tininess::kAfterRounding;

// A zero of the same sign for a subnormal, the value itself otherwise: what .ftz does to an
// operand.
ATTNLAB_HOST_DEVICE constexpr float flushed(float value) {
  const std::uint32_t bits = bits_of(value);
  return (bits & 0x7f800000u) == 0 ? float_of_bits(bits & 0x80000000u) : value;
}

namespace detail {

// Whether |p + c| >= limit for exact p, c and limit > 0, where the sum's double is near the limit.
ATTNLAB_HOST_DEVICE constexpr bool reaches(double p, double c, double limit) {
  const double sum = p + c;
  const double size = sum < 0 ? -sum : sum;
  if (size != limit) return size > limit;
  // The double is the limit itself: the sign of what rounding dropped decides (two-sum).
  const double of_c = sum - p;
  const double dropped = (p - (sum - of_c)) + (c - of_c);
  return sum < 0 ? dropped <= 0 : dropped >= 0;
}

// `rounded` is p + c rounded to fp32 with subnormals; the .ftz form of it.
ATTNLAB_HOST_DEVICE constexpr float flushed_result(float rounded, double p, double c,
                                                   Tininess tininess) {
  const std::uint32_t size = bits_of(rounded) & 0x7fffffffu;
  if (size > 0x00800000u) return canonical(rounded);
  bool keep = size == 0x00800000u;
  if (keep && tininess == Tininess::kBeforeRounding) keep = reaches(p, c, 0x1p-126);
  if (keep && tininess == Tininess::kAfterRounding) keep = reaches(p, c, 0x1p-126 - 0x1p-151);
  return keep ? rounded : float_of_bits(bits_of(rounded) & 0x80000000u);
}

}  // namespace detail

// add.ftz.f32, mul.ftz.f32 and fma.rn.ftz.f32: subnormal operands and results become signed zeros.
// Canonical NaN. (A sum of two fp32 numbers that is subnormal is exact, so no rule is needed.)
ATTNLAB_HOST_DEVICE constexpr float add_ftz(float a, float b) {
  return canonical(flushed(flushed(a) + flushed(b)));
}
ATTNLAB_HOST_DEVICE constexpr float mul_ftz(float a, float b, Tininess tininess = kGpuTininess) {
  const float x = flushed(a);
  const float y = flushed(b);
  return detail::flushed_result(x * y, static_cast<double>(x) * static_cast<double>(y), 0.0,
                                tininess);
}
ATTNLAB_HOST_DEVICE inline float fma_ftz(float a, float b, float c,
                                         Tininess tininess = kGpuTininess) {
  const float x = flushed(a);
  const float y = flushed(b);
  const float z = flushed(c);
  return detail::flushed_result(fma_rn(x, y, z), static_cast<double>(x) * static_cast<double>(y),
                                static_cast<double>(z), tininess);
}

}  // namespace attnlab::numerics
