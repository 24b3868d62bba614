// SPDX-License-Identifier: MIT
#include "kernels/families/families.h"
#include "kernels/verification_problems.h"
#include "sim/model/flash_bwd/01_stored_p.h"
#include "sim/model/flash_bwd/02_recompute.h"

namespace attnlab::kernels {
namespace {

std::vector<KernelLaunch> stored_p_launches(const Problem& p) {
  const std::vector<model::LaunchShape> shapes = model::flash_bwd_stored_p().launch_shapes(p);
  const std::int64_t rows = problem::lse_elements(p);
  const float scale = problem::softmax_scale(p);
  const auto column_sum = [&](const model::LaunchShape& shape, Tensor weights, Tensor summed,
                              Tensor gradient, float factor) {
    return KernelLaunch{shape,
                        {weights, summed, Tensor::kLse, gradient, p.heads, p.kv_heads, p.len_q,
                         p.len_kv, p.head_dim, causal_flag(p), p.window, factor}};
  };
  return {column_sum(shapes[0], Tensor::kP, Tensor::kGradO, Tensor::kGradV, 1.0f),
          {shapes[1],
           {Tensor::kGradO, Tensor::kV, Tensor::kGradS, p.heads, p.kv_heads, p.len_q, p.len_kv,
            p.head_dim, causal_flag(p), p.window}},
          {shapes[2], {Tensor::kP, Tensor::kGradS, rows, p.len_kv}},
          {shapes[3],
           {Tensor::kGradS, Tensor::kK, Tensor::kLse, Tensor::kGradQ, p.heads, p.kv_heads, p.len_q,
            p.len_kv, p.head_dim, causal_flag(p), p.window, scale}},
          column_sum(shapes[4], Tensor::kGradS, Tensor::kQ, Tensor::kGradK, scale)};
}

std::vector<KernelLaunch> recompute_launches(const Problem& p) {
  const std::vector<model::LaunchShape> shapes = model::flash_bwd_recompute().launch_shapes(p);
  const std::int64_t rows = problem::lse_elements(p);
  const float scale = problem::softmax_scale(p);
  const float scale_log2 = model::scale_log2_of(p);
  return {{shapes[0], {Tensor::kO, Tensor::kGradO, Tensor::kDelta, rows, p.head_dim}},
          {shapes[1],
           {Tensor::kQ, Tensor::kK, Tensor::kV, Tensor::kGradO, Tensor::kLse, Tensor::kDelta,
            Tensor::kGradK, Tensor::kGradV, p.heads, p.kv_heads, p.len_q, p.len_kv, p.head_dim,
            causal_flag(p), p.window, scale, scale_log2}},
          {shapes[2],
           {Tensor::kQ, Tensor::kK, Tensor::kV, Tensor::kGradO, Tensor::kLse, Tensor::kDelta,
            Tensor::kGradQ, p.heads, p.kv_heads, p.len_q, p.len_kv, p.head_dim, causal_flag(p),
            p.window, scale, scale_log2}}};
}

}  // namespace

std::vector<Rung> flash_bwd_rungs() {
  return {{.name = "flash_bwd/01_stored_p",
           .idea = "the textbook's way back: P from the forward pass, dS in device memory",
           .model = &model::flash_bwd_stored_p(),
           .launches = stored_p_launches,
           .problems = forward_problems},
          {.name = "flash_bwd/02_recompute",
           .idea = "P computed anew from LSE, tile by tile: dK, dV by columns, dQ by rows",
           .model = &model::flash_bwd_recompute(),
           .launches = recompute_launches,
           .problems = forward_problems}};
}

}  // namespace attnlab::kernels
