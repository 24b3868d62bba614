// SPDX-License-Identifier: MIT
// The random numbers of this folder: SplitMix64, the same on every machine and compiler. Two draws
// in one expression need an order: the compiler may choose either.
// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
#pragma once

#include <cstddef>
#include <cstdint>

namespace attnlab::probe {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return mixed ^ mixed >> 31;
  }
  // 0 to limit - 1; limit is far below 2^32, so that the bias is of no interest.
  std::uint32_t below(std::size_t limit) {
    return static_cast<std::uint32_t>((bits() >> 32) % limit);
  }
  int between(int least, int most) {
    return least + static_cast<int>(below(static_cast<std::size_t>(most - least + 1)));
  }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace attnlab::probe
