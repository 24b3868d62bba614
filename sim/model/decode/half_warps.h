// SPDX-License-Identifier: MIT
// The arithmetic of one query head in a block: eight half-warps, each with keys of its own.
#pragma once

#include <array>
#include <vector>

#include "sim/model/decode/layout.h"
#include "sim/model/decode/partial_results.h"

namespace attnlab::model {

// The half-warps of one head on their walk over the tiles: key j of a tile is half-warp
// 2 (j / 16) + j % 2's.
class HeadWalk {
 public:
  HeadWalk(const float* q, int head_dim);

  // q.k of a tile's keys, (D, 64).
  void score(const Matrix& k_transposed);

  // Scores become weights; l and O are brought to each half-warp's new maximum. `seen`: keys of the
  // tile.
  void weigh(KeyRange seen, float scale_log2);

  // O += P V over the seen keys of a tile (64, D), ascending.
  void add_values(const Matrix& v, KeyRange seen);

  PartialResult result() const { return combined(parts_); }

 private:
  static int key_of(int half, int i) { return half / 2 * (2 * kHalfKeys) + half % 2 + 2 * i; }

  const float* q_;
  std::vector<PartialResult> parts_;
  std::array<float, kTileKeys> scores_{};
};

}  // namespace attnlab::model
