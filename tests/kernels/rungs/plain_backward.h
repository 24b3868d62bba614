// SPDX-License-Identifier: MIT
// The backward pass as a framework's eager operators do it in the stored type: P, dP and dS are each
// rounded to it, every sum is plain fp32 in ascending order. What a rung's error is measured against.
#pragma once

#include <vector>

#include "sim/problem/inputs.h"

namespace attnlab::kernels::test {

struct Gradients {
  std::vector<float> dq;  // [batch, heads, len_q, head_dim]
  std::vector<float> dk;  // [batch, kv_heads, len_kv, head_dim]
  std::vector<float> dv;  // as dk
};

Gradients plain_backward(const problem::Problem& problem, const problem::Inputs& inputs,
                         const std::vector<float>& grad_o);

}  // namespace attnlab::kernels::test
