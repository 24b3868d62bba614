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
  step.element_bytes = matrix.element_bytes;
  step.shared_written_bytes = padded_elements * kFloatBytes;
  return step;
}

TileStep store_step(const HeadMatrix& matrix, const machine::Region& region) {
  TileStep step;
  step.kind = EventKind::kStore;
  step.tensor = matrix.tensor;
  step.region = region;
  step.element_bytes = matrix.element_bytes;
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
                int first_key, Matrix& scores, int tile_keys) {
  const int head_dim = static_cast<int>(q.cols());
  const int keys = std::min<int>(tile_keys, static_cast<int>(k.rows()) - first_key);
  Matrix k_transposed = Matrix::Zero(head_dim, tile_keys);  // (D, Bc)
  k_transposed.leftCols(keys) = k.middleRows(first_key, keys).transpose();
  scores.setZero(rows, tile_keys);
  numerics::bulk().matmul_accumulate(scores.data(), tile_keys, q.row(first_query).data(), head_dim,
                                     k_transposed.data(), tile_keys, rows, tile_keys, head_dim);
}

void accumulate_output(const Matrix& p, const ConstMatrixView& v, int first_key,
                       const std::vector<KeyRange>& keys, Matrix& o) {
  const int head_dim = static_cast<int>(o.cols());
  const int rows = static_cast<int>(keys.size());
  for (int row = 0; row < rows;) {
    int next = row + 1;  // rows [row, next) take the same keys
    while (next < rows && keys[next] == keys[row]) ++next;
    const float* v_keys = v.data() + std::int64_t{first_key + keys[row].first} * head_dim;
    numerics::bulk().matmul_accumulate(o.row(row).data(), head_dim,
                                       p.row(row).data() + keys[row].first, p.cols(), v_keys,
                                       head_dim, next - row, head_dim, keys[row].count());
    row = next;
  }
}

std::vector<KeyRange> visible_in_tile(const Problem& problem, int batch, int first_query, int rows,
                                      int first_key, int tile_keys) {
  std::vector<KeyRange> keys(rows);
  for (int row = 0; row < rows; ++row) {
    const KeyRange all = problem::visible_range(problem, batch, first_query + row);
    keys[row].first = std::clamp(all.first - first_key, 0, tile_keys);
    keys[row].last = std::clamp(all.last - first_key, 0, tile_keys);
  }
  return keys;
}

}  // namespace attnlab::model
