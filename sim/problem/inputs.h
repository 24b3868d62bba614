// SPDX-License-Identifier: MIT
// Inputs by counter: element i of a tensor is a pure function of (distribution, seed, tensor, i),
// `input_element` in input_element.h, so any machine, any thread and any order of generation give
// the same bits.
#pragma once

#include <vector>

#include "sim/problem/input_element.h"
#include "sim/problem/problem.h"

namespace attnlab::problem {

// Values as drawn and, for a 16-bit problem, rounded to the nearest that its type holds. Everyone,
// the oracle included, is asked about these values.
struct Inputs {
  std::vector<float> q;  // [batch, heads, len_q, head_dim]
  std::vector<float> k;  // [batch, kv_heads, len_kv, head_dim]
  std::vector<float> v;  // [batch, kv_heads, len_kv, head_dim]
};

Inputs make_inputs(const Problem& problem);

// dO for the backward pass, [batch, heads, len_q, head_dim], rounded likewise.
std::vector<float> make_output_gradient(const Problem& problem);

}  // namespace attnlab::problem
