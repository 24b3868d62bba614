// SPDX-License-Identifier: MIT
// Correct rounding in every mode and format, from one idea: a double that rounds like the exact
// result.
//
// The exact sum of a product and an addend has more bits than a double. Rounded to odd (cut, and
// the last bit set if anything was cut off), it still rounds to any format of at most 51 bits as
// the exact sum would, in every mode: the odd last bit keeps it off every value and every midpoint
// that the exact sum is not on (Boldo & Melquiond, "Emulation of FMA and Correctly Rounded Sums",
// 2008). Quotients and square roots of fp32 numbers need not even that: rounded to a double
// they are on the same side of every 25-bit number as the exact ones.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sim/numerics/fp32.h"
#include "sim/ptx/instructions/lanes.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

// .rn .rz .rm .rp and .rna, as in PTX.
enum class Rounding : std::uint32_t { kNearestEven, kTowardZero, kDown, kUp, kNearestAway };

// Whether |x| must grow by one unit in the last place: `kept` is its whole part in these units,
// `rest` of 2 * `half` what is left.
inline bool rounds_up(Rounding rounding, bool negative, std::uint64_t kept, std::uint64_t rest,
                      std::uint64_t half) {
  switch (rounding) {
    case Rounding::kNearestEven:
      return rest > half || (rest == half && (kept & 1u) != 0);
    case Rounding::kNearestAway:
      return rest >= half;
    case Rounding::kDown:
      return negative && rest != 0;
    case Rounding::kUp:
      return !negative && rest != 0;
    case Rounding::kTowardZero:
      break;
  }
  return false;
}

// a + b rounded to odd, in float or double; exact errors by two-sum.
template <class T>
inline T sum_to_odd(T a, T b) {
  using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  const T sum = a + b;
  const T of_b = sum - a;
  const T error = (a - (sum - of_b)) + (b - of_b);
  const Bits bits = __builtin_bit_cast(Bits, sum);
  const Bits error_bits = __builtin_bit_cast(Bits, error);
  // An error of the sum's sign leaves the sum too small. An infinite sum has a NaN for an error.
  const Bits away = (bits ^ error_bits) >> (8 * sizeof(Bits) - 1) == 0 ? Bits{1} : ~Bits{0};
  const bool inexact = error == error && (error_bits << 1) != 0 && (bits & 1u) == 0;
  return __builtin_bit_cast(T, inexact ? bits + away : bits);
}

// a * b + c, rounded once: hardware where it is there, else through a double.
inline float fused(float a, float b, float c) {
#if defined(__FMA__)
  return __builtin_fmaf(a, b, c);
#else
  return static_cast<float>(
      sum_to_odd(static_cast<double>(a) * static_cast<double>(b), static_cast<double>(c)));
#endif
}

// A binary format as rounding sees it. Codes are patterns without their sign.
struct Format {
  int fraction_bits;
  int smallest_exponent;  // of a normal number
  int sign_bit;
  std::uint32_t largest;  // finite
  std::uint32_t infinity;
  std::uint32_t nan;
};
inline constexpr Format kFormatF32 = {23, -126, 31, 0x7f7fffffu, 0x7f800000u, 0x7fffffffu};
inline constexpr Format kFormatF16 = {10, -14, 15, 0x7bffu, 0x7c00u, 0x7fffu};
inline constexpr Format kFormatBf16 = {7, -126, 15, 0x7f7fu, 0x7f80u, 0x7fffu};
// tf32 as the top 19 bits of an fp32 pattern: a code is to be moved left by 13.
inline constexpr Format kFormatTf32 = {10, -126, 18, 0x3fbffu, 0x3fc00u, 0x3ffffu};
// e4m3 has no infinity; its conversions never make one.
inline constexpr Format kFormatE4m3 = {3, -6, 7, 0x7eu, 0x7fu, 0x7fu};
inline constexpr Format kFormatE5m2 = {2, -14, 7, 0x7bu, 0x7cu, 0x7fu};

// How a result is rounded: its mode, and what its instruction's modifiers do to it.
struct RoundingRule {
  Rounding rounding = Rounding::kNearestEven;
  bool flush = false;   // .ftz: a subnormal result becomes a zero (tininess after rounding)
  bool finite = false;  // .satfinite: what overflows becomes the largest finite number
};

// The code of a finite |value| that rounds beyond the largest finite number.
inline std::uint32_t overflow_code(const Format& format, const RoundingRule& rule, bool negative) {
  const bool to_largest = rule.finite || rule.rounding == Rounding::kTowardZero ||
                          rule.rounding == (negative ? Rounding::kUp : Rounding::kDown);
  return to_largest ? format.largest : format.infinity;
}

// The code of `value` in `format`, sign included.
inline std::uint32_t encode(double value, const Format& format, const RoundingRule& rule) {
  const std::uint64_t bits = __builtin_bit_cast(std::uint64_t, value);
  const std::uint64_t size = bits & 0x7fffffffffffffffu;
  if (size > 0x7ff0000000000000u) return format.nan;
  const bool negative = bits >> 63 != 0;
  const std::uint32_t sign = static_cast<std::uint32_t>(bits >> 63) << format.sign_bit;
  if (size == 0x7ff0000000000000u) return sign | (rule.finite ? format.largest : format.infinity);
  if (size == 0) return sign;
  const int exponent = static_cast<int>(size >> 52) - 1023;
  const std::uint64_t hidden = exponent > -1023 ? 1 : 0;
  const std::uint64_t significand = (size & 0xfffffffffffffu) | hidden << 52;
  // A normal result drops this many bits, a subnormal one the more, the smaller it is.
  const int normal_drop = 52 - format.fraction_bits;
  const int below = exponent < format.smallest_exponent ? format.smallest_exponent - exponent : 0;
  const int drop = normal_drop + below < 60 ? normal_drop + below : 60;
  const auto rounded = [&](int dropped) {
    const std::uint64_t kept = significand >> dropped;
    const std::uint64_t rest = significand - (kept << dropped);
    const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
    return kept + (rounds_up(rule.rounding, negative, kept, rest, half) ? 1 : 0);
  };
  if (rule.flush && below > 0 &&
      (below > 1 || rounded(normal_drop) < std::uint64_t{2} << format.fraction_bits)) {
    return sign;
  }
  // A carry out of the fraction moves into the exponent, as it should.
  const std::uint64_t field =
      below > 0 ? 0 : static_cast<std::uint64_t>(exponent - format.smallest_exponent);
  const std::uint64_t code = rounded(drop) + (field << format.fraction_bits);
  if (code > format.largest) return sign | overflow_code(format, rule, negative);
  return sign | static_cast<std::uint32_t>(code);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
