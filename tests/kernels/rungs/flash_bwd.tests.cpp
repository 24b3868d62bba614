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

TEST_CASE(
    "where inputs are infinite or NaN, gradients are no numbers where the oracle's are none") {
  for (const Rung& rung : rungs_of("flash_bwd")) {
    for (const Problem& problem : verification_problems(rung)) {
      if (problem.distribution != Distribution::kAdversarial) continue;
      if (problem::q_elements(problem) * problem.len_kv > kFewOperations / 4) continue;
      INFO(rung.name << ": " << problem::describe(problem));
      const problem::Inputs inputs = problem::make_inputs(problem);
      const oracle::BackwardResult reference =
          oracle::backward(problem, inputs, problem::make_output_gradient(problem));
      const Outputs outputs = on_model(rung, problem, inputs).outputs;
      // Numbers where the oracle has NaN. The other way round fp32 may overflow where float64 does not.
      const auto missing = [&](Tensor tensor, const std::vector<double>& oracle_gradient) {
        const std::vector<float> gradient = numbers_of(outputs, tensor);
        std::size_t count = 0;
        for (std::size_t i = 0; i < gradient.size(); ++i) {
          count += std::isnan(oracle_gradient[i]) && std::isfinite(gradient[i]) ? 1 : 0;
        }
        return count;
      };
      CHECK(missing(Tensor::kGradQ, reference.dq) == 0);
      CHECK(missing(Tensor::kGradK, reference.dk) == 0);
      CHECK(missing(Tensor::kGradV, reference.dv) == 0);
    }
  }
}

TEST_CASE("gradients are the finite differences of the loss") {
  Problem plain;
  plain.heads = 2;
  plain.kv_heads = 1;
  plain.len_q = 6;
  plain.len_kv = 9;
  plain.head_dim = 5;
  Problem causal = plain;  // with rows that see nothing
  causal.len_q = 9;
  causal.len_kv = 6;
  causal.mask = problem::Mask::kCausal;
  Problem window = plain;
  window.mask = problem::Mask::kWindow;
  window.window = 3;
  constexpr float kStep = 0x1p-9f;
  for (const Rung& rung : rungs_of("flash_bwd")) {
    for (const Problem& problem : {plain, causal, window}) {
      const problem::Inputs inputs = problem::make_inputs(problem);
      const std::vector<float> grad_o = problem::make_output_gradient(problem);
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
          INFO(rung.name << ", " << problem::describe(problem) << ", " << model::name_of(tensor)
                         << "[" << i << "]");
          CHECK(std::abs(static_cast<double>(gradient[i]) - difference) < 1e-4);
        }
      };
      check(Tensor::kGradQ, &problem::Inputs::q);
      check(Tensor::kGradK, &problem::Inputs::k);
      check(Tensor::kGradV, &problem::Inputs::v);
    }
  }
}

TEST_CASE("a K/V head's gradient is the sum over its query heads, each with a copy of its own") {
  Problem grouped;
  grouped.heads = 4;
  grouped.kv_heads = 2;
  grouped.len_q = 40;
  grouped.len_kv = 50;
  grouped.head_dim = 16;
  grouped.mask = problem::Mask::kCausal;
  Problem repeated = grouped;
  repeated.kv_heads = 4;
  const problem::Inputs inputs = problem::make_inputs(grouped);
  problem::Inputs copies{inputs.q, {}, {}};
  const std::size_t head = 50 * 16;
  for (const std::size_t kv_head : {0, 0, 1, 1}) {  // of query heads 0 to 3
    const auto copy = [&](const std::vector<float>& from, std::vector<float>& to) {
      to.insert(to.end(), from.begin() + std::ptrdiff_t(kv_head * head),
                from.begin() + std::ptrdiff_t((kv_head + 1) * head));
    };
    copy(inputs.k, copies.k);
    copy(inputs.v, copies.v);
  }
  const oracle::BackwardResult apart =
      oracle::backward(repeated, copies, problem::make_output_gradient(grouped));
  const auto summed = [&](const std::vector<double>& of_heads) {
    std::vector<double> sums(2 * head);
    for (std::size_t i = 0; i < of_heads.size(); ++i) {
      sums[i / (2 * head) * head + i % head] += of_heads[i];
    }
    return sums;
  };
  for (const Rung& rung : rungs_of("flash_bwd")) {
    const Outputs outputs = on_model(rung, grouped, inputs).outputs;
    CHECK(error_of(numbers_of(outputs, Tensor::kGradQ), apart.dq).largest < 1e-5);
    CHECK(error_of(numbers_of(outputs, Tensor::kGradK), summed(apart.dk)).largest < 1e-5);
    CHECK(error_of(numbers_of(outputs, Tensor::kGradV), summed(apart.dv)).largest < 1e-5);
  }
}

TEST_CASE("stored and recomputed P give the same gradients, but for rounding") {
  const Rung& stored = find_rung("flash_bwd/01_stored_p");
  const Rung& recomputed = find_rung("flash_bwd/02_recompute");
  int compared = 0;
  for (const Problem& problem : verification_problems(stored)) {
    if (problem.distribution == Distribution::kAdversarial) continue;
    if (problem::q_elements(problem) * problem.len_kv > kFewOperations) continue;
    INFO(problem::describe(problem));
    const problem::Inputs inputs = problem::make_inputs(problem);
    const Outputs first = on_model(stored, problem, inputs).outputs;
    const Outputs second = on_model(recomputed, problem, inputs).outputs;
    for (const Tensor tensor : {Tensor::kGradQ, Tensor::kGradK, Tensor::kGradV}) {
      const std::vector<float> one = numbers_of(first, tensor);
      const Error error = error_of(numbers_of(second, tensor), {one.begin(), one.end()});
      CHECK(error.largest <= 2 * floor_of(DataType::kF32, error.largest_reference));
    }
    ++compared;
  }
  CHECK(compared >= 15);
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
