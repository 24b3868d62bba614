// SPDX-License-Identifier: MIT
// The backward rungs: their gradients beside the float64 oracle's, plain ones and finite differences,
// and what recomputation costs and saves.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/executors.h"
#include "kernels/verification_problems.h"
#include "sim/oracle/oracle.h"
#include "tests/kernels/rungs/plain_backward.h"

using namespace attnlab;
using namespace attnlab::kernels;
using problem::DataType;
using problem::Distribution;

namespace {

constexpr std::int64_t kFewOperations = 1'000'000;

struct Error {
  double largest = 0;
  double largest_reference = 0;
};

Error error_of(const std::vector<float>& gradient, const std::vector<double>& reference) {
  Error error;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    if (!std::isfinite(reference[i])) continue;
    error.largest_reference = std::max(error.largest_reference, std::abs(reference[i]));
    const double difference = std::abs(static_cast<double>(gradient[i]) - reference[i]);
    // A NaN is the largest error of all.
    if (!(difference <= error.largest)) {
      error.largest = std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
    }
  }
  return error;
}

// The floor: half a unit in the last place of the stored type at the largest element of the gradient,
// and 32 such units of fp32: P from LSE carries the rounding of LSE, which may be 16 times as large
// as that of a score.
double floor_of(DataType dtype, double largest) {
  const double stored = dtype == DataType::kF16 ? 0x1p-11 : dtype == DataType::kBf16 ? 0x1p-8 : 0;
  return largest * (stored + 32 * 0x1p-23);
}

Execution on_model(const Rung& rung, const Problem& problem, const problem::Inputs& inputs) {
  return run_on_model(rung, problem, inputs, machine::gpu_spec("h200"));
}

void hold_to_plain(const Rung& rung, const Problem& problem) {
  INFO(rung.name << ": " << problem::describe(problem));
  const problem::Inputs inputs = problem::make_inputs(problem);
  const std::vector<float> grad_o = problem::make_output_gradient(problem);
  const oracle::BackwardResult reference = oracle::backward(problem, inputs, grad_o);
  const test::Gradients plain = test::plain_backward(problem, inputs, grad_o);
  const Execution model = on_model(rung, problem, inputs);
  const auto check = [&](const char* name, Tensor tensor, const std::vector<float>& plain_gradient,
                         const std::vector<double>& oracle_gradient) {
    INFO(name);
    const Error error = error_of(numbers_of(model.outputs, tensor), oracle_gradient);
    const Error of_plain = error_of(plain_gradient, oracle_gradient);
    CHECK(error.largest <=
          2 * of_plain.largest + floor_of(problem.dtype, of_plain.largest_reference));
  };
  check("dQ", Tensor::kGradQ, plain.dq, reference.dq);
  check("dK", Tensor::kGradK, plain.dk, reference.dk);
  check("dV", Tensor::kGradV, plain.dv, reference.dv);
}

// sum dO o O in float64: the loss whose gradients these are.
double loss(const Problem& problem, const problem::Inputs& inputs,
            const std::vector<float>& grad_o) {
  const std::vector<double> o = oracle::forward(problem, inputs).o;
  double sum = 0;
  for (std::size_t i = 0; i < o.size(); ++i) sum += o[i] * static_cast<double>(grad_o[i]);
  return sum;
}

}  // namespace

TEST_CASE("gradients err at most twice as much as plain ones in the same type") {
  for (const Rung& rung : rungs_of("flash_bwd")) {
    int checked = 0;
    for (const Problem& problem : verification_problems(rung)) {
      if (problem.distribution == Distribution::kAdversarial) continue;
      if (problem::q_elements(problem) * problem.len_kv > kFewOperations) continue;
      hold_to_plain(rung, problem);
      ++checked;
    }
    CHECK(checked >= 15);
  }
}

TEST_CASE("where inputs are infinite or NaN, so are gradients, as in the oracle") {
  for (const Rung& rung : rungs_of("flash_bwd")) {
    for (const Problem& problem : verification_problems(rung)) {
      if (problem.distribution != Distribution::kAdversarial) continue;
      if (problem::q_elements(problem) * problem.len_kv > kFewOperations / 4) continue;
      INFO(rung.name << ": " << problem::describe(problem));
      const problem::Inputs inputs = problem::make_inputs(problem);
      const oracle::BackwardResult reference =
          oracle::backward(problem, inputs, problem::make_output_gradient(problem));
      const std::vector<float> dv =
          numbers_of(on_model(rung, problem, inputs).outputs, Tensor::kGradV);
      std::size_t different = 0;
      for (std::size_t i = 0; i < dv.size(); ++i) {
        different += std::isnan(dv[i]) != std::isnan(reference.dv[i]) ? 1 : 0;
      }
      CHECK(different == 0);
    }
  }
}

TEST_CASE("gradients are the finite differences of the loss") {
  Problem problem;
  problem.heads = 2;
  problem.kv_heads = 1;
  problem.len_q = 6;
  problem.len_kv = 9;
  problem.head_dim = 5;
  problem.mask = problem::Mask::kCausal;
  const problem::Inputs inputs = problem::make_inputs(problem);
  const std::vector<float> grad_o = problem::make_output_gradient(problem);
  constexpr float kStep = 0x1p-9f;
  for (const Rung& rung : rungs_of("flash_bwd")) {
    const Execution model = on_model(rung, problem, inputs);
    const auto check = [&](Tensor tensor, std::vector<float> problem::Inputs::*input) {
      const std::vector<float> gradient = numbers_of(model.outputs, tensor);
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        problem::Inputs above = inputs;
        problem::Inputs below = inputs;
        (above.*input)[i] += kStep;
        (below.*input)[i] -= kStep;
        const double step = double((above.*input)[i]) - double((below.*input)[i]);
        const double difference =
            (loss(problem, above, grad_o) - loss(problem, below, grad_o)) / step;
        INFO(rung.name << ", " << model::name_of(tensor) << "[" << i << "]");
        CHECK(std::abs(static_cast<double>(gradient[i]) - difference) < 1e-4);
      }
    };
    check(Tensor::kGradQ, &problem::Inputs::q);
    check(Tensor::kGradK, &problem::Inputs::k);
    check(Tensor::kGradV, &problem::Inputs::v);
  }
}

TEST_CASE("a K/V head's gradient is the sum of its query heads'") {
  Problem grouped;
  grouped.heads = 4;
  grouped.kv_heads = 2;
  grouped.len_q = 40;
  grouped.len_kv = 50;
  grouped.head_dim = 16;
  const problem::Inputs inputs = problem::make_inputs(grouped);
  const oracle::BackwardResult reference =
      oracle::backward(grouped, inputs, problem::make_output_gradient(grouped));
  for (const Rung& rung : rungs_of("flash_bwd")) {
    const Execution model = on_model(rung, grouped, inputs);
    CHECK(error_of(numbers_of(model.outputs, Tensor::kGradK), reference.dk).largest < 1e-5);
    CHECK(error_of(numbers_of(model.outputs, Tensor::kGradV), reference.dv).largest < 1e-5);
  }
}

TEST_CASE("recomputation does more operations and moves fewer bytes") {
  Problem lecture;
  lecture.heads = lecture.kv_heads = 16;
  lecture.len_q = lecture.len_kv = 1024;
  const machine::Counters stored = find_rung("flash_bwd/01_stored_p").model->cost(lecture);
  const machine::Counters recomputed = find_rung("flash_bwd/02_recompute").model->cost(lecture);
  CHECK(recomputed.flops() > stored.flops());
  CHECK(9 * recomputed.device.total_bytes() < stored.device.total_bytes());
  // Seven products of N x N x d instead of four, and P once more.
  CHECK(recomputed.fma > stored.fma * 7 / 4);
  CHECK(recomputed.mufu == 2 * std::uint64_t{16} * 1024 * 1024);
  CHECK(stored.mufu == 0);
}
