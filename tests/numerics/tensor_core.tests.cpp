// SPDX-License-Identifier: MIT
#include "sim/numerics/tensor_core.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "sim/numerics/formats.h"
#include "tests/numerics/golden_vectors.h"

namespace attnlab::numerics {
namespace {

constexpr MmaFormat kFormats[] = {MmaFormat::kF16, MmaFormat::kBf16, MmaFormat::kTf32};

float value(MmaFormat format, std::uint32_t bits) {
  if (format == MmaFormat::kF16) return f32_from_f16(static_cast<std::uint16_t>(bits));
  if (format == MmaFormat::kBf16) return f32_from_bf16(static_cast<std::uint16_t>(bits));
  return tf32_truncated(float_of_bits(bits));
}
std::uint32_t operand(MmaFormat format, float x) {
  if (format == MmaFormat::kF16) return f16_from_f32(x);
  if (format == MmaFormat::kBf16) return bf16_from_f32(x);
  return bits_of(tf32_from_f32(x));
}

std::uint32_t hopper_step(MmaFormat format, const std::vector<std::uint32_t>& a,
                          const std::vector<std::uint32_t>& b, std::uint32_t c) {
  return tensor_core_step(kHopperTensorCore, format, a.data(), b.data(), static_cast<int>(a.size()),
                          c);
}

TEST_CASE("the tensor-core step gives every golden vector", "[sim][numerics]") {
  int rows[3] = {};
  for (const MmaVector& v : golden_mma_vectors()) {
    REQUIRE(static_cast<int>(v.a.size()) == step_length(kHopperTensorCore, v.format));
    INFO(kMmaFormatNames[static_cast<int>(v.format)] << ", row "
                                                     << rows[static_cast<int>(v.format)]);
    REQUIRE(hopper_step(v.format, v.a, v.b, v.c) == v.d);
    ++rows[static_cast<int>(v.format)];
  }
  for (const int count : rows) CHECK(count == 200);
}

// How many of a format's golden vectors a wrong step gets wrong, in percent.
template <typename Step>
int percent_wrong(MmaFormat format, Step step) {
  int rows = 0;
  int wrong = 0;
  for (const MmaVector& v : golden_mma_vectors()) {
    if (v.format != format) continue;
    ++rows;
    wrong += step(v) != v.d ? 1 : 0;
  }
  return 100 * wrong / rows;
}

TEST_CASE("planted faults in the tensor core fail many golden vectors", "[sim][numerics]") {
  const auto with = [](TensorCoreSpec spec) {
    return [spec](const MmaVector& v) {
      return tensor_core_chain(spec, v.format, v.a.data(), v.b.data(), static_cast<int>(v.a.size()),
                               v.c);
    };
  };
  // Rounds the same exact sum to nearest even instead of toward zero.
  const auto to_nearest = [](const MmaVector& v) {
    const int length = static_cast<int>(v.a.size());
    const SpecialTerms special = special_terms(v.format, v.a.data(), v.b.data(), length, v.c);
    if (special.any()) return special.result();
    const StepSum exact =
        step_sum(kHopperTensorCore, v.format, v.a.data(), v.b.data(), length, v.c);
    return bits_of(static_cast<float>(std::ldexp(static_cast<double>(exact.sum), exact.unit)));
  };
  for (const MmaFormat format : kFormats) {
    INFO(kMmaFormatNames[static_cast<int>(format)]);
    CHECK(percent_wrong(format, with(kHopperTensorCore)) == 0);
    CHECK(percent_wrong(format, with({32, 24})) >= 10);
    CHECK(percent_wrong(format, with({32, 26})) >= 5);
    CHECK(percent_wrong(format, with({16, 25})) >= 10);
    CHECK(percent_wrong(format, with(kAmpereTensorCore)) >= 10);
    CHECK(percent_wrong(format, to_nearest) >= 10);
  }
}

TEST_CASE("the order of products inside a step is irrelevant", "[sim][numerics]") {
  std::mt19937 random(31);
  for (MmaVector v : golden_mma_vectors()) {
    std::vector<std::size_t> order(v.a.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::uint32_t> a(order.size());
    std::vector<std::uint32_t> b(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) a[i] = v.a[order[i]];
    for (std::size_t i = 0; i < order.size(); ++i) b[i] = v.b[order[i]];
    REQUIRE(hopper_step(v.format, a, b, v.c) == v.d);
    REQUIRE(hopper_step(v.format, b, a, v.c) == v.d);
  }
}

TEST_CASE("small whole numbers are added exactly, as IEEE arithmetic would", "[sim][numerics]") {
  std::mt19937 random(37);
  for (const MmaFormat format : kFormats) {
    const auto length = static_cast<std::size_t>(step_length(kHopperTensorCore, format));
    for (int round = 0; round < 2000; ++round) {
      std::vector<std::uint32_t> a(length);
      std::vector<std::uint32_t> b(length);
      const auto whole = [&] { return static_cast<float>(static_cast<int>(random() % 129) - 64); };
      float want = whole() * 256.0f;
      const std::uint32_t c = bits_of(want);
      for (std::size_t k = 0; k < length; ++k) {
        const float x = whole();
        const float y = whole();
        a[k] = operand(format, x);
        b[k] = operand(format, y);
        want += x * y;
      }
      REQUIRE(hopper_step(format, a, b, c) == bits_of(want == 0.0f ? 0.0f : want));
    }
  }
}

TEST_CASE("a step stays within its truncation bound of the exact sum", "[sim][numerics]") {
  std::mt19937 random(41);
  std::normal_distribution<float> normal;
  for (const MmaFormat format : kFormats) {
    const int length = step_length(kHopperTensorCore, format);
    for (int round = 0; round < 5000; ++round) {
      std::vector<std::uint32_t> a(static_cast<std::size_t>(length));
      std::vector<std::uint32_t> b(a.size());
      for (std::uint32_t& x : a) x = operand(format, normal(random));
      for (std::uint32_t& x : b) x = operand(format, normal(random));
      const float c = normal(random);
      double exact = static_cast<double>(c);
      double largest = std::fabs(exact);
      for (std::size_t k = 0; k < a.size(); ++k) {
        const double product =
            static_cast<double>(value(format, a[k])) * static_cast<double>(value(format, b[k]));
        exact += product;
        largest = std::fmax(largest, std::fabs(product));
      }
      const auto got = static_cast<double>(float_of_bits(hopper_step(format, a, b, bits_of(c))));
      // Each of length + 1 terms loses less than 2^-25 of the largest exponent, the sum one fp32
      // ulp.
      const double bound = (length + 1) * largest * 0x1p-25 + std::fabs(exact) * 0x1p-23;
      if (!(std::fabs(got - exact) <= bound)) FAIL("error " << got - exact << " over " << bound);
    }
  }
}

TEST_CASE("special terms follow the rules of NaN and infinity", "[sim][numerics]") {
  constexpr std::uint32_t kPlus = 0x7f800000u;
  constexpr std::uint32_t kMinus = 0xff800000u;
  for (const MmaFormat format : kFormats) {
    INFO(kMmaFormatNames[static_cast<int>(format)]);
    const std::uint32_t one = operand(format, 1.0f);
    const std::uint32_t minus_one = operand(format, -1.0f);
    const std::uint32_t zero = operand(format, 0.0f);
    const std::uint32_t infinity = operand(format, INFINITY);
    const std::uint32_t nan = operand(format, NAN);
    const auto step = [&](const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b,
                          float c) { return hopper_step(format, a, b, bits_of(c)); };
    CHECK(step({one, infinity}, {one, one}, 1.0f) == kPlus);
    CHECK(step({one, infinity}, {one, minus_one}, 1.0f) == kMinus);
    CHECK(step({infinity}, {infinity}, -1.0f) == kPlus);
    CHECK(step({infinity, infinity}, {one, minus_one}, 0.0f) == kCanonicalNanBits);
    CHECK(step({infinity}, {one}, -INFINITY) == kCanonicalNanBits);
    CHECK(step({infinity}, {zero}, 0.0f) == kCanonicalNanBits);
    CHECK(step({nan}, {zero}, 0.0f) == kCanonicalNanBits);
    CHECK(step({one}, {one}, float_of_bits(0xffc12345u)) == kCanonicalNanBits);
    CHECK(step({one}, {one}, -INFINITY) == kMinus);
  }
}

TEST_CASE("an empty sum is +0, overflow infinity, subnormal results are kept", "[sim][numerics]") {
  for (const MmaFormat format : kFormats) {
    const std::uint32_t one = operand(format, 1.0f);
    const std::uint32_t minus_one = operand(format, -1.0f);
    CHECK(hopper_step(format, {one, minus_one}, {one, one}, bits_of(-0.0f)) == 0u);
    CHECK(hopper_step(format, {0, 0}, {one, one}, bits_of(-0.0f)) == 0u);
    CHECK(hopper_step(format, {0}, {one}, bits_of(-0x1p-149f)) == bits_of(-0x1p-149f));
    CHECK(hopper_step(format, {one}, {operand(format, 0x1p-10f)}, bits_of(0x1.fffffep127f)) ==
          bits_of(0x1.fffffep127f));
  }
  // A negative sum below 2^-149 is cut to a zero, and a zero is +0 (probed on an H200).
  const std::uint32_t small = operand(MmaFormat::kBf16, 0x1p-77f);
  const std::uint32_t minus_small = operand(MmaFormat::kBf16, -0x1p-78f);
  CHECK(hopper_step(MmaFormat::kBf16, {small}, {minus_small}, 0) == 0u);
  const std::uint32_t huge = operand(MmaFormat::kBf16, 0x1p100f);
  const std::uint32_t tiny = operand(MmaFormat::kBf16, 0x1p-70f);
  CHECK(hopper_step(MmaFormat::kBf16, {huge}, {huge}, 0) == 0x7f800000u);
  CHECK(hopper_step(MmaFormat::kBf16, {tiny}, {tiny}, 0) == bits_of(0x1p-140f));
}

TEST_CASE("terms below the unit vanish, those at it stay", "[sim][numerics]") {
  // Beside 1.0 (exponent 0) the unit is 2^-25, and 32 of it are one unit of the fp32 result's 2^-23
  // times 8; sixteen products of 2^-25 + c make the difference visible.
  const std::uint32_t one = operand(MmaFormat::kF16, 1.0f);
  const auto sum_beside_one = [&](float small, const TensorCoreSpec& spec) {
    std::vector<std::uint32_t> a(16, operand(MmaFormat::kF16, small));
    std::vector<std::uint32_t> b(16, operand(MmaFormat::kF16, 0x1p-13f));
    a[0] = b[0] = one;
    return float_of_bits(tensor_core_step(spec, MmaFormat::kF16, a.data(), b.data(), 16, 0));
  };
  // 15 products of 2^-25 are 3.75 ulp of 1.0, cut to 3; half of that each, and all are lost.
  CHECK(sum_beside_one(0x1p-12f, kHopperTensorCore) == 1.0f + 3 * 0x1p-23f);
  CHECK(sum_beside_one(0x1p-13f, kHopperTensorCore) == 1.0f);
  CHECK(sum_beside_one(0x1p-12f, {32, 24}) == 1.0f);
}

TEST_CASE("step length and kept bits come from the specification", "[sim][numerics]") {
  CHECK(step_length(kHopperTensorCore, MmaFormat::kF16) == 16);
  CHECK(step_length(kHopperTensorCore, MmaFormat::kTf32) == 8);
  CHECK(step_length(kAmpereTensorCore, MmaFormat::kBf16) == 8);
  CHECK(step_length(kAmpereTensorCore, MmaFormat::kTf32) == 4);
}

TEST_CASE("a chain is one step after the other, the last padded with zeros", "[sim][numerics]") {
  std::mt19937 random(43);
  std::normal_distribution<float> normal;
  std::vector<std::uint32_t> a(48, 0);
  std::vector<std::uint32_t> b(48, 0);
  for (std::size_t k = 0; k < 41; ++k) a[k] = operand(MmaFormat::kBf16, normal(random));
  for (std::size_t k = 0; k < 41; ++k) b[k] = operand(MmaFormat::kBf16, normal(random));
  std::uint32_t c = bits_of(0.5f);
  const std::uint32_t chain =
      tensor_core_chain(kHopperTensorCore, MmaFormat::kBf16, a.data(), b.data(), 41, c);
  for (int k = 0; k < 48; k += 16) {
    c = tensor_core_step(kHopperTensorCore, MmaFormat::kBf16, &a[static_cast<std::size_t>(k)],
                         &b[static_cast<std::size_t>(k)], 16, c);
  }
  CHECK(chain == c);
}

}  // namespace
}  // namespace attnlab::numerics
