// SPDX-License-Identifier: MIT
// Attention as a framework's eager operators do it in the stored type: S, P and O are each rounded
// to it, every sum is plain fp32 in ascending order. What a rung's error is measured against.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/problem/inputs.h"

namespace attnlab::kernels::test {

// O, [batch, heads, len_q, head_dim].
std::vector<float> plain_attention(const problem::Problem& problem, const problem::Inputs& inputs);

// One row of P, of the query row counted over the whole batch, over the keys that it sees.
std::vector<float> plain_probabilities(const problem::Problem& problem,
                                       const problem::Inputs& inputs, std::int64_t row);

}  // namespace attnlab::kernels::test
