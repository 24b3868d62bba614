// SPDX-License-Identifier: MIT
// The 32 lanes of a warp as arrays: the loops that every arithmetic instruction is made of.
//
// A family's function says what one lane does; the loops here apply it to all lanes, and compilers
// turn them into vector instructions. Lanes that are not active keep what they had. The function
// must be harmless for any operand, because inactive lanes are computed too and thrown away.
//
// Everything is in the namespace of the instruction set it is compiled for (see isa.h).
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "sim/ptx/execute/warp.h"
#include "sim/ptx/instructions/isa.h"
#include "sim/ptx/program/op.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

// The row as an array of 32 elements; T is any 4- or 8-byte type, as the register is wide.
template <class T>
inline T* lanes(Warp& warp, Row row) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  return static_cast<T*>(__builtin_assume_aligned(warp.frame + row, 64));
}

// Copies the active lanes of `from` to `to`.
template <class T>
inline void blend(const Warp& warp, T* to, const T* from) {
  const std::uint32_t active = warp.active;  // a copy that no store below can change
#pragma GCC ivdep
  for (int i = 0; i < kWarpLanes; ++i) to[i] = (active >> i & 1u) != 0 ? from[i] : to[i];
}

// Calls fill(T* result) with an array for the 32 results, then stores those of active lanes in
// `row`. The array never overlaps the row of an operand unless it is that row itself.
template <class T, class Fill>
inline void write(Warp& warp, Row row, Fill fill) {
  T* destination = lanes<T>(warp, row);
  if (warp.active == kAllLanes) {
    fill(destination);
    return;
  }
  alignas(64) T result[kWarpLanes];
  fill(result);
  blend(warp, destination, result);
}

// d = f(a), f(a, b), f(a, b, c), lane by lane. D, A, B, C are the lanes' types.
template <class D, class A, class F>
inline void map(Warp& warp, const Op& op, F f) {
  const A* a = lanes<A>(warp, op.a);
  write<D>(warp, op.d, [&](D* d) {
#pragma GCC ivdep
    for (int i = 0; i < kWarpLanes; ++i) d[i] = f(a[i]);
  });
}
template <class D, class A, class B, class F>
inline void map(Warp& warp, const Op& op, F f) {
  const A* a = lanes<A>(warp, op.a);
  const B* b = lanes<B>(warp, op.b);
  write<D>(warp, op.d, [&](D* d) {
#pragma GCC ivdep
    for (int i = 0; i < kWarpLanes; ++i) d[i] = f(a[i], b[i]);
  });
}
template <class D, class A, class B, class C, class F>
inline void map(Warp& warp, const Op& op, F f) {
  const A* a = lanes<A>(warp, op.a);
  const B* b = lanes<B>(warp, op.b);
  const C* c = lanes<C>(warp, op.c);
  write<D>(warp, op.d, [&](D* d) {
#pragma GCC ivdep
    for (int i = 0; i < kWarpLanes; ++i) d[i] = f(a[i], b[i], c[i]);
  });
}

// Makes a Handler of a function of the warp and the instruction: the next one follows.
template <void (*kFunction)(Warp&, const Op&)>
const Op* then_next(Warp& warp, const Op* op) {
  kFunction(warp, *op);
  return op + 1;
}

// The lanes of a predicate row as a mask.
inline std::uint32_t mask_of(const std::uint32_t* predicate) {
#if defined(__AVX512DQ__)
  const std::uint32_t low = _mm512_movepi32_mask(_mm512_load_si512(predicate));
  const std::uint32_t high = _mm512_movepi32_mask(_mm512_load_si512(predicate + kWarpLanes / 2));
  return low | high << (kWarpLanes / 2);
#else
  std::uint32_t mask = 0;
  for (int i = 0; i < kWarpLanes; ++i) mask |= predicate[i] & (1u << i);
  return mask;
#endif
}

constexpr std::uint32_t predicate_lane(bool value) {
  return value ? 0xffffffffu : 0u;
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
