// SPDX-License-Identifier: MIT
#include "kernels/families/families.h"
#include "kernels/verification_problems.h"
#include "sim/model/standard/01_three_pass.h"

namespace attnlab::kernels {
namespace {

std::vector<KernelLaunch> three_pass_launches(const Problem& p) {
  const std::vector<model::LaunchShape> shapes = model::standard_three_pass().launch_shapes(p);
  const std::int64_t rows = problem::lse_elements(p);
  return {{shapes[0],
           {Tensor::kQ, Tensor::kK, Tensor::kS, p.heads, p.kv_heads, p.len_q, p.len_kv, p.head_dim,
            causal_flag(p), p.window, problem::softmax_scale(p)}},
          {shapes[1], {Tensor::kS, Tensor::kP, Tensor::kLse, rows, p.len_kv}},
          {shapes[2],
           {Tensor::kP, Tensor::kV, Tensor::kO, p.heads, p.kv_heads, p.len_q, p.len_kv, p.head_dim,
            causal_flag(p), p.window}}};
}

}  // namespace

std::vector<Rung> standard_rungs() {
  return {{.name = "standard/01_three_pass",
           .idea = "softmax(Q K^T) V in three kernels, with S and P in device memory between them",
           .model = &model::standard_three_pass(),
           .launches = three_pass_launches,
           .problems = forward_problems}};
}

}  // namespace attnlab::kernels
