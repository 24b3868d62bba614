// SPDX-License-Identifier: MIT
// What one lane computes in the logic, shift and bit-field instructions, an operation each (see
// values.h). T is an unsigned type unless the sign is the point.
#pragma once

#include <cstdint>

#include "sim/ptx/instructions/arithmetic/values.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

template <class T>
inline constexpr std::uint32_t kWidth = 8 * sizeof(T);

struct And {
  template <class T>
  static T apply(T a, T b) {
    return a & b;
  }
};
struct Or {
  template <class T>
  static T apply(T a, T b) {
    return a | b;
  }
};
struct Xor {
  template <class T>
  static T apply(T a, T b) {
    return a ^ b;
  }
};
struct Not {
  template <class T>
  static T apply(T a) {
    return static_cast<T>(~a);
  }
};
// 1 for 0, otherwise 0.
struct Cnot {
  template <class T>
  static T apply(T a) {
    return a == 0 ? 1 : 0;
  }
};

// Bit by bit, table[4 a + 2 b + c]: the OR of the minterms whose bit in the table is set.
struct Lop3 {
  static std::uint32_t apply(std::uint32_t table, std::uint32_t a, std::uint32_t b,
                             std::uint32_t c) {
    std::uint32_t result = 0;
    for (std::uint32_t i = 0; i < 8; ++i) {
      const std::uint32_t in_table = 0u - (table >> i & 1u);
      result |=
          in_table & ((i & 4u) != 0 ? a : ~a) & ((i & 2u) != 0 ? b : ~b) & ((i & 1u) != 0 ? c : ~c);
    }
    return result;
  }
};

// From the width on nothing is left.
struct ShiftLeft {
  template <class T>
  static T apply(T a, std::uint32_t amount) {
    const T shifted = static_cast<T>(T{a} << (amount & (kWidth<T> - 1)));
    return amount < kWidth<T> ? shifted : T{0};
  }
};
// A signed type's sign moves in from the left.
struct ShiftRight {
  template <class T>
  static T apply(T a, std::uint32_t amount) {
    const T shifted = static_cast<T>(a >> (amount & (kWidth<T> - 1)));
    const T all_out = a < 0 ? static_cast<T>(-1) : T{0};
    return amount < kWidth<T> ? shifted : all_out;
  }
};

// The upper word of (b:a) << n and the lower word of (b:a) >> n; n is taken modulo 32 (wrap) or is
// at most 32.
template <bool kWrap>
constexpr std::uint32_t funnel_amount(std::uint32_t n) {
  return kWrap ? n & 31u : n < 32u ? n : 32u;
}
template <bool kWrap>
struct FunnelLeft {
  static std::uint32_t apply(std::uint32_t a, std::uint32_t b, std::uint32_t n) {
    const std::uint64_t both = std::uint64_t{b} << 32 | a;
    return static_cast<std::uint32_t>(both << funnel_amount<kWrap>(n) >> 32);
  }
};
template <bool kWrap>
struct FunnelRight {
  static std::uint32_t apply(std::uint32_t a, std::uint32_t b, std::uint32_t n) {
    const std::uint64_t both = std::uint64_t{b} << 32 | a;
    return static_cast<std::uint32_t>(both >> funnel_amount<kWrap>(n));
  }
};

// prmt's modes; the default reads four selectors, the others make them from c's low two bits.
enum class PermuteMode : std::uint32_t {
  kSelect,
  kForward4,    // f4e
  kBackward4,   // b4e
  kReplicate8,  // rc8
  kClampLeft,   // ecl
  kClampRight,  // ecr
  kReplicate16  // rc16
};
// Four selectors of 4 bits: which byte of (b:a); bit 3: its sign, eight times.
constexpr std::uint32_t permute_selectors(PermuteMode mode, std::uint32_t c) {
  // One row a mode, one column a value of c's low two bits (PTX ISA, "prmt").
  constexpr std::uint16_t kSelectors[6][4] = {
      {0x3210, 0x4321, 0x5432, 0x6543}, {0x5670, 0x6701, 0x7012, 0x0123},
      {0x0000, 0x1111, 0x2222, 0x3333}, {0x3210, 0x3211, 0x3222, 0x3333},
      {0x0000, 0x1110, 0x2210, 0x3210}, {0x1010, 0x3232, 0x1010, 0x3232}};
  if (mode == PermuteMode::kSelect) return c;
  return kSelectors[static_cast<std::uint32_t>(mode) - 1][c & 3u];
}
struct Permute {
  static std::uint32_t apply(std::uint32_t mode, std::uint32_t a, std::uint32_t b,
                             std::uint32_t c) {
    const std::uint64_t both = std::uint64_t{b} << 32 | a;
    const std::uint32_t selectors = permute_selectors(static_cast<PermuteMode>(mode), c);
    std::uint32_t result = 0;
    for (std::uint32_t i = 0; i < 4; ++i) {
      const std::uint32_t selector = selectors >> (4 * i) & 0xfu;
      const std::uint32_t byte = static_cast<std::uint32_t>(both >> (8 * (selector & 7u))) & 0xffu;
      const std::uint32_t sign = (byte & 0x80u) != 0 ? 0xffu : 0u;
      result |= ((selector & 8u) != 0 ? sign : byte) << (8 * i);
    }
    return result;
  }
};

// Where a field begins and how long it is: modulo 256 in 32-bit words, any number in 64-bit ones.
template <class T>
constexpr std::uint32_t field_number(std::uint32_t n) {
  return kWidth<T> == 32 ? n & 0xffu : n;
}
// Bits position … position + length - 1 of a word; what lies beyond the word is not there.
template <class T>
struct FieldMask {
  static T apply(std::uint32_t position, std::uint32_t length) {
    const T all = static_cast<T>(~T{0});
    const T ones = static_cast<T>(~ShiftLeft::apply(all, field_number<T>(length)));
    return ShiftLeft::apply(ones, field_number<T>(position));
  }
};
// The field at the right end; a signed type's is extended with its top bit (the word's, where the
// field reaches beyond it).
struct ExtractField {
  template <class T>
  static T apply(T a, std::uint32_t position, std::uint32_t length) {
    const std::uint32_t first = field_number<T>(position);
    const std::uint32_t wanted = field_number<T>(length);
    const std::uint32_t there = first < kWidth<T> ? kWidth<T> - first : 0;
    const std::uint32_t kept = wanted < there ? wanted : there;
    if (kept == 0) return wanted != 0 && a < 0 ? static_cast<T>(-1) : T{0};
    // Move the field's top bit to the word's top, and back down.
    using Unsigned = std::make_unsigned_t<T>;
    const Unsigned at_top = ShiftLeft::apply(static_cast<Unsigned>(a), there - kept);
    return ShiftRight::apply(static_cast<T>(at_top), kWidth<T> - kept);
  }
};
// b with a's low bits under the mask. The mask's lowest bit is the factor that moves a there.
struct InsertField {
  template <class T>
  static T apply(T a, T b, T mask) {
    return (b & ~mask) | (a * (mask & (T{0} - mask)) & mask);
  }
};

// The highest set bit (of a negative number, the highest clear one), or ~0 where there is none;
// as a shift: by how much it must move left to the top.
template <bool kAsShift>
struct FindBit {
  template <class T>
  static std::uint32_t apply(T a) {
    const std::uint64_t word = static_cast<std::make_unsigned_t<T>>(a < 0 ? static_cast<T>(~a) : a);
    if (word == 0) return 0xffffffffu;
    const std::uint32_t bit = 63u - static_cast<std::uint32_t>(__builtin_clzll(word));
    return kAsShift ? kWidth<T> - 1 - bit : bit;
  }
};
struct LeadingZeros {
  template <class T>
  static std::uint32_t apply(T a) {
    return kWidth<T> - 1 - FindBit<false>::apply(a);
  }
};
struct PopulationCount {
  template <class T>
  static std::uint32_t apply(T a) {
    return static_cast<std::uint32_t>(__builtin_popcountll(a));
  }
};
struct Reverse {
  template <class T>
  static T apply(T a) {
    constexpr T kAll = static_cast<T>(~T{0});
    for (std::uint32_t step = kWidth<T> / 2; step > 0; step /= 2) {
      // kAll / (2^step + 1) has groups of `step` ones and `step` zeros in turn.
      const T low = static_cast<T>(kAll / ((T{1} << step) + 1));
      a = static_cast<T>((a >> step & low) | (a & low) << step);
    }
    return a;
  }
};

// The n-th set bit of the mask, from `base` on: upward for n > 0, downward for n < 0, the one at
// `base` for n = 0; ~0 where there is none.
struct FindNth {
  static std::uint32_t apply(std::uint32_t mask, std::uint32_t base, std::uint32_t n) {
    const auto offset = static_cast<std::int32_t>(n);
    const std::int64_t step = offset < 0 ? -1 : 1;
    std::int64_t left = offset == 0 ? 1 : std::int64_t{offset} * step;
    for (std::int64_t at = base; at >= 0 && at < 32; at += step) {
      if ((mask >> at & 1u) != 0 && --left == 0) return static_cast<std::uint32_t>(at);
      if (offset == 0) break;
    }
    return 0xffffffffu;
  }
};

// bmsk: `length` ones from bit `start` on. Modulo 32 (wrap), or beyond the word (clamp).
template <bool kClamp>
struct BitMask {
  static std::uint32_t apply(std::uint32_t start, std::uint32_t length) {
    if (!kClamp) {
      start &= 31u;
      length &= 31u;
    }
    const std::uint32_t from = ShiftLeft::apply(0xffffffffu, start);
    const std::uint32_t end = length < 32u ? start + length : 32u;
    return from & ~ShiftLeft::apply(0xffffffffu, start < 32u ? end : 32u);
  }
};

// szext: the low `length` bits as a number of T's sign; from 32 on (clamp) the number itself.
template <bool kClamp>
struct Extend {
  template <class T>
  static T apply(T a, std::uint32_t length) {
    if (kClamp && length >= 32u) return a;
    const std::uint32_t out = 32u - (length & 31u);
    return ShiftRight::apply(static_cast<T>(ShiftLeft::apply(static_cast<std::uint32_t>(a), out)),
                             out);
  }
};

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
