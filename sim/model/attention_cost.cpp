// SPDX-License-Identifier: MIT
#include "sim/model/attention_cost.h"

#include <numeric>

namespace attnlab::model {

using machine::TileStep;
using trace::EventKind;

namespace {

std::uint64_t whole_sectors(std::uint64_t elements) {
  const std::uint64_t sector = machine::kSectorBytes;
  return (elements * kFloatBytes + sector - 1) / sector * sector;
}

}  // namespace

TileStep softmax_step(int rows) {
  TileStep step;
  step.kind = EventKind::kSoftmax;
  const std::uint64_t lanes = std::uint64_t(rows) * kWarpLanes;
  step.operations.add_mul = lanes * (3 + kButterflySums);
  step.operations.mufu = lanes * 2;
  return step;
}

TileStep rescale_step(int rows, int head_dim) {
  TileStep step;
  step.kind = EventKind::kRescale;
  step.operations.fma = std::uint64_t(rows) * kWarpLanes;
  step.operations.add_mul = std::uint64_t(rows) * head_dim;
  return step;
}

TileStep output_step(const std::vector<int>& visible, int head_dim) {
  TileStep step;
  step.kind = EventKind::kMatmul;
  const std::uint64_t pairs = std::accumulate(visible.begin(), visible.end(), std::uint64_t{0});
  step.shared_read_bytes = pairs * head_dim * kFloatBytes;
  step.operations.fma = pairs * head_dim;
  return step;
}

machine::Operations final_division(int rows, int seeing_rows, int head_dim) {
  // Every lane divides 1 by l; O is multiplied; one lane adds and multiplies for LSE.
  return {.add_mul = std::uint64_t(rows) * head_dim + std::uint64_t(seeing_rows) * (kWarpLanes + 2),
          .mufu = std::uint64_t(seeing_rows)};
}

machine::Launch launch_of(const LaunchShape& shape,
                          std::function<machine::BlockProgram(std::uint32_t)> program) {
  return {shape.entry, static_cast<std::uint32_t>(shape.blocks()), shape.threads_per_block,
          shape.dynamic_shared_bytes, std::move(program)};
}

ProblemSizes::ProblemSizes(const Problem& problem, int tile_q)
    : heads_of_all(std::uint64_t(problem.batch) * problem.heads),
      q_rows(problem::lse_elements(problem)),
      kv_rows(std::uint64_t(problem.batch) * problem.kv_heads * problem.len_kv),
      len_kv(problem.len_kv),
      d(problem.head_dim),
      query_tiles(ceil_div(problem.len_q, tile_q)),
      key_tiles(ceil_div(problem.len_kv, kTileKv)),
      visible_pairs(q_rows * len_kv),
      seeing_rows(len_kv > 0 ? q_rows : 0) {
  if (problem.mask == problem::Mask::kNone) return;
  // Causal, bottom-right: the last min(Lq, Lk) queries see Lk, Lk - 1, Lk - 2, ... keys.
  const std::uint64_t seeing = std::min<std::uint64_t>(problem.len_q, len_kv);
  seeing_rows = heads_of_all * seeing;
  if (seeing > 0) visible_pairs = heads_of_all * (seeing * len_kv - seeing * (seeing - 1) / 2);
}

CostSheet::CostSheet(int tensor_count) {
  counters_.global_by_tensor.resize(tensor_count);
  counters_.device_by_tensor.resize(tensor_count);
}

void CostSheet::read(std::uint16_t tensor, std::uint64_t requested, std::uint64_t touched) {
  counters_.global.read_bytes += requested * kFloatBytes;
  counters_.global_by_tensor[tensor].read_bytes += requested * kFloatBytes;
  counters_.device.read_bytes += whole_sectors(touched);
  counters_.device_by_tensor[tensor].read_bytes += whole_sectors(touched);
}

void CostSheet::write(std::uint16_t tensor, std::uint64_t requested, std::uint64_t touched) {
  counters_.global.written_bytes += requested * kFloatBytes;
  counters_.global_by_tensor[tensor].written_bytes += requested * kFloatBytes;
  counters_.device.written_bytes += whole_sectors(touched);
  counters_.device_by_tensor[tensor].written_bytes += whole_sectors(touched);
}

MemoryPlan plan_memory(const Problem& problem, bool stores_scores) {
  const std::int64_t q = problem::q_elements(problem);
  const std::int64_t kv = problem::kv_elements(problem);
  const std::int64_t lse = problem::lse_elements(problem);
  MemoryPlan plan;
  plan.input_bytes = (q + 2 * kv) * kFloatBytes;
  plan.output_bytes = (q + lse) * kFloatBytes;
  plan.scratch_bytes = stores_scores ? 2 * lse * problem.len_kv * kFloatBytes : 0;
  return plan;
}

}  // namespace attnlab::model
