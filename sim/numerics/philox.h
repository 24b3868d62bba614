// SPDX-License-Identifier: MIT
// Philox 4x32-10: a counter-based generator. A 128-bit counter and a 64-bit key go in, 128 random
// bits come out, and there is no state, so any element can be drawn alone, anywhere.
// Written out here because Random123's own header needs CUDA's headers and this one must also
// compile where there are none; the tests hold it to Random123, value by value.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <cstdint>

#include "sim/numerics/host_device.h"

namespace attnlab::numerics {

struct PhiloxCounter {
  std::uint32_t word[4];
};
struct PhiloxKey {
  std::uint32_t word[2];
};

// One round: two 32x32 -> 64-bit products, their halves swapped and mixed with counter and key.
ATTNLAB_HOST_DEVICE constexpr PhiloxCounter philox_round(const PhiloxCounter& counter,
                                                         const PhiloxKey& key) {
  const std::uint64_t product0 = std::uint64_t{0xD2511F53u} * counter.word[0];
  const std::uint64_t product1 = std::uint64_t{0xCD9E8D57u} * counter.word[2];
  const auto high0 = static_cast<std::uint32_t>(product0 >> 32);
  const auto high1 = static_cast<std::uint32_t>(product1 >> 32);
  return {{high1 ^ counter.word[1] ^ key.word[0], static_cast<std::uint32_t>(product1),
           high0 ^ counter.word[3] ^ key.word[1], static_cast<std::uint32_t>(product0)}};
}

// Ten rounds; between two rounds the key moves on by the golden ratio and by sqrt(3) - 1.
ATTNLAB_HOST_DEVICE constexpr PhiloxCounter philox4x32_10(PhiloxCounter counter, PhiloxKey key) {
  counter = philox_round(counter, key);
  for (int round = 1; round < 10; ++round) {
    key.word[0] += 0x9E3779B9u;
    key.word[1] += 0xBB67AE85u;
    counter = philox_round(counter, key);
  }
  return counter;
}

}  // namespace attnlab::numerics
