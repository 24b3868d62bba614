// SPDX-License-Identifier: MIT
#include "kernels/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "sim/model/flash_fwd/01_tiled.h"
#include "sim/model/standard/01_three_pass.h"
#include "sim/problem/nearest_name.h"

namespace attnlab::kernels {
namespace {

using problem::BadInput;

std::int32_t causal_flag(const Problem& problem) {
  return problem.mask == problem::Mask::kCausal ? 1 : 0;
}

std::vector<KernelLaunch> standard_three_pass_launches(const Problem& p) {
  const std::vector<model::LaunchShape> shapes = model::standard_three_pass().launch_shapes(p);
  const std::int64_t rows = problem::lse_elements(p);
  return {{shapes[0],
           {Tensor::kQ, Tensor::kK, Tensor::kS, p.heads, p.kv_heads, p.len_q, p.len_kv, p.head_dim,
            causal_flag(p), problem::softmax_scale(p)}},
          {shapes[1], {Tensor::kS, Tensor::kP, Tensor::kLse, rows, p.len_kv}},
          {shapes[2],
           {Tensor::kP, Tensor::kV, Tensor::kO, p.heads, p.kv_heads, p.len_q, p.len_kv, p.head_dim,
            causal_flag(p)}}};
}

std::vector<KernelLaunch> flash_fwd_tiled_launches(const Problem& p) {
  return {{model::flash_fwd_tiled().launch_shapes(p).front(),
           {Tensor::kQ, Tensor::kK, Tensor::kV, Tensor::kO, Tensor::kLse, p.heads, p.kv_heads,
            p.len_q, p.len_kv, p.head_dim, causal_flag(p), model::scale_log2_of(p)}}};
}

// A grid's limits: 2^31 - 1 blocks in x, 65,535 in y and z.
void require_grid(const Rung& rung, const Problem& problem) {
  for (const model::LaunchShape& shape : rung.model->launch_shapes(problem)) {
    if (shape.grid[1] > 65535 || shape.grid[2] > 65535 ||
        shape.blocks() > std::numeric_limits<std::int32_t>::max()) {
      throw BadInput(fmt::format(
          "{} would launch {} with a grid of {} x {} x {} blocks; the limits are 2147483647 in all "
          "and 65535 in y and z: choose a smaller --batch, --heads or --len-q",
          rung.name, shape.entry, shape.grid[0], shape.grid[1], shape.grid[2]));
    }
  }
}

std::string readable_bytes(std::int64_t bytes) {
  return bytes < (std::int64_t{1} << 30)
             ? fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20))
             : fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1 << 30));
}

}  // namespace

const std::vector<Rung>& rungs() {
  static const std::vector<Rung> all = {
      {"standard/01_three_pass",
       "softmax(Q K^T) V in three kernels, with S and P in device memory between them",
       &model::standard_three_pass(), 80, standard_three_pass_launches},
      {"flash_fwd/01_tiled",
       "one thread block per query tile; K and V pass by in tiles under an online softmax",
       &model::flash_fwd_tiled(), 80, flash_fwd_tiled_launches},
  };
  return all;
}

const Rung& find_rung(const std::string& name) {
  std::vector<std::string> names;
  for (const Rung& rung : rungs()) {
    if (rung.name == name) return rung;
    names.push_back(rung.name);
  }
  throw BadInput(problem::unknown_name_message("rung", name, names));
}

void require_supported(const Rung& rung, const Problem& problem) {
  problem::validate(problem);
  if (problem.dtype != problem::DataType::kF32) {
    throw BadInput(fmt::format("--dtype {} is not supported by {}; it computes f32",
                               problem::name_of(problem.dtype), rung.name));
  }
  if (problem.head_dim > rung.model->max_head_dim) {
    throw BadInput(fmt::format("--head-dim {} is too large for {}; its limit is {}",
                               problem.head_dim, rung.name, rung.model->max_head_dim));
  }
  const std::vector<int>& choices = rung.model->tile_q_choices;
  if (problem.tile_q != 0 &&
      std::find(choices.begin(), choices.end(), problem.tile_q) == choices.end()) {
    throw BadInput(fmt::format("--tile-q {} is not a tile of {}; it has {}", problem.tile_q,
                               rung.name, fmt::join(choices, ", ")));
  }
  if (problem.tile_kv != 0 && problem.tile_kv != rung.model->tile_kv) {
    throw BadInput(fmt::format("--tile-kv {} is not a tile of {}; it has {}", problem.tile_kv,
                               rung.name, rung.model->tile_kv));
  }
  if (problem::lse_elements(problem) > std::numeric_limits<std::int32_t>::max()) {
    throw BadInput(
        fmt::format("--batch x --heads x --len-q is {} rows; the limit of {} is 2147483647",
                    problem::lse_elements(problem), rung.name));
  }
  require_grid(rung, problem);
}

void require_memory(const Rung& rung, const Problem& problem, std::int64_t available_bytes,
                    const std::string& where) {
  const std::int64_t needed = rung.model->memory(problem).total_bytes();
  if (needed > available_bytes) {
    throw BadInput(fmt::format(
        "{} needs {} for this problem ({}) and {} has {}: choose a smaller --batch, --heads, "
        "--len-q or --len-kv",
        rung.name, readable_bytes(needed), problem::describe(problem), where,
        readable_bytes(available_bytes)));
  }
}

void require_block_fits(const Rung& rung, const Problem& problem, const machine::GpuSpec& gpu) {
  for (const model::LaunchShape& shape : rung.model->launch_shapes(problem)) {
    if (shape.dynamic_shared_bytes > gpu.max_shared_bytes_per_block) {
      throw BadInput(fmt::format(
          "{} needs {} bytes of shared memory a block; {} gives at most {}: choose a smaller "
          "--tile-q or --head-dim",
          shape.entry, shape.dynamic_shared_bytes, gpu.title, gpu.max_shared_bytes_per_block));
    }
  }
}

}  // namespace attnlab::kernels
