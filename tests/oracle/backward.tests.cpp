// SPDX-License-Identifier: MIT
// The gradients are held to central differences of the forward pass, and to identities.
#include <tbb/global_control.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/oracle/oracle.h"

using namespace attnlab;
using oracle::BackwardResult;
using problem::Inputs;
using problem::Mask;
using problem::Problem;

namespace {

Problem shape(int heads, int kv_heads, int len_q, int len_kv, int head_dim, Mask mask) {
  Problem problem;
  problem.batch = 2;
  problem.heads = heads;
  problem.kv_heads = kv_heads;
  problem.len_q = len_q;
  problem.len_kv = len_kv;
  problem.head_dim = head_dim;
  problem.mask = mask;
  problem.seed = 11;
  return problem;
}

// The scalar whose gradients backward computes: sum of dO o O.
double loss(const Problem& problem, const Inputs& inputs, const std::vector<float>& grad_o) {
  const std::vector<double> o = oracle::forward(problem, inputs).o;
  double sum = 0;
  for (std::size_t i = 0; i < o.size(); ++i) sum += o[i] * static_cast<double>(grad_o[i]);
  return sum;
}

// The largest difference between a gradient and central differences with step 2^-10, whose own
// error is a third derivative times 2^-20 / 6.
double worst_difference(const Problem& problem, Inputs inputs, const std::vector<float>& grad_o,
                        std::vector<float> Inputs::*tensor, const std::vector<double>& gradient) {
  constexpr float kStep = 0x1p-10f;
  double worst = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    float& element = (inputs.*tensor)[i];
    const float value = element;
    const float above = value + kStep;
    const float below = value - kStep;
    element = above;
    const double loss_above = loss(problem, inputs, grad_o);
    element = below;
    const double loss_below = loss(problem, inputs, grad_o);
    element = value;
    const double width = static_cast<double>(above) - static_cast<double>(below);
    const double difference = std::abs((loss_above - loss_below) / width - gradient[i]);
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}

void check_gradients(const Problem& problem) {
  const Inputs inputs = make_inputs(problem);
  const std::vector<float> grad_o = make_output_gradient(problem);
  const BackwardResult gradients = oracle::backward(problem, inputs, grad_o);
  REQUIRE(gradients.dq.size() == inputs.q.size());
  REQUIRE(gradients.dk.size() == inputs.k.size());
  REQUIRE(gradients.dv.size() == inputs.v.size());
  CHECK(worst_difference(problem, inputs, grad_o, &Inputs::q, gradients.dq) <= 1e-5);
  CHECK(worst_difference(problem, inputs, grad_o, &Inputs::k, gradients.dk) <= 1e-5);
  CHECK(worst_difference(problem, inputs, grad_o, &Inputs::v, gradients.dv) <= 1e-5);
  // The comparison is of something: gradients are far larger than the tolerance.
  const auto largest = std::max_element(gradients.dk.begin(), gradients.dk.end());
  CHECK(*largest >= 1e-2);
}

}  // namespace

TEST_CASE("gradients equal central differences") {
  check_gradients(shape(2, 2, 5, 7, 4, Mask::kNone));
}

TEST_CASE("gradients equal central differences under a causal mask") {
  check_gradients(shape(1, 1, 4, 6, 3, Mask::kCausal));
}

TEST_CASE("gradients equal central differences where some rows see nothing") {
  check_gradients(shape(2, 1, 6, 3, 4, Mask::kCausal));
}

TEST_CASE("gradients equal central differences with grouped queries") {
  check_gradients(shape(6, 2, 3, 5, 4, Mask::kCausal));
}

TEST_CASE("rows and keys that take no part have zero gradients, whatever they hold") {
  // len_q = 3, len_kv = 2: row 0 sees nothing.
  Problem problem = shape(1, 1, 3, 2, 1, Mask::kCausal);
  problem.batch = 1;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const BackwardResult out = oracle::backward(problem, {{nan, 1, 2}, {1, 3}, {5, 7}}, {nan, 1, 1});
  CHECK(out.dq[0] == 0);
  for (const double x : {out.dq[1], out.dq[2], out.dk[0], out.dk[1], out.dv[0], out.dv[1]}) {
    CHECK(std::isfinite(x));
  }
  // Key 1, a NaN, is seen by row 2 alone: row 1 has clean gradients.
  const BackwardResult key = oracle::backward(problem, {{1, 1, 2}, {1, nan}, {5, 7}}, {1, 1, 1});
  CHECK(key.dq[1] == 0);  // one key: its weight is 1 and cannot move
  CHECK(std::isnan(key.dq[2]));
}

TEST_CASE("no keys: dQ is zero and dK, dV are empty") {
  const Problem problem = shape(1, 1, 2, 0, 3, Mask::kNone);
  const Inputs inputs = make_inputs(problem);
  const BackwardResult out = oracle::backward(problem, inputs, make_output_gradient(problem));
  CHECK(out.dq == std::vector<double>(inputs.q.size(), 0.0));
  CHECK(out.dk.empty());
  CHECK(out.dv.empty());
}

TEST_CASE("the columns of dV add up to those of dO, and the columns of dK to zero") {
  // Rows of P add up to 1, so sum_j dV_j = sum_i dO_i; rows of dS add up to 0, so sum_j dK_j is
  // the zero vector.
  const Problem problem = shape(1, 1, 20, 30, 8, Mask::kNone);
  const std::vector<float> grad_o = make_output_gradient(problem);
  const BackwardResult out = oracle::backward(problem, make_inputs(problem), grad_o);
  for (std::size_t batch = 0; batch < 2; ++batch) {
    for (std::size_t c = 0; c < 8; ++c) {
      double sum_dv = 0, sum_do = 0, sum_dk = 0;
      for (std::size_t j = 0; j < 30; ++j) sum_dv += out.dv[(batch * 30 + j) * 8 + c];
      for (std::size_t j = 0; j < 30; ++j) sum_dk += out.dk[(batch * 30 + j) * 8 + c];
      for (std::size_t i = 0; i < 20; ++i) {
        sum_do += static_cast<double>(grad_o[(batch * 20 + i) * 8 + c]);
      }
      CHECK(std::abs(sum_dv - sum_do) <= 1e-12);
      CHECK(std::abs(sum_dk) <= 1e-12);
    }
  }
}

TEST_CASE("one thread and four threads give the same bits, backward") {
  const Problem problem = shape(6, 2, 40, 50, 16, Mask::kCausal);
  const Inputs inputs = make_inputs(problem);
  const std::vector<float> grad_o = make_output_gradient(problem);
  const auto with_threads = [&](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return oracle::backward(problem, inputs, grad_o);
  };
  const BackwardResult one = with_threads(1);
  const BackwardResult four = with_threads(4);
  CHECK(one.dq == four.dq);
  CHECK(one.dk == four.dk);
  CHECK(one.dv == four.dv);
}
