// SPDX-License-Identifier: MIT
// Registers as values: a lane's bits seen as an int16_t, a float, …, and the handler that applies
// an operation on values to all lanes.
//
// An operation is a struct with `static R apply(A a, B b)`; run<Operation, R, A, B> is its handler.
// 16-bit values lie in 32-bit lanes, zero-extended, whatever their sign: lane_of keeps that.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sim/ptx/instructions/lanes.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

// The lane that holds a T: 32 bits, or 64 for the 8-byte types.
template <class T>
using Lane = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;

template <class T>
inline T value_of(Lane<T> bits) {
  if constexpr (std::is_floating_point_v<T>) {
    return __builtin_bit_cast(T, bits);
  } else {
    return static_cast<T>(bits);
  }
}

template <class T>
inline Lane<T> lane_of(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    return __builtin_bit_cast(Lane<T>, value);
  } else {
    return static_cast<std::make_unsigned_t<T>>(value);
  }
}

// d = Operation::apply(a), (a, b) or (a, b, c).
template <class Operation, class D, class... Sources>
const Op* run(Warp& warp, const Op* op) {
  map<Lane<D>, Lane<Sources>...>(warp, *op, [](Lane<Sources>... bits) {
    return lane_of<D>(Operation::apply(value_of<Sources>(bits)...));
  });
  return op + 1;
}

// The same with the instruction's Op::small first: a rounding, a lookup table, a set of flags.
template <class Operation, class D, class... Sources>
const Op* run_with_small(Warp& warp, const Op* op) {
  const std::uint32_t small = op->small;
  map<Lane<D>, Lane<Sources>...>(warp, *op, [small](Lane<Sources>... bits) {
    return lane_of<D>(Operation::apply(small, value_of<Sources>(bits)...));
  });
  return op + 1;
}

// The handler of an operation whose operands all have the type T.
struct Unary {
  template <class Operation, class T>
  static constexpr Handler kRun = run<Operation, T, T>;
};
struct Binary {
  template <class Operation, class T>
  static constexpr Handler kRun = run<Operation, T, T, T>;
};
struct Ternary {
  template <class Operation, class T>
  static constexpr Handler kRun = run<Operation, T, T, T, T>;
};

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
