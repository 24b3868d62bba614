// SPDX-License-Identifier: MIT
// Attention in float64, forward and backward, straight from the formula: the independent witness.
//   S = scale Q K^T,  P = softmax(S) by rows,  O = P V,  LSE_i = ln sum_j exp(S_ij)
//   dV = P^T dO,  dP = dO V^T,  dS = P o (dP - rowsum(P o dP)),  dQ = scale dS K,  dK = scale dS^T
//   Q
//
// Conventions, which executors share:
//   - scale is problem::softmax_scale, the float that executors multiply by, taken as exact.
//   - A masked key takes no part at all: not even 0 times its V, so what it holds cannot matter.
//   - A row that sees no key, or whose every score is -inf, has O = 0, LSE = -inf and no gradient.
//   - Otherwise IEEE's rules hold: NaN in gives NaN out, a score of +inf gives NaN (inf - inf), and
//   a
//     visible key of weight 0 still contributes 0 * V, which is NaN where V is not finite.
//   - Rounding of P or S to 16 bits is an executor's doing: here nothing is rounded but float64.
// Results do not depend on the number of threads. Shapes are those of problem.h; inputs of other
// sizes throw problem::BadInput.
#pragma once

#include <vector>

#include "sim/problem/inputs.h"
#include "sim/problem/problem.h"

namespace attnlab::oracle {

struct ForwardResult {
  std::vector<double> o;        // [batch, heads, len_q, head_dim]
  std::vector<double> lse_nat;  // [batch, heads, len_q]
};

ForwardResult forward(const problem::Problem& problem, const problem::Inputs& inputs);

struct BackwardResult {
  std::vector<double> dq;  // [batch, heads, len_q, head_dim]
  std::vector<double> dk;  // [batch, kv_heads, len_kv, head_dim], summed over the group's heads
  std::vector<double> dv;  // [batch, kv_heads, len_kv, head_dim], summed over the group's heads
};

// grad_o is dO, [batch, heads, len_q, head_dim].
BackwardResult backward(const problem::Problem& problem, const problem::Inputs& inputs,
                        const std::vector<float>& grad_o);

}  // namespace attnlab::oracle
