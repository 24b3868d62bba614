// SPDX-License-Identifier: MIT
// Into how many splits the public kernels cut the keys: their rules, as functions of the launch.
#pragma once

#include <cstdint>

namespace attnlab::model {

// FlashAttention-2 (2.5 and later, flash_api.cpp): the fewest splits that fill the machine to 85 %
// of what any number of them fills. `query_tiles`: batch * heads * tiles of queries. `places`:
// blocks that run at once, there twice the number of SMs. `key_tiles`: of one head. At least 1
// each.
int fa2_splits(int query_tiles, int places, int key_tiles, int most_splits = 128);

// FlashAttention-3 (hopper/heuristics.h). `sms`: places of one block each. Up to 4 key tiles are
// not split. A machine that is full is not split either, unless a K/V head (keys and values, in
// bytes) exceeds the L2 cache, there taken as 50 MiB, and every tile of it is wanted often: then
// into pieces that fit. `query_tiles_of_head`: of one head.
struct Fa3Launch {
  int query_tiles = 1;
  int sms = 132;
  int key_tiles = 1;
  int query_tiles_of_head = 1;
  std::int64_t kv_head_bytes = 0;
  bool causal_or_local = false;
  int most_splits = 128;
};
int fa3_splits(const Fa3Launch& launch);

}  // namespace attnlab::model
