// SPDX-License-Identifier: MIT
#include "sim/model/standard/three_passes.h"

#include <memory>

#include "sim/numerics/bulk.h"
#include "sim/numerics/fp32.h"
#include "sim/numerics/online_softmax.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::Number;
using machine::TileStep;

enum TensorIndex : std::uint16_t { kQ, kK, kV, kS, kP, kO, kLse };

// The kernels' sentences, by which a step finds its source line.
enum Sentence : std::uint16_t {
  kLoadScoreTiles,
  kScores,
  kWriteScores,
  kMaximum,
  kSum,
  kWriteProbabilities,
  kLoadOutputTiles,
  kOutput,
  kWriteOutput
};

enum SymbolId : std::uint16_t { kSymbolM, kSymbolL, kSymbolLse };

struct PassRun {
  Problem problem;
  Workspace& workspace;
  bool record_numbers;
  ThreePasses passes;
};

// Pass 1: one tile of S.
BlockProgram scores_program(std::shared_ptr<const PassRun> run, std::uint32_t block) {
  const ThreePasses& passes = run->passes;
  const Problem& problem = run->problem;
  const int d = problem.head_dim;
  const int key_tiles = ceil_div(problem.len_kv, passes.tile_keys);
  const int query_tiles = ceil_div(problem.len_q, passes.tile_q);
  const int key_tile = static_cast<int>(block) % key_tiles;
  const int query_tile = static_cast<int>(block) / key_tiles % query_tiles;
  const int head_of_all = static_cast<int>(block) / key_tiles / query_tiles;
  const HeadMatrix q_matrix(kQ, head_of_all, problem.len_q, d);
  const HeadMatrix k_matrix(kK, kv_head_of_all(problem, head_of_all), problem.len_kv, d);
  const HeadMatrix s_matrix(kS, head_of_all, problem.len_q, problem.len_kv);
  const float scale = problem::softmax_scale(problem);
  const int first_query = query_tile * passes.tile_q;
  const int first_key = key_tile * passes.tile_keys;
  const int rows = std::min(passes.tile_q, problem.len_q - first_query);
  const int keys = std::min(passes.tile_keys, problem.len_kv - first_key);

  // Load a tile of Q and a tile of K.
  co_yield located(load_step(q_matrix, q_matrix.rows(first_query, rows),
                             std::int64_t{passes.tile_q} * passes.width),
                   kLoadScoreTiles, query_tile, key_tile);
  co_yield located(load_step(k_matrix, k_matrix.rows(first_key, keys),
                             std::int64_t{passes.tile_keys} * passes.width),
                   kLoadScoreTiles, query_tile, key_tile);
  co_yield located(barrier_step(), kLoadScoreTiles, query_tile, key_tile);

  // Compute the tile of S = Q K^T.
  const Workspace& in = run->workspace;
  Matrix scores;  // (rows, Bc)
  score_tile(q_matrix.view(in[Tensor::kQ]), k_matrix.view(in[Tensor::kK]), first_query, rows,
             first_key, scores, passes.tile_keys);
  co_yield located(passes.score_step(passes.tile_q, d), kScores, query_tile, key_tile);

  // Write the scaled scores; a masked one is -inf.
  MatrixView s = s_matrix.view(run->workspace[Tensor::kS]);
  const std::vector<KeyRange> visible = visible_in_tile(
      problem, head_of_all / problem.heads, first_query, rows, first_key, passes.tile_keys);
  for (int row = 0; row < rows; ++row) {
    for (int key = 0; key < keys; ++key) {
      const bool seen = key >= visible[row].first && key < visible[row].last;
      s(first_query + row, first_key + key) =
          seen ? numerics::canonical(scores(row, key) * scale) : -numerics::kInfinity;
    }
  }
  TileStep write =
      located(store_step(s_matrix, s_matrix.region(first_query, rows, first_key, keys)),
              kWriteScores, query_tile, key_tile);
  write.operations.add_mul = std::uint64_t(rows) * keys;
  co_yield write;
}

// Pass 2: the rows of one block, a warp each.
BlockProgram softmax_program(std::shared_ptr<const PassRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const int columns = problem.len_kv;
  const int all_rows = static_cast<int>(problem::lse_elements(problem));
  const int first_row = static_cast<int>(block) * kWarps;
  const int rows = std::min(kWarps, all_rows - first_row);
  const HeadMatrix s_matrix(kS, 0, all_rows, columns);
  const HeadMatrix p_matrix(kP, 0, all_rows, columns);
  const HeadMatrix lse_matrix(kLse, 0, all_rows, 1);
  const ConstMatrixView s = s_matrix.view(std::as_const(run->workspace)[Tensor::kS]);
  MatrixView p = p_matrix.view(run->workspace[Tensor::kP]);
  const std::uint64_t elements = std::uint64_t(rows) * columns;
  const int tile = static_cast<int>(block);

  // Find each row's maximum.
  std::vector<float> m(rows, -numerics::kInfinity);
  for (int row = 0; row < rows; ++row) {
    for (int key = 0; key < columns; ++key) {
      m[row] = numerics::max_ignoring_nan(m[row], s(first_row + row, key));
    }
  }
  co_yield located(load_step(s_matrix, s_matrix.rows(first_row, rows), 0), kMaximum, tile);

  // Sum each row's exponentials relative to the maximum: a lane its columns, then a butterfly.
  Matrix weights(rows, columns);
  for (int row = 0; row < rows; ++row) {
    const float finite_m = numerics::finite_maximum(m[row]);
    weights.row(row) = (s.row(first_row + row).array() - finite_m) * numerics::kLog2E;
  }
  numerics::bulk().exp2_approx(weights.data(), weights.data(), weights.size());
  std::vector<float> l(rows);
  for (int row = 0; row < rows; ++row) {
    float lane_sums[kWarpLanes] = {};
    for (int key = 0; key < columns; ++key) lane_sums[key % kWarpLanes] += weights(row, key);
    l[row] = numerics::butterfly_sum(lane_sums);
  }
  TileStep sum = located(load_step(s_matrix, s_matrix.rows(first_row, rows), 0), kSum, tile);
  sum.operations = {.add_mul = elements * 3 + std::uint64_t(rows) * kWarpLanes * kButterflySums,
                    .mufu = elements};
  const Number numbers[] = {{kSymbolM, std::uint32_t(first_row), 0, m[0], {}, 0},
                            {kSymbolL, std::uint32_t(first_row), 0, l[0], {m[0]}, 1}};
  if (run->record_numbers) sum.numbers = numbers;
  co_yield sum;

  // Write the probabilities and LSE; a row that saw nothing has P = 0 and LSE = -inf.
  co_yield located(load_step(s_matrix, s_matrix.rows(first_row, rows), 0), kWriteProbabilities,
                   tile);
  std::uint64_t divided_rows = 0;
  for (int row = 0; row < rows; ++row) {
    if (l[row] != 0.0f) ++divided_rows;
    for (int key = 0; key < columns; ++key) {
      p(first_row + row, key) =
          l[row] == 0.0f ? 0.0f : numerics::canonical(weights(row, key) / l[row]);
    }
    run->workspace[Tensor::kLse][first_row + row] =
        numerics::canonical(numerics::lse_from_nat(m[row], l[row]));
  }
  TileStep write_p =
      located(store_step(p_matrix, p_matrix.rows(first_row, rows)), kWriteProbabilities, tile);
  write_p.operations = {.add_mul = divided_rows * columns * 3, .mufu = divided_rows * columns};
  co_yield write_p;
  TileStep write_lse =
      located(store_step(lse_matrix, lse_matrix.rows(first_row, rows)), kWriteProbabilities, tile);
  write_lse.operations = {.fma = divided_rows, .mufu = divided_rows};
  const Number lse{kSymbolLse,
                   std::uint32_t(first_row),
                   0,
                   run->workspace[Tensor::kLse][first_row],
                   {m[0], l[0]},
                   2};
  if (run->record_numbers) write_lse.numbers = {&lse, 1};
  co_yield write_lse;
}

// Pass 3: one query tile of O.
BlockProgram output_program(std::shared_ptr<const PassRun> run, std::uint32_t block) {
  const ThreePasses& passes = run->passes;
  const Problem& problem = run->problem;
  const int d = problem.head_dim;
  const int query_tiles = ceil_div(problem.len_q, passes.tile_q);
  const int query_tile = static_cast<int>(block) % query_tiles;
  const int head_of_all = static_cast<int>(block) / query_tiles;
  const HeadMatrix p_matrix(kP, head_of_all, problem.len_q, problem.len_kv);
  const HeadMatrix v_matrix(kV, kv_head_of_all(problem, head_of_all), problem.len_kv, d);
  const HeadMatrix o_matrix(kO, head_of_all, problem.len_q, d);
  const ConstMatrixView p = p_matrix.view(std::as_const(run->workspace)[Tensor::kP]);
  const ConstMatrixView v = v_matrix.view(std::as_const(run->workspace)[Tensor::kV]);
  const int first_query = query_tile * passes.tile_q;
  const int rows = std::min(passes.tile_q, problem.len_q - first_query);

  Matrix o = Matrix::Zero(rows, d);                      // (rows, D)
  Matrix p_tile = Matrix::Zero(rows, passes.tile_keys);  // (rows, Bc)
  for (int first_key = 0; first_key < problem.len_kv; first_key += passes.tile_keys) {
    const int key_tile = first_key / passes.tile_keys;
    const int keys = std::min(passes.tile_keys, problem.len_kv - first_key);
    co_yield located(barrier_step(), kLoadOutputTiles, query_tile, key_tile);

    // Load the next tile of P and of V.
    p_tile.leftCols(keys) = p.block(first_query, first_key, rows, keys);
    co_yield located(load_step(p_matrix, p_matrix.region(first_query, rows, first_key, keys),
                               std::int64_t{passes.tile_q} * passes.tile_keys),
                     kLoadOutputTiles, query_tile, key_tile);
    co_yield located(load_step(v_matrix, v_matrix.rows(first_key, keys),
                               std::int64_t{passes.tile_keys} * passes.width),
                     kLoadOutputTiles, query_tile, key_tile);
    co_yield located(barrier_step(), kLoadOutputTiles, query_tile, key_tile);

    // Add P V of this tile, keys in ascending order.
    const std::vector<KeyRange> visible = visible_in_tile(
        problem, head_of_all / problem.heads, first_query, rows, first_key, passes.tile_keys);
    accumulate_output(p_tile, v, first_key, visible, o);
    co_yield located(passes.output_step(visible, d), kOutput, query_tile, key_tile);
  }

  // Write O.
  MatrixView out = o_matrix.view(run->workspace[Tensor::kO]);
  out.middleRows(first_query, rows) = o.unaryExpr([](float x) { return numerics::canonical(x); });
  co_yield located(store_step(o_matrix, o_matrix.rows(first_query, rows)), kWriteOutput,
                   query_tile);
}

}  // namespace

std::vector<machine::Launch> three_pass_launches(const Problem& problem, Workspace& workspace,
                                                 bool record_numbers, const ThreePasses& passes,
                                                 const std::vector<LaunchShape>& shapes) {
  auto run = std::make_shared<const PassRun>(PassRun{problem, workspace, record_numbers, passes});
  return {launch_of(shapes[0], [run](std::uint32_t block) { return scores_program(run, block); }),
          launch_of(shapes[1], [run](std::uint32_t block) { return softmax_program(run, block); }),
          launch_of(shapes[2], [run](std::uint32_t block) { return output_program(run, block); })};
}

std::vector<LaunchShape> three_pass_launch_shapes(const Problem& problem, const ThreePasses& passes,
                                                  const std::array<PassShape, 3>& kernels) {
  const auto key_tiles = static_cast<std::uint32_t>(ceil_div(problem.len_kv, passes.tile_keys));
  const auto query_tiles = static_cast<std::uint32_t>(ceil_div(problem.len_q, passes.tile_q));
  const auto heads = static_cast<std::uint32_t>(problem.batch * problem.heads);
  const auto row_blocks =
      static_cast<std::uint32_t>((problem::lse_elements(problem) + kWarps - 1) / kWarps);
  const int threads = kWarps * kWarpLanes;
  const auto shape = [&](int pass, std::array<std::uint32_t, 3> grid) {
    return LaunchShape{kernels[pass].entry, grid, threads,
                       kernels[pass].shared_floats * kFloatBytes};
  };
  return {shape(0, {key_tiles, query_tiles, heads}), shape(1, {row_blocks, 1, 1}),
          shape(2, {query_tiles, heads, 1})};
}

TensorTable three_pass_tensors(const Problem& problem) {
  const std::int64_t scores = problem::lse_elements(problem) * problem.len_kv;
  const TensorTable forward = forward_tensors(problem);
  return {forward[0],
          forward[1],
          forward[2],
          {Tensor::kS, Role::kScratch, ElementType::kF32, scores},
          {Tensor::kP, Role::kScratch, ElementType::kF32, scores},
          forward[3],
          forward[4]};
}

machine::Counters three_pass_cost(const Problem& problem, const ThreePasses& passes) {
  const ProblemSizes n(problem, passes.tile_q, passes.tile_keys);
  const std::uint64_t scores = n.q_rows * n.len_kv;
  CostSheet sheet(three_pass_tensors(problem));
  // Scores: Q once per key tile, K once per query tile, S written.
  const std::uint64_t kv_touched = n.kv_rows * n.d;
  sheet.read(kQ, n.q_rows * n.key_tiles * n.d, n.key_tiles > 0 ? n.q_rows * n.d : 0);
  sheet.read(kK, n.heads_of_all * n.query_tiles * n.len_kv * n.d, kv_touched);
  sheet.write(kS, scores, scores);
  // Softmax: S three times (maximum, sum, weights), P written.
  sheet.read(kS, 3 * scores, scores);
  sheet.write(kP, scores, scores);
  sheet.write(kLse, n.q_rows, n.q_rows);
  // Output: P once, V once per query tile, O written.
  sheet.read(kP, scores, scores);
  sheet.read(kV, n.heads_of_all * n.query_tiles * n.len_kv * n.d, kv_touched);
  sheet.write(kO, n.q_rows * n.d, n.q_rows * n.d);

  const std::uint64_t blocks = n.heads_of_all * n.query_tiles;
  const std::uint64_t tiles = blocks * n.key_tiles;
  sheet.shared_write(tiles * (passes.tile_q + passes.tile_keys) * passes.width +
                     tiles * passes.tile_keys * (passes.tile_q + passes.width));
  sheet.shared_read(passes.shared_reads(problem, tiles));
  machine::Counters& total = sheet.counters();
  total.blocks = tiles + (n.q_rows + kWarps - 1) / kWarps + blocks;
  total.fma = tiles * passes.tile_q * passes.tile_keys * n.d + n.visible_pairs * passes.width +
              n.seeing_rows;
  // Scores are scaled; weights are subtracted and multiplied, twice; they are summed and divided. A
  // row that sees nothing is not divided.
  const std::uint64_t divided = n.seeing_rows * n.len_kv;
  total.add_mul = scores + scores * 3 + n.q_rows * kWarpLanes * kButterflySums + divided * 3;
  total.mufu = scores + divided + n.seeing_rows;
  return total;
}

std::vector<Symbol> three_pass_symbols() {
  return {{"m", "m = max of the row of S"},
          {"l", "l = sum over the row of e^(s - m)"},
          {"LSE", "LSE = m + ln(l)"}};
}

std::vector<std::string> three_pass_sentences(const char* scores_sentence) {
  return {"Load a tile of Q and a tile of K.",
          scores_sentence,
          "Write the scaled scores; a masked one is -inf.",
          "Find the row's maximum.",
          "Sum the row's exponentials relative to the maximum.",
          "Write the probabilities and LSE; a row that saw nothing has P = 0 and LSE = -inf.",
          "Load the next tile of P and of V.",
          "Add P V of this tile, keys in ascending order.",
          "Write O."};
}

}  // namespace attnlab::model
