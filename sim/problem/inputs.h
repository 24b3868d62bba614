// SPDX-License-Identifier: MIT
// Inputs by counter: element i of a tensor is a pure function of (seed, tensor, i), so any machine,
// any thread and any order of generation give the same bits. Philox 4x32-10 is Random123's.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/problem/problem.h"

namespace attnlab::problem {

enum class InputTensor : std::uint32_t { kQ = 0, kK = 1, kV = 2, kGradO = 3 };

// Element `index` of `tensor`, drawn from `distribution`:
//   normal       mean 0, variance 1 (Box-Muller on the special function unit's lg2, sin and cos)
//   uniform      [-1, 1), exact multiples of 2^-23
//   adversarial  mostly normal; 1 element in 16 is a signed zero, a subnormal or a power-of-two
//                giant, 1 in 4096 an infinity and 1 in 4096 a NaN
float input_element(Distribution distribution, std::uint64_t seed, InputTensor tensor,
                    std::int64_t index);

struct Inputs {
  std::vector<float> q;       // [batch, heads, len_q, head_dim]
  std::vector<float> k;       // [batch, kv_heads, len_kv, head_dim]
  std::vector<float> v;       // [batch, kv_heads, len_kv, head_dim]
};

Inputs make_inputs(const Problem& problem);

// dO for the backward pass, [batch, heads, len_q, head_dim].
std::vector<float> make_output_gradient(const Problem& problem);

}  // namespace attnlab::problem
