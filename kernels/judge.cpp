// SPDX-License-Identifier: MIT
#include "kernels/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "sim/oracle/oracle.h"
#include "sim/oracle/output_element.h"

namespace attnlab::kernels {
namespace {

TensorError compare(Tensor tensor, std::span<const float> values,
                    std::span<const double> reference) {
  if (values.size() != reference.size()) {
    throw problem::BadInput(fmt::format("{} holds {} elements; the reference holds {}",
                                        model::name_of(tensor), values.size(), reference.size()));
  }
  TensorError error{tensor};
  double square_error = 0, square_reference = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (oracle::neither_finite(values[i], reference[i])) {
      // An infinity and a NaN may stand for each other, but not in LSE.
      if (tensor == Tensor::kLse && !oracle::same_kind(values[i], reference[i])) ++error.mismatches;
    } else if (!oracle::both_finite(values[i], reference[i])) {
      ++error.mismatches;
    } else {
      const double difference = std::abs(static_cast<double>(values[i]) - reference[i]);
      error.max_abs_error = std::max(error.max_abs_error, difference);
      square_error += difference * difference;
      square_reference += reference[i] * reference[i];
    }
  }
  if (square_error > 0) error.rel_l2_error = std::sqrt(square_error / square_reference);
  return error;
}

// Compares bytes, where numbers are moved and nothing is computed.
TensorError compare_copies(const OutputTensor& output, const std::vector<std::byte>& expected) {
  TensorError error{output.tensor};
  const std::size_t size = model::size_bytes(output.type);
  const std::size_t common = std::min(output.bytes.size(), expected.size());
  for (std::size_t i = 0; i < common; i += size) {
    if (std::memcmp(output.bytes.data() + i, expected.data() + i, size) != 0) ++error.mismatches;
  }
  error.mismatches +=
      static_cast<std::int64_t>((std::max(output.bytes.size(), expected.size()) - common) / size);
  return error;
}

bool moves_pages(const Outputs& outputs) {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const OutputTensor& output) { return output.tensor == Tensor::kKPages; });
}

Judgement judge_copies(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                       const Outputs& outputs) {
  const Workspace expected = rung.expected(problem, inputs);
  Judgement judgement;
  for (const OutputTensor& output : outputs) {
    const TensorSpec spec{output.tensor, model::Role::kOutput, output.type, 0};
    judgement.tensors.push_back(compare_copies(output, device_bytes(expected, spec)));
  }
  return judgement;
}

std::vector<double> reference_of(Tensor tensor, const oracle::ForwardResult& forward,
                                 const oracle::BackwardResult& backward) {
  switch (tensor) {
    case Tensor::kO:
      return forward.o;
    case Tensor::kLse:
      return forward.lse_nat;
    case Tensor::kGradQ:
      return backward.dq;
    case Tensor::kGradK:
      return backward.dk;
    case Tensor::kGradV:
      return backward.dv;
    default:
      return {};
  }
}

bool has_gradients(const Outputs& outputs) {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const OutputTensor& output) { return output.tensor == Tensor::kGradQ; });
}

}  // namespace

std::int64_t Judgement::mismatches() const {
  std::int64_t sum = 0;
  for (const TensorError& error : tensors) sum += error.mismatches;
  return sum;
}

double Judgement::max_abs_error() const {
  double largest = 0;
  for (const TensorError& error : tensors) {
    if (error.tensor != Tensor::kLse) largest = std::max(largest, error.max_abs_error);
  }
  return largest;
}

double Judgement::rel_l2_error() const {
  double largest = 0;
  for (const TensorError& error : tensors) {
    if (error.tensor != Tensor::kLse) largest = std::max(largest, error.rel_l2_error);
  }
  return largest;
}

Judgement judge(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                const Outputs& outputs) {
  if (moves_pages(outputs)) return judge_copies(rung, problem, inputs, outputs);
  const bool gradients = has_gradients(outputs);
  oracle::BackwardResult backward;
  oracle::ForwardResult forward;
  if (gradients) {
    backward = oracle::backward(problem, inputs, problem::make_output_gradient(problem));
  } else {
    forward = oracle::forward(problem, inputs);
  }
  Judgement judgement;
  for (const OutputTensor& output : outputs) {
    judgement.tensors.push_back(
        compare(output.tensor, output.numbers(), reference_of(output.tensor, forward, backward)));
  }
  return judgement;
}

}  // namespace attnlab::kernels
