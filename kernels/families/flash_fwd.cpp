// SPDX-License-Identifier: MIT
#include "kernels/families/families.h"
#include "kernels/verification_problems.h"
#include "sim/model/flash_fwd/01_tiled.h"

namespace attnlab::kernels {
namespace {

std::vector<KernelLaunch> tiled_launches(const Problem& p) {
  return {{model::flash_fwd_tiled().launch_shapes(p).front(),
           {Tensor::kQ, Tensor::kK, Tensor::kV, Tensor::kO, Tensor::kLse, p.heads, p.kv_heads,
            p.len_q, p.len_kv, p.head_dim, causal_flag(p), p.window, model::scale_log2_of(p)}}};
}

}  // namespace

std::vector<Rung> flash_fwd_rungs() {
  return {
      {.name = "flash_fwd/01_tiled",
       .idea = "one thread block per query tile; K and V pass by in tiles under an online softmax",
       .model = &model::flash_fwd_tiled(),
       .launches = tiled_launches,
       .problems = forward_problems}};
}

}  // namespace attnlab::kernels
