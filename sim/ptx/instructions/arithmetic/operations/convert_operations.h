// SPDX-License-Identifier: MIT
// One conversion of one lane: any of cvt's scalar types to any other, in any form.
//
// A value on its way is an integer (sign and magnitude, so that s64 and u64 are one) or a double:
// every floating type is exact in it, and a 64-bit integer rounded to odd rounds on as it should
// (see rounding.h).
#pragma once

#include <cstdint>

#include "sim/ptx/instructions/arithmetic/half_values.h"
#include "sim/ptx/syntax/scalar_type.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

// .rni .rzi .rmi .rpi: to an integer.
enum class IntegerRounding : std::uint32_t { kNone, kNearestEven, kTowardZero, kDown, kUp };

// A cvt's modifiers and types; packed() is its Op::small.
struct Conversion {
  Rounding rounding = Rounding::kNearestEven;
  IntegerRounding integer_rounding = IntegerRounding::kNone;
  bool flush = false;     // .ftz
  bool saturate = false;  // .sat
  bool relu = false;
  bool finite = false;  // .satfinite
  ScalarType from = ScalarType::kNone;
  ScalarType to = ScalarType::kNone;
  std::uint32_t register_bits = 0;  // of an integer destination, which may be wider than its type

  std::uint32_t packed() const {
    return static_cast<std::uint32_t>(rounding) |
           static_cast<std::uint32_t>(integer_rounding) << 3 | (flush ? 1u << 6 : 0u) |
           (saturate ? 1u << 7 : 0u) | (relu ? 1u << 8 : 0u) | (finite ? 1u << 9 : 0u) |
           static_cast<std::uint32_t>(from) << 10 | static_cast<std::uint32_t>(to) << 16 |
           register_bits << 22;
  }
  static Conversion unpacked(std::uint32_t small) {
    return {static_cast<Rounding>(small & 7u),
            static_cast<IntegerRounding>(small >> 3 & 7u),
            (small >> 6 & 1u) != 0,
            (small >> 7 & 1u) != 0,
            (small >> 8 & 1u) != 0,
            (small >> 9 & 1u) != 0,
            static_cast<ScalarType>(small >> 10 & 63u),
            static_cast<ScalarType>(small >> 16 & 63u),
            small >> 22};
  }
};

constexpr bool is_integer(ScalarType type) {
  return is_signed(type) || is_unsigned(type);
}

struct Integer {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

inline std::uint64_t low_bits(int count) {
  return ~std::uint64_t{0} >> (64 - count);
}

inline Integer read_integer(std::uint64_t bits, ScalarType type) {
  const int width = 8 * bytes_of(type);
  const std::uint64_t value = bits & low_bits(width);
  const bool negative = is_signed(type) && (value >> (width - 1)) != 0;
  return {negative, negative ? (low_bits(width) - value) + 1 : value};
}

inline double read_float(std::uint64_t bits, ScalarType type, bool flush) {
  const auto low = static_cast<std::uint32_t>(bits);
  if (type == ScalarType::kF64) return __builtin_bit_cast(double, bits);
  if (type == ScalarType::kF16) return static_cast<double>(F16::widen(low & 0xffffu));
  if (type == ScalarType::kBf16) return static_cast<double>(Bf16::widen(low & 0xffffu));
  const bool subnormal = (low & 0x7f800000u) == 0;
  return static_cast<double>(
      __builtin_bit_cast(float, flush&& subnormal ? low & 0x80000000u : low));
}

// The integer in the register: cut to its type, then extended with its sign to the register.
inline std::uint64_t in_register(Integer value, ScalarType type, std::uint32_t register_bits) {
  const std::uint64_t bits = value.negative ? std::uint64_t{0} - value.magnitude : value.magnitude;
  const int unused = 64 - 8 * bytes_of(type);
  const std::uint64_t cut = bits << unused;
  const std::uint64_t extended =
      is_signed(type) ? static_cast<std::uint64_t>(static_cast<std::int64_t>(cut) >> unused)
                      : cut >> unused;
  return extended & low_bits(static_cast<int>(register_bits));
}

// The number of the type's range that is nearest.
inline Integer saturated(Integer value, ScalarType type) {
  const int width = 8 * bytes_of(type);
  const std::uint64_t most = low_bits(is_signed(type) ? width - 1 : width);
  const std::uint64_t least = is_signed(type) ? most + 1 : 0;  // as a magnitude
  const std::uint64_t limit = value.negative ? least : most;
  return {value.negative, value.magnitude < limit ? value.magnitude : limit};
}

inline double rounded_to_integer(double value, IntegerRounding rounding) {
  switch (rounding) {
    case IntegerRounding::kNearestEven:
      return __builtin_rint(value);
    case IntegerRounding::kDown:
      return __builtin_floor(value);
    case IntegerRounding::kUp:
      return __builtin_ceil(value);
    default:
      return __builtin_trunc(value);
  }
}

// What a NaN becomes: 0, but the sign's bit alone where a 64-bit type takes part (PTX ISA, "cvt").
inline std::uint64_t integer_of_nan(ScalarType from, ScalarType to) {
  const bool any_long = from == ScalarType::kF64 || bytes_of(to) == 8;
  return any_long ? std::uint64_t{1} << (8 * bytes_of(to) - 1) : 0;
}

// Out of range gives the range's end, with or without .sat.
inline std::uint64_t integer_from_float(double value, const Conversion& form) {
  if (value != value) {
    return in_register({false, integer_of_nan(form.from, form.to)}, form.to, form.register_bits);
  }
  const double whole = rounded_to_integer(value, form.integer_rounding);
  const double size = __builtin_fabs(whole);
  const Integer integer = {whole < 0,
                           size < 0x1p64 ? static_cast<std::uint64_t>(size) : ~std::uint64_t{0}};
  return in_register(saturated(integer, form.to), form.to, form.register_bits);
}

// A double that rounds to the shorter formats like the integer.
inline double odd_double(Integer value) {
  const std::uint64_t size = value.magnitude;
  const std::uint64_t upper = size >> 11 | ((size & 0x7ffu) != 0 ? 1u : 0u);
  const double wide =
      size >> 53 == 0 ? static_cast<double>(size) : static_cast<double>(upper) * 2048.0;
  return value.negative ? -wide : wide;
}
inline double rounded_f64(Integer value, Rounding rounding) {
  const std::uint64_t size = value.magnitude;
  const int excess = size >> 53 == 0 ? 0 : 11 - __builtin_clzll(size);
  const std::uint64_t kept = size >> excess;
  const std::uint64_t rest = size - (kept << excess);
  const std::uint64_t half = std::uint64_t{1} << excess >> 1;
  const bool up = rest != 0 && rounds_up(rounding, value.negative, kept, rest, half);
  const double wide =
      static_cast<double>(kept + (up ? 1 : 0)) * static_cast<double>(std::uint64_t{1} << excess);
  return value.negative ? -wide : wide;
}

inline const Format& format_of(ScalarType type) {
  return type == ScalarType::kF16    ? kFormatF16
         : type == ScalarType::kBf16 ? kFormatBf16
         : type == ScalarType::kTf32 ? kFormatTf32
                                     : kFormatF32;
}

// The code of a result after .relu (below 0: +0) and .sat (into [0, 1], NaN to +0).
inline std::uint32_t limited(std::uint32_t code, const Format& format, const Conversion& form) {
  const std::uint32_t sign = std::uint32_t{1} << format.sign_bit;
  const bool is_nan = (code & (sign - 1)) > format.infinity;
  const bool negative = (code & sign) != 0;
  if (form.relu && negative && !is_nan) return 0;
  if (!form.saturate) return code;
  const std::uint32_t one = static_cast<std::uint32_t>(-format.smallest_exponent + 1)
                            << format.fraction_bits;
  if (is_nan || negative) return 0;
  return code < one ? code : one;
}

// `value` rounds to the destination like the exact number.
inline std::uint64_t float_from_real(double value, const Conversion& form) {
  const Format& format = format_of(form.to);
  const bool flush = form.flush && form.to == ScalarType::kF32;
  const std::uint32_t code = limited(
      encode(value, format, {.rounding = form.rounding, .flush = flush, .finite = form.finite}),
      format, form);
  return form.to == ScalarType::kTf32 ? code << 13 : code;
}
// What a NaN becomes in a floating type. `pattern` is the source's, `value` the same as a double,
// its sign and payload kept.
//   .sat                 +0
//   to f64               the same NaN, quiet; from f32 with .ftz the canonical f32 NaN, widened
//   from f64             the same NaN, quiet, as far as it fits
//   bf16 to f32          the pattern
//   to tf32              .rna cuts the pattern (and .satfinite takes one unit off, as it does from
//                        an infinity); the others give 0x7fffe000
//   others               the canonical NaN
inline std::uint64_t float_of_nan(std::uint64_t pattern, double value, const Conversion& form) {
  const Format& format = format_of(form.to);
  const std::uint64_t quiet = __builtin_bit_cast(std::uint64_t, value) | std::uint64_t{1} << 51;
  if (form.saturate) return 0;
  if (form.to == ScalarType::kF64) {
    return form.flush && form.from == ScalarType::kF32 ? 0x7fffffffe0000000u : quiet;
  }
  if (form.from == ScalarType::kF64) {
    return quiet >> 63 << format.sign_bit | format.infinity |
           quiet << 12 >> (64 - format.fraction_bits);
  }
  if (form.from == ScalarType::kBf16 && form.to == ScalarType::kF32) return pattern << 16;
  if (form.to == ScalarType::kTf32) {
    if (form.rounding != Rounding::kNearestAway) return 0x7fffe000u;
    return (pattern & ~std::uint64_t{0x1fff}) - (form.finite ? 0x2000u : 0u);
  }
  return format.nan;
}
inline std::uint64_t f64_from_real(double value, const Conversion& form) {
  if (form.saturate) value = value > 0 ? (value < 1 ? value : 1.0) : 0.0;
  return __builtin_bit_cast(std::uint64_t, value);
}

// The whole of it: the source register's bits to the destination's.
inline std::uint64_t convert(std::uint64_t bits, const Conversion& form) {
  if (is_integer(form.from)) {
    const Integer value = read_integer(bits, form.from);
    if (is_integer(form.to)) {
      return in_register(form.saturate ? saturated(value, form.to) : value, form.to,
                         form.register_bits);
    }
    return form.to == ScalarType::kF64 ? f64_from_real(rounded_f64(value, form.rounding), form)
                                       : float_from_real(odd_double(value), form);
  }
  // .ftz does nothing to an operand on its way to f16.
  double value = read_float(bits, form.from, form.flush && form.to != ScalarType::kF16);
  if (is_integer(form.to)) return integer_from_float(value, form);
  if (value != value) return float_of_nan(bits, value, form);
  if (form.integer_rounding != IntegerRounding::kNone) {
    value = rounded_to_integer(value, form.integer_rounding);
  }
  return form.to == ScalarType::kF64 ? f64_from_real(value, form) : float_from_real(value, form);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
