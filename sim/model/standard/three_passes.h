// SPDX-License-Identifier: MIT
// The textbook's three passes, scores, softmax and output, with S and P in device memory between
// them, for tiles of any size.
#pragma once

#include <array>

#include "sim/model/attention_block.h"
#include "sim/model/attention_cost.h"

namespace attnlab::model {

// How the rungs of standard differ.
struct ThreePasses {
  int tile_q = 0;     // Br
  int tile_keys = 0;  // Bc
  int width = 0;      // columns of a tile in shared memory: D, or padded
  machine::TileStep (*score_step)(int tile_q, int head_dim) = nullptr;
  machine::TileStep (*output_step)(const std::vector<KeyRange>&, int head_dim) = nullptr;
  // Elements that lanes read from shared memory in `tiles` tiles of each of passes 1 and 3.
  std::uint64_t (*shared_reads)(const Problem&, std::uint64_t tiles) = nullptr;
};

// The kernel of a pass.
struct PassShape {
  std::string entry;
  std::int64_t shared_floats = 0;
};

std::vector<LaunchShape> three_pass_launch_shapes(const Problem& problem, const ThreePasses& passes,
                                                  const std::array<PassShape, 3>& kernels);
std::vector<machine::Launch> three_pass_launches(const Problem& problem, Workspace& workspace,
                                                 bool record_numbers, const ThreePasses& passes,
                                                 const std::vector<LaunchShape>& shapes);
TensorTable three_pass_tensors(const Problem& problem);
machine::Counters three_pass_cost(const Problem& problem, const ThreePasses& passes);
std::vector<Symbol> three_pass_symbols();
std::vector<std::string> three_pass_sentences(const char* scores_sentence);

}  // namespace attnlab::model
