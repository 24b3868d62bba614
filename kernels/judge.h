// SPDX-License-Identifier: MIT
// How good an answer is: each output tensor beside the float64 oracle, or, where a rung only moves
// numbers, beside what must be there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/outputs.h"
#include "kernels/registry.h"
#include "sim/problem/inputs.h"

namespace attnlab::kernels {

struct TensorError {
  Tensor tensor = Tensor::kO;
  double max_abs_error = 0;  // over elements finite on both sides
  double rel_l2_error = 0;   // |x - x64| / |x64| over the same
  // Elements that are a number on one side only; of LSE, unequal in kind. Always a fault.
  std::int64_t mismatches = 0;
};

struct Judgement {
  std::vector<TensorError> tensors;  // in the order of the outputs

  std::int64_t mismatches() const;
  // Of all tensors but LSE.
  double max_abs_error() const;
  double rel_l2_error() const;  // the largest
};

// Throws problem::BadInput where an output has another size than the problem's.
Judgement judge(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                const Outputs& outputs);

}  // namespace attnlab::kernels
