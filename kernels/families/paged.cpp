// SPDX-License-Identifier: MIT
#include <algorithm>

#include "kernels/families/families.h"
#include "kernels/verification_problems.h"
#include "sim/model/paged/01_write.h"
#include "sim/model/paged/02_attend.h"
#include "sim/model/paged/03_split.h"
#include "sim/model/paged/04_copy_blocks.h"
#include "sim/model/paged/moves.h"
#include "sim/problem/pages.h"

namespace attnlab::kernels {
namespace {

// How many units of the problem's copies make up this many elements.
std::int32_t copy_units(const Problem& problem, std::int64_t elements) {
  return static_cast<std::int32_t>(elements * problem::size_bytes(problem.dtype) /
                                   model::copy_unit_bytes(problem, elements));
}

std::int32_t table_width_of(const Problem& problem) {
  return problem::paged_cache(problem).table_width;
}

std::vector<KernelLaunch> write_launches(const Problem& p) {
  return {{model::paged_write().launch_shapes(p).front(),
           {Tensor::kNewK, Tensor::kNewV, Tensor::kSlotMapping, Tensor::kKPages, Tensor::kVPages,
            p.len_q, copy_units(p, model::token_elements(p))}}};
}

std::vector<KernelLaunch> attend_launches(const Problem& p) {
  return {{model::paged_attend().launch_shapes(p).front(),
           {Tensor::kQ, Tensor::kKPages, Tensor::kVPages, Tensor::kLengths, Tensor::kBlockTable,
            table_width_of(p), problem::page_size_of(p), Tensor::kO, Tensor::kLse, p.heads,
            p.kv_heads, p.head_dim, p.window, model::scale_log2_of(p)}}};
}

std::vector<KernelLaunch> split_launches(const Problem& p) {
  const std::vector<model::LaunchShape> shapes = model::paged_split().launch_shapes(p);
  const int splits = splits_of(model::paged_split(), p);
  return {{shapes[0],
           {Tensor::kQ, Tensor::kKPages, Tensor::kVPages, Tensor::kLengths, Tensor::kBlockTable,
            table_width_of(p), problem::page_size_of(p), Tensor::kPartialO, Tensor::kPartialMax,
            Tensor::kPartialSum, p.heads, p.kv_heads, p.head_dim, p.window, model::scale_log2_of(p),
            splits}},
          reduce_launch(p, shapes[1], splits)};
}

std::vector<KernelLaunch> copy_launches(const Problem& p) {
  return {{model::paged_copy_blocks().launch_shapes(p).front(),
           {Tensor::kCopyPairs, Tensor::kKPages, Tensor::kVPages,
            copy_units(p, model::page_elements(p))}}};
}

// The pages with every token in its slot.
model::Workspace all_tokens_written(const Problem& problem, const problem::Inputs& inputs) {
  const problem::PagedCache cache = problem::paged_cache(problem);
  model::Workspace pages;
  pages[Tensor::kKPages] = problem::paged_copy(problem, cache, inputs.k);
  pages[Tensor::kVPages] = problem::paged_copy(problem, cache, inputs.v);
  return pages;
}

// The same, and each page that is copied twice.
model::Workspace pages_copied(const Problem& problem, const problem::Inputs& inputs) {
  model::Workspace pages = all_tokens_written(problem, inputs);
  const std::vector<std::int32_t> pairs = problem::paged_cache(problem).copy_pairs;
  const std::int64_t elements = model::page_elements(problem);
  for (const Tensor tensor : {Tensor::kKPages, Tensor::kVPages}) {
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
      if (pairs[i] < 0) continue;
      std::copy_n(pages[tensor].data() + pairs[i] * elements, elements,
                  pages[tensor].data() + pairs[i + 1] * elements);
    }
  }
  return pages;
}

}  // namespace

std::vector<Rung> paged_rungs() {
  return {{.name = "paged/01_write",
           .idea = "new tokens into pages, each to the slot that it is given",
           .model = &model::paged_write(),
           .launches = write_launches,
           .problems = paged_write_problems,
           .expected = all_tokens_written},
          {.name = "paged/02_attend",
           .idea = "PagedAttention: keys found page by page through a block table",
           .model = &model::paged_attend(),
           .launches = attend_launches,
           .problems = decode_problems},
          {.name = "paged/03_split",
           .idea = "the same, split over the keys: Flash-Decoding over pages",
           .model = &model::paged_split(),
           .launches = split_launches,
           .problems = decode_problems},
          {.name = "paged/04_copy_blocks",
           .idea = "whole pages copied, as copy-on-write does before a sequence writes on",
           .model = &model::paged_copy_blocks(),
           .launches = copy_launches,
           .problems = decode_problems,
           .expected = pages_copied}};
}

}  // namespace attnlab::kernels
