// SPDX-License-Identifier: MIT
// In which order blocks start, and warps take their turns: ascending, or one made of a seed, so that
// what happens to come out right in one order is seen in another.
#pragma once

#include <cstdint>
#include <numeric>

namespace attnlab::ptx {

// A permutation of 0 … count - 1: i to (factor * i + start) modulo count.
class TurnOrder {
 public:
  // seed 0: i stays i. count: 1 to 2^32.
  TurnOrder(std::uint64_t seed, std::uint64_t count) : count_(count) {
    if (seed == 0) return;
    ascending_ = false;
    const std::uint64_t mixed = mix(seed);
    start_ = mixed % count;
    factor_ = (mixed >> 32) % count + 1;
    while (std::gcd(factor_, count) != 1) ++factor_;
  }
  std::uint64_t operator()(std::uint64_t i) const {
    return ascending_ ? i : (factor_ * i + start_) % count_;
  }

 private:
  // SplitMix64's finisher.
  static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
    value = (value ^ value >> 27) * 0x94d049bb133111ebu;
    return value ^ value >> 31;
  }

  std::uint64_t count_;
  bool ascending_ = true;
  std::uint64_t factor_ = 1;
  std::uint64_t start_ = 0;
};

}  // namespace attnlab::ptx
