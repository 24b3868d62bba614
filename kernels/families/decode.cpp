// SPDX-License-Identifier: MIT
#include "kernels/families/families.h"
#include "kernels/verification_problems.h"
#include "sim/model/decode/01_sequential.h"
#include "sim/model/decode/02_split.h"
#include "sim/model/decode/03_grouped.h"

namespace attnlab::kernels {
namespace {

std::vector<KernelLaunch> sequential_launches(const Problem& p) {
  return {{model::decode_sequential().launch_shapes(p).front(),
           {Tensor::kQ, Tensor::kK, Tensor::kV, Tensor::kLengths, Tensor::kO, Tensor::kLse, p.heads,
            p.kv_heads, p.len_kv, p.head_dim, p.window, model::scale_log2_of(p)}}};
}

template <const model::RungModel& (*kModel)()>
std::vector<KernelLaunch> split_launches(const Problem& p) {
  const std::vector<model::LaunchShape> shapes = kModel().launch_shapes(p);
  const int splits = splits_of(kModel(), p);
  return {{shapes[0],
           {Tensor::kQ, Tensor::kK, Tensor::kV, Tensor::kLengths, Tensor::kPartialO,
            Tensor::kPartialMax, Tensor::kPartialSum, p.heads, p.kv_heads, p.len_kv, p.head_dim,
            p.window, model::scale_log2_of(p), splits}},
          reduce_launch(p, shapes[1], splits)};
}

}  // namespace

KernelLaunch reduce_launch(const Problem& p, const model::LaunchShape& shape, int splits) {
  return {shape,
          {Tensor::kPartialO, Tensor::kPartialMax, Tensor::kPartialSum, Tensor::kO, Tensor::kLse,
           p.heads, splits, p.head_dim}};
}

std::vector<Rung> decode_rungs() {
  return {{.name = "decode/01_sequential",
           .idea = "one query over its cache: a block a head walks over all keys",
           .model = &model::decode_sequential(),
           .launches = sequential_launches,
           .problems = decode_problems},
          {.name = "decode/02_split",
           .idea = "Flash-Decoding: keys split over blocks, a second kernel adds the parts",
           .model = &model::decode_split(),
           .launches = split_launches<model::decode_split>,
           .problems = decode_problems},
          {.name = "decode/03_grouped",
           .idea = "the query heads that share a K/V head in one block read it once",
           .model = &model::decode_grouped(),
           .launches = split_launches<model::decode_grouped>,
           .problems = decode_problems}};
}

}  // namespace attnlab::kernels
