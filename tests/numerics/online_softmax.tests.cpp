// SPDX-License-Identifier: MIT
#include "sim/numerics/online_softmax.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "sim/numerics/warp_reduce.h"

namespace attnlab::numerics {
namespace {

std::vector<float> random_scores(std::uint32_t seed, int count) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, 8.0f);
  std::vector<float> scores(static_cast<std::size_t>(count));
  for (float& s : scores) s = normal(random);
  return scores;
}

// One key after another, the way a kernel with tiles of one key would do it.
SoftmaxState state_of(const std::vector<float>& scores_log2, std::size_t from, std::size_t to) {
  SoftmaxState state;
  for (std::size_t i = from; i < to; ++i) {
    const float m = max_ignoring_nan(state.m_log2, scores_log2[i]);
    state.l = fma_rn(state.l, rescale_factor(state.m_log2, m), softmax_weight(scores_log2[i], m));
    state.m_log2 = m;
  }
  return state;
}

// log(sum of 2^s) in double precision, from the formula.
double exact_lse(const std::vector<float>& scores_log2) {
  double sum = 0.0;
  for (const float s : scores_log2) sum += std::exp2(static_cast<double>(s));
  return std::log(sum);
}

bool same_bits(SoftmaxState a, SoftmaxState b) {
  return bits_of(a.m_log2) == bits_of(b.m_log2) && bits_of(a.l) == bits_of(b.l);
}

TEST_CASE("the online state's log-sum-exp is that of the formula", "[sim][numerics]") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const auto scores = random_scores(seed, 300);
    const double error =
        std::fabs(static_cast<double>(lse_nat(state_of(scores, 0, 300))) - exact_lse(scores));
    if (!(error <= 1e-5)) FAIL("seed " << seed << ": error " << error);
  }
}

TEST_CASE("merging two halves equals one pass, but for rounding", "[sim][numerics]") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const auto scores = random_scores(seed, 256);
    const SoftmaxState whole = state_of(scores, 0, 256);
    for (const std::size_t cut : {0u, 1u, 100u, 255u, 256u}) {
      const SoftmaxState both = merge(state_of(scores, 0, cut), state_of(scores, cut, 256));
      CHECK(bits_of(both.m_log2) == bits_of(whole.m_log2));
      if (!(std::fabs(both.l - whole.l) <= 1e-4f * whole.l)) FAIL("seed " << seed);
    }
  }
}

TEST_CASE("merge commutes to the last bit and leaves a state alone beside an empty one",
          "[sim][numerics]") {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    const auto scores = random_scores(seed, 64);
    const SoftmaxState a = state_of(scores, 0, 20);
    const SoftmaxState b = state_of(scores, 20, 64);
    CHECK(same_bits(merge(a, b), merge(b, a)));
    CHECK(same_bits(merge(a, SoftmaxState{}), a));
    CHECK(same_bits(merge(SoftmaxState{}, a), a));
  }
}

TEST_CASE("a row that has seen nothing, or only masked keys, stays empty", "[sim][numerics]") {
  const SoftmaxState empty;
  const SoftmaxState masked = state_of({-kInfinity, -kInfinity, -kInfinity}, 0, 3);
  for (const SoftmaxState state : {empty, masked, merge(empty, masked), merge(masked, masked)}) {
    CHECK(state.m_log2 == -kInfinity);
    CHECK(bits_of(state.l) == bits_of(0.0f));
    CHECK(lse_nat(state) == -kInfinity);
    CHECK(inverse_sum(state.l) == 0.0f);
  }
  CHECK(lse_from_nat(-kInfinity, 0.0f) == -kInfinity);
  CHECK(softmax_weight(-kInfinity, -kInfinity) == 0.0f);
  CHECK(softmax_weight_nat(-kInfinity, -kInfinity) == 0.0f);
  CHECK(rescale_factor(-kInfinity, 3.0f) == 0.0f);
}

TEST_CASE("a masked key changes nothing, wherever it stands", "[sim][numerics]") {
  const std::vector<float> scores = {1.5f, -2.0f, 4.0f};
  const SoftmaxState plain = state_of(scores, 0, 3);
  CHECK(same_bits(state_of({-kInfinity, 1.5f, -2.0f, 4.0f}, 0, 4), plain));
  CHECK(same_bits(state_of({1.5f, -kInfinity, -2.0f, 4.0f, -kInfinity}, 0, 5), plain));
}

TEST_CASE("one NaN score makes the sum and the log-sum-exp NaN", "[sim][numerics]") {
  const float nan = float_of_bits(kCanonicalNanBits);
  for (const std::vector<float>& scores :
       {std::vector<float>{nan}, {1.0f, nan, 2.0f}, {-kInfinity, nan}, {nan, 5.0f}}) {
    const SoftmaxState state = state_of(scores, 0, scores.size());
    CHECK(std::isnan(state.l));
    CHECK(std::isnan(lse_nat(state)));
    CHECK(std::isnan(inverse_sum(state.l)));
    CHECK(std::isnan(merge(state, SoftmaxState{2.0f, 1.0f}).l));
  }
}

TEST_CASE("adding a whole number of base-2 units to all scores moves the maximum alone",
          "[sim][numerics]") {
  // Scores on a grid of 1/64, so that the shift itself is exact.
  std::vector<float> scores = random_scores(9, 64);
  for (float& s : scores) s = std::nearbyintf(s * 64.0f) / 64.0f;
  std::vector<float> moved = scores;
  for (float& s : moved) s += 12.0f;
  const SoftmaxState a = state_of(scores, 0, 64);
  const SoftmaxState b = state_of(moved, 0, 64);
  CHECK(b.m_log2 == a.m_log2 + 12.0f);
  CHECK(bits_of(a.l) == bits_of(b.l));
}

TEST_CASE("the natural forms agree with the base-2 forms", "[sim][numerics]") {
  const double ln2 = std::log(2.0);
  CHECK(std::fabs(static_cast<double>(kLn2) - ln2) <= 0x1p-25);
  CHECK(std::fabs(static_cast<double>(kLog2E) - 1.0 / ln2) <= 0x1p-24);
  for (const float s : {0.0f, -0.5f, -3.25f, -20.0f}) {
    const double want = std::exp(static_cast<double>(s));
    const auto got = static_cast<double>(softmax_weight_nat(s + 2.0f, 2.0f));
    CHECK(std::fabs(got - want) <= 1e-5 * want);
  }
  const double lse = static_cast<double>(lse_from_nat(7.0f, 10.0f));
  CHECK(std::fabs(lse - (7.0 + std::log(10.0))) <= 1e-6);
}

TEST_CASE("a butterfly adds lanes as the tree of distances 16, 8, 4, 2, 1", "[sim][numerics]") {
  // The same network lane by lane, as a warp runs it: all lanes end with the same bits.
  std::mt19937 random(21);
  for (int round = 0; round < 200; ++round) {
    float lanes[32];
    for (float& x : lanes)
      x = std::ldexp(static_cast<float>(random()), -static_cast<int>(random() % 40));
    float sum[32];
    float maximum[32];
    for (int i = 0; i < 32; ++i) sum[i] = maximum[i] = lanes[i];
    for (const int distance : {16, 8, 4, 2, 1}) {
      float next_sum[32];
      float next_maximum[32];
      for (int i = 0; i < 32; ++i) {
        next_sum[i] = sum[i] + sum[i ^ distance];
        next_maximum[i] = std::fmax(maximum[i], maximum[i ^ distance]);
      }
      for (int i = 0; i < 32; ++i) sum[i] = next_sum[i];
      for (int i = 0; i < 32; ++i) maximum[i] = next_maximum[i];
    }
    for (int i = 0; i < 32; ++i) {
      REQUIRE(bits_of(sum[i]) == bits_of(butterfly_sum(lanes)));
      REQUIRE(bits_of(maximum[i]) == bits_of(butterfly_max(lanes)));
    }
  }
}

TEST_CASE("a butterfly's order is not lane order", "[sim][numerics]") {
  // 2^24 + 1 + 1: in lane order each 1 is lost; in the tree, lanes 1 and 17 meet first.
  float lanes[32] = {};
  lanes[0] = 0x1p24f;
  lanes[1] = 1.0f;
  lanes[17] = 1.0f;
  float in_lane_order = 0.0f;
  for (const float x : lanes) in_lane_order += x;
  CHECK(in_lane_order == 0x1p24f);
  CHECK(butterfly_sum(lanes) == 0x1p24f + 2.0f);
}

TEST_CASE("butterflies keep the rules of NaN and zero", "[sim][numerics]") {
  float lanes[32];
  for (float& x : lanes) x = -0.0f;
  CHECK(bits_of(butterfly_sum(lanes)) == bits_of(-0.0f));
  lanes[5] = 0.0f;
  CHECK(bits_of(butterfly_max(lanes)) == bits_of(0.0f));
  lanes[30] = float_of_bits(0xffc00001u);
  CHECK(bits_of(butterfly_max(lanes)) == bits_of(0.0f));
  CHECK(bits_of(butterfly_sum(lanes)) == kCanonicalNanBits);
}

}  // namespace
}  // namespace attnlab::numerics
