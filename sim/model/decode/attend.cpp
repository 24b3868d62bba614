// SPDX-License-Identifier: MIT
#include "sim/model/decode/attend.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "sim/model/decode/key_source.h"
#include "sim/model/decode/partial_results.h"
#include "sim/model/row_numbers.h"
#include "sim/numerics/bulk.h"
#include "sim/problem/pages.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::TileStep;
using trace::EventKind;

// The kernels' sentences, by which a step finds its source line.
enum Sentence : std::uint16_t { kReadLength, kLoadQuery, kAttend, kBringTogether, kWrite, kReduce };

enum SymbolId : std::uint16_t { kSymbolM, kSymbolL, kSymbolLse };

constexpr int kTileKeys = 64;
constexpr int kHalves = 2 * kWarps;  // half-warps of a block
constexpr int kHalfLanes = kWarpLanes / 2;
constexpr int kHalfKeys = kTileKeys / kHalves;
constexpr int kChunk = 8;  // columns that a lane owns side by side
constexpr int kSetColumns = kHalfLanes * kChunk;
constexpr std::uint64_t kBlockLanes = kWarps * kWarpLanes;

// Tensors behind Q, K, V and lengths.
struct DecodeTensors {
  std::uint16_t block_table, o, lse, o_partial, m_partial, l_partial;

  explicit DecodeTensors(const DecodeDesign& design)
      : block_table(kBlockTableIndex),
        o(design.paged ? 5 : 4),
        lse(o + 1),
        o_partial(o + 2),
        m_partial(o + 3),
        l_partial(o + 4) {}
};

struct DecodeRun {
  Problem problem;
  Workspace& workspace;
  bool record_numbers;
  DecodeDesign design;
  int splits;
};

// Whether rows are read in 16-byte loads.
bool has_vectors(int head_dim) {
  return head_dim % kChunk == 0;
}

// Sets of 128 columns that lanes own.
int sets_of(int head_dim) {
  return has_vectors(head_dim) && head_dim <= kSetColumns ? 1 : 2;
}

int group_of(const Problem& problem) {
  return problem.heads / problem.kv_heads;
}

// Blocks that the query heads of a K/V head take.
int blocks_of_group(const Problem& problem, const DecodeDesign& design) {
  return ceil_div(group_of(problem), design.heads_per_block);
}

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

// Threads that add up the half-warps' l.
std::uint64_t sums_of_block(const DecodeDesign& design) {
  return design.split ? 1 : kBlockLanes;
}

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

// q.k of all keys of a tile (D, 64): a lane its columns ascending, then a butterfly over 16 lanes.
std::array<float, kTileKeys> dot_products(const float* q, const Matrix& k_transposed) {
  const auto head_dim = static_cast<int>(k_transposed.rows());
  Matrix lanes = Matrix::Zero(kHalfLanes, kTileKeys);
  for (int set = 0; set < sets_of(head_dim); ++set) {
    for (int lane = 0; lane < kHalfLanes; ++lane) {
      const int column = set * kSetColumns + lane * kChunk;
      const int depth = std::min(kChunk, head_dim - column);
      if (depth <= 0) break;
      numerics::bulk().matmul_accumulate(lanes.row(lane).data(), kTileKeys, q + column, head_dim,
                                         k_transposed.row(column).data(), kTileKeys, 1, kTileKeys,
                                         depth);
    }
  }
  for (int distance = kHalfLanes / 2; distance >= 1; distance /= 2) {
    lanes.topRows(distance) += lanes.middleRows(distance, distance);
  }
  std::array<float, kTileKeys> dots;
  std::copy_n(lanes.row(0).data(), kTileKeys, dots.data());
  return dots;
}

// One head's half-warps on their walk over the tiles: key j of a tile is half-warp
// 2 (j / 16) + j % 2's.
class HeadWalk {
 public:
  HeadWalk(const float* q, int head_dim) : q_(q), parts_(kHalves) {
    for (PartialResult& part : parts_) part.o.resize(head_dim);
  }

  void score(const Matrix& k_transposed) { scores_ = dot_products(q_, k_transposed); }

  // Scores become weights; l and O are brought to each half-warp's new maximum.
  void weigh(KeyRange seen, float scale_log2) {
    std::array<float, kHalves> m_old;
    for (int half = 0; half < kHalves; ++half) {
      numerics::SoftmaxState& state = parts_[half].state;
      m_old[half] = state.m_log2;
      for (int i = 0; i < kHalfKeys; ++i) {
        float& score = scores_[key_of(half, i)];
        const bool visible = key_of(half, i) >= seen.first && key_of(half, i) < seen.last;
        score = visible ? score * scale_log2 : -numerics::kInfinity;
        state.m_log2 = numerics::max_ignoring_nan(state.m_log2, score);
      }
      const float m = numerics::finite_maximum(state.m_log2);
      for (int i = 0; i < kHalfKeys; ++i) scores_[key_of(half, i)] -= m;
    }
    numerics::bulk().exp2_approx(scores_.data(), scores_.data(), scores_.size());
    for (int half = 0; half < kHalves; ++half) {
      float p_sum = scores_[key_of(half, 0)];
      for (int i = 1; i < kHalfKeys; ++i) p_sum += scores_[key_of(half, i)];
      numerics::SoftmaxState& state = parts_[half].state;
      const float rescale = numerics::rescale_factor(m_old[half], state.m_log2);
      state.l = numerics::fma_rn(state.l, rescale, p_sum);
      for (float& o : parts_[half].o) o *= rescale;
    }
  }

  void add_values(const Matrix& v, KeyRange seen) {
    const auto head_dim = static_cast<int>(v.cols());
    for (int half = 0; half < kHalves; ++half) {
      int first = 0;
      while (first < kHalfKeys && key_of(half, first) < seen.first) ++first;
      int last = first;
      while (last < kHalfKeys && key_of(half, last) < seen.last) ++last;
      if (last == first) continue;
      std::array<float, kHalfKeys> p;
      for (int i = first; i < last; ++i) p[i] = scores_[key_of(half, i)];
      numerics::bulk().matmul_accumulate(parts_[half].o.data(), head_dim, p.data() + first,
                                         kHalfKeys, v.row(key_of(half, first)).data(),
                                         2 * std::ptrdiff_t{head_dim}, 1, head_dim, last - first);
    }
  }

  PartialResult result() const { return combined(parts_); }

 private:
  static int key_of(int half, int i) { return half / 2 * (2 * kHalfKeys) + half % 2 + 2 * i; }

  const float* q_;
  std::vector<PartialResult> parts_;
  std::array<float, kTileKeys> scores_{};
};

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
