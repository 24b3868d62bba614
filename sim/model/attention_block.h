// SPDX-License-Identifier: MIT
// What the block programs of the CUDA-core rungs share: which matrices a block works on, its tiles,
// and the steps that move and multiply them.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <span>
#include <vector>

#include "sim/machine/tile_step.h"
#include "sim/model/rung_model.h"
#include "sim/numerics/fp32.h"
#include "sim/numerics/mask.h"

namespace attnlab::model {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixView = Eigen::Map<Matrix>;
using ConstMatrixView = Eigen::Map<const Matrix>;
using problem::KeyRange;

inline constexpr int kWarpLanes = 32;
inline constexpr int kWarps = 4;            // of a thread block
inline constexpr int kTileKv = kWarpLanes;  // Bc: one key a lane
inline constexpr int kFloatBytes = 4;

inline int ceil_div(int value, int divisor) {
  return (value + divisor - 1) / divisor;
}

// What every block's program of one run reads and writes.
struct ModelRun {
  Problem problem;
  Workspace& workspace;
  bool record_numbers;
};

// What a store leaves in a tensor of this type: rounded once, NaN the GPU's.
inline float stored(problem::DataType dtype, float value) {
  return problem::rounded_to(dtype, numerics::canonical(value));
}

// The K/V head, counted over the whole batch, that query head `head` of the whole batch reads.
inline int kv_head_of_all(const Problem& problem, int head) {
  return head / problem.heads * problem.kv_heads +
         problem::kv_head_of(problem, head % problem.heads);
}

// One (batch, head)'s matrix [length, width] in a tensor [batch, heads, length, width].
struct HeadMatrix {
  std::uint16_t tensor = 0;        // in the rung's tensor table
  std::int64_t first_element = 0;  // of the matrix in its tensor
  int length = 0;
  int width = 0;
  int element_bytes = kFloatBytes;  // in device memory

  HeadMatrix(std::uint16_t tensor_index, int head_index, int rows, int columns,
             int bytes_of_element = kFloatBytes)
      : tensor(tensor_index),
        first_element(std::int64_t{head_index} * rows * columns),
        length(rows),
        width(columns),
        element_bytes(bytes_of_element) {}

  ConstMatrixView view(const std::vector<float>& storage) const {
    return {storage.data() + first_element, length, width};
  }
  MatrixView view(std::vector<float>& storage) const {
    return {storage.data() + first_element, length, width};
  }

  // The elements of rows [row, row + rows) and columns [column, column + columns).
  machine::Region region(int row, int rows, int column, int columns) const {
    return {first_element + std::int64_t{row} * width + column, rows, columns, width};
  }
  machine::Region rows(int row, int count) const {
    return {first_element + std::int64_t{row} * width, 1, std::int64_t{count} * width, 0};
  }
};

// A row of a tile (rows, 32) as the 32 lanes of a warp hold it.
inline const float (&lanes_of(const Matrix& tile, int row))[kWarpLanes] {
  return *reinterpret_cast<const float(*)[kWarpLanes]>(tile.row(row).data());
}

// A step that brings `region` from device memory into shared memory (`padded_elements` of it are
// written there: rows past the end become 0) or into registers (padded_elements = 0).
machine::TileStep load_step(const HeadMatrix& matrix, const machine::Region& region,
                            std::int64_t padded_elements);

// A step that writes `region` to device memory.
machine::TileStep store_step(const HeadMatrix& matrix, const machine::Region& region);

machine::TileStep barrier_step();

// The step, at its place in S and with the kernel's sentence and the numbers that it reports.
inline machine::TileStep located(machine::TileStep step, std::uint16_t sentence, int query_tile = 0,
                                 int key_tile = 0, std::span<const machine::Number> numbers = {}) {
  step.source = sentence;
  step.tile_row = query_tile;
  step.tile_column = key_tile;
  step.numbers = numbers;
  return step;
}

// S (rows, Bc) of one key tile: queries [first_query, +rows) times keys [first_key, +Bc), summed
// over d ascending. Keys past the end count as zeros.
void score_tile(const ConstMatrixView& q, const ConstMatrixView& k, int first_query, int rows,
                int first_key, Matrix& scores, int tile_keys = kTileKv);

// O (rows, D) += P (rows, Bc) V of one key tile, keys ascending; row r takes only keys[r] of it.
void accumulate_output(const Matrix& p, const ConstMatrixView& v, int first_key,
                       const std::vector<KeyRange>& keys, Matrix& o);

// The keys that each row of a query tile of sequence `batch` sees in the tile of `tile_keys` keys
// that starts at `first_key`, counted from there: ranges within [0, tile_keys].
std::vector<KeyRange> visible_in_tile(const Problem& problem, int batch, int first_query, int rows,
                                      int first_key, int tile_keys = kTileKv);

// The lanes' work for a tile product S = Q K^T over `tile_rows` rows: a warp reads one key a lane
// and broadcasts one query element to all lanes, for every row and every d.
machine::TileStep score_step(int tile_rows, int head_dim);

}  // namespace attnlab::model
