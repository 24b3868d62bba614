// SPDX-License-Identifier: MIT
#include "sim/model/flash_bwd/gradient_tiles.h"

#include <algorithm>

#include "sim/numerics/bulk.h"
#include "sim/numerics/mask.h"

namespace attnlab::model {

using machine::TileStep;
using trace::EventKind;

namespace {

// The keys of the tile that each query contributes to.
std::vector<KeyRange> contributing_keys(const Problem& problem, const Workspace& workspace,
                                        const GradientTile& tile) {
  const int rows = std::min(kGradientTile, problem.len_q - tile.first_query);
  std::vector<KeyRange> keys =
      visible_in_tile(problem, tile.head_of_all / problem.heads, tile.first_query, rows,
                      tile.first_key, kGradientTile);
  const float* lse = workspace[Tensor::kLse].data() +
                     std::int64_t{tile.head_of_all} * problem.len_q + tile.first_query;
  for (int row = 0; row < rows; ++row) {
    if (lse[row] == -numerics::kInfinity) keys[row] = {};
  }
  keys.resize(kGradientTile);  // queries past the end contribute nothing
  return keys;
}

}  // namespace

Runs runs_by_query(const Problem& problem, const Workspace& workspace, const GradientTile& tile) {
  Runs runs;
  for (const KeyRange& keys : contributing_keys(problem, workspace, tile)) runs.push_back({keys});
  return runs;
}

Runs runs_by_key(const Problem& problem, const Workspace& workspace, const GradientTile& tile) {
  const std::vector<KeyRange> keys = contributing_keys(problem, workspace, tile);
  Runs runs(kGradientTile);
  for (int query = 0; query < kGradientTile; ++query) {
    for (int key = keys[query].first; key < keys[query].last; ++key) {
      std::vector<KeyRange>& of_key = runs[key];
      if (of_key.empty() || of_key.back().last != query) of_key.push_back({query, query});
      of_key.back().last = query + 1;
    }
  }
  return runs;
}

std::uint64_t pairs_of(const Runs& runs) {
  std::uint64_t pairs = 0;
  for (const std::vector<KeyRange>& of_row : runs) {
    for (const KeyRange& run : of_row) pairs += run.count();
  }
  return pairs;
}

void add_weighted_rows(Matrix& sums, const Matrix& weights, const Runs& runs,
                       const ConstMatrixView& rows, int first_row) {
  const int head_dim = static_cast<int>(sums.cols());
  const int count = static_cast<int>(sums.rows());
  for (int row = 0; row < count;) {
    int next = row + 1;  // rows [row, next) sum the same
    while (next < count && runs[next] == runs[row]) ++next;
    for (const KeyRange& run : runs[row]) {
      numerics::bulk().matmul_accumulate(
          sums.row(row).data(), head_dim, weights.row(row).data() + run.first, weights.cols(),
          rows.data() + std::int64_t{first_row + run.first} * head_dim, head_dim, next - row,
          head_dim, run.count());
    }
    row = next;
  }
}

void store_gradient(MatrixView gradient, int first_row, const Matrix& sums, float factor,
                    problem::DataType dtype) {
  for (int row = 0; row < sums.rows(); ++row) {
    for (int column = 0; column < sums.cols(); ++column) {
      gradient(first_row + row, column) = stored(dtype, sums(row, column) * factor);
    }
  }
}

int gradient_width(int head_dim) {
  if (head_dim <= 64) return 64;
  return head_dim <= 128 ? 128 : 256;
}

TileStep tile_product_step(int head_dim) {
  return score_step(kGradientTile, head_dim);
}

TileStep weighted_rows_step(std::uint64_t pairs, int head_dim) {
  TileStep step;
  step.kind = EventKind::kMatmul;
  step.shared_read_bytes = pairs * head_dim * kFloatBytes;
  step.operations.fma = pairs * head_dim;
  return step;
}

TileStep write_gradient_step(const HeadMatrix& gradient, int first_row, int rows) {
  TileStep step = store_step(gradient, gradient.rows(first_row, rows));
  step.operations.add_mul = std::uint64_t(rows) * gradient.width;
  return step;
}

KeyRange query_tiles_seeing(const Problem& problem, int first_key) {
  const int last_key = std::min(first_key + kGradientTile, problem.len_kv) - 1;
  const int first =
      std::max(0, numerics::first_seeing_query(problem.mask != problem::Mask::kNone, first_key,
                                               problem.len_q, problem.len_kv));
  const int end = std::min(
      problem.len_q,
      numerics::seeing_queries_end(problem.window, last_key, problem.len_q, problem.len_kv));
  const int begin = first / kGradientTile;
  return {begin, std::max(begin, ceil_div(end, kGradientTile))};
}

ColumnWalk column_walk(const Problem& problem) {
  ColumnWalk walk;
  for (int first_key = 0; first_key < problem.len_kv; first_key += kGradientTile) {
    const KeyRange tiles = query_tiles_seeing(problem, first_key);
    const KeyRange rows = {tiles.first * kGradientTile,
                           std::min(tiles.last * kGradientTile, problem.len_q)};
    if (rows.count() <= 0) continue;
    walk.tiles += tiles.count();
    walk.query_rows += rows.count();
    if (walk.touched.count() == 0) walk.touched = rows;
    walk.touched.first = std::min(walk.touched.first, rows.first);
    walk.touched.last = std::max(walk.touched.last, rows.last);
  }
  return walk;
}

}  // namespace attnlab::model
