// SPDX-License-Identifier: MIT
#include "sim/model/flash_bwd/02_recompute.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/model/flash_bwd/gradient_tiles.h"
#include "sim/model/flash_fwd/01_tiled.h"
#include "sim/model/flash_fwd/query_tile.h"
#include "sim/model/row_numbers.h"
#include "sim/numerics/bulk.h"
#include "sim/numerics/online_softmax.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::TileStep;
using trace::EventKind;

enum TensorIndex : std::uint16_t { kQ, kK, kV, kO, kLse, kGradO, kDelta, kGradQ, kGradK, kGradV };

// The kernels' sentences, by which a step finds its source line.
enum Sentence : std::uint16_t {
  kSumDelta,
  kLoadKeyValueOnce,
  kLoadQueryGradient,
  kReadLaneRow,
  kColumnProducts,
  kRecompute,
  kAddColumns,
  kWriteColumns,
  kLoadQueryOnce,
  kReadWarpRows,
  kLoadKeyValue,
  kRowProducts,
  kRecomputeRow,
  kAddRows,
  kWriteRows
};

enum SymbolId : std::uint16_t { kSymbolDelta, kSymbolP, kSymbolGradS };

// The matrices of one (batch, head) pair.
struct HeadTensors {
  HeadMatrix q, k, v, o, lse, grad_o, delta, grad_q, grad_k, grad_v;

  HeadTensors(const Problem& problem, int head, int kv_head)
      : q(of_queries(problem, kQ, head)),
        k(of_keys(problem, kK, kv_head)),
        v(of_keys(problem, kV, kv_head)),
        o(of_queries(problem, kO, head)),
        lse(kLse, head, problem.len_q, 1),
        grad_o(of_queries(problem, kGradO, head)),
        delta(kDelta, head, problem.len_q, 1),
        grad_q(of_queries(problem, kGradQ, head)),
        grad_k(of_keys(problem, kGradK, kv_head)),
        grad_v(of_keys(problem, kGradV, kv_head)) {}

 private:
  static HeadMatrix of_queries(const Problem& problem, std::uint16_t tensor, int head) {
    return {tensor, head, problem.len_q, problem.head_dim, problem::size_bytes(problem.dtype)};
  }
  static HeadMatrix of_keys(const Problem& problem, std::uint16_t tensor, int kv_head) {
    return {tensor, kv_head, problem.len_kv, problem.head_dim, problem::size_bytes(problem.dtype)};
  }
};

// P and dS of a tile (queries, 32), from the products, LSE and delta.
struct RecomputedTile {
  Matrix p;
  Matrix ds;
};

RecomputedTile recompute(const ModelRun& run, const HeadTensors& head, int first_query,
                         int first_key) {
  const Workspace& in = run.workspace;
  const int rows = std::min(kGradientTile, run.problem.len_q - first_query);
  const float scale_log2 = scale_log2_of(run.problem);
  RecomputedTile tile;
  score_tile(head.q.view(in[Tensor::kQ]), head.k.view(in[Tensor::kK]), first_query, rows, first_key,
             tile.p);
  score_tile(head.grad_o.view(in[Tensor::kGradO]), head.v.view(in[Tensor::kV]), first_query, rows,
             first_key, tile.ds);
  for (int row = 0; row < rows; ++row) {
    const float lse_log2 = head.lse.view(in[Tensor::kLse])(first_query + row, 0) * numerics::kLog2E;
    for (int key = 0; key < kGradientTile; ++key) {
      tile.p(row, key) = numerics::fma_rn(tile.p(row, key), scale_log2, -lse_log2);
    }
  }
  numerics::bulk().exp2_approx(tile.p.data(), tile.p.data(), tile.p.size());
  for (int row = 0; row < rows; ++row) {
    const float delta = head.delta.view(in[Tensor::kDelta])(first_query + row, 0);
    for (int key = 0; key < kGradientTile; ++key) {
      tile.ds(row, key) = tile.p(row, key) * (tile.ds(row, key) - delta);
    }
  }
  return tile;
}

// By a row's lanes: p and dS of each pair; `products` more of LSE and log2(e).
TileStep recompute_step(std::uint64_t products) {
  TileStep step;
  step.kind = EventKind::kSoftmax;
  step.operations = {.fma = kTilePairs, .add_mul = 2 * kTilePairs + products, .mufu = kTilePairs};
  return step;
}

// Products of a column tile: a lane multiplies its query's LSE once, in each warp.
constexpr std::uint64_t kColumnLseProducts = kWarps * kWarpLanes;
constexpr std::uint64_t kRowLseProducts = kTilePairs;

// delta = rowsum(dO o O): a lane sums its columns ascending, then a butterfly.
BlockProgram delta_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const int all_rows = static_cast<int>(problem::lse_elements(problem));
  const int first_row = static_cast<int>(block) * kWarps;
  const int rows = std::min(kWarps, all_rows - first_row);
  const int d = problem.head_dim;
  const int bytes = problem::size_bytes(problem.dtype);
  const HeadMatrix o(kO, 0, all_rows, d, bytes);
  const HeadMatrix grad_o(kGradO, 0, all_rows, d, bytes);
  const HeadMatrix delta(kDelta, 0, all_rows, 1);
  const int tile = static_cast<int>(block);
  const Workspace& in = run->workspace;

  // Sum dO o O over the row.
  RowNumbers numbers(run->record_numbers, first_row);
  for (int row = first_row; row < first_row + rows; ++row) {
    float lanes[kWarpLanes] = {};
    for (int column = 0; column < d; ++column) {
      float& sum = lanes[column % kWarpLanes];
      sum = numerics::fma_rn(grad_o.view(in[Tensor::kGradO])(row, column),
                             o.view(in[Tensor::kO])(row, column), sum);
    }
    run->workspace[Tensor::kDelta][row] = numerics::canonical(numerics::butterfly_sum(lanes));
  }
  co_yield located(load_step(grad_o, grad_o.rows(first_row, rows), 0), kSumDelta, tile);
  co_yield located(load_step(o, o.rows(first_row, rows), 0), kSumDelta, tile);
  numbers.start();
  numbers.add(kSymbolDelta, 0, in[Tensor::kDelta][first_row], {});
  TileStep write =
      located(store_step(delta, delta.rows(first_row, rows)), kSumDelta, tile, 0, numbers.all());
  write.operations.fma = std::uint64_t(rows) * d;
  write.operations.add_mul = std::uint64_t(rows) * kWarpLanes * kButterflySums;
  co_yield write;
}

// dK and dV of one key tile.
BlockProgram columns_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const int d = problem.head_dim;
  const int key_tiles = ceil_div(problem.len_kv, kGradientTile);
  const int key_tile = static_cast<int>(block) % key_tiles;
  const int kv_head = static_cast<int>(block) / key_tiles;  // of the whole batch
  const int group = problem.heads / problem.kv_heads;
  const int first_key = key_tile * kGradientTile;
  const int keys = std::min(kGradientTile, problem.len_kv - first_key);
  const Workspace& in = run->workspace;
  const std::int64_t tile_elements = std::int64_t{kGradientTile} * d;
  const HeadTensors own(problem, 0, kv_head);

  // Load the tile of K and of V once; they stay in shared memory.
  for (const HeadMatrix* matrix : {&own.k, &own.v}) {
    co_yield located(load_step(*matrix, matrix->rows(first_key, keys), tile_elements),
                     kLoadKeyValueOnce, 0, key_tile);
  }

  Matrix dk = Matrix::Zero(keys, d);
  Matrix dv = Matrix::Zero(keys, d);

  // Walk over the query heads that share this K/V head, and over the queries that see the tile.
  const KeyRange query_tiles = query_tiles_seeing(problem, first_key);
  for (int head = kv_head * group; head < (kv_head + 1) * group; ++head) {
    const HeadTensors tensors(problem, head, kv_head);
    for (int query_tile = query_tiles.first; query_tile < query_tiles.last; ++query_tile) {
      const int first_query = query_tile * kGradientTile;
      const int rows = std::min(kGradientTile, problem.len_q - first_query);
      const auto here = [&](TileStep step, Sentence sentence) {
        return located(std::move(step), sentence, query_tile, key_tile);
      };
      co_yield here(barrier_step(), kLoadQueryGradient);

      // Load the next tile of Q and of dO.
      for (const HeadMatrix* matrix : {&tensors.q, &tensors.grad_o}) {
        co_yield here(load_step(*matrix, matrix->rows(first_query, rows), tile_elements),
                      kLoadQueryGradient);
      }
      co_yield here(barrier_step(), kLoadQueryGradient);

      // Read LSE and delta of the lane's query, in each warp.
      for (const HeadMatrix* matrix : {&tensors.lse, &tensors.delta}) {
        co_yield here(load_step(*matrix, {matrix->first_element + first_query, kWarps, rows, 0}, 0),
                      kReadLaneRow);
      }

      // Compute the tiles Q K^T and dP = dO V^T.
      const RecomputedTile tile = recompute(*run, tensors, first_query, first_key);
      co_yield here(tile_product_step(d), kColumnProducts);
      co_yield here(tile_product_step(d), kColumnProducts);

      // Recompute P from LSE, and dS from it.
      RowNumbers numbers(run->record_numbers, first_query);
      numbers.start();
      numbers.add(kSymbolP, first_key, tile.p(0, 0),
                  {tensors.lse.view(in[Tensor::kLse])(first_query, 0)});
      numbers.add(kSymbolGradS, first_key, tile.ds(0, 0),
                  {tile.p(0, 0), tensors.delta.view(in[Tensor::kDelta])(first_query, 0)});
      TileStep softmax = here(recompute_step(kColumnLseProducts), kRecompute);
      softmax.numbers = numbers.all();
      co_yield softmax;

      // Add P^T dO to dV and dS^T Q to dK, queries in ascending order.
      const Runs runs = runs_by_key(problem, in, {head, first_query, first_key});
      add_weighted_rows(dv, tile.p.transpose(), runs, tensors.grad_o.view(in[Tensor::kGradO]),
                        first_query);
      add_weighted_rows(dk, tile.ds.transpose(), runs, tensors.q.view(in[Tensor::kQ]), first_query);
      co_yield here(weighted_rows_step(2 * pairs_of(runs), d), kAddColumns);
    }
  }

  // Write dK, times scale, and dV.
  store_gradient(own.grad_k.view(run->workspace[Tensor::kGradK]), first_key, dk,
                 problem::softmax_scale(problem), problem.dtype);
  co_yield located(write_gradient_step(own.grad_k, first_key, keys), kWriteColumns, 0, key_tile);
  store_gradient(own.grad_v.view(run->workspace[Tensor::kGradV]), first_key, dv, 1.0f,
                 problem.dtype);
  co_yield located(write_gradient_step(own.grad_v, first_key, keys), kWriteColumns, 0, key_tile);
}

// dQ of one query tile.
BlockProgram rows_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const int d = problem.head_dim;
  const int query_tiles = ceil_div(problem.len_q, kGradientTile);
  const int query_tile = static_cast<int>(block) % query_tiles;
  const int head = static_cast<int>(block) / query_tiles;  // of the whole batch
  const int first_query = query_tile * kGradientTile;
  const int rows = std::min(kGradientTile, problem.len_q - first_query);
  const Workspace& in = run->workspace;
  const std::int64_t tile_elements = std::int64_t{kGradientTile} * d;
  const HeadTensors tensors(problem, head, kv_head_of_all(problem, head));

  // Load the tile of Q and of dO once; they stay in shared memory.
  for (const HeadMatrix* matrix : {&tensors.q, &tensors.grad_o}) {
    co_yield located(load_step(*matrix, matrix->rows(first_query, rows), tile_elements),
                     kLoadQueryOnce, query_tile);
  }

  // Read LSE and delta of the warp's queries, a lane each.
  for (const HeadMatrix* matrix : {&tensors.lse, &tensors.delta}) {
    co_yield located(load_step(*matrix, matrix->rows(first_query, rows), 0), kReadWarpRows,
                     query_tile);
  }

  Matrix dq = Matrix::Zero(rows, d);

  // Walk only over the key tiles that hold a key which some query of the tile sees.
  const KeyRange seen = key_tiles_seen(problem, first_query, rows, kGradientTile);
  for (int key_tile = seen.first; key_tile < seen.last; ++key_tile) {
    const int first_key = key_tile * kGradientTile;
    const int keys = std::min(kGradientTile, problem.len_kv - first_key);
    const auto here = [&](TileStep step, Sentence sentence) {
      return located(std::move(step), sentence, query_tile, key_tile);
    };
    co_yield here(barrier_step(), kLoadKeyValue);

    // Load the next tile of K and of V.
    for (const HeadMatrix* matrix : {&tensors.k, &tensors.v}) {
      co_yield here(load_step(*matrix, matrix->rows(first_key, keys), tile_elements),
                    kLoadKeyValue);
    }
    co_yield here(barrier_step(), kLoadKeyValue);

    // Compute the tiles Q K^T and dP = dO V^T.
    const RecomputedTile tile = recompute(*run, tensors, first_query, first_key);
    co_yield here(tile_product_step(d), kRowProducts);
    co_yield here(tile_product_step(d), kRowProducts);

    // Recompute P from LSE once more, and dS from it.
    co_yield here(recompute_step(kRowLseProducts), kRecomputeRow);

    // Add dS K to dQ, keys in ascending order.
    const Runs runs = runs_by_query(problem, in, {head, first_query, first_key});
    add_weighted_rows(dq, tile.ds, runs, tensors.k.view(in[Tensor::kK]), first_key);
    co_yield here(weighted_rows_step(pairs_of(runs), d), kAddRows);
  }

  // Write dQ, times scale.
  store_gradient(tensors.grad_q.view(run->workspace[Tensor::kGradQ]), first_query, dq,
                 problem::softmax_scale(problem), problem.dtype);
  co_yield located(write_gradient_step(tensors.grad_q, first_query, rows), kWriteRows, query_tile);
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  const char* suffix = storage_suffix(problem.dtype);
  const int width = gradient_width(problem.head_dim);
  const auto key_tiles = static_cast<std::uint32_t>(ceil_div(problem.len_kv, kGradientTile));
  const auto query_tiles = static_cast<std::uint32_t>(ceil_div(problem.len_q, kGradientTile));
  const auto row_blocks =
      static_cast<std::uint32_t>((problem::lse_elements(problem) + kWarps - 1) / kWarps);
  const auto heads = static_cast<std::uint32_t>(problem.heads);
  const auto kv_heads = static_cast<std::uint32_t>(problem.kv_heads);
  const auto batch = static_cast<std::uint32_t>(problem.batch);
  const int threads = kWarps * kWarpLanes;
  const std::int64_t shared_bytes =
      std::int64_t{kGradientTile} * (4 * problem.head_dim + 2) * kFloatBytes;
  return {{fmt::format("flash_bwd_delta{}_kernel", suffix), {row_blocks, 1, 1}, threads, 0},
          {fmt::format("flash_bwd_columns_d{}{}_kernel", width, suffix),
           {key_tiles, kv_heads, batch},
           threads,
           shared_bytes},
          {fmt::format("flash_bwd_rows_d{}{}_kernel", width, suffix),
           {query_tiles, heads, batch},
           threads,
           shared_bytes}};
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  const std::vector<LaunchShape> shapes = launch_shapes(problem);
  return {launch_of(shapes[0], [run](std::uint32_t block) { return delta_program(run, block); }),
          launch_of(shapes[1], [run](std::uint32_t block) { return columns_program(run, block); }),
          launch_of(shapes[2], [run](std::uint32_t block) { return rows_program(run, block); })};
}

TensorTable tensors(const Problem& problem) {
  const ElementType type = element_type_of(problem.dtype);
  const std::int64_t q = problem::q_elements(problem);
  const std::int64_t kv = problem::kv_elements(problem);
  const std::int64_t rows = problem::lse_elements(problem);
  return {{Tensor::kQ, Role::kInput, type, q},
          {Tensor::kK, Role::kInput, type, kv},
          {Tensor::kV, Role::kInput, type, kv},
          {Tensor::kO, Role::kCarried, type, q},
          {Tensor::kLse, Role::kCarried, ElementType::kF32, rows},
          {Tensor::kGradO, Role::kInput, type, q},
          {Tensor::kDelta, Role::kScratch, ElementType::kF32, rows},
          {Tensor::kGradQ, Role::kOutput, type, q},
          {Tensor::kGradK, Role::kOutput, type, kv},
          {Tensor::kGradV, Role::kOutput, type, kv}};
}

machine::Counters cost(const Problem& problem) {
  const ProblemSizes n(problem, kGradientTile);
  const TileWalk rows = walk_over_seen(problem, kGradientTile, kGradientTile);
  const ColumnWalk columns = column_walk(problem);
  const std::uint64_t kv_heads = std::uint64_t(problem.batch) * problem.kv_heads;
  const std::uint64_t q = n.q_rows * n.d;
  CostSheet sheet(tensors(problem));
  // Delta: O and dO once.
  sheet.read(kGradO, q, q);
  sheet.read(kO, q, q);
  sheet.write(kDelta, n.q_rows, n.q_rows);
  // dK and dV: K and V once, Q and dO once per key tile that sees them; LSE and delta by 4 warps.
  sheet.read(kK, n.kv_rows * n.d, n.kv_rows * n.d);
  sheet.read(kV, n.kv_rows * n.d, n.kv_rows * n.d);
  const std::uint64_t query_rows = n.heads_of_all * columns.query_rows;
  for (const std::uint16_t tensor : {kQ, kGradO}) {
    sheet.read_rows(tensor, query_rows * n.d, columns.touched, n.heads_of_all, problem.len_q, n.d);
  }
  for (const std::uint16_t tensor : {kLse, kDelta}) {
    sheet.read_rows(tensor, query_rows * kWarps, columns.touched, n.heads_of_all, problem.len_q, 1);
  }
  sheet.write(kGradK, n.kv_rows * n.d, n.kv_rows * n.d);
  sheet.write(kGradV, n.kv_rows * n.d, n.kv_rows * n.d);
  // dQ: Q, dO, LSE and delta once, K and V once per query tile that sees them.
  sheet.read(kQ, q, q);
  sheet.read(kGradO, q, q);
  sheet.read(kLse, n.q_rows, n.q_rows);
  sheet.read(kDelta, n.q_rows, n.q_rows);
  for (const std::uint16_t tensor : {kK, kV}) {
    sheet.read_rows(tensor, rows.key_rows * n.d, rows.touched, kv_heads, problem.len_kv, n.d);
  }
  sheet.write(kGradQ, q, q);

  const std::uint64_t column_tiles = n.heads_of_all * columns.tiles;
  const std::uint64_t tiles = column_tiles + rows.tiles;
  const std::uint64_t column_blocks = kv_heads * n.key_tiles;
  sheet.shared_write((column_blocks + rows.blocks + tiles) * 2 * kGradientTile * n.d);
  sheet.shared_read(tiles * 2 * n.d * kWarpLanes * (kWarps + kGradientTile) +
                    3 * n.visible_pairs * n.d);
  machine::Counters& total = sheet.counters();
  total.blocks = (n.q_rows + kWarps - 1) / kWarps + column_blocks + rows.blocks;
  total.fma = q + tiles * kTilePairs * (2 * n.d + 1) + 3 * n.visible_pairs * n.d;
  total.add_mul = n.q_rows * kWarpLanes * kButterflySums + tiles * 2 * kTilePairs +
                  column_tiles * kColumnLseProducts + rows.tiles * kRowLseProducts +
                  2 * n.kv_rows * n.d + q;
  total.mufu = tiles * kTilePairs;
  return total;
}

}  // namespace

const RungModel& flash_bwd_recompute() {
  static const RungModel rung{
      .name = "flash_bwd/02_recompute",
      .can = {.dtypes = kAllTypes,
              .masks = kAllMasks,
              .tile_q = {kGradientTile},
              .tile_kv = {kGradientTile}},
      .sentences =
          {"Sum dO o O over the row.",
           "Load the tile of K and of V once; they stay in shared memory.",
           "Load the next tile of Q and of dO.", "Read LSE and delta of the lane's query.",
           "Compute the tiles Q K^T and dP = dO V^T: a lane takes one query, a warp its keys.",
           "Recompute P from LSE, and dS from it.",
           "Add P^T dO to dV and dS^T Q to dK, queries in ascending order.",
           "Write dK, times scale, and dV.",
           "Load the tile of Q and of dO once; they stay in shared memory.",
           "Read LSE and delta of the warp's queries, a lane each.",
           "Load the next tile of K and of V.",
           "Compute the tiles Q K^T and dP = dO V^T: a lane takes one key, a warp its queries.",
           "Recompute P from LSE once more, and dS from it.",
           "Add dS K to dQ, keys in ascending order.", "Write dQ, times scale."},
      .symbols = {{"delta", "delta = sum over the row of dO * O"},
                  {"p", "p = 2^(s - LSE * log2(e))"},
                  {"dS", "dS = p * (dP - delta)"}},
      .forward = flash_fwd_tiled,
      .tensors = tensors,
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost};
  return rung;
}

}  // namespace attnlab::model
