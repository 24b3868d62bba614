// SPDX-License-Identifier: MIT
#include "kernels/families/families.h"
#include "kernels/verification_problems.h"
#include "sim/model/standard/01_three_pass.h"
#include "sim/model/standard/02_register_tiles.h"

namespace attnlab::kernels {
namespace {

template <const model::RungModel& (*kModel)()>
std::vector<KernelLaunch> three_pass_launches(const Problem& p) {
  const std::vector<model::LaunchShape> shapes = kModel().launch_shapes(p);
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
           .launches = three_pass_launches<model::standard_three_pass>,
           .problems = forward_problems},
          {.name = "standard/02_register_tiles",
           .idea = "the same three kernels with tiles in registers: what FlashAttention must beat",
           .model = &model::standard_register_tiles(),
           .launches = three_pass_launches<model::standard_register_tiles>,
           .problems = forward_problems,
           .require_more = require_vectors}};
}

}  // namespace attnlab::kernels
