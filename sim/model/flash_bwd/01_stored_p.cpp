// SPDX-License-Identifier: MIT
#include "sim/model/flash_bwd/01_stored_p.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/model/flash_bwd/gradient_tiles.h"
#include "sim/model/row_numbers.h"
#include "sim/model/standard/01_three_pass.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::TileStep;
using trace::EventKind;

enum TensorIndex : std::uint16_t { kQ, kK, kV, kP, kLse, kGradO, kGradS, kGradQ, kGradK, kGradV };

// The kernels' sentences, by which a step finds its source line.
enum Sentence : std::uint16_t {
  kLoadColumnTiles,
  kAddColumns,
  kWriteColumns,
  kLoadRowTiles,
  kAddRows,
  kWriteRows,
  kLoadProductTiles,
  kProduct,
  kWriteProduct,
  kRowSum,
  kWriteGradS
};

enum SymbolId : std::uint16_t { kSymbolSum, kSymbolGradS };

// One gradient [len_kv, D] as a sum of rows [len_q, D] by weights [len_q, len_kv]: dV of dO by P,
// dK of Q by dS.
struct ColumnSum {
  Tensor weights, rows, gradient;
  std::uint16_t weights_index, rows_index, gradient_index;
  float factor;
};

// The lanes' reads of a tile of weights.
TileStep weighted_sum_step(std::uint64_t pairs, int head_dim) {
  TileStep step = weighted_rows_step(pairs, head_dim);
  step.shared_read_bytes += kTilePairs * kFloatBytes;
  return step;
}

BlockProgram columns_program(std::shared_ptr<const ModelRun> run, ColumnSum sum,
                             std::uint32_t block) {
  const Problem& problem = run->problem;
  const int d = problem.head_dim;
  const int key_tiles = ceil_div(problem.len_kv, kGradientTile);
  const int key_tile = static_cast<int>(block) % key_tiles;
  const int kv_head = static_cast<int>(block) / key_tiles;  // of the whole batch
  const int group = problem.heads / problem.kv_heads;
  const int first_key = key_tile * kGradientTile;
  const int keys = std::min(kGradientTile, problem.len_kv - first_key);
  const Workspace& in = run->workspace;
  Matrix sums = Matrix::Zero(keys, d);

  for (int head = kv_head * group; head < (kv_head + 1) * group; ++head) {
    const HeadMatrix weights(sum.weights_index, head, problem.len_q, problem.len_kv);
    const HeadMatrix rows(sum.rows_index, head, problem.len_q, d);
    const HeadMatrix lse(kLse, head, problem.len_q, 1);
    for (int first_query = 0; first_query < problem.len_q; first_query += kGradientTile) {
      const int queries = std::min(kGradientTile, problem.len_q - first_query);
      const auto here = [&](TileStep step, Sentence sentence) {
        return located(std::move(step), sentence, first_query / kGradientTile, key_tile);
      };
      co_yield here(barrier_step(), kLoadColumnTiles);

      // Load the next tile of weights and of rows.
      co_yield here(load_step(weights, weights.region(first_query, queries, first_key, keys),
                              static_cast<std::int64_t>(kTilePairs)),
                    kLoadColumnTiles);
      co_yield here(
          load_step(rows, rows.rows(first_query, queries), std::int64_t{kGradientTile} * d),
          kLoadColumnTiles);
      co_yield here(barrier_step(), kLoadColumnTiles);
      co_yield here(load_step(lse, {lse.first_element + first_query, kWarps, queries, 0}, 0),
                    kAddColumns);

      // Add the weighted rows to each key's sum, queries in ascending order.
      const Runs runs = runs_by_key(problem, in, {head, first_query, first_key});
      const Matrix tile =
          weights.view(in[sum.weights]).block(first_query, first_key, queries, keys).transpose();
      add_weighted_rows(sums, tile, runs, rows.view(in[sum.rows]), first_query);
      co_yield here(weighted_sum_step(pairs_of(runs), d), kAddColumns);
    }
  }

  // Write the sums, times the factor.
  const HeadMatrix gradient(sum.gradient_index, kv_head, problem.len_kv, d);
  store_gradient(gradient.view(run->workspace[sum.gradient]), first_key, sums, sum.factor,
                 problem.dtype);
  co_yield located(write_gradient_step(gradient, first_key, keys), kWriteColumns, 0, key_tile);
}

// dP = dO V^T, one tile.
BlockProgram product_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const int d = problem.head_dim;
  const int key_tiles = ceil_div(problem.len_kv, kGradientTile);
  const int query_tiles = ceil_div(problem.len_q, kGradientTile);
  const int key_tile = static_cast<int>(block) % key_tiles;
  const int query_tile = static_cast<int>(block) / key_tiles % query_tiles;
  const int head = static_cast<int>(block) / key_tiles / query_tiles;  // of the whole batch
  const HeadMatrix grad_o(kGradO, head, problem.len_q, d);
  const HeadMatrix v(kV, kv_head_of_all(problem, head), problem.len_kv, d);
  const HeadMatrix grad_s(kGradS, head, problem.len_q, problem.len_kv);
  const int first_query = query_tile * kGradientTile;
  const int first_key = key_tile * kGradientTile;
  const int rows = std::min(kGradientTile, problem.len_q - first_query);
  const int keys = std::min(kGradientTile, problem.len_kv - first_key);
  const Workspace& in = run->workspace;
  const auto here = [&](TileStep step, Sentence sentence) {
    return located(std::move(step), sentence, query_tile, key_tile);
  };

  // Load a tile of dO and a tile of V.
  const std::int64_t tile_elements = std::int64_t{kGradientTile} * d;
  co_yield here(load_step(grad_o, grad_o.rows(first_query, rows), tile_elements),
                kLoadProductTiles);
  co_yield here(load_step(v, v.rows(first_key, keys), tile_elements), kLoadProductTiles);
  co_yield here(barrier_step(), kLoadProductTiles);

  // Compute the tile dP = dO V^T.
  Matrix dp;
  score_tile(grad_o.view(in[Tensor::kGradO]), v.view(in[Tensor::kV]), first_query, rows, first_key,
             dp);
  co_yield here(tile_product_step(d), kProduct);

  // Write dP; it is 0 for a masked pair.
  const std::vector<KeyRange> seen =
      visible_in_tile(problem, head / problem.heads, first_query, rows, first_key);
  MatrixView out = grad_s.view(run->workspace[Tensor::kGradS]);
  for (int row = 0; row < rows; ++row) {
    for (int key = 0; key < keys; ++key) {
      const bool visible = key >= seen[row].first && key < seen[row].last;
      out(first_query + row, first_key + key) = visible ? numerics::canonical(dp(row, key)) : 0.0f;
    }
  }
  co_yield here(store_step(grad_s, grad_s.region(first_query, rows, first_key, keys)),
                kWriteProduct);
}

// dS in dP's place, a warp a row.
BlockProgram softmax_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const int columns = problem.len_kv;
  const int all_rows = static_cast<int>(problem::lse_elements(problem));
  const int first_row = static_cast<int>(block) * kWarps;
  const int rows = std::min(kWarps, all_rows - first_row);
  const HeadMatrix p_matrix(kP, 0, all_rows, columns);
  const HeadMatrix s_matrix(kGradS, 0, all_rows, columns);
  const ConstMatrixView p = p_matrix.view(std::as_const(run->workspace)[Tensor::kP]);
  MatrixView ds = s_matrix.view(run->workspace[Tensor::kGradS]);
  const std::uint64_t elements = std::uint64_t(rows) * columns;
  const int tile = static_cast<int>(block);
  RowNumbers numbers(run->record_numbers, first_row);

  // Sum P o dP over the row.
  std::vector<float> sums(rows);
  for (int row = 0; row < rows; ++row) {
    float lanes[kWarpLanes] = {};
    for (int key = 0; key < columns; ++key) {
      float& sum = lanes[key % kWarpLanes];
      sum = numerics::fma_rn(p(first_row + row, key), ds(first_row + row, key), sum);
    }
    sums[row] = numerics::butterfly_sum(lanes);
  }
  co_yield located(load_step(p_matrix, p_matrix.rows(first_row, rows), 0), kRowSum, tile);
  numbers.start();
  numbers.add(kSymbolSum, 0, sums[0], {});
  TileStep sum = located(load_step(s_matrix, s_matrix.rows(first_row, rows), 0), kRowSum, tile, 0,
                         numbers.all());
  sum.operations.fma = elements;
  sum.operations.add_mul = std::uint64_t(rows) * kWarpLanes * kButterflySums;
  co_yield sum;

  // Write dS in the place of dP.
  co_yield located(load_step(p_matrix, p_matrix.rows(first_row, rows), 0), kWriteGradS, tile);
  co_yield located(load_step(s_matrix, s_matrix.rows(first_row, rows), 0), kWriteGradS, tile);
  for (int row = first_row; row < first_row + rows; ++row) {
    for (int key = 0; key < columns; ++key) {
      ds(row, key) = numerics::canonical(p(row, key) * (ds(row, key) - sums[row - first_row]));
    }
  }
  numbers.start();
  if (columns > 0) {
    numbers.add(kSymbolGradS, 0, ds(first_row, 0), {p(first_row, 0), sums[0]});
  }
  TileStep write = located(store_step(s_matrix, s_matrix.rows(first_row, rows)), kWriteGradS, tile,
                           0, numbers.all());
  write.operations.add_mul = elements * 2;
  co_yield write;
}

// dQ = dS K * scale, one query tile.
BlockProgram rows_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const int d = problem.head_dim;
  const int query_tiles = ceil_div(problem.len_q, kGradientTile);
  const int query_tile = static_cast<int>(block) % query_tiles;
  const int head = static_cast<int>(block) / query_tiles;  // of the whole batch
  const HeadMatrix grad_s(kGradS, head, problem.len_q, problem.len_kv);
  const HeadMatrix k(kK, kv_head_of_all(problem, head), problem.len_kv, d);
  const HeadMatrix lse(kLse, head, problem.len_q, 1);
  const HeadMatrix grad_q(kGradQ, head, problem.len_q, d);
  const int first_query = query_tile * kGradientTile;
  const int rows = std::min(kGradientTile, problem.len_q - first_query);
  const Workspace& in = run->workspace;
  Matrix dq = Matrix::Zero(rows, d);

  for (int first_key = 0; first_key < problem.len_kv; first_key += kGradientTile) {
    const int keys = std::min(kGradientTile, problem.len_kv - first_key);
    const auto here = [&](TileStep step, Sentence sentence) {
      return located(std::move(step), sentence, query_tile, first_key / kGradientTile);
    };
    co_yield here(barrier_step(), kLoadRowTiles);

    // Load the next tile of dS and of K.
    co_yield here(load_step(grad_s, grad_s.region(first_query, rows, first_key, keys),
                            static_cast<std::int64_t>(kTilePairs)),
                  kLoadRowTiles);
    co_yield here(load_step(k, k.rows(first_key, keys), std::int64_t{kGradientTile} * d),
                  kLoadRowTiles);
    co_yield here(barrier_step(), kLoadRowTiles);
    co_yield here(load_step(lse, lse.rows(first_query, rows), 0), kAddRows);

    // Add dS K to dQ, keys in ascending order.
    const Runs runs = runs_by_query(problem, in, {head, first_query, first_key});
    const Matrix tile = grad_s.view(in[Tensor::kGradS]).block(first_query, first_key, rows, keys);
    add_weighted_rows(dq, tile, runs, k.view(in[Tensor::kK]), first_key);
    co_yield here(weighted_sum_step(pairs_of(runs), d), kAddRows);
  }

  // Write dQ, times scale.
  store_gradient(grad_q.view(run->workspace[Tensor::kGradQ]), first_query, dq,
                 problem::softmax_scale(problem), problem.dtype);
  co_yield located(write_gradient_step(grad_q, first_query, rows), kWriteRows, query_tile);
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  const auto key_tiles = static_cast<std::uint32_t>(ceil_div(problem.len_kv, kGradientTile));
  const auto query_tiles = static_cast<std::uint32_t>(ceil_div(problem.len_q, kGradientTile));
  const auto row_blocks =
      static_cast<std::uint32_t>((problem::lse_elements(problem) + kWarps - 1) / kWarps);
  const auto heads = static_cast<std::uint32_t>(problem.heads);
  const auto kv_heads = static_cast<std::uint32_t>(problem.kv_heads);
  const auto batch = static_cast<std::uint32_t>(problem.batch);
  const int threads = kWarps * kWarpLanes;
  const int width = gradient_width(problem.head_dim);
  const std::int64_t d = problem.head_dim;
  const std::int64_t sum_bytes = kGradientTile * (kGradientTile + 1 + d) * kFloatBytes;
  const std::int64_t product_bytes = kGradientTile * (2 * d + 1) * kFloatBytes;
  const LaunchShape columns{fmt::format("standard_bwd_columns_d{}_kernel", width),
                            {key_tiles, kv_heads, batch},
                            threads,
                            sum_bytes};
  return {
      columns,
      {"standard_bwd_dp_kernel", {key_tiles, query_tiles, batch * heads}, threads, product_bytes},
      {"standard_bwd_ds_kernel", {row_blocks, 1, 1}, threads, 0},
      {fmt::format("standard_bwd_rows_d{}_kernel", width),
       {query_tiles, heads, batch},
       threads,
       sum_bytes},
      columns};
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  const std::vector<LaunchShape> shapes = launch_shapes(problem);
  const ColumnSum dv{Tensor::kP, Tensor::kGradO, Tensor::kGradV, kP, kGradO, kGradV, 1.0f};
  const ColumnSum dk{Tensor::kGradS,
                     Tensor::kQ,
                     Tensor::kGradK,
                     kGradS,
                     kQ,
                     kGradK,
                     problem::softmax_scale(problem)};
  return {
      launch_of(shapes[0], [=](std::uint32_t block) { return columns_program(run, dv, block); }),
      launch_of(shapes[1], [run](std::uint32_t block) { return product_program(run, block); }),
      launch_of(shapes[2], [run](std::uint32_t block) { return softmax_program(run, block); }),
      launch_of(shapes[3], [run](std::uint32_t block) { return rows_program(run, block); }),
      launch_of(shapes[4], [=](std::uint32_t block) { return columns_program(run, dk, block); })};
}

TensorTable tensors(const Problem& problem) {
  const std::int64_t q = problem::q_elements(problem);
  const std::int64_t kv = problem::kv_elements(problem);
  const std::int64_t rows = problem::lse_elements(problem);
  const ElementType type = ElementType::kF32;
  return {{Tensor::kQ, Role::kInput, type, q},
          {Tensor::kK, Role::kInput, type, kv},
          {Tensor::kV, Role::kInput, type, kv},
          {Tensor::kP, Role::kCarried, type, rows * problem.len_kv},
          {Tensor::kLse, Role::kCarried, type, rows},
          {Tensor::kGradO, Role::kInput, type, q},
          {Tensor::kGradS, Role::kScratch, type, rows * problem.len_kv},
          {Tensor::kGradQ, Role::kOutput, type, q},
          {Tensor::kGradK, Role::kOutput, type, kv},
          {Tensor::kGradV, Role::kOutput, type, kv}};
}

machine::Counters cost(const Problem& problem) {
  const ProblemSizes n(problem, kGradientTile);
  const std::uint64_t scores = n.q_rows * n.len_kv;
  const std::uint64_t q = n.q_rows * n.d;
  const std::uint64_t kv = n.kv_rows * n.d;
  const std::uint64_t kv_requested = n.heads_of_all * n.query_tiles * n.len_kv * n.d;
  const std::uint64_t any_key = n.key_tiles > 0 ? 1 : 0;
  const std::uint64_t any_query = n.q_rows > 0 ? 1 : 0;
  CostSheet sheet(tensors(problem));
  // dV = P^T dO, dK = dS^T Q: weights once, rows once per key tile, LSE by 4 warps.
  const auto column_sum = [&](TensorIndex weights, TensorIndex rows, TensorIndex gradient) {
    sheet.read(weights, scores, scores);
    sheet.read(rows, q * n.key_tiles, q * any_key);
    sheet.read(kLse, n.q_rows * n.key_tiles * kWarps, n.q_rows * any_key);
    sheet.write(gradient, kv, kv);
  };
  column_sum(kP, kGradO, kGradV);
  column_sum(kGradS, kQ, kGradK);
  // dP = dO V^T.
  sheet.read(kGradO, q * n.key_tiles, q * any_key);
  sheet.read(kV, kv_requested, kv * any_query);
  sheet.write(kGradS, scores, scores);
  // dS: P and dP twice.
  sheet.read(kP, 2 * scores, scores);
  sheet.read(kGradS, 2 * scores, scores);
  sheet.write(kGradS, scores, scores);
  // dQ = dS K.
  sheet.read(kGradS, scores, scores);
  sheet.read(kK, kv_requested, kv * any_query);
  sheet.read(kLse, n.q_rows * n.key_tiles, n.q_rows * any_key);
  sheet.write(kGradQ, q, q);

  const std::uint64_t tiles = n.heads_of_all * n.query_tiles * n.key_tiles;
  sheet.shared_write(tiles * (3 * (kTilePairs + kGradientTile * n.d) + 2 * kGradientTile * n.d));
  sheet.shared_read(tiles * (3 * kTilePairs + n.d * kWarpLanes * (kWarps + kGradientTile)) +
                    3 * n.visible_pairs * n.d);
  machine::Counters& total = sheet.counters();
  total.blocks = 2 * std::uint64_t(problem.batch) * problem.kv_heads * n.key_tiles + tiles +
                 (n.q_rows + kWarps - 1) / kWarps + n.heads_of_all * n.query_tiles;
  total.fma = tiles * kTilePairs * n.d + scores + 3 * n.visible_pairs * n.d;
  total.add_mul = n.q_rows * kWarpLanes * kButterflySums + 2 * scores + 2 * kv + q;
  return total;
}

}  // namespace

const RungModel& flash_bwd_stored_p() {
  static const RungModel rung{
      .name = "flash_bwd/01_stored_p",
      .can = {.masks = kAllMasks, .tile_q = {kGradientTile}, .tile_kv = {kGradientTile}},
      .sentences = {"Load the next tile of weights and of rows.",
                    "Add the weighted rows to each key's sum, queries in ascending order: a lane "
                    "holds the weight of one query.",
                    "Write the sums, times the factor.", "Load the next tile of dS and of K.",
                    "Add dS K to dQ, keys in ascending order: a lane holds the weight of one key.",
                    "Write dQ, times scale.", "Load a tile of dO and a tile of V.",
                    "Compute the tile dP = dO V^T: a lane takes one key, a warp its queries.",
                    "Write dP; it is 0 for a masked pair.", "Sum P o dP over the row.",
                    "Write dS in the place of dP."},
      .symbols = {{"sum", "sum over the row of P * dP"}, {"dS", "dS = P * (dP - sum)"}},
      .forward = standard_three_pass,
      .tensors = tensors,
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost};
  return rung;
}

}  // namespace attnlab::model
