// SPDX-License-Identifier: MIT
// What the backward rungs' models share: which pairs of a tile contribute to a gradient, and sums
// of weighted rows over them, as kernels/flash_bwd/weighted_rows.cuh has them.
#pragma once

#include <vector>

#include "sim/model/attention_block.h"
#include "sim/model/attention_cost.h"

namespace attnlab::model {

inline constexpr int kGradientTile = 32;  // queries of a tile, and keys
inline constexpr std::uint64_t kTilePairs = kGradientTile * kGradientTile;

// A tile of 32 queries by 32 keys of one query head.
struct GradientTile {
  int head_of_all = 0;
  int first_query = 0;
  int first_key = 0;
};

// For each row of a gradient, the ranges of its tile's rows that it sums, ascending.
using Runs = std::vector<std::vector<KeyRange>>;

// A pair contributes where the query sees the key and the query's LSE is not -inf. By query: ranges
// of keys; by key: ranges of queries.
Runs runs_by_query(const Problem& problem, const Workspace& workspace, const GradientTile& tile);
Runs runs_by_key(const Problem& problem, const Workspace& workspace, const GradientTile& tile);
std::uint64_t pairs_of(const Runs& runs);

// sums (R, D) += weights (R, 32) times rows [first_row, +32) of a matrix, those of the runs only.
void add_weighted_rows(Matrix& sums, const Matrix& weights, const Runs& runs,
                       const ConstMatrixView& rows, int first_row);

// A gradient's rows times `factor`, as they are stored.
void store_gradient(MatrixView gradient, int first_row, const Matrix& sums, float factor,
                    problem::DataType dtype);

// Columns that a warp's lanes have room for, by which kernels are named: 64, 128 or 256.
int gradient_width(int head_dim);

// The steps' work: a product of tiles; a sum over pairs of rows that lie in shared memory; a
// gradient written.
machine::TileStep tile_product_step(int head_dim);
machine::TileStep weighted_rows_step(std::uint64_t pairs, int head_dim);
machine::TileStep write_gradient_step(const HeadMatrix& gradient, int first_row, int rows);

// The query tiles that see a key tile, and over all key tiles: pairs of tiles, and rows of queries
// that are loaded, of one query head; and the rows that are loaded at all.
struct ColumnWalk {
  std::uint64_t tiles = 0;
  std::uint64_t query_rows = 0;
  KeyRange touched;
};
KeyRange query_tiles_seeing(const Problem& problem, int first_key);
ColumnWalk column_walk(const Problem& problem);

}  // namespace attnlab::model
