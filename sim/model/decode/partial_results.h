// SPDX-License-Identifier: MIT
// Partial results of one query over disjoint keys as one, in the order of
// kernels/decode/partial_results.cuh.
#pragma once

#include <vector>

#include "sim/numerics/online_softmax.h"

namespace attnlab::model {

// (m, l) of a part and its O, not yet divided by l.
struct PartialResult {
  numerics::SoftmaxState state;
  std::vector<float> o;  // (D)
};

// All parts, each brought to the largest maximum, added in their order. There is at least one.
PartialResult combined(const std::vector<PartialResult>& parts);

}  // namespace attnlab::model
