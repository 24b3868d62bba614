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

}  // namespace attnlab::numerics
