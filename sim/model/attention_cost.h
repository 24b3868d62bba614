// SPDX-License-Identifier: MIT
// Costs that the CUDA-core rungs share: what one step's lanes execute, and closed forms of a whole
// run.
#pragma once

#include <functional>
#include <vector>

#include "sim/model/attention_block.h"
#include "sim/model/rung_model.h"

namespace attnlab::model {

// Additions that a lane makes in an all-reduce of its warp: log2(32).
inline constexpr std::uint64_t kButterflySums = 5;

// Scores to probabilities of one key tile, all 32 lanes of each row: scale, subtract, weight; the
// factor of the old maximum; the butterfly sum.
machine::TileStep softmax_step(int rows);

// l and O (rows, D) brought to the new maximum.
machine::TileStep rescale_step(int rows, int head_dim);

// O += P V: for each row and each key it sees, D lanes read an element of V and fuse it in.
machine::TileStep output_step(const std::vector<KeyRange>& visible, int head_dim);

// O / l at the end, for every row; 1 / l by all lanes and LSE by one, for rows that saw something.
machine::Operations final_division(int rows, int seeing_rows, int head_dim);

// A launch of the machine from the shape that the kernel is launched with.
machine::Launch launch_of(const LaunchShape& shape,
                          std::function<machine::BlockProgram(std::uint32_t)> program);

// The sizes that closed forms are written in.
struct ProblemSizes {
  ProblemSizes(const Problem& problem, int tile_q, int tile_kv = kTileKv);

  std::uint64_t heads_of_all;  // batch * heads
  std::uint64_t q_rows;        // batch * heads * len_q
  std::uint64_t kv_rows;       // batch * kv_heads * len_kv
  std::uint64_t len_kv;
  std::uint64_t d;
  std::uint64_t query_tiles;    // of one head
  std::uint64_t key_tiles;      // of one head
  std::uint64_t visible_pairs;  // (query, key) over all heads, by the mask
  std::uint64_t seeing_rows;    // queries that see a key, over all heads
};

// Elements [first, last) of a tensor.
struct ElementRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

// Adds up a closed form, tensor by tensor.
class CostSheet {
 public:
  explicit CostSheet(const TensorTable& table);

  // `requested` elements by thread blocks; `touched` distinct ones, dense from the tensor's start.
  void read(std::uint16_t tensor, std::uint64_t requested, std::uint64_t touched);
  void write(std::uint16_t tensor, std::uint64_t requested, std::uint64_t touched);
  // The same where only rows `touched` of each (batch, head)'s matrix [rows, width] are read.
  void read_rows(std::uint16_t tensor, std::uint64_t requested, KeyRange touched,
                 std::uint64_t matrices, std::uint64_t rows, std::uint64_t width);
  // The same where elements of these ranges are read, which may overlap; in any order.
  void read_ranges(std::uint16_t tensor, std::uint64_t requested,
                   std::vector<ElementRange> touched);
  void write_ranges(std::uint16_t tensor, std::uint64_t requested,
                    std::vector<ElementRange> touched);
  void shared_read(std::uint64_t elements) {
    counters_.shared.read_bytes += elements * kFloatBytes;
  }
  void shared_write(std::uint64_t elements) {
    counters_.shared.written_bytes += elements * kFloatBytes;
  }

  machine::Counters& counters() { return counters_; }

 private:
  std::vector<int> element_bytes_;  // of each tensor
  machine::Counters counters_;
};

// The tensors of a plain forward pass: Q, K and V in, O (of the problem's type) and LSE out.
TensorTable forward_tensors(const Problem& problem);

}  // namespace attnlab::model
