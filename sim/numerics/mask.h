// SPDX-License-Identifier: MIT
// Which keys a query sees. One definition for the kernels, the models and the oracle's callers.
#pragma once

#include "sim/numerics/host_device.h"

namespace attnlab::numerics {

// Query row `query` sees keys [0, visible_key_count). The causal mask is aligned bottom-right: the
// last query sees every key, the one before it all but the last … A count of 0 is a row with
// nothing to see: O = 0, LSE = -inf.
ATTNLAB_HOST_DEVICE constexpr int visible_key_count(bool causal, int query, int len_q, int len_kv) {
  if (!causal) return len_kv;
  const int count = query + 1 + len_kv - len_q;
  return count < 0 ? 0 : count > len_kv ? len_kv : count;
}

// The first key that query row `query` sees: 0, or under a sliding window (window > 0; the mask is
// then causal too) the one from which it sees `window` keys up to its own. Never beyond len_kv, and
// never before 0: a query that comes before every key sees keys [0, 0).
ATTNLAB_HOST_DEVICE constexpr int first_visible_key(int window, int query, int len_q, int len_kv) {
  if (window <= 0) return 0;
  const int first = query + 1 + len_kv - len_q - window;
  return first < 0 ? 0 : first;
}

// The same from the key's side: key `key` is seen by queries [first_seeing_query, seeing_queries_end)
// and no others; the first is 0 where the mask is not causal, the second len_q without a window.
// Either may lie outside [0, len_q].
ATTNLAB_HOST_DEVICE constexpr int first_seeing_query(bool causal, int key, int len_q, int len_kv) {
  return causal ? key + len_q - len_kv : 0;
}
ATTNLAB_HOST_DEVICE constexpr int seeing_queries_end(int window, int key, int len_q, int len_kv) {
  return window <= 0 ? len_q : key + len_q - len_kv + window;
}

}  // namespace attnlab::numerics
