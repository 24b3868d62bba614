// SPDX-License-Identifier: MIT
// What an instruction is tried on: the special values of its operands' types, every one with every
// other, then random ones.
//
// An operand is 64 bits, its value in the low ones. A list of operands is operand-major: all values
// of the first, then all of the second. Element i of each makes up the tuple of thread i.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace attnlab::probe {

using Values = std::vector<std::uint64_t>;

// The type of an operand, and how it is drawn.
enum class Draw : std::uint8_t {
  kPredicate,
  kInteger16,
  kInteger32,
  kInteger64,
  kNonZero16,  // divisors
  kNonZero32,
  kNonZero64,
  kInteger16x2,  // two in 32 bits
  kShift,        // 32 bits: 0 to 70, and now and then anything
  kLane,         // 32 bits: 0 to 31
  kSmallSigned,  // 32 bits: -40 to 40
  kFew32,        // among the 32 lanes of a warp only a few different values
  kFew64,
  kFewPredicate,  // true in all, none or some of the lanes of a warp
  kF16,
  kBf16,
  kF16x2,
  kBf16x2,
  kF32,
  kF64
};

// Bits of the register that holds it: 1 (a predicate), 16, 32 or 64.
int register_bits(Draw draw);

// The special values, the most telling first.
std::span<const std::uint64_t> special_values(Draw draw);

// Tuples of operands of these types: a multiple of kThreadsPerBlock, the same list every time.
//   one operand of 16 bits, or 16 bits twice     all 65,536 values (the halves in different orders)
//   otherwise                                    special values crossed, then kRandomTuples or more
inline constexpr std::size_t kThreadsPerBlock = 256;
inline constexpr std::size_t kRandomTuples = 10240;
std::size_t tuple_count(std::span<const Draw> draws);
Values make_operands(std::span<const Draw> draws);

}  // namespace attnlab::probe
