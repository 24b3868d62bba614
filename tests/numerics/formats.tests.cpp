// SPDX-License-Identifier: MIT
// Witnesses: a decoder and a rounding written over doubles and ldexp, and the compiler's _Float16.
#include "sim/numerics/formats.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <random>

namespace attnlab::numerics {
namespace {

struct Format {
  int exponent_bits, fraction_bits;
};
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

constexpr Format kF16 = {5, 10};
constexpr Format kBf16 = {8, 7};

// The value of a pattern, from the definition of the format.
double value_of(std::uint32_t bits, Format format) {
  const int bias = (1 << (format.exponent_bits - 1)) - 1;
  const std::uint32_t fraction = bits & ((1u << format.fraction_bits) - 1);
  const int field =
      static_cast<int>(bits >> format.fraction_bits) & ((1 << format.exponent_bits) - 1);
  const double sign = (bits >> (format.exponent_bits + format.fraction_bits)) != 0 ? -1.0 : 1.0;
  if (field == (1 << format.exponent_bits) - 1) return fraction != 0 ? kNotANumber : sign * kInf;
  const double significand = std::ldexp(fraction, -format.fraction_bits) + (field != 0 ? 1.0 : 0.0);
  return sign * std::ldexp(significand, std::max(field, 1) - bias);
}

// The multiple of the format's unit at |x| nearest to x, ties to even, as a value; infinity beyond
// the largest finite number's rounding range.
double rounded(double x, Format format) {
  const int bias = (1 << (format.exponent_bits - 1)) - 1;
  if (x == 0 || !std::isfinite(x)) return x;
  const int exponent = std::max(std::ilogb(x), 1 - bias);
  const double unit = std::ldexp(1.0, exponent - format.fraction_bits);
  const double result = std::nearbyint(x / unit) * unit;
  return std::fabs(result) >= std::ldexp(1.0, bias + 1) ? std::copysign(kInf, x) : result;
}

bool same_value(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

// Floats where a 16-bit conversion changes its mind: every 16-bit value, the midpoints above it,
// and the floats next to both.
template <typename Visit>
void for_each_interesting_float(Format format, Visit visit) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const double value = value_of(bits, format);
    if (!std::isfinite(value)) continue;
    const double next = value_of(bits + 1 < 0x10000 ? bits + 1 : bits, format);
    const double middle = std::isfinite(next) ? (value + next) / 2 : value;
    for (const double x : {value, middle}) {
      const auto f = static_cast<float>(x);
      visit(f);
      visit(std::nextafterf(f, INFINITY));
      visit(std::nextafterf(f, -INFINITY));
    }
  }
}

TEST_CASE("widening every f16 and bf16 gives its value", "[sim][numerics]") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const auto f16 = static_cast<double>(f32_from_f16(half));
    const auto bf16 = static_cast<double>(f32_from_bf16(half));
    if (!same_value(f16, value_of(bits, kF16))) FAIL("f16 pattern " << bits << " became " << f16);
    if (!same_value(bf16, value_of(bits, kBf16)))
      FAIL("bf16 pattern " << bits << " became " << bf16);
  }
}

TEST_CASE("every 16-bit number survives widening and narrowing, NaN as the canonical one",
          "[sim][numerics]") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const std::uint16_t f16 = std::isnan(value_of(bits, kF16)) ? kCanonicalNan16Bits : half;
    const std::uint16_t bf16 = std::isnan(value_of(bits, kBf16)) ? kCanonicalNan16Bits : half;
    if (f16_from_f32(f32_from_f16(half)) != f16) FAIL("f16 pattern " << bits);
    if (f16_from_f32_toward_zero(f32_from_f16(half)) != f16) FAIL("f16 pattern " << bits);
    if (bf16_from_f32(f32_from_bf16(half)) != bf16) FAIL("bf16 pattern " << bits);
  }
}

TEST_CASE("narrowing rounds to nearest even at every 16-bit number, midpoint and neighbour",
          "[sim][numerics]") {
  for_each_interesting_float(kF16, [](float f) {
    const double got = value_of(f16_from_f32(f), kF16);
    const double want = rounded(static_cast<double>(f), kF16);
    if (!same_value(got, want)) FAIL("f16 of " << f << " is " << got << ", not " << want);
  });
  for_each_interesting_float(kBf16, [](float f) {
    const double got = value_of(bf16_from_f32(f), kBf16);
    const double want = rounded(static_cast<double>(f), kBf16);
    if (!same_value(got, want)) FAIL("bf16 of " << f << " is " << got << ", not " << want);
  });
}

TEST_CASE("cutting to f16 keeps the largest f16 not above the magnitude", "[sim][numerics]") {
  for_each_interesting_float(kF16, [](float f) {
    const std::uint16_t half = f16_from_f32_toward_zero(f);
    const double size = std::fabs(value_of(half, kF16));
    const double next = std::fabs(value_of(half + 1u, kF16));
    const double exact = std::fabs(static_cast<double>(f));
    const bool inside = size <= exact && (exact < next || size == 65504.0);
    if (!inside || std::signbit(f) != ((half & 0x8000u) != 0)) FAIL("f16 of " << f);
  });
  CHECK(f16_from_f32_toward_zero(1e6f) == 0x7bff);
  CHECK(f16_from_f32_toward_zero(1e6f, Overflow::kToInfinity) == 0x7c00);
  CHECK(f16_from_f32_toward_zero(-INFINITY) == 0xfc00);
}

#if defined(__FLT16_MAX__)
__extension__ typedef _Float16 CompilerF16;

TEST_CASE("narrowing to f16 equals the compiler's on random bit patterns", "[sim][numerics]") {
  std::mt19937 random(20240601);
  for (int i = 0; i < 2'000'000; ++i) {
    const float f = float_of_bits(random());
    const auto half = __builtin_bit_cast(std::uint16_t, static_cast<CompilerF16>(f));
    const std::uint16_t want = std::isnan(f) ? kCanonicalNan16Bits : half;
    if (f16_from_f32(f) != want) FAIL("f16 of bits " << bits_of(f) << " is not " << want);
  }
}
#endif

TEST_CASE("tf32 conversions keep ten fraction bits, each with its own rounding",
          "[sim][numerics]") {
  std::mt19937 random(7);
  for (int i = 0; i < 1'000'000; ++i) {
    const float f = float_of_bits(random());
    if (!std::isfinite(f) || std::fabs(f) < 0x1p-126f || std::fabs(f) > 0x1p126f) continue;
    // In units of the tenth fraction bit every rounding is one of the C library's.
    const double unit = std::ldexp(1.0, std::ilogb(f) - 10);
    const double x = static_cast<double>(f) / unit;
    const double even = static_cast<double>(tf32_from_f32(f)) / unit;
    const double away = static_cast<double>(tf32_from_f32_ties_away(f)) / unit;
    const double cut = static_cast<double>(tf32_truncated(f)) / unit;
    if (even != std::nearbyint(x)) FAIL("tf32 of " << f);
    if (away != std::round(x)) FAIL("tf32, ties away, of " << f);
    if (cut != std::trunc(x)) FAIL("tf32 truncated of " << f);
  }
}

TEST_CASE("conversions know infinity, NaN, signed zero and the ends of the range",
          "[sim][numerics]") {
  CHECK(f16_from_f32(65519.99f) == 0x7bff);
  CHECK(f16_from_f32(65520.0f) == 0x7c00);
  CHECK(f16_from_f32(0x1p-25f) == 0x0000);
  CHECK(f16_from_f32(std::nextafterf(0x1p-25f, 1.0f)) == 0x0001);
  CHECK(f16_from_f32(-0.0f) == 0x8000);
  CHECK(f16_from_f32(float_of_bits(0xffc12345u)) == kCanonicalNan16Bits);
  CHECK(bf16_from_f32(float_of_bits(0xff800001u)) == kCanonicalNan16Bits);
  CHECK(bf16_from_f32(float_of_bits(0x7f7fffffu)) == 0x7f80);
  CHECK(bf16_from_f32(float_of_bits(0x00000001u)) == 0x0000);
  CHECK(bits_of(tf32_from_f32(float_of_bits(0xff800001u))) == 0x7fffe000u);
  CHECK(bits_of(tf32_from_f32_ties_away(float_of_bits(0xffc12345u))) == 0xffc12000u);
  CHECK(bits_of(tf32_from_f32_ties_away(-INFINITY)) == 0xff800000u);
  CHECK(bits_of(tf32_from_f32(float_of_bits(0x7f7fffffu))) == 0x7f800000u);
}

}  // namespace
}  // namespace attnlab::numerics
