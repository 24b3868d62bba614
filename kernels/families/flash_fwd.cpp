// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/families/families.h"
#include "kernels/verification_problems.h"
#include "sim/model/flash_fwd/01_tiled.h"
#include "sim/model/flash_fwd/02_kv_outer.h"
#include "sim/model/flash_fwd/03_split_k.h"
#include "sim/model/flash_fwd/04_skip_tiles.h"
#include "sim/model/flash_fwd/05_vectorized.h"
#include "sim/model/flash_fwd/06_swizzled.h"

namespace attnlab::kernels {
namespace {

// The one launch of a rung that keeps nothing but inputs and outputs in device memory.
template <const model::RungModel& (*kModel)()>
std::vector<KernelLaunch> query_tile_launches(const Problem& p) {
  return {{kModel().launch_shapes(p).front(),
           {Tensor::kQ, Tensor::kK, Tensor::kV, Tensor::kO, Tensor::kLse, p.heads, p.kv_heads,
            p.len_q, p.len_kv, p.head_dim, causal_flag(p), p.window, model::scale_log2_of(p)}}};
}

std::vector<KernelLaunch> kv_outer_launches(const Problem& p) {
  return {{model::flash_fwd_kv_outer().launch_shapes(p).front(),
           {Tensor::kQ, Tensor::kK, Tensor::kV, Tensor::kRunningO, Tensor::kRowMax, Tensor::kRowSum,
            Tensor::kO, Tensor::kLse, p.heads, p.kv_heads, p.len_q, p.len_kv, p.head_dim,
            causal_flag(p), p.window, model::scale_log2_of(p)}}};
}

}  // namespace

void require_vectors(const Problem& problem) {
  if (problem.head_dim % 8 == 0) return;
  throw problem::BadInput(fmt::format(
      "--head-dim {} is not a multiple of 8, which 16-byte loads need", problem.head_dim));
}

std::vector<Rung> flash_fwd_rungs() {
  return {
      {.name = "flash_fwd/01_tiled",
       .idea = "one thread block per query tile; K and V pass by in tiles under an online softmax",
       .model = &model::flash_fwd_tiled(),
       .launches = query_tile_launches<model::flash_fwd_tiled>,
       .problems = forward_problems},
      {.name = "flash_fwd/02_kv_outer",
       .idea = "FlashAttention-1's order: K and V outside, queries inside, O in device memory",
       .model = &model::flash_fwd_kv_outer(),
       .launches = kv_outer_launches,
       .problems = forward_problems},
      {.name = "flash_fwd/03_split_k",
       .idea = "four warps share a query tile, split the keys and exchange what they found",
       .model = &model::flash_fwd_split_k(),
       .launches = query_tile_launches<model::flash_fwd_split_k>,
       .problems = forward_problems},
      {.name = "flash_fwd/04_skip_tiles",
       .idea = "key tiles that the mask hides from a whole query tile are left out",
       .model = &model::flash_fwd_skip_tiles(),
       .launches = query_tile_launches<model::flash_fwd_skip_tiles>,
       .problems = forward_problems},
      {.name = "flash_fwd/05_vectorized",
       .idea = "16-byte loads, tiles in registers, rows padded against bank conflicts",
       .model = &model::flash_fwd_vectorized(),
       .launches = query_tile_launches<model::flash_fwd_vectorized>,
       .problems = forward_problems,
       .require_more = require_vectors},
      {.name = "flash_fwd/06_swizzled",
       .idea = "the same tiles without padding: an exclusive or keeps the banks apart",
       .model = &model::flash_fwd_swizzled(),
       .launches = query_tile_launches<model::flash_fwd_swizzled>,
       .problems = forward_problems,
       .require_more = require_vectors}};
}

}  // namespace attnlab::kernels
