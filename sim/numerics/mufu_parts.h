// SPDX-License-Identifier: MIT
// What the special function unit's models share: the squarer, predicates on bit patterns, and the
// way back from fixed point to a float. For host and device.
#pragma once

#include "sim/numerics/host_device.h"

namespace attnlab::numerics::mufu {

inline constexpr std::uint32_t kSignBit = 0x80000000u;
inline constexpr std::uint32_t kInfinityBits = 0x7f800000u;
inline constexpr std::uint32_t kFractionMask = 0x007fffffu;
inline constexpr std::uint32_t kSmallestNormal = 0x00800000u;

// square_by_columns of x = 4 * index, made at compile time (mufu_model.cpp; host only).
struct SquareTable {
  std::uint16_t values[(1u << 15) + 1];  // the last is padding: look-ups may read 32 bits
};
extern const SquareTable kSquareTable;

// The squarer: SQ(x) / 2^19 for x < 2^17, where SQ is the sum of the partial products x_i x_j
// 2^(i+j) whose column lies at 2^19 or above, each unordered pair counted once with twice its
// weight.
ATTNLAB_HOST_DEVICE constexpr std::uint32_t square_by_columns(std::uint32_t x) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 2; i < 17; ++i) {
    if (((x >> i) & 1u) == 0) continue;
    // Pairs i < j with i + j >= 18, and the bit with itself where 2i >= 19.
    const std::uint32_t lowest_partner = i < 9 ? 18 - i : i + 1;
    const std::uint64_t partners = (x >> lowest_partner) << lowest_partner;
    sum += partners << (i + 1);
    if (i >= 10) sum += std::uint64_t{1} << (2 * i);
  }
  return static_cast<std::uint32_t>(sum >> 19);
}

ATTNLAB_HOST_DEVICE inline std::uint64_t square(std::uint32_t x) {
#if ATTNLAB_ON_DEVICE
  return std::uint64_t{square_by_columns(x)} << 19;
#else
  return std::uint64_t{kSquareTable.values[x >> 2]} << 19;
#endif
}

ATTNLAB_HOST_DEVICE constexpr std::uint32_t magnitude(std::uint32_t bits) {
  return bits & ~kSignBit;
}
ATTNLAB_HOST_DEVICE constexpr bool is_nan(std::uint32_t bits) {
  return magnitude(bits) > kInfinityBits;
}
// Zero or subnormal: what the .ftz forms take for a signed zero.
ATTNLAB_HOST_DEVICE constexpr bool is_tiny(std::uint32_t bits) {
  return magnitude(bits) < kSmallestNormal;
}
// A product with a power of two (exact, or rounded once into the subnormals).
ATTNLAB_HOST_DEVICE constexpr std::uint32_t scaled(std::uint32_t bits, float power_of_two) {
  return bits_of(float_of_bits(bits) * power_of_two);
}
ATTNLAB_HOST_DEVICE inline int highest_bit(std::uint64_t nonzero) {
#if ATTNLAB_ON_DEVICE && !defined(__clang__)
  return 63 - ::__clzll(static_cast<long long>(nonzero));
#else
  return 63 - __builtin_clzll(nonzero);
#endif
}

// The float of significand * 2^scale, cut toward zero to 24 bits; significand is not 0 and the
// result is a normal number.
ATTNLAB_HOST_DEVICE inline std::uint32_t normalised(std::uint64_t significand, int scale) {
  const int top = highest_bit(significand);
  const std::uint64_t cut = top >= 23 ? significand >> (top - 23) : significand << (23 - top);
  return (static_cast<std::uint32_t>(top + scale + 127) << 23) |
         (static_cast<std::uint32_t>(cut) & kFractionMask);
}

}  // namespace attnlab::numerics::mufu
