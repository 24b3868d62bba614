// SPDX-License-Identifier: MIT
#include "sim/model/decode/attend.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/model/decode/half_warps.h"
#include "sim/model/decode/key_source.h"
#include "sim/model/decode/layout.h"
#include "sim/model/row_numbers.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::TileStep;
using trace::EventKind;

// The kernels' sentences, by which a step finds its source line.
enum Sentence : std::uint16_t { kReadLength, kLoadQuery, kAttend, kBringTogether, kWrite, kReduce };

enum SymbolId : std::uint16_t { kSymbolM, kSymbolL, kSymbolLse };

struct DecodeRun {
  Problem problem;
  Workspace& workspace;
  bool record_numbers;
  DecodeDesign design;
  int splits;
};

// Which heads, split and sequence a block of the first launch has.
struct BlockPlace {
  int batch, split, kv_head, first_head, heads;

  BlockPlace(const DecodeRun& run, std::uint32_t block) {
    const Problem& problem = run.problem;
    const int blocks = blocks_of_group(problem, run.design);
    const int columns = problem.kv_heads * blocks;
    const int column = static_cast<int>(block) % columns;
    split = static_cast<int>(block) / columns % run.splits;
    batch = static_cast<int>(block) / columns / run.splits;
    kv_head = column / blocks;
    const int first_of_group = column % blocks * run.design.heads_per_block;
    first_head = kv_head * group_of(problem) + first_of_group;
    heads = std::min(run.design.heads_per_block, group_of(problem) - first_of_group);
  }
};

// The work of a block's lanes on one tile for `heads` heads.
TileStep scores_step(int heads, int head_dim) {
  TileStep step;
  step.kind = EventKind::kMatmul;
  const std::uint64_t lane_keys = std::uint64_t{kTileKeys} * kHalfLanes * heads;
  step.operations.fma = lane_keys * kChunk * sets_of(head_dim);
  step.operations.add_mul = lane_keys * 4;  // a butterfly over 16 lanes
  return step;
}

// A lane scales 8 scores, subtracts and weighs them, adds them up, and finds the old sum's factor.
TileStep weights_step(int heads, int head_dim) {
  TileStep step;
  step.kind = EventKind::kSoftmax;
  const std::uint64_t lanes = kBlockLanes * heads;
  step.operations.fma = lanes;
  step.operations.add_mul = lanes * (3 * kHalfKeys + kChunk * sets_of(head_dim));
  step.operations.mufu = lanes * (kHalfKeys + 1);
  return step;
}

TileStep values_step(int heads, int head_dim, int seen_keys) {
  TileStep step;
  step.kind = EventKind::kMatmul;
  step.operations.fma = std::uint64_t(seen_keys) * heads * kHalfLanes * kChunk * sets_of(head_dim);
  return step;
}

// Half-warps' results of `heads` heads through shared memory, then brought together: every thread
// reads m of all and the columns that it owns; l is read by all, or for a split by one.
TileStep together_step(const DecodeDesign& design, int heads, int head_dim) {
  TileStep step;
  step.kind = EventKind::kRescale;
  const std::uint64_t parts = std::uint64_t(heads) * kHalves;
  const std::uint64_t sums = sums_of_block(design);
  step.shared_written_bytes = parts * (2 + head_dim) * kFloatBytes;
  step.shared_read_bytes = parts * (kBlockLanes + sums + head_dim) * kFloatBytes;
  step.operations.fma = parts * (sums + head_dim);
  step.operations.mufu = parts * (sums + head_dim);
  return step;
}

// The seen keys of a tile, counted from its first.
KeyRange seen_in(int tile, KeyRange seen) {
  return {std::clamp(seen.first - tile * kTileKeys, 0, kTileKeys),
          std::clamp(seen.last - tile * kTileKeys, 0, kTileKeys)};
}

void write_result(const DecodeRun& run, int row, const PartialResult& result) {
  const int d = run.problem.head_dim;
  const float inverse_l = numerics::inverse_sum(result.state.l);
  for (int column = 0; column < d; ++column) {
    run.workspace[Tensor::kO][std::int64_t{row} * d + column] =
        stored(run.problem.dtype, result.o[column] * inverse_l);
  }
  run.workspace[Tensor::kLse][row] = numerics::canonical(numerics::lse_nat(result.state));
}

void write_partial(const DecodeRun& run, std::int64_t row, const PartialResult& result) {
  const std::int64_t d = run.problem.head_dim;
  for (std::int64_t column = 0; column < d; ++column) {
    run.workspace[Tensor::kPartialO][row * d + column] = numerics::canonical(result.o[column]);
  }
  run.workspace[Tensor::kPartialMax][row] = result.state.m_log2;
  run.workspace[Tensor::kPartialSum][row] = numerics::canonical(result.state.l);
}

// Rows [first, +count) of a tensor of rows, `width` elements each.
TileStep store_rows(std::uint16_t tensor, std::int64_t first, int count, int width,
                    int element_bytes = kFloatBytes) {
  TileStep step;
  step.kind = EventKind::kStore;
  step.tensor = tensor;
  step.region = {first * width, 1, std::int64_t{count} * width, 0};
  step.element_bytes = element_bytes;
  return step;
}

TileStep load_times(std::uint16_t tensor, std::int64_t first, std::int64_t elements,
                    std::int64_t times, int element_bytes) {
  TileStep step;
  step.kind = EventKind::kLoad;
  step.tensor = tensor;
  step.region = {first, times, elements, 0};
  step.element_bytes = element_bytes;
  return step;
}

// O / l, and 1 / l by every thread and LSE by one where something was seen.
machine::Operations division(const PartialResult& result) {
  const bool seeing = result.state.l != 0.0f;
  return {.add_mul = result.o.size() + (seeing ? kBlockLanes + 2 : 0),
          .mufu = std::uint64_t(seeing ? 1 : 0)};
}

BlockProgram attend_program(std::shared_ptr<const DecodeRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const int d = problem.head_dim;
  const int bytes = problem::size_bytes(problem.dtype);
  const BlockPlace place(*run, block);
  const DecodeTensors tensors(run->design);
  const KeySource source(problem, run->workspace, run->design.paged, place.batch, place.kv_head);
  const float scale_log2 = scale_log2_of(problem);
  const std::int64_t first_row = std::int64_t{place.batch} * problem.heads + place.first_head;

  // Read the sequence's length, a lane of each warp; take this split's part of the tiles.
  co_yield located(load_times(kLengthsIndex, place.batch, 1, kWarps, kFloatBytes), kReadLength);
  const KeyRange seen = problem::visible_range(problem, place.batch, 0);
  const KeyRange tiles = tiles_of_split(seen, place.split, run->splits);

  // Load the query; every half-warp has it in registers.
  std::vector<HeadWalk> heads;
  for (int head = 0; head < place.heads; ++head) {
    heads.emplace_back(std::as_const(run->workspace)[Tensor::kQ].data() + (first_row + head) * d,
                       d);
  }
  co_yield located(
      load_times(kQueryIndex, first_row * d, std::int64_t{place.heads} * d, kHalves, bytes),
      kLoadQuery);

  for (int tile = tiles.first; tile < tiles.last; ++tile) {
    const KeyRange keys = seen_in(tile, seen);
    const KeyRange tokens = {tile * kTileKeys + keys.first, tile * kTileKeys + keys.last};

    // Load the half-warps' keys.
    for (const TileStep& step : source.table_steps(tokens)) {
      co_yield located(step, kAttend, 0, tile);
    }
    for (const TileStep& step : source.row_steps(kKeysIndex, tokens)) {
      co_yield located(step, kAttend, 0, tile);
    }

    // Compute the scores q.k.
    const Matrix k_transposed =
        source.tile(Tensor::kK, tile * kTileKeys, kTileKeys, tokens).transpose();
    for (HeadWalk& head : heads) head.score(k_transposed);
    co_yield located(scores_step(place.heads, d), kAttend, 0, tile);

    // Load the half-warps' values.
    for (const TileStep& step : source.row_steps(kValuesIndex, tokens)) {
      co_yield located(step, kAttend, 0, tile);
    }

    // Find the new maximum and the weights relative to it; bring l and O to it.
    for (HeadWalk& head : heads) head.weigh(keys, scale_log2);
    co_yield located(weights_step(place.heads, d), kAttend, 0, tile);

    // Add P V, keys in ascending order.
    const Matrix v = source.tile(Tensor::kV, tile * kTileKeys, kTileKeys, tokens);
    for (HeadWalk& head : heads) head.add_values(v, keys);
    co_yield located(values_step(place.heads, d, keys.count()), kAttend, 0, tile);
  }

  // Bring the half-warps' results together.
  co_yield located(barrier_step(), kBringTogether);
  co_yield located(together_step(run->design, place.heads, d), kBringTogether);

  for (int head = 0; head < place.heads; ++head) {
    const PartialResult result = heads[head].result();
    RowNumbers numbers(run->record_numbers, static_cast<int>(first_row) + head);
    numbers.start();
    numbers.add(kSymbolM, 0, result.state.m_log2, {});
    numbers.add(kSymbolL, 0, result.state.l, {});
    if (run->design.split) {
      // Write the split's m, l and O, not yet divided.
      const std::int64_t row = (first_row + head) * run->splits + place.split;
      write_partial(*run, row, result);
      co_yield located(store_rows(tensors.o_partial, row, 1, d), kWrite, 0, 0, numbers.all());
      co_yield located(store_rows(tensors.m_partial, row, 1, 1), kWrite);
      co_yield located(store_rows(tensors.l_partial, row, 1, 1), kWrite);
    } else {
      // Divide by the sum and write O and LSE.
      write_result(*run, static_cast<int>(first_row) + head, result);
      numbers.add(kSymbolLse, 0, run->workspace[Tensor::kLse][first_row + head],
                  {result.state.m_log2, result.state.l});
      TileStep write = store_rows(tensors.o, first_row + head, 1, d, bytes);
      write.operations = division(result);
      co_yield located(write, kWrite, 0, 0, numbers.all());
      co_yield located(store_rows(tensors.lse, first_row + head, 1, 1), kWrite);
    }
  }
}

// The splits of one head as one.
BlockProgram reduce_program(std::shared_ptr<const DecodeRun> run, std::uint32_t block) {
  const std::int64_t d = run->problem.head_dim;
  const std::int64_t splits = run->splits;
  const auto row = static_cast<std::int64_t>(block);
  const DecodeTensors tensors(run->design);
  const Workspace& in = run->workspace;

  std::vector<PartialResult> parts(splits);
  for (std::int64_t split = 0; split < splits; ++split) {
    const std::int64_t part = row * splits + split;
    parts[split].state = {in[Tensor::kPartialMax][part], in[Tensor::kPartialSum][part]};
    const float* o = in[Tensor::kPartialO].data() + part * d;
    parts[split].o.assign(o, o + d);
  }
  for (const std::uint16_t tensor : {tensors.m_partial, tensors.l_partial}) {
    TileStep load = load_times(tensor, row * splits, splits, 1, kFloatBytes);
    load.shared_written_bytes = splits * kFloatBytes;
    co_yield located(load, kReduce);
  }
  co_yield located(barrier_step(), kReduce);

  // Every thread reads m twice and l once; a column needs m of every split again.
  TileStep load = load_times(tensors.o_partial, row * splits * d, splits * d, 1, kFloatBytes);
  load.shared_read_bytes = (3 * kBlockLanes + d) * splits * kFloatBytes;
  load.operations.fma = (kBlockLanes + d) * splits;
  load.operations.mufu = (kBlockLanes + d) * splits;
  co_yield located(load, kReduce);

  const PartialResult result = combined(parts);
  write_result(*run, static_cast<int>(row), result);
  RowNumbers numbers(run->record_numbers, static_cast<int>(row));
  numbers.start();
  numbers.add(kSymbolLse, 0, in[Tensor::kLse][row], {result.state.m_log2, result.state.l});
  TileStep write =
      store_rows(tensors.o, row, 1, static_cast<int>(d), problem::size_bytes(run->problem.dtype));
  write.operations = division(result);
  co_yield located(write, kReduce, 0, 0, numbers.all());
  co_yield located(store_rows(tensors.lse, row, 1, 1), kReduce);
}

}  // namespace

std::vector<machine::Launch> decode_launches(const Problem& problem, Workspace& workspace,
                                             bool record_numbers, const DecodeDesign& design,
                                             int splits) {
  auto run = std::make_shared<const DecodeRun>(
      DecodeRun{problem, workspace, record_numbers, design, splits});
  const std::vector<LaunchShape> shapes = decode_launch_shapes(problem, design, splits);
  std::vector<machine::Launch> launches = {
      launch_of(shapes[0], [run](std::uint32_t block) { return attend_program(run, block); })};
  if (design.split) {
    launches.push_back(
        launch_of(shapes[1], [run](std::uint32_t block) { return reduce_program(run, block); }));
  }
  return launches;
}

}  // namespace attnlab::model
