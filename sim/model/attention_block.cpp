// SPDX-License-Identifier: MIT
#include "sim/model/attention_block.h"

#include "sim/numerics/bulk.h"

namespace attnlab::model {

using machine::TileStep;
using trace::EventKind;

TileStep load_step(const HeadMatrix& matrix, const machine::Region& region,
                   std::int64_t padded_elements) {
  TileStep step;
  step.kind = EventKind::kLoad;
  step.tensor = matrix.tensor;
  step.region = region;
  step.shared_written_bytes = padded_elements * kFloatBytes;
  return step;
}

TileStep store_step(const HeadMatrix& matrix, const machine::Region& region) {
  TileStep step;
  step.kind = EventKind::kStore;
  step.tensor = matrix.tensor;
  step.region = region;
  return step;
}

TileStep barrier_step() {
  return {};
}

TileStep score_step(int tile_rows, int head_dim) {
  TileStep step;
  step.kind = EventKind::kMatmul;
  const std::uint64_t rows_per_warp = tile_rows / kWarps;
  step.shared_read_bytes =
      std::uint64_t{kWarps} * head_dim * kWarpLanes * kFloatBytes * (1 + rows_per_warp);
  step.operations.fma = std::uint64_t(tile_rows) * kTileKv * head_dim;
  return step;
}

void score_tile(const ConstMatrixView& q, const ConstMatrixView& k, int first_query, int rows,
                int first_key, Matrix& scores) {
  const int head_dim = static_cast<int>(q.cols());
  const int keys = std::min<int>(kTileKv, static_cast<int>(k.rows()) - first_key);
  Matrix k_transposed = Matrix::Zero(head_dim, kTileKv);  // (D, Bc)
  k_transposed.leftCols(keys) = k.middleRows(first_key, keys).transpose();
  scores.setZero(rows, kTileKv);
  numerics::bulk().matmul_accumulate(scores.data(), kTileKv, q.row(first_query).data(), head_dim,
                                     k_transposed.data(), kTileKv, rows, kTileKv, head_dim);
}

void accumulate_output(const Matrix& p, const ConstMatrixView& v, int first_key,
                       const std::vector<int>& keys, Matrix& o) {
  const int head_dim = static_cast<int>(o.cols());
  const float* v_tile = v.data() + std::int64_t{first_key} * head_dim;  // (Bc, D)
  const int rows = static_cast<int>(keys.size());
  for (int row = 0; row < rows;) {
    int next = row + 1;  // rows [row, next) take the same number of keys
    while (next < rows && keys[next] == keys[row]) ++next;
    numerics::bulk().matmul_accumulate(o.row(row).data(), head_dim, p.row(row).data(), kTileKv,
                                       v_tile, head_dim, next - row, head_dim, keys[row]);
    row = next;
  }
}

std::vector<int> visible_in_tile(const Problem& problem, int first_query, int rows, int first_key) {
  std::vector<int> keys(rows);
  for (int row = 0; row < rows; ++row) {
    keys[row] =
        std::clamp(problem::visible_keys(problem, first_query + row) - first_key, 0, kTileKv);
  }
  return keys;
}

}  // namespace attnlab::model
