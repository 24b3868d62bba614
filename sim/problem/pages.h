// SPDX-License-Identifier: MIT
// Where a problem's keys and values lie when the cache is cut into pages: the block tables of its
// sequences, and what a decoding step writes and copies. A function of the problem alone.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/problem/problem.h"

namespace attnlab::problem {

inline constexpr int kDefaultPageSize = 16;

// A pool of pages [pages, page_size, kv_heads, head_dim]. Slot s is token s % page_size of page
// s / page_size. Physical pages are dealt by a permutation drawn from the seed; some are left over.
struct PagedCache {
  int page_size = 0;
  int pages = 0;                           // in the pool
  int table_width = 0;                     // pages that a sequence of len_kv tokens needs
  std::vector<std::int32_t> block_table;   // [batch, table_width], -1 where a sequence has no page
  std::vector<std::int32_t> slot_mapping;  // [batch, len_q]: slot of each new token; -1: no token
  std::vector<std::int32_t> copy_pairs;    // [batch, 2]: page to copy from and to; -1, -1: none

  std::int64_t slots() const { return std::int64_t{pages} * page_size; }
  // The slot of token `position` of a sequence.
  std::int64_t slot_of(int sequence, int position) const {
    const std::int64_t page =
        block_table[std::int64_t{sequence} * table_width + position / page_size];
    return page * page_size + position % page_size;
  }
};

// The whole pages that all sequences share: those that shared_prefix fills.
int shared_pages(const Problem& problem);

int page_size_of(const Problem& problem);

// The layout of the problem's cache. The new tokens of a sequence are its last len_q ones. Each
// sequence with a token has its last page copied to one that nobody uses, as copy-on-write does
// before a fork writes on.
PagedCache paged_cache(const Problem& problem);

// A tensor [batch, kv_heads, len_kv, head_dim] in the pool's layout; what holds no token is NaN.
// `newest_left_out` tokens at the end of each sequence count as not yet written.
std::vector<float> paged_copy(const Problem& problem, const PagedCache& cache,
                              const std::vector<float>& tensor, int newest_left_out = 0);

// The new tokens of K or of V, [batch, len_q, kv_heads, head_dim]; 0 where a sequence has fewer.
std::vector<float> new_tokens(const Problem& problem, const std::vector<float>& tensor);

}  // namespace attnlab::problem
