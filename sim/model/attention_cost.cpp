// SPDX-License-Identifier: MIT
#include "sim/model/attention_cost.h"

#include <algorithm>
#include <utility>

namespace attnlab::model {

using machine::TileStep;
using trace::EventKind;

namespace {

std::uint64_t whole_sectors(std::uint64_t bytes) {
  const std::uint64_t sector = machine::kSectorBytes;
  return (bytes + sector - 1) / sector * sector;
}

// Bytes of the sectors that ranges of elements lie in, each sector once.
std::uint64_t sector_bytes(std::vector<ElementRange> ranges, int element_bytes) {
  std::sort(ranges.begin(), ranges.end(),
            [](const ElementRange& a, const ElementRange& b) { return a.first < b.first; });
  std::int64_t sectors = 0;
  std::int64_t next = 0;  // the first sector that no range has touched yet
  for (const ElementRange& range : ranges) {
    if (range.last <= range.first) continue;
    const std::int64_t begin = std::max(range.first * element_bytes / machine::kSectorBytes, next);
    const std::int64_t end = (range.last * element_bytes - 1) / machine::kSectorBytes + 1;
    if (end <= begin) continue;
    sectors += end - begin;
    next = end;
  }
  return static_cast<std::uint64_t>(sectors * machine::kSectorBytes);
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

TileStep output_step(const std::vector<KeyRange>& visible, int head_dim) {
  TileStep step;
  step.kind = EventKind::kMatmul;
  std::uint64_t pairs = 0;
  for (const KeyRange& keys : visible) pairs += keys.count();
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

ProblemSizes::ProblemSizes(const Problem& problem, int tile_q, int tile_kv)
    : heads_of_all(std::uint64_t(problem.batch) * problem.heads),
      q_rows(problem::lse_elements(problem)),
      kv_rows(std::uint64_t(problem.batch) * problem.kv_heads * problem.len_kv),
      len_kv(problem.len_kv),
      d(problem.head_dim),
      query_tiles(ceil_div(problem.len_q, tile_q)),
      key_tiles(ceil_div(problem.len_kv, tile_kv)),
      visible_pairs(0),
      seeing_rows(0) {
  for (int batch = 0; batch < problem.batch; ++batch) {
    for (int query = 0; query < problem.len_q; ++query) {
      const int keys = problem::visible_range(problem, batch, query).count();
      visible_pairs += std::uint64_t(problem.heads) * keys;
      seeing_rows += keys > 0 ? problem.heads : 0;
    }
  }
}

CostSheet::CostSheet(const TensorTable& table) {
  for (const TensorSpec& spec : table) element_bytes_.push_back(size_bytes(spec.type));
  counters_.global_by_tensor.resize(table.size());
  counters_.device_by_tensor.resize(table.size());
}

void CostSheet::read(std::uint16_t tensor, std::uint64_t requested, std::uint64_t touched) {
  const std::uint64_t bytes = element_bytes_[tensor];
  counters_.global.read_bytes += requested * bytes;
  counters_.global_by_tensor[tensor].read_bytes += requested * bytes;
  counters_.device.read_bytes += whole_sectors(touched * bytes);
  counters_.device_by_tensor[tensor].read_bytes += whole_sectors(touched * bytes);
}

void CostSheet::read_rows(std::uint16_t tensor, std::uint64_t requested, KeyRange touched,
                          std::uint64_t matrices, std::uint64_t rows, std::uint64_t width) {
  std::vector<ElementRange> ranges;
  for (std::uint64_t matrix = 0; matrix < matrices; ++matrix) {
    ranges.push_back({static_cast<std::int64_t>((matrix * rows + touched.first) * width),
                      static_cast<std::int64_t>((matrix * rows + touched.last) * width)});
  }
  read_ranges(tensor, requested, std::move(ranges));
}

void CostSheet::read_ranges(std::uint16_t tensor, std::uint64_t requested,
                            std::vector<ElementRange> touched) {
  read(tensor, requested, 0);
  const std::uint64_t bytes = sector_bytes(std::move(touched), element_bytes_[tensor]);
  counters_.device.read_bytes += bytes;
  counters_.device_by_tensor[tensor].read_bytes += bytes;
}

void CostSheet::write_ranges(std::uint16_t tensor, std::uint64_t requested,
                             std::vector<ElementRange> touched) {
  write(tensor, requested, 0);
  const std::uint64_t bytes = sector_bytes(std::move(touched), element_bytes_[tensor]);
  counters_.device.written_bytes += bytes;
  counters_.device_by_tensor[tensor].written_bytes += bytes;
}

void CostSheet::write(std::uint16_t tensor, std::uint64_t requested, std::uint64_t touched) {
  const std::uint64_t bytes = element_bytes_[tensor];
  counters_.global.written_bytes += requested * bytes;
  counters_.global_by_tensor[tensor].written_bytes += requested * bytes;
  counters_.device.written_bytes += whole_sectors(touched * bytes);
  counters_.device_by_tensor[tensor].written_bytes += whole_sectors(touched * bytes);
}

TensorTable forward_tensors(const Problem& problem) {
  const ElementType type = element_type_of(problem.dtype);
  const std::int64_t q = problem::q_elements(problem);
  const std::int64_t kv = problem::kv_elements(problem);
  return {{Tensor::kQ, Role::kInput, type, q},
          {Tensor::kK, Role::kInput, type, kv},
          {Tensor::kV, Role::kInput, type, kv},
          {Tensor::kO, Role::kOutput, type, q},
          {Tensor::kLse, Role::kOutput, ElementType::kF32, problem::lse_elements(problem)}};
}

}  // namespace attnlab::model
