// SPDX-License-Identifier: MIT
#include "sim/numerics/fp32.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>

namespace attnlab::numerics {
namespace {

constexpr float kSmallest = 0x1p-126f;  // the smallest normal number
constexpr float kSubnormal = 0x1p-140f;
const float kNan = float_of_bits(0xffc01234u);

bool is_canonical_nan(float x) {
  return bits_of(x) == kCanonicalNanBits;
}

TEST_CASE("min and max ignore one NaN and return the canonical one for two", "[sim][numerics]") {
  CHECK(max_ignoring_nan(kNan, -1.0f) == -1.0f);
  CHECK(max_ignoring_nan(-1.0f, kNan) == -1.0f);
  CHECK(min_ignoring_nan(kNan, -kInfinity) == -kInfinity);
  CHECK(min_ignoring_nan(kInfinity, kNan) == kInfinity);
  CHECK(is_canonical_nan(max_ignoring_nan(kNan, kNan)));
  CHECK(is_canonical_nan(min_ignoring_nan(kNan, kNan)));
}

TEST_CASE("min and max order the zeros and agree with fmin and fmax elsewhere", "[sim][numerics]") {
  CHECK(bits_of(max_ignoring_nan(0.0f, -0.0f)) == bits_of(0.0f));
  CHECK(bits_of(max_ignoring_nan(-0.0f, 0.0f)) == bits_of(0.0f));
  CHECK(bits_of(min_ignoring_nan(0.0f, -0.0f)) == bits_of(-0.0f));
  CHECK(bits_of(min_ignoring_nan(-0.0f, 0.0f)) == bits_of(-0.0f));
  CHECK(bits_of(max_ignoring_nan(-0.0f, -0.0f)) == bits_of(-0.0f));
  std::mt19937 random(3);
  for (int i = 0; i < 100'000; ++i) {
    const float a = float_of_bits(random());
    const float b = float_of_bits(random());
    if (std::isnan(a) || std::isnan(b)) continue;
    if (max_ignoring_nan(a, b) != std::fmax(a, b)) FAIL("max of " << a << " and " << b);
    if (min_ignoring_nan(a, b) != std::fmin(a, b)) FAIL("min of " << a << " and " << b);
  }
}

TEST_CASE("canonical mends NaN and nothing else", "[sim][numerics]") {
  CHECK(is_canonical_nan(canonical(kNan)));
  for (const float x : {0.0f, -0.0f, kSubnormal, -kInfinity, 1.5f}) {
    CHECK(bits_of(canonical(x)) == bits_of(x));
  }
}

TEST_CASE("a fused multiply-add rounds once", "[sim][numerics]") {
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24: the last bit is lost by two roundings, kept by one.
  const float x = 1.0f + 0x1p-12f;
  CHECK(fma_rn(x, x, -(1.0f + 0x1p-11f)) == 0x1p-24f);
}

TEST_CASE("ftz flushes subnormal operands and results to zeros of their sign", "[sim][numerics]") {
  CHECK(bits_of(add_ftz(-kSubnormal, -kSubnormal)) == bits_of(-0.0f));
  CHECK(bits_of(add_ftz(kSmallest, -1.5f * kSmallest)) == bits_of(-0.0f));
  CHECK(add_ftz(kSmallest, kSubnormal) == kSmallest);
  CHECK(bits_of(mul_ftz(-kSubnormal, 0x1p100f)) == bits_of(-0.0f));
  CHECK(bits_of(mul_ftz(kSmallest, -0.5f)) == bits_of(-0.0f));
  CHECK(is_canonical_nan(mul_ftz(kSubnormal, kInfinity)));
  CHECK(bits_of(fma_ftz(1.0f, kSubnormal, -kSubnormal)) == bits_of(0.0f));
  CHECK(fma_ftz(kSmallest, 3.0f, kSubnormal) == 3.0f * kSmallest);
  CHECK(is_canonical_nan(fma_ftz(kInfinity, 0.0f, 1.0f)));
}

TEST_CASE("ftz leaves normal arithmetic alone", "[sim][numerics]") {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> numbers(-4.0f, 4.0f);
  for (int i = 0; i < 100'000; ++i) {
    const float a = numbers(random);
    const float b = numbers(random);
    const float c = numbers(random);
    if (bits_of(add_ftz(a, b)) != bits_of(a + b)) FAIL(a << " + " << b);
    if (bits_of(mul_ftz(a, b)) != bits_of(a * b)) FAIL(a << " * " << b);
    if (bits_of(fma_ftz(a, b, c)) != bits_of(std::fmaf(a, b, c)))
      FAIL(a << " * " << b << " + " << c);
  }
}

// What each rule keeps of an exact product just below 2^-126.
struct Kept {
  bool before, after, after_subnormal;
};
Kept kept(float a, float b) {
  const auto is_kept = [&](Tininess rule) { return mul_ftz(a, b, rule) == kSmallest; };
  return {is_kept(Tininess::kBeforeRounding), is_kept(Tininess::kAfterRounding),
          is_kept(Tininess::kAfterSubnormalRounding)};
}

TEST_CASE("the three tininess rules part below the smallest normal number", "[sim][numerics]") {
  // (1 - 2^-23) * 2^-126 is a subnormal of fp32: nobody keeps it.
  const Kept exact_subnormal = kept(1.0f - 0x1p-23f, kSmallest);
  CHECK_FALSE(exact_subnormal.before);
  CHECK_FALSE(exact_subnormal.after);
  CHECK_FALSE(exact_subnormal.after_subnormal);

  // (1 - 2^-24) * 2^-126: 24 bits hold it exactly, below the limit; fp32's subnormals round it up.
  const Kept exact_in_24_bits = kept(1.0f - 0x1p-24f, kSmallest);
  CHECK_FALSE(exact_in_24_bits.before);
  CHECK_FALSE(exact_in_24_bits.after);
  CHECK(exact_in_24_bits.after_subnormal);

  // (1 + 2^-23) * (1 - 2^-23) = 1 - 2^-46: rounded to 24 bits it reaches the limit, exactly it does
  // not.
  const Kept nearly = kept((1.0f + 0x1p-23f) * 0x1p-63f, (1.0f - 0x1p-23f) * 0x1p-63f);
  CHECK_FALSE(nearly.before);
  CHECK(nearly.after);
  CHECK(nearly.after_subnormal);

  // The limit itself is kept by all.
  const Kept limit = kept(0x1p-63f, 0x1p-63f);
  CHECK(limit.before);
  CHECK(limit.after);
  CHECK(limit.after_subnormal);
}

TEST_CASE("tininess of a fused result is judged on the exact sum", "[sim][numerics]") {
  // 2^-126 - 2^-200 * 2^-40: a double rounds it to 2^-126; the exact value is below.
  const float a = 0x1p-100f;
  const float b = -0x1p-126f;
  CHECK(bits_of(fma_ftz(a, b, kSmallest, Tininess::kBeforeRounding)) == bits_of(0.0f));
  CHECK(fma_ftz(a, b, kSmallest, Tininess::kAfterRounding) == kSmallest);
  CHECK(fma_ftz(a, -b, kSmallest, Tininess::kBeforeRounding) == kSmallest);
  CHECK(bits_of(fma_ftz(a, -b, -kSmallest, Tininess::kBeforeRounding)) == bits_of(-0.0f));
}

}  // namespace
}  // namespace attnlab::numerics
