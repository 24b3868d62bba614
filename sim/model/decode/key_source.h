// SPDX-License-Identifier: MIT
// Where the keys and values of a sequence lie: in one piece, or in pages.
#pragma once

#include <vector>

#include "sim/model/attention_block.h"
#include "sim/model/attention_cost.h"

namespace attnlab::model {

// The tensors that decode and paged rungs have first.
enum DecodeInput : std::uint16_t {
  kQueryIndex,
  kKeysIndex,    // K, or its pages
  kValuesIndex,  // V, or its pages
  kLengthsIndex,
  kBlockTableIndex  // where there are pages
};

// Keys and values of one sequence and K/V head.
class KeySource {
 public:
  KeySource(const Problem& problem, const Workspace& workspace, bool paged, int batch, int kv_head);

  // Rows [first, +count) of K or of V (tensor is kK or kV); those that are not among `tokens` are
  // 0.
  Matrix tile(Tensor tensor, int first, int count, KeyRange tokens) const;

  // Loads of the tokens' rows, and of their entries in the block table, one for each token.
  std::vector<machine::TileStep> row_steps(std::uint16_t tensor, KeyRange tokens) const;
  std::vector<machine::TileStep> table_steps(KeyRange tokens) const;

 private:
  std::int64_t first_element(int token) const;

  const Problem& problem_;
  const Workspace& workspace_;
  bool paged_;
  int batch_;
  int kv_head_;
  int page_size_;
  int table_width_;
};

// What all heads together read: runs of elements of K (and of V), and of the block table.
struct KeyTraffic {
  std::vector<ElementRange> rows;
  std::vector<ElementRange> table;
};
KeyTraffic key_traffic(const Problem& problem, bool paged);

}  // namespace attnlab::model
