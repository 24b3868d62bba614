// SPDX-License-Identifier: MIT
// rcp.approx.ftz.f64, rsqrt.approx.ftz.f64 and rsqrt.approx.f64, bit pattern in, bit pattern out,
// on the host and on the device: the seeds from which f64 division and square root start.
//
// The .ftz forms are one pass of the special function unit (MUFU.RCP64H, MUFU.RSQ64H) over the high
// word alone: the argument's 20 fraction bits there, three zeros below them, go through fp32's
// table (mufu_model.h) and of the 23 fraction bits that come out the low three are cut off. The
// exponent is f64's. The low word is not read and the result's is 0, so
//   - a NaN whose payload lies in the low word alone counts as an infinity;
//   - a NaN result is 0x7fffffff'00000000;
//   - a subnormal counts as a signed zero, and a reciprocal below 2^-1022 becomes one.
// The relative error over arguments with an empty low word is below 2^-20 for both.
//
// rsqrt.approx.f64 is a sequence: the seed of a normal number, then one step of third order in f64;
// subnormals are scaled by 2^54 and kept. NaN keeps sign and payload and becomes quiet; a negative
// number gives 0xfff80000'00000000. The error is below 0.52 ulp.
//
// Compared with an H200: rcp on all 2^20 high words of exponent 0, rsqrt on those of exponents 0
// and 1, each of the three on 131,072 patterns of 64 bits (32 special, the rest random): 0
// mismatches.
#pragma once

#include "sim/numerics/mufu_model.h"

namespace attnlab::numerics {

namespace f64_seeds {

inline constexpr std::uint64_t kSignBit = 0x8000000000000000u;
inline constexpr std::uint64_t kInfinityBits = 0x7ff0000000000000u;
inline constexpr std::uint64_t kSmallestNormal = 0x0010000000000000u;
inline constexpr std::uint32_t kHighInfinity = 0x7ff00000u;  // the same, of the high word
inline constexpr std::uint32_t kHighSmallestNormal = 0x00100000u;
inline constexpr std::uint64_t kQuietBit = 0x0008000000000000u;
// The unit's NaN, and the one that the sequence below returns for a negative number.
inline constexpr std::uint64_t kUnitNanBits = 0x7fffffff00000000u;
inline constexpr std::uint64_t kNegativeNanBits = 0xfff8000000000000u;

// What the unit's f64 forms see of a number: the sign, the exponent and 20 bits of fraction.
struct HighWord {
  std::uint64_t sign;      // in place
  std::uint32_t size;      // the word without its sign
  int exponent;            // unbiased, of a normal number
  std::uint32_t fraction;  // as fp32's fraction field
};

ATTNLAB_HOST_DEVICE constexpr HighWord high_word(std::uint64_t bits) {
  const std::uint32_t size = static_cast<std::uint32_t>(bits >> 32) & 0x7fffffffu;
  return {bits & kSignBit, size, static_cast<int>(size >> 20) - 1023, (size & 0x000fffffu) << 3};
}

// The f64 of a positive normal fp32 number, cut to 20 fraction bits, times 2^exponent.
ATTNLAB_HOST_DEVICE constexpr std::uint64_t seed(std::uint32_t significand, int exponent) {
  const int field = static_cast<int>(significand >> 23) - 127 + exponent + 1023;
  if (field <= 0) return 0;
  return (static_cast<std::uint64_t>(field) << 52) |
         (static_cast<std::uint64_t>((significand & mufu::kFractionMask) >> 3) << 32);
}

ATTNLAB_HOST_DEVICE inline double fma_rn_f64(double a, double b, double c) {
#if ATTNLAB_ON_DEVICE && !defined(__clang__)
  return ::fma(a, b, c);
#else
  return __builtin_fma(a, b, c);
#endif
}

}  // namespace f64_seeds

// 1/x, roughly (rcp.approx.ftz.f64).
ATTNLAB_HOST_DEVICE inline std::uint64_t rcp_approx_ftz_f64(std::uint64_t bits) {
  const f64_seeds::HighWord x = f64_seeds::high_word(bits);
  if (x.size > f64_seeds::kHighInfinity) return f64_seeds::kUnitNanBits;
  if (x.size == f64_seeds::kHighInfinity) return x.sign;
  if (x.size < f64_seeds::kHighSmallestNormal) return x.sign | f64_seeds::kInfinityBits;
  return x.sign | f64_seeds::seed(mufu::rcp_ftz((127u << 23) | x.fraction), -x.exponent);
}

// 1/sqrt(x), roughly (rsqrt.approx.ftz.f64).
ATTNLAB_HOST_DEVICE inline std::uint64_t rsqrt_approx_ftz_f64(std::uint64_t bits) {
  const f64_seeds::HighWord x = f64_seeds::high_word(bits);
  if (x.size > f64_seeds::kHighInfinity) return f64_seeds::kUnitNanBits;
  if (x.size < f64_seeds::kHighSmallestNormal) return x.sign | f64_seeds::kInfinityBits;
  if (x.sign != 0) return f64_seeds::kUnitNanBits;
  if (x.size == f64_seeds::kHighInfinity) return 0;
  // x is 4^half times a number in [1, 4).
  const int half = x.exponent >> 1;
  const std::uint32_t odd = static_cast<std::uint32_t>(x.exponent) & 1u;
  return f64_seeds::seed(mufu::rsqrt_ftz(((127u + odd) << 23) | x.fraction), -half);
}

namespace f64_seeds {

// The seed r of a positive normal x, improved: with e = 1 - x r^2, r + r e (1/2 + 3/8 e).
ATTNLAB_HOST_DEVICE inline double improved_rsqrt(double x) {
  const double r =
      __builtin_bit_cast(double, rsqrt_approx_ftz_f64(__builtin_bit_cast(std::uint64_t, x)));
  const double e = fma_rn_f64(x, -(r * r), 1.0);
  return fma_rn_f64(fma_rn_f64(e, 0.375, 0.5), r * e, r);
}

}  // namespace f64_seeds

// 1/sqrt(x) (rsqrt.approx.f64).
ATTNLAB_HOST_DEVICE inline std::uint64_t rsqrt_approx_f64(std::uint64_t bits) {
  const std::uint64_t size = bits & ~f64_seeds::kSignBit;
  if (size > f64_seeds::kInfinityBits) return bits | f64_seeds::kQuietBit;
  if (size == 0) return bits | f64_seeds::kInfinityBits;
  if (bits != size) return f64_seeds::kNegativeNanBits;
  if (bits == f64_seeds::kInfinityBits) return 0;
  const double x = __builtin_bit_cast(double, bits);
  const double root = size < f64_seeds::kSmallestNormal
                          ? f64_seeds::improved_rsqrt(x * 0x1p54) * 0x1p27
                          : f64_seeds::improved_rsqrt(x);
  return __builtin_bit_cast(std::uint64_t, root);
}

}  // namespace attnlab::numerics
