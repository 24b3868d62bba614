// SPDX-License-Identifier: MIT
// What loads and stores do, lane by lane or 16 lanes at once; memory.cpp chooses among them.
#pragma once

#include "sim/ptx/instructions/access.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

inline StateSpace space_of_op(const Op& op) {
  return static_cast<StateSpace>(op.small & 0xff);
}

// --- Loads. M: what lies in memory; D: a lane of the destination. op.rows: elements. ---

template <class M, class D>
D extended(const std::byte* from) {
  M value;
  std::memcpy(&value, from, sizeof(value));
  return static_cast<D>(value);
}

template <class M>
constexpr std::size_t kLog = std::countr_zero(sizeof(M));

// 16 lanes that lie anywhere.
template <class M, class D>
[[gnu::noinline]] void load_scattered(const std::byte* first, const std::uint32_t* relative, D* d) {
  for (int i = 0; i < kHalf; ++i) {
    d[i] = extended<M, D>(first + static_cast<std::int32_t>(relative[i]));
  }
}

// 16 lanes from `first` on, whose addresses lie as `pattern` says.
template <class M, class D>
[[gnu::always_inline]] inline void load_half(const std::byte* __restrict first,
                                             const std::uint32_t* relative, Pattern pattern,
                                             D* __restrict d) {
  const std::byte* from = first + static_cast<std::int32_t>(relative[0]);
  if (pattern == Pattern::kConsecutive) {
    for (int i = 0; i < kHalf; ++i)
      d[i] = extended<M, D>(from + sizeof(M) * static_cast<std::size_t>(i));
  } else if (pattern == Pattern::kUniform) {
    const D value = extended<M, D>(from);
    for (int i = 0; i < kHalf; ++i) d[i] = value;
  } else {
    load_scattered<M, D>(first, relative, d);
  }
}

template <class A, class M, class D>
[[gnu::noinline]] void load_lane_by_lane(Warp& warp, const Op& op) {
  const std::uint32_t bytes = sizeof(M) * op.row_count;
  std::byte* from[kWarpLanes];
  resolve_lanes<A>(warp, &op, space_of_op(op), bytes, AccessKind::kLoad, from);
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    D* d = lanes<D>(warp, op.rows[e]);
    for_each_lane(warp.active,
                  [&](int lane) { d[lane] = extended<M, D>(from[lane] + e * sizeof(M)); });
  }
}

template <class M, class D>
[[gnu::always_inline]] inline void load_warp(const WarpAddresses& at, D* d) {
  const std::uint32_t* relative = at.shape->relative.data();
  const auto& patterns = at.shape->patterns[kLog<M>];
  load_half<M, D>(at.first, relative, patterns[0], d);
  load_half<M, D>(at.first, relative + kHalf, patterns[1], d + kHalf);
}

template <class A, class M, class D>
[[gnu::noinline]] const Op* load_slowly(Warp& warp, const Op* op) {
  WarpAddresses at;
  if (resolve<A>(warp, op, space_of_op(*op), sizeof(M), AccessKind::kLoad, at)) {
    load_warp<M, D>(at, lanes<D>(warp, op->d));
  } else {
    load_lane_by_lane<A, M, D>(warp, *op);
  }
  return op + 1;
}

// 16 lanes that read one place, or one place behind the other.
template <class M, class D>
[[gnu::always_inline]] inline void load_plain_half(const std::byte* __restrict from, bool uniform,
                                                   D* __restrict d) {
  if (uniform) {
    const D value = extended<M, D>(from);
    for (int i = 0; i < kHalf; ++i) d[i] = value;
  } else {
    alignas(64) M values[kHalf];
    std::memcpy(values, from, sizeof(values));
    for (int i = 0; i < kHalf; ++i) d[i] = static_cast<D>(values[i]);
  }
}

// One element a lane, from shared or global memory, in the patterns that almost all loads have.
template <class A, class M, class D, StateSpace kSpace>
const Op* load_one(Warp& warp, const Op* op) {
  WarpAddresses at;
  if (!resolve_quickly<A, sizeof(M)>(warp, op, kSpace, AccessKind::kLoad, at) ||
      at.shape->scattered[kLog<M>]) [[unlikely]] {
    return load_slowly<A, M, D>(warp, op);
  }
  D* d = lanes<D>(warp, op->d);
  const auto& patterns = at.shape->patterns[kLog<M>];
  const auto second = static_cast<std::int32_t>(at.shape->relative[kHalf]);
  load_plain_half<M, D>(at.first, patterns[0] == Pattern::kUniform, d);
  load_plain_half<M, D>(at.first + second, patterns[1] == Pattern::kUniform, d + kHalf);
  return op + 1;
}

template <class A, class M, class D>
void load_vector(Warp& warp, const Op& op) {
  WarpAddresses at;
  const std::uint32_t bytes = sizeof(M) * op.row_count;
  if (!resolve<A>(warp, &op, space_of_op(op), bytes, AccessKind::kLoad, at)) {
    return load_lane_by_lane<A, M, D>(warp, op);
  }
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    D* d = lanes<D>(warp, op.rows[e]);
    for (int half = 0; half < 2; ++half) {
      load_half<M, D>(at.first + e * sizeof(M), at.shape->relative.data() + half * kHalf,
                      at.shape->patterns[kLog<M>][static_cast<std::size_t>(half)],
                      d + half * kHalf);
    }
  }
}

// --- Stores. S: a lane of the source. ---

// 16 lanes; where two write to one place, the higher lane's value stays.
template <class M, class S>
[[gnu::always_inline]] inline void store_half(std::byte* first, const std::uint32_t* relative,
                                              Pattern pattern, const S* source) {
  if (pattern == Pattern::kConsecutive) {
    alignas(64) M values[kHalf];
    for (int i = 0; i < kHalf; ++i) values[i] = static_cast<M>(source[i]);
    std::memcpy(first + static_cast<std::int32_t>(relative[0]), values, sizeof(values));
    return;
  }
  for (int i = 0; i < kHalf; ++i) {
    const M value = static_cast<M>(source[i]);
    std::memcpy(first + static_cast<std::int32_t>(relative[i]), &value, sizeof(value));
  }
}

template <class M, class S>
[[gnu::always_inline]] inline void store_warp(const WarpAddresses& at, std::size_t added_bytes,
                                              const S* source) {
  for (int half = 0; half < 2; ++half) {
    store_half<M, S>(at.first + added_bytes, at.shape->relative.data() + half * kHalf,
                     at.shape->patterns[kLog<M>][static_cast<std::size_t>(half)],
                     source + half * kHalf);
  }
}

template <class A, class M, class S>
[[gnu::noinline]] void store_lane_by_lane(Warp& warp, const Op& op) {
  const std::uint32_t bytes = sizeof(M) * op.row_count;
  std::byte* to[kWarpLanes];
  resolve_lanes<A>(warp, &op, space_of_op(op), bytes, AccessKind::kStore, to);
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const S* source = lanes<S>(warp, op.rows[e]);
    for_each_lane(warp.active, [&](int lane) {
      const M value = static_cast<M>(source[lane]);
      std::memcpy(to[lane] + e * sizeof(M), &value, sizeof(value));
    });
  }
}

template <class A, class M, class S>
void store_slowly(Warp& warp, const Op& op) {
  WarpAddresses at;
  const std::uint32_t bytes = sizeof(M) * op.row_count;
  if (!resolve<A>(warp, &op, space_of_op(op), bytes, AccessKind::kStore, at)) {
    return store_lane_by_lane<A, M, S>(warp, op);
  }
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    store_warp<M, S>(at, e * sizeof(M), lanes<S>(warp, op.rows[e]));
  }
}

// One element a lane, to shared or global memory.
template <class A, class M, class S, StateSpace kSpace>
const Op* store_one(Warp& warp, const Op* op) {
  WarpAddresses at;
  if (!resolve_quickly<A, sizeof(M)>(warp, op, kSpace, AccessKind::kStore, at)) [[unlikely]] {
    store_slowly<A, M, S>(warp, *op);
    return op + 1;
  }
  store_warp<M, S>(at, 0, lanes<S>(warp, op->b));
  return op + 1;
}

// --- The kernel's parameters, at a known place: the same for every lane. ---

template <class M, class D>
void load_kernel_parameter(Warp& warp, const Op& op) {
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const std::byte* from = bytes_of_lane(warp, StateSpace::kParam, op.wide + e * sizeof(M),
                                          sizeof(M), AccessKind::kLoad, 0);
    const D value = extended<M, D>(from);
    write<D>(warp, op.rows[e], [&](D* d) {
      for (int i = 0; i < kWarpLanes; ++i) d[i] = value;
    });
  }
}

// --- Parameters of functions: words in the frame. op.rows: the words from the first one on, then
// the elements; op.small: words; op.wide: the byte in the first word. ---

template <class M, class D>
void load_parameter(Warp& warp, const Op& op) {
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const std::uint64_t byte = op.wide + e * sizeof(M);
    D* d = lanes<D>(warp, op.rows[op.small + e]);
    const std::uint32_t* low = lanes<std::uint32_t>(warp, op.rows[byte / 4]);
    const std::uint32_t* high =
        sizeof(M) == 8 ? lanes<std::uint32_t>(warp, op.rows[byte / 4 + 1]) : low;
    for_each_lane(warp.active, [&](int lane) {
      const std::uint64_t bits = low[lane] | std::uint64_t{high[lane]} << 32;
      d[lane] = static_cast<D>(static_cast<M>(bits >> (8 * (byte % 4))));
    });
  }
}

template <class M, class S>
void store_parameter(Warp& warp, const Op& op) {
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const std::uint64_t byte = op.wide + e * sizeof(M);
    const S* source = lanes<S>(warp, op.rows[op.small + e]);
    std::uint32_t* low = lanes<std::uint32_t>(warp, op.rows[byte / 4]);
    const std::uint32_t shift = static_cast<std::uint32_t>(8 * (byte % 4));
    const std::uint32_t kept = sizeof(M) >= 4 ? 0 : ~(((1u << (8 * sizeof(M) % 32)) - 1) << shift);
    for_each_lane(warp.active, [&](int lane) {
      const std::uint64_t bits = static_cast<std::make_unsigned_t<M>>(source[lane]);
      low[lane] = (low[lane] & kept) | static_cast<std::uint32_t>(bits << shift);
      if (sizeof(M) == 8) {
        lanes<std::uint32_t>(warp, op.rows[byte / 4 + 1])[lane] =
            static_cast<std::uint32_t>(bits >> 32);
      }
    });
  }
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
