// SPDX-License-Identifier: MIT
#include "sim/model/flash_fwd/02_kv_outer.h"

#include <fmt/format.h>

#include <memory>

#include "sim/model/flash_fwd/query_tile.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::TileStep;

enum TensorIndex : std::uint16_t { kRunningO = kForwardLse + 1, kRowMax, kRowSum };

// The kernel's sentences, by which a step finds its source line.
enum Sentence : std::uint16_t {
  kWaitForKeyReaders,
  kLoadKeyValue,
  kWaitForQueryReaders,
  kLoadQuery,
  kWaitForTiles,
  kScores,
  kBringBack,
  kSoftmax,
  kRescale,
  kOutput,
  kWrite,
  kLeave
};

constexpr int kTileQ = 32;  // Br

// One key tile at least, so that rows are written even where there are no keys.
int key_tiles_of(const Problem& problem) {
  return std::max(1, ceil_div(problem.len_kv, kTileKv));
}

// What the rows of one head have so far, in device memory between key tiles.
class RunningRows {
 public:
  RunningRows(const ModelRun& run, int head_of_all)
      : workspace_(run.workspace),
        o_(kRunningO, head_of_all, run.problem.len_q, run.problem.head_dim),
        m_(kRowMax, head_of_all, run.problem.len_q, 1),
        l_(kRowSum, head_of_all, run.problem.len_q, 1) {}

  void bring_back(QueryTile& tile) const {
    const Workspace& in = workspace_;
    tile.accumulator() = o_.view(in[Tensor::kRunningO]).middleRows(tile.first_query(), tile.rows());
    for (int row = 0; row < tile.rows(); ++row) {
      const int query = tile.first_query() + row;
      tile.states()[row] = {m_.view(in[Tensor::kRowMax])(query, 0),
                            l_.view(in[Tensor::kRowSum])(query, 0)};
    }
  }

  void leave(QueryTile& tile) const {
    o_.view(workspace_[Tensor::kRunningO]).middleRows(tile.first_query(), tile.rows()) =
        tile.accumulator();
    for (int row = 0; row < tile.rows(); ++row) {
      const int query = tile.first_query() + row;
      m_.view(workspace_[Tensor::kRowMax])(query, 0) = tile.states()[row].m_log2;
      l_.view(workspace_[Tensor::kRowSum])(query, 0) = tile.states()[row].l;
    }
  }

  // Steps that read, or write, what the rows of a tile have.
  std::vector<TileStep> steps(const QueryTile& tile, Sentence sentence) const {
    std::vector<TileStep> steps;
    for (const HeadMatrix* matrix : {&m_, &l_, &o_}) {
      const machine::Region region = matrix->rows(tile.first_query(), tile.rows());
      steps.push_back(tile.located(
          sentence == kBringBack ? load_step(*matrix, region, 0) : store_step(*matrix, region),
          sentence));
    }
    return steps;
  }

 private:
  Workspace& workspace_;
  HeadMatrix o_, m_, l_;
};

BlockProgram head_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const int head = static_cast<int>(block);
  const int key_tiles = key_tiles_of(run->problem);
  const int query_tiles = ceil_div(run->problem.len_q, kTileQ);
  const TilePartition partition{.tile_q = kTileQ};
  const RunningRows running(*run, head);

  for (int key_tile = 0; key_tile < key_tiles; ++key_tile) {
    QueryTile keys(*run, partition, head, 0);
    keys.set_key_tile(key_tile);
    co_yield keys.barrier(kWaitForKeyReaders);

    // Load the next tile of K and of V; it stays while all queries pass by.
    co_yield keys.load_keys(kLoadKeyValue);
    co_yield keys.load_values(kLoadKeyValue);

    for (int query_tile = 0; query_tile < query_tiles; ++query_tile) {
      QueryTile tile(*run, partition, head, query_tile);
      tile.set_key_tile(key_tile);
      co_yield tile.barrier(kWaitForQueryReaders);

      // Load the next query tile.
      co_yield tile.load_query(kLoadQuery);
      co_yield tile.barrier(kWaitForTiles);

      // Compute the tile of S = Q K^T.
      co_yield tile.compute_scores(kScores);

      // Bring back what the rows have so far; at first they have seen nothing.
      if (key_tile > 0) {
        running.bring_back(tile);
        for (const TileStep& step : running.steps(tile, kBringBack)) co_yield step;
      }

      // Find each row's new maximum and its probabilities relative to it.
      co_yield tile.update_softmax(kSoftmax);

      // Bring the old sum and output to the new row maximum.
      co_yield tile.rescale_old_sums(kRescale);

      // Add P V of this tile, keys in ascending order.
      co_yield tile.accumulate(kOutput);

      if (key_tile + 1 == key_tiles) {
        // After the last key tile, divide by the row sum and write O and LSE.
        co_yield tile.write_output(kWrite);
        co_yield tile.write_lse(kWrite);
      } else {
        // Leave m, l and O in device memory for the next key tile.
        running.leave(tile);
        for (const TileStep& step : running.steps(tile, kLeave)) co_yield step;
      }
    }
  }
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  return {
      {fmt::format("flash_fwd_kv_outer{}_kernel", storage_suffix(problem.dtype)),
       {static_cast<std::uint32_t>(problem.heads), static_cast<std::uint32_t>(problem.batch), 1},
       kWarps * kWarpLanes,
       warp_rows_shared_floats(kTileQ, problem.head_dim) * kFloatBytes}};
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  return {launch_of(launch_shapes(problem).front(),
                    [run](std::uint32_t block) { return head_program(run, block); })};
}

TensorTable tensors(const Problem& problem) {
  const std::int64_t rows = problem::lse_elements(problem);
  TensorTable table = forward_tensors(problem);
  table.push_back(
      {Tensor::kRunningO, Role::kScratch, ElementType::kF32, problem::q_elements(problem)});
  table.push_back({Tensor::kRowMax, Role::kScratch, ElementType::kF32, rows});
  table.push_back({Tensor::kRowSum, Role::kScratch, ElementType::kF32, rows});
  return table;
}

machine::Counters cost(const Problem& problem) {
  const ProblemSizes n(problem, kTileQ);
  const std::uint64_t key_tiles = key_tiles_of(problem);
  const std::uint64_t q = n.q_rows * n.d;
  CostSheet sheet(tensors(problem));
  // K and V once a query head, Q once per key tile; O and LSE once.
  sheet.read(kForwardQ, q * key_tiles, q);
  sheet.read(kForwardK, n.heads_of_all * n.len_kv * n.d, n.kv_rows * n.d);
  sheet.read(kForwardV, n.heads_of_all * n.len_kv * n.d, n.kv_rows * n.d);
  sheet.write(kForwardO, q, q);
  sheet.write(kForwardLse, n.q_rows, n.q_rows);
  // The running O, m and l go out and come back between key tiles.
  const std::uint64_t trips = key_tiles - 1;
  const auto round_trips = [&](std::uint16_t tensor, std::uint64_t elements) {
    sheet.write(tensor, elements * trips, trips > 0 ? elements : 0);
    sheet.read(tensor, elements * trips, trips > 0 ? elements : 0);
  };
  round_trips(kRunningO, q);
  round_trips(kRowMax, n.q_rows);
  round_trips(kRowSum, n.q_rows);

  const std::uint64_t tiles = n.heads_of_all * n.query_tiles * key_tiles;
  sheet.shared_write(n.heads_of_all * key_tiles * 2 * kTileKv * n.d + tiles * kTileQ * n.d);
  machine::Counters& total = sheet.counters();
  total.blocks = n.heads_of_all;
  add_warp_rows_work(sheet, problem, kTileQ, tiles, n.q_rows * key_tiles);
  return total;
}

}  // namespace

const RungModel& flash_fwd_kv_outer() {
  static const RungModel rung{
      .name = "flash_fwd/02_kv_outer",
      .can = {.dtypes = kAllTypes, .masks = kAllMasks, .tile_q = {kTileQ}, .tile_kv = {kTileKv}},
      .sentences =
          {"every warp is done with the key tile that is about to be overwritten",
           "Load the next tile of K and of V; it stays while all queries pass by.",
           "every warp is done with the query tile that is about to be overwritten",
           "Load the next query tile.", "every warp may read the tiles that all warps wrote",
           "Compute the tile of S = Q K^T: a lane takes one key, a warp its rows.",
           "Bring back what the row has so far, m, l and O; at first it has seen nothing.",
           "Find the row's new maximum and its probabilities relative to it.",
           "Bring the old sum and output to the new row maximum.",
           "Add P V of this tile, keys in ascending order: lane j holds the weight of key j.",
           "After the last key tile, divide by the row sum and write O and LSE.",
           "Leave m, l and O in device memory for the next key tile."},
      .symbols = online_softmax_symbols(),
      .tensors = tensors,
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost};
  return rung;
}

}  // namespace attnlab::model
