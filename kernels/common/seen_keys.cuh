// SPDX-License-Identifier: MIT
// The keys of a tile that a query sees.
#pragma once

#include "sim/numerics/mask.h"

namespace attnlab::kernels {

// Counted from the tile's first key; may begin before it and end behind the tile.
struct SeenKeys {
  int first;
  int last;

  __device__ __forceinline__ bool has(int key) const { return key >= first && key < last; }
  __device__ __forceinline__ bool has_all(int keys) const { return first <= 0 && last >= keys; }
};

__device__ __forceinline__ SeenKeys seen_in_tile(int causal, int window, int query, int len_q,
                                                 int len_kv, int first_key) {
  return {numerics::first_visible_key(window, query, len_q, len_kv) - first_key,
          numerics::visible_key_count(causal, query, len_q, len_kv) - first_key};
}

}  // namespace attnlab::kernels
