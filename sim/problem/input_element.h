// SPDX-License-Identifier: MIT
// One input element as a pure function of (distribution, seed, tensor, index), for host and device:
// every machine, thread and order of generation gives the same bits. There is no library function
// in it: the special function unit's instructions are integer models on the host, the square root
// is IEEE's, and every other operation is a single rounding.
//
// Four neighbouring elements share a block of random words:
//   words(part) = philox4x32_10(counter {lo(i/4), hi(i/4), tensor, part}, key {lo(seed), hi(seed)})
// Part 0 makes the values; part 1, drawn by the adversarial distribution only, picks the specials.
#pragma once

#include <cstdint>

#include "sim/numerics/host_device.h"
#include "sim/numerics/mufu.h"
#include "sim/numerics/philox.h"
#include "sim/problem/distribution.h"

namespace attnlab::problem {

// Elements 4*block .. 4*block+3 of a tensor.
struct InputBlock {
  float value[4];
};

// Two normals from two words (Box-Muller): r cos(a), r sin(a) with r = sqrt(-2 ln u) and
// u = (word0 / 2^8 + 1) / 2^24 in (0, 1], a = 2 pi (word1 / 2^8) / 2^24. |value| <= 5.78.
ATTNLAB_HOST_DEVICE inline void normal_pair(std::uint32_t word0, std::uint32_t word1, float* pair) {
  constexpr float kMinus2Ln2 = -1.3862944f;
  constexpr float kTwoPi = 6.2831855f;
  const float u = static_cast<float>((word0 >> 8) + 1) * 0x1p-24f;
  const float angle = static_cast<float>(word1 >> 8) * 0x1p-24f * kTwoPi;
  const float radius = __builtin_sqrtf(kMinus2Ln2 * numerics::log2_approx(u));
  pair[0] = radius * numerics::cos_approx(angle);
  pair[1] = radius * numerics::sin_approx(angle);
}

// [-1, 1) in steps of 2^-23: the word's top 24 bits as a signed number.
ATTNLAB_HOST_DEVICE inline float uniform_value(std::uint32_t word) {
  return static_cast<float>(static_cast<std::int32_t>(word >> 8) - (1 << 23)) * 0x1p-23f;
}

// How many of 2^19 adversarial elements are an infinity, and how many a NaN. A NaN in Q spoils one
// row of O and in V one column of a head, but in K every row of a head that sees the key (an
// infinity in K about half of them), so K, and dO, which reaches all of dK and dV, get few: at all
// lengths from 64 to 1000 a problem has spoilt and clean outputs side by side.
struct NonFiniteRate {
  std::uint32_t infinities;
  std::uint32_t nans;
};
ATTNLAB_HOST_DEVICE constexpr NonFiniteRate non_finite_rate(InputTensor tensor) {
  if (tensor == InputTensor::kQ) return {128, 128};  // 1 in 4096 each
  if (tensor == InputTensor::kV) return {16, 16};    // 1 in 32768 each
  return {4, 1};                                     // 1 in 131072 and 1 in 524288
}

// Replaces `value`, a normal made from other words, by a special where `choice` says so.
// choice: bits 31..13 the lottery of the non-finite; bits 3..0 all zero: a special, of the kind in
// bits 5..4; bit 6 the sign; bits 9..7 the exponent of a giant. `word` fills the fractions.
ATTNLAB_HOST_DEVICE inline float adversarial_value(InputTensor tensor, float value,
                                                   std::uint32_t word, std::uint32_t choice) {
  const std::uint32_t sign = (choice >> 6) << 31;
  const std::uint32_t lot = choice >> 13;
  const NonFiniteRate rate = non_finite_rate(tensor);
  if (lot < rate.nans) return numerics::float_of_bits(sign | 0x7fc00000u | (word >> 10));
  if (lot < rate.nans + rate.infinities) return numerics::float_of_bits(sign | 0x7f800000u);
  if ((choice & 15u) != 0) return value;
  const std::uint32_t kind = (choice >> 4) & 3u;
  if (kind == 0) return numerics::float_of_bits(sign);                     // -0 or +0
  if (kind == 1) return numerics::float_of_bits(sign | (word >> 9) | 1u);  // a subnormal
  return value * static_cast<float>(8 << ((choice >> 7) & 7u));            // 2^3 .. 2^10 times
}

ATTNLAB_HOST_DEVICE inline InputBlock input_block(Distribution distribution, std::uint64_t seed,
                                                  InputTensor tensor, std::uint64_t block) {
  const numerics::PhiloxKey key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  numerics::PhiloxCounter counter = {{static_cast<std::uint32_t>(block),
                                      static_cast<std::uint32_t>(block >> 32),
                                      static_cast<std::uint32_t>(tensor), 0}};
  const numerics::PhiloxCounter words = numerics::philox4x32_10(counter, key);
  InputBlock out = {};
  if (distribution == Distribution::kUniform) {
    for (int i = 0; i < 4; ++i) out.value[i] = uniform_value(words.word[i]);
    return out;
  }
  normal_pair(words.word[0], words.word[1], out.value);
  normal_pair(words.word[2], words.word[3], out.value + 2);
  if (distribution == Distribution::kNormal) return out;
  counter.word[3] = 1;
  const numerics::PhiloxCounter choices = numerics::philox4x32_10(counter, key);
  for (int i = 0; i < 4; ++i) {
    out.value[i] = adversarial_value(tensor, out.value[i], words.word[i], choices.word[i]);
  }
  return out;
}

// Element `index` (not negative) of `tensor`, drawn from `distribution`:
//   normal       mean 0, variance 1
//   uniform      [-1, 1), exact multiples of 2^-23
//   adversarial  mostly normal; 1 element in 16 is special: of these a quarter are signed zeros, a
//                quarter subnormals, half giants, that is 2^3 to 2^10 times a normal; infinities
//                and NaNs (quiet, any sign and payload) as in non_finite_rate
ATTNLAB_HOST_DEVICE inline float input_element(Distribution distribution, std::uint64_t seed,
                                               InputTensor tensor, std::int64_t index) {
  const auto i = static_cast<std::uint64_t>(index);
  return input_block(distribution, seed, tensor, i / 4).value[i % 4];
}

}  // namespace attnlab::problem
