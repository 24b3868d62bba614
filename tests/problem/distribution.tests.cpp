// SPDX-License-Identifier: MIT
// Are the inputs distributed as they say? Bounds are five standard deviations of each statistic.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "sim/problem/inputs.h"

using namespace attnlab::problem;

namespace {

constexpr std::int64_t kCount = 1 << 20;
constexpr double kRoot = 1 << 10;  // sqrt(kCount)

std::vector<double> sample(Distribution distribution, InputTensor tensor, std::uint64_t seed) {
  std::vector<double> out;
  out.reserve(kCount);
  for (std::int64_t block = 0; block < kCount / 4; ++block) {
    const InputBlock four =
        input_block(distribution, seed, tensor, static_cast<std::uint64_t>(block));
    out.insert(out.end(), four.value, four.value + 4);
  }
  return out;
}

double raw_moment(const std::vector<double>& values, int power) {
  double sum = 0;
  for (const double value : values) sum += std::pow(value, power);
  return sum / static_cast<double>(values.size());
}

double correlation(const std::vector<double>& a, const std::vector<double>& b, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < a.size(); ++i) sum += a[i] * b[i - lag];
  return sum / static_cast<double>(a.size());
}

// Kolmogorov and Smirnov's statistic: the largest distance between the two distribution functions.
template <typename Cdf>
double kolmogorov_distance(std::vector<double> values, Cdf cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = cdf(values[i]);
    distance = std::max({distance, expected - static_cast<double>(i) / n,
                         static_cast<double>(i + 1) / n - expected});
  }
  return distance;
}

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}
double uniform_cdf(double x) {
  return (x + 1) / 2;
}

// Beyond this the hypothesis fails at the level 1e-6: sqrt(-ln(1e-6 / 2) / 2) = 2.69.
constexpr double kKolmogorovLimit = 2.7 / kRoot;

// Is `seen` within five standard deviations of a binomial count with this probability?
bool plausible(std::int64_t seen, double probability) {
  const double mean = kCount * probability;
  return std::abs(static_cast<double>(seen) - mean) <= 5 * std::sqrt(mean * (1 - probability));
}

struct Census {
  std::int64_t nans = 0, infinities = 0, zeros = 0, subnormals = 0, giants = 0, negative = 0;
};

Census census(InputTensor tensor) {
  Census count;
  for (const double value : sample(Distribution::kAdversarial, tensor, 77)) {
    const auto element = static_cast<float>(value);
    const bool special = element == 0.0f || std::isinf(element) || std::isnan(element);
    if (std::isnan(element)) ++count.nans;
    if (std::isinf(element)) ++count.infinities;
    if (element == 0.0f) ++count.zeros;
    if (std::fpclassify(element) == FP_SUBNORMAL) ++count.subnormals;
    if (std::isfinite(element) && std::abs(element) > 5.78f) ++count.giants;
    if (special && std::signbit(element)) ++count.negative;
  }
  return count;
}

}  // namespace

TEST_CASE("normal inputs have the moments of the normal distribution") {
  const std::vector<double> values = sample(Distribution::kNormal, InputTensor::kQ, 1);
  CHECK(std::abs(raw_moment(values, 1)) <= 5 / kRoot);
  CHECK(std::abs(raw_moment(values, 2) - 1) <= 5 * std::sqrt(2.0) / kRoot);
  CHECK(std::abs(raw_moment(values, 3)) <= 5 * std::sqrt(15.0) / kRoot);
  CHECK(std::abs(raw_moment(values, 4) - 3) <= 5 * std::sqrt(96.0) / kRoot);
}

TEST_CASE("normal inputs pass the Kolmogorov-Smirnov test, and uniform ones fail it") {
  CHECK(kolmogorov_distance(sample(Distribution::kNormal, InputTensor::kK, 2), normal_cdf) <=
        kKolmogorovLimit);
  CHECK(kolmogorov_distance(sample(Distribution::kUniform, InputTensor::kK, 2), normal_cdf) >
        kKolmogorovLimit);
}

TEST_CASE("uniform inputs fill -1 (included) to 1 (excluded) in steps of 2^-23") {
  const std::vector<double> values = sample(Distribution::kUniform, InputTensor::kV, 3);
  CHECK(kolmogorov_distance(values, uniform_cdf) <= kKolmogorovLimit);
  const bool on_grid = std::all_of(values.begin(), values.end(), [](double value) {
    return value >= -1 && value < 1 && value * 8388608 == std::trunc(value * 8388608);
  });
  CHECK(on_grid);
}

TEST_CASE("neighbouring elements, tensors and seeds are not correlated") {
  const std::vector<double> q = sample(Distribution::kNormal, InputTensor::kQ, 4);
  for (const std::size_t lag : {1u, 2u, 3u, 4u, 64u}) {
    CHECK(std::abs(correlation(q, q, lag)) <= 5 / kRoot);
  }
  for (const InputTensor other : {InputTensor::kK, InputTensor::kV, InputTensor::kGradO}) {
    CHECK(std::abs(correlation(q, sample(Distribution::kNormal, other, 4), 0)) <= 5 / kRoot);
  }
  CHECK(std::abs(correlation(q, sample(Distribution::kNormal, InputTensor::kQ, 5), 0)) <=
        5 / kRoot);
}

TEST_CASE("the two of a Box-Muller pair are independent in size as well as in sign") {
  std::vector<double> squares = sample(Distribution::kNormal, InputTensor::kQ, 6);
  for (double& value : squares) value = value * value - 1;  // mean 0, variance 2
  CHECK(std::abs(correlation(squares, squares, 1)) <= 5 * 2 / kRoot);
}

TEST_CASE("adversarial inputs hold every kind of special at its documented rate") {
  struct Expected {
    InputTensor tensor;
    double nans, infinities;
  };
  for (const Expected& expected :
       {Expected{InputTensor::kQ, 0x1p-12, 0x1p-12}, Expected{InputTensor::kK, 0x1p-19, 0x1p-17},
        Expected{InputTensor::kV, 0x1p-15, 0x1p-15},
        Expected{InputTensor::kGradO, 0x1p-19, 0x1p-17}}) {
    const Census count = census(expected.tensor);
    CHECK(plausible(count.nans, expected.nans));
    CHECK(plausible(count.infinities, expected.infinities));
    CHECK(plausible(count.zeros, 1.0 / 64));
    CHECK(plausible(count.subnormals, 1.0 / 64));
    // Of the giants, 2^e |normal| with e = 3 to 10, those that no normal could be.
    double beyond = 0;
    for (int e = 3; e <= 10; ++e) beyond += 2 * normal_cdf(-5.78 / std::ldexp(1.0, e)) / 8;
    CHECK(plausible(count.giants, beyond / 32));
    const std::int64_t signed_specials = count.nans + count.infinities + count.zeros;
    const double spread = 2.5 * std::sqrt(static_cast<double>(signed_specials));
    CHECK(std::abs(static_cast<double>(count.negative) -
                   static_cast<double>(signed_specials) / 2) <= spread);
  }
}

TEST_CASE("adversarial numbers stay small enough that no product of two overflows") {
  const std::vector<double> values = sample(Distribution::kAdversarial, InputTensor::kQ, 8);
  double largest = 0;
  for (const double value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  CHECK(largest > 1000);
  CHECK(largest <= 1024 * 5.78);
}
