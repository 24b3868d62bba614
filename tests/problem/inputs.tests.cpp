// SPDX-License-Identifier: MIT
#include "sim/problem/inputs.h"

#include <Random123/philox.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <vector>

using namespace attnlab::problem;

namespace {

constexpr Distribution kDistributions[] = {Distribution::kNormal, Distribution::kUniform,
                                           Distribution::kAdversarial};

// The word that the documentation of input_element.h names, from Random123 itself.
std::uint32_t documented_word(std::uint64_t seed, InputTensor tensor, std::uint64_t index,
                              std::uint32_t part, std::uint64_t lane) {
  const philox4x32_ctr_t counter = {{static_cast<std::uint32_t>(index / 4),
                                     static_cast<std::uint32_t>((index / 4) >> 32),
                                     static_cast<std::uint32_t>(tensor), part}};
  const philox4x32_key_t key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  return philox4x32_R(10, counter, key).v[lane];
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

Problem ragged(Distribution distribution) {
  Problem problem;
  problem.batch = 2;
  problem.heads = 3;
  problem.len_q = 1237;
  problem.len_kv = 501;
  problem.head_dim = 13;
  problem.distribution = distribution;
  problem.seed = 0x123456789abcdefull;
  return problem;
}

// At most `bits` significant bits.
bool fits(float value, int bits) {
  int exponent = 0;
  const float scaled = std::ldexp(std::frexp(value, &exponent), bits);
  return scaled == std::trunc(scaled);
}

}  // namespace

TEST_CASE("a uniform element is the top 24 bits of its documented word") {
  for (const std::uint64_t index : {0ull, 1ull, 2ull, 3ull, 4ull, 1000003ull, (1ull << 36) + 5}) {
    const std::uint64_t seed = 0xfeedface00000007ull;
    const std::uint32_t word = documented_word(seed, InputTensor::kK, index, 0, index % 4);
    const double expected = (static_cast<double>(word >> 8) - 8388608.0) / 8388608.0;
    const float value = input_element(Distribution::kUniform, seed, InputTensor::kK,
                                      static_cast<std::int64_t>(index));
    CHECK(static_cast<double>(value) == expected);
  }
}

TEST_CASE("a normal element is Box-Muller of its documented pair of words") {
  double worst = 0;
  for (std::uint64_t index = 0; index < 20000; ++index) {
    const std::uint64_t first = (index % 4) / 2 * 2;
    const double u = ((documented_word(9, InputTensor::kV, index, 0, first) >> 8) + 1) * 0x1p-24;
    const double turn = (documented_word(9, InputTensor::kV, index, 0, first + 1) >> 8) * 0x1p-24;
    const double angle = 2 * std::numbers::pi * turn;
    const double expected =
        std::sqrt(-2 * std::log(u)) * (index % 2 == 0 ? std::cos(angle) : std::sin(angle));
    const float value =
        input_element(Distribution::kNormal, 9, InputTensor::kV, static_cast<std::int64_t>(index));
    worst = std::max(worst, std::abs(static_cast<double>(value) - expected));
  }
  CHECK(worst <= 1e-5);
}

// The rules of input_element.h's adversarial_value, read from its comment and not from its code.
TEST_CASE("an adversarial element is the normal, or the special that its word of part 1 chooses") {
  int wrong = 0, specials = 0;
  for (std::uint64_t index = 0; index < 100000; ++index) {
    const std::uint32_t word = documented_word(5, InputTensor::kQ, index, 0, index % 4);
    const std::uint32_t choice = documented_word(5, InputTensor::kQ, index, 1, index % 4);
    const auto at = static_cast<std::int64_t>(index);
    const float normal = input_element(Distribution::kNormal, 5, InputTensor::kQ, at);
    const float value = input_element(Distribution::kAdversarial, 5, InputTensor::kQ, at);
    const std::uint32_t lot = choice / 8192;
    const bool negative = choice / 64 % 2 == 1;
    const std::uint32_t kind = choice / 16 % 4;
    bool right = value == normal;
    if (lot < 128) {
      right = std::isnan(value);
    } else if (lot < 256) {
      right = std::isinf(value) && std::signbit(value) == negative;
    } else if (choice % 16 == 0) {
      ++specials;
      if (kind == 0) right = value == 0.0f && std::signbit(value) == negative;
      if (kind == 1) {
        const double size = static_cast<double>((word / 512) | 1u) * 0x1p-149;
        right = static_cast<double>(value) == (negative ? -size : size);
      }
      if (kind > 1) right = value == std::ldexp(normal, 3 + static_cast<int>(choice / 128 % 8));
    }
    if (!right) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(specials > 5000);
}

TEST_CASE("every radius that Box-Muller can draw is the formula's, to what the unit's lg2 gives") {
  int wrong = 0;
  for (std::uint32_t top = 0; top < (1u << 24); ++top) {
    float pair[2];
    normal_pair(top << 8, 0, pair);  // angle 0: the cosine is 1
    const double exact = -2 * std::log((top + 1) * 0x1p-24);
    const double square = static_cast<double>(pair[0]) * static_cast<double>(pair[0]);
    // lg2.approx is good to 2^-22, absolute below 1 and relative above; three roundings follow.
    if (!(std::abs(square - exact) <= std::max(1.4, exact) * 0x1p-21)) ++wrong;
    if (!(pair[0] <= 5.78f)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a tensor is its elements, drawn one by one") {
  for (const Distribution distribution : kDistributions) {
    const Problem problem = ragged(distribution);
    const Inputs inputs = make_inputs(problem);
    const std::vector<float> grad_o = make_output_gradient(problem);
    REQUIRE(std::ssize(inputs.q) == q_elements(problem));
    REQUIRE(std::ssize(inputs.k) == kv_elements(problem));
    REQUIRE(std::ssize(inputs.v) == kv_elements(problem));
    REQUIRE(std::ssize(grad_o) == q_elements(problem));
    const auto drawn = [&](InputTensor tensor, std::size_t count) {
      std::vector<float> out(count);
      for (std::size_t i = count; i-- > 0;) {
        out[i] = input_element(distribution, problem.seed, tensor, static_cast<std::int64_t>(i));
      }
      return out;
    };
    CHECK(same_bits(inputs.q, drawn(InputTensor::kQ, inputs.q.size())));
    CHECK(same_bits(inputs.k, drawn(InputTensor::kK, inputs.k.size())));
    CHECK(same_bits(inputs.v, drawn(InputTensor::kV, inputs.v.size())));
    CHECK(same_bits(grad_o, drawn(InputTensor::kGradO, grad_o.size())));
  }
}

TEST_CASE("one thread and four threads draw the same bits") {
  const Problem problem = ragged(Distribution::kAdversarial);
  const auto with_threads = [&](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return make_inputs(problem);
  };
  const Inputs one = with_threads(1);
  const Inputs four = with_threads(4);
  CHECK(same_bits(one.q, four.q));
  CHECK(same_bits(one.k, four.k));
  CHECK(same_bits(one.v, four.v));
}

TEST_CASE("another seed, in its low or its high half, draws other values") {
  Problem problem = ragged(Distribution::kNormal);
  const Inputs base = make_inputs(problem);
  problem.seed ^= 1;
  CHECK_FALSE(same_bits(base.q, make_inputs(problem).q));
  problem.seed ^= 1 ^ (1ull << 32);
  CHECK_FALSE(same_bits(base.q, make_inputs(problem).q));
}

TEST_CASE("no keys means empty K and V") {
  Problem problem;
  problem.len_kv = 0;
  const Inputs inputs = make_inputs(problem);
  CHECK(inputs.k.empty());
  CHECK(inputs.v.empty());
}

TEST_CASE("the inputs of a 16-bit problem are the float inputs rounded to values of its type") {
  Problem problem = ragged(Distribution::kNormal);
  const Inputs exact = make_inputs(problem);
  for (const DataType dtype : {DataType::kF16, DataType::kBf16}) {
    problem.dtype = dtype;
    const int bits = dtype == DataType::kF16 ? 11 : 8;
    const Inputs rounded = make_inputs(problem);
    int wrong = 0;
    for (std::size_t i = 0; i < exact.q.size(); ++i) {
      const float error = std::abs(rounded.q[i] - exact.q[i]);
      // Half a unit of the last place; the absolute term is for f16's subnormals.
      const bool near = error <= std::ldexp(std::abs(exact.q[i]), -bits) + 0x1p-25f;
      if (!near || !fits(rounded.q[i], bits)) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK_FALSE(same_bits(exact.q, rounded.q));
  }
}
