// SPDX-License-Identifier: MIT
// Where a row's operands are, and which keys it sees. Derived here anew, from the words of the
// contract: the oracle does not use the executors' mask or head functions.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/problem/problem.h"

namespace attnlab::oracle {

// One query row. Rows are numbered as they lie in Q, O and LSE: batch, then head, then row.
struct Row {
  std::int64_t index = 0;  // of LSE[index] and Q[index * head_dim]
  int batch = 0;
  int head = 0;
  int row = 0;
};

inline Row row_at(const problem::Problem& problem, std::int64_t index) {
  const std::int64_t head_index = index / problem.len_q;
  return {index, static_cast<int>(head_index / problem.heads),
          static_cast<int>(head_index % problem.heads), static_cast<int>(index % problem.len_q)};
}

// The first element, in K and in V, of the K/V head that this row reads. Query heads share K/V
// heads in equal, consecutive groups.
inline std::int64_t kv_offset(const problem::Problem& problem, const Row& row) {
  const std::int64_t kv_head = std::int64_t{row.head} * problem.kv_heads / problem.heads;
  return (std::int64_t{row.batch} * problem.kv_heads + kv_head) * problem.len_kv * problem.head_dim;
}

// The keys [first, last) of its sequence that a row sees.
struct SeenKeys {
  int first = 0;
  int last = 0;
};

// Under the causal mask the last query sees every key, and every query one fewer than the query
// after it; under a window only the last `window` of these.
inline SeenKeys keys_seen(const problem::Problem& problem, const Row& row) {
  const int keys = problem.lengths.empty() ? problem.len_kv : problem.lengths[row.batch];
  if (problem.mask == problem::Mask::kNone) return {0, keys};
  const int queries_after = problem.len_q - 1 - row.row;
  const int last = std::max(0, keys - queries_after);
  if (problem.mask == problem::Mask::kCausal) return {0, last};
  return {std::max(0, last - problem.window), last};
}

}  // namespace attnlab::oracle
