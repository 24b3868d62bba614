// SPDX-License-Identifier: MIT
#include "sim/model/decode/split_heuristics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace attnlab::model {
namespace {

int ceil_div(int value, int divisor) {
  return (value + divisor - 1) / divisor;
}

// How full the waves of so many blocks are, on average.
float wave_efficiency(int blocks, int places) {
  const float waves = static_cast<float>(blocks) / static_cast<float>(places);
  return waves / std::ceil(waves);
}

// The least number of splits, of those that `is_eligible`, within 85 % of the best efficiency.
template <typename Eligible>
int fewest_efficient_splits(int query_tiles, int places, int most, Eligible is_eligible) {
  std::vector<float> efficiency(most + 1);
  float best = 0;
  for (int splits = 1; splits <= most; ++splits) {
    if (!is_eligible(splits)) continue;
    efficiency[splits] = wave_efficiency(query_tiles * splits, places);
    best = std::max(best, efficiency[splits]);
  }
  for (int splits = 1; splits <= most; ++splits) {
    if (is_eligible(splits) && efficiency[splits] >= 0.85f * best) return splits;
  }
  return 1;
}

// Whether the blocks of one split each almost fill the machine.
bool almost_fills(int query_tiles, int places) {
  return static_cast<float>(query_tiles) >= 0.8f * static_cast<float>(places);
}

}  // namespace

int fa2_splits(int query_tiles, int places, int key_tiles, int most_splits) {
  if (almost_fills(query_tiles, places)) return 1;
  // A number of splits that leaves the longest of them as long as one fewer does gains nothing.
  return fewest_efficient_splits(
      query_tiles, places, std::min({most_splits, places, key_tiles}), [&](int splits) {
        return splits == 1 || ceil_div(key_tiles, splits) != ceil_div(key_tiles, splits - 1);
      });
}

int fa3_splits(const Fa3Launch& launch) {
  constexpr std::int64_t kL2Bytes = std::int64_t{50} << 20;
  if (almost_fills(launch.query_tiles, launch.sms)) {
    const bool too_large_for_l2 = launch.kv_head_bytes > kL2Bytes &&
                                  launch.query_tiles_of_head >= 2 * launch.sms &&
                                  !launch.causal_or_local;
    if (!too_large_for_l2) return 1;
    return static_cast<int>(std::min<std::int64_t>((launch.kv_head_bytes + kL2Bytes - 1) / kL2Bytes,
                                                   launch.most_splits));
  }
  if (launch.key_tiles <= 4) return 1;
  return fewest_efficient_splits(launch.query_tiles, launch.sms,
                                 std::min({launch.most_splits, launch.sms, launch.key_tiles}),
                                 [](int) { return true; });
}

}  // namespace attnlab::model
