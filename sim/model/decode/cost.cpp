// SPDX-License-Identifier: MIT
// What a decode or paged rung launches, keeps in device memory and costs.
#include <fmt/format.h>

#include "sim/model/decode/layout.h"
#include "sim/problem/pages.h"

namespace attnlab::model {

KeyRange tiles_of_split(KeyRange seen, int split, int splits) {
  const int first = seen.first / kTileKeys;
  const std::int64_t tiles = ceil_div(seen.last, kTileKeys) - first;
  return {first + static_cast<int>(split * tiles / splits),
          first + static_cast<int>((split + 1) * tiles / splits)};
}

std::vector<LaunchShape> decode_launch_shapes(const Problem& problem, const DecodeDesign& design,
                                              int splits) {
  const int threads = kWarps * kWarpLanes;
  const char* suffix = storage_suffix(problem.dtype);
  const auto batch = static_cast<std::uint32_t>(problem.batch);
  const auto columns =
      static_cast<std::uint32_t>(problem.kv_heads * blocks_of_group(problem, design));
  const std::string width = has_vectors(problem.head_dim)
                                ? fmt::format("d{}", sets_of(problem.head_dim) * kSetColumns)
                                : "scalar";
  const std::string entry = fmt::format("{}_{}{}_kernel", design.entry, width, suffix);
  if (!design.split) return {{entry, {columns, batch, 1}, threads, 0}};
  return {{entry, {columns, static_cast<std::uint32_t>(splits), batch}, threads, 0},
          {fmt::format("{}_reduce{}_kernel", design.entry, suffix),
           {static_cast<std::uint32_t>(problem.heads), batch, 1},
           threads,
           std::int64_t{2} * splits * kFloatBytes}};
}

TensorTable decode_tensors(const Problem& problem, const DecodeDesign& design, int splits) {
  const ElementType type = element_type_of(problem.dtype);
  const std::int64_t q = problem::q_elements(problem);
  const std::int64_t rows = problem::lse_elements(problem);
  TensorTable table = {{Tensor::kQ, Role::kInput, type, q}};
  if (design.paged) {
    const problem::PagedCache cache = problem::paged_cache(problem);
    const std::int64_t pool = cache.slots() * problem.kv_heads * problem.head_dim;
    table.push_back({Tensor::kKPages, Role::kInput, type, pool});
    table.push_back({Tensor::kVPages, Role::kInput, type, pool});
    table.push_back({Tensor::kLengths, Role::kInput, ElementType::kI32, problem.batch});
    table.push_back({Tensor::kBlockTable, Role::kInput, ElementType::kI32,
                     static_cast<std::int64_t>(cache.block_table.size())});
  } else {
    table.push_back({Tensor::kK, Role::kInput, type, problem::kv_elements(problem)});
    table.push_back({Tensor::kV, Role::kInput, type, problem::kv_elements(problem)});
    table.push_back({Tensor::kLengths, Role::kInput, ElementType::kI32, problem.batch});
  }
  table.push_back({Tensor::kO, Role::kOutput, type, q});
  table.push_back({Tensor::kLse, Role::kOutput, ElementType::kF32, rows});
  if (design.split) {
    table.push_back({Tensor::kPartialO, Role::kScratch, ElementType::kF32, q * splits});
    table.push_back({Tensor::kPartialMax, Role::kScratch, ElementType::kF32, rows * splits});
    table.push_back({Tensor::kPartialSum, Role::kScratch, ElementType::kF32, rows * splits});
  }
  return table;
}

machine::Counters decode_cost(const Problem& problem, const DecodeDesign& design, int splits) {
  const std::uint64_t d = problem.head_dim;
  const std::uint64_t rows = problem::lse_elements(problem);  // batch * heads
  const std::uint64_t q = rows * d;
  const std::uint64_t columns = std::uint64_t(problem.kv_heads) * blocks_of_group(problem, design);
  const std::uint64_t blocks = columns * problem.batch * splits;
  const std::uint64_t lane_columns = std::uint64_t{kChunk} * sets_of(problem.head_dim);
  const DecodeTensors tensors(design);
  CostSheet sheet(decode_tensors(problem, design, splits));

  std::uint64_t seen_keys = 0;
  std::uint64_t tiles = 0;
  std::uint64_t seeing_rows = 0;
  for (int batch = 0; batch < problem.batch; ++batch) {
    const KeyRange seen = problem::visible_range(problem, batch, 0);
    seen_keys += seen.count();
    tiles += tiles_of_split(seen, 0, 1).count();
    seeing_rows += seen.count() > 0 ? problem.heads : 0;
  }
  // A length by each warp, the query by each half-warp; seen keys and values once per block.
  sheet.read(kLengthsIndex, blocks * kWarps, blocks > 0 ? problem.batch : 0);
  sheet.read(kQueryIndex, q * splits * kHalves, q);
  const KeyTraffic touched = key_traffic(problem, design.paged);
  for (const std::uint16_t tensor : {kKeysIndex, kValuesIndex}) {
    sheet.read_ranges(tensor, seen_keys * columns * d, touched.rows);
  }
  if (design.paged) sheet.read_ranges(kBlockTableIndex, seen_keys * columns, touched.table);
  sheet.write(tensors.o, q, q);
  sheet.write(tensors.lse, rows, rows);

  const std::uint64_t parts = rows * splits * kHalves;
  sheet.shared_write(parts * (2 + d));
  const std::uint64_t sums = sums_of_block(design);
  sheet.shared_read(parts * (kBlockLanes + sums + d));
  machine::Counters& total = sheet.counters();
  total.blocks = blocks;
  const std::uint64_t row_tiles = tiles * problem.heads;
  const std::uint64_t lane_keys = row_tiles * kTileKeys * kHalfLanes;
  total.fma = lane_keys * lane_columns + row_tiles * kBlockLanes +
              seen_keys * problem.heads * kHalfLanes * lane_columns + parts * (sums + d);
  total.add_mul = lane_keys * 4 + row_tiles * kBlockLanes * (3 * kHalfKeys + lane_columns) + q +
                  seeing_rows * (kBlockLanes + 2);
  total.mufu = row_tiles * kBlockLanes * (kHalfKeys + 1) + parts * (sums + d) + seeing_rows;
  if (!design.split) return total;

  // Every split writes m, l and O; the reduction reads them.
  const auto round_trip = [&](std::uint16_t tensor, std::uint64_t elements) {
    sheet.write(tensor, elements, elements);
    sheet.read(tensor, elements, elements);
  };
  round_trip(tensors.o_partial, q * splits);
  round_trip(tensors.m_partial, rows * splits);
  round_trip(tensors.l_partial, rows * splits);
  sheet.shared_write(2 * rows * splits);
  sheet.shared_read(rows * splits * (3 * kBlockLanes + d));
  total.blocks += rows;
  total.fma += rows * splits * (kBlockLanes + d);
  total.mufu += rows * splits * (kBlockLanes + d);
  return total;
}

std::vector<std::string> decode_sentences(const DecodeDesign& design) {
  std::vector<std::string> sentences = {
      "Read the sequence's length; the query sees all its keys, or the last of them.",
      design.heads_per_block > 1 ? "Load the queries; every half-warp has them in registers."
                                 : "Load the query; every half-warp has it in registers.",
      "Attend to the tiles: load a tile's keys, score them, load its values, weigh them and add "
      "them.",
      "Bring the half-warps' results together.",
      design.split ? "Write the split's m, l and O, not yet divided."
                   : "Divide by the sum and write O and LSE."};
  if (design.split) sentences.emplace_back("Launch 2: the splits of each head as one.");
  return sentences;
}

std::vector<Symbol> decode_symbols() {
  return {{"m", "m = max of the scores"},
          {"l", "l = sum of 2^(s - m)"},
          {"LSE", "LSE = (m + log2(l)) * ln(2)"}};
}

}  // namespace attnlab::model
