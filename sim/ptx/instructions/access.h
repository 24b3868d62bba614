// SPDX-License-Identifier: MIT
// The addresses of one memory instruction, resolved for the whole warp at once.
//
// Where all lanes run, the distances of their addresses are compared with those of the last time
// (memory/shape.h); then two comparisons say whether all of them lie in one region, and how they are
// laid out is known. Everything else goes lane by lane.
#pragma once

#include <bit>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/instructions/lanes.h"
#include "sim/ptx/memory/resolve.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

inline constexpr int kHalf = kWarpLanes / 2;

// Whether the lanes' addresses lie as the shape says.
[[gnu::always_inline]] inline bool has_shape(const std::uint32_t* address, const Shape& shape) {
  const std::uint32_t* relative = shape.relative.data();
#if defined(__AVX512F__)
  const __m512i first = _mm512_set1_epi32(static_cast<int>(address[0]));
  const auto differ = [&](int i) {
    return _mm512_cmpneq_epi32_mask(_mm512_sub_epi32(_mm512_load_si512(address + i), first),
                                    _mm512_load_si512(relative + i));
  };
  return (differ(0) | differ(kHalf)) == 0;
#elif defined(__AVX2__)
  const __m256i first = _mm256_set1_epi32(static_cast<int>(address[0]));
  __m256i different = _mm256_setzero_si256();
  for (int i = 0; i < kWarpLanes; i += 8) {
    const __m256i at = _mm256_load_si256(reinterpret_cast<const __m256i*>(address + i));
    const __m256i expected = _mm256_load_si256(reinterpret_cast<const __m256i*>(relative + i));
    different = _mm256_or_si256(different, _mm256_xor_si256(_mm256_sub_epi32(at, first), expected));
  }
  return _mm256_testz_si256(different, different) != 0;
#else
  std::uint32_t different = 0;
  for (int i = 0; i < kWarpLanes; ++i) different |= (address[i] - address[0]) ^ relative[i];
  return different == 0;
#endif
}
[[gnu::always_inline]] inline bool has_shape(const std::uint64_t* address, const Shape& shape) {
  const std::uint32_t* relative = shape.relative.data();
#if defined(__AVX512F__)
  const __m512i first = _mm512_set1_epi64(static_cast<long long>(address[0]));
  __mmask8 differ = 0;
  for (int i = 0; i < kWarpLanes; i += 8) {
    const __m512i expected = _mm512_maskz_cvtepi32_epi64(
        0xff, _mm256_load_si256(reinterpret_cast<const __m256i*>(relative + i)));
    differ |=
        _mm512_cmpneq_epi64_mask(_mm512_sub_epi64(_mm512_load_si512(address + i), first), expected);
  }
  return differ == 0;
#elif defined(__AVX2__)
  const __m256i first = _mm256_set1_epi64x(static_cast<long long>(address[0]));
  __m256i different = _mm256_setzero_si256();
  for (int i = 0; i < kWarpLanes; i += 4) {
    const __m256i at = _mm256_load_si256(reinterpret_cast<const __m256i*>(address + i));
    const __m256i expected =
        _mm256_cvtepi32_epi64(_mm_load_si128(reinterpret_cast<const __m128i*>(relative + i)));
    different = _mm256_or_si256(different, _mm256_xor_si256(_mm256_sub_epi64(at, first), expected));
  }
  return _mm256_testz_si256(different, different) != 0;
#else
  std::uint64_t different = 0;
  for (int i = 0; i < kWarpLanes; ++i) {
    const auto expected = static_cast<std::int64_t>(static_cast<std::int32_t>(relative[i]));
    different |= (address[i] - address[0]) ^ static_cast<std::uint64_t>(expected);
  }
  return different == 0;
#endif
}

// Calls f(lane) for the lanes of a mask, in ascending order.
template <class F>
inline void for_each_lane(std::uint32_t mask, F f) {
  for (; mask != 0; mask &= mask - 1) f(std::countr_zero(mask));
}

// Where a warp's access is: `first` is lane 0's first byte, lane i's is shape->relative[i] further.
struct WarpAddresses {
  std::byte* first = nullptr;
  const Shape* shape = nullptr;
};

inline bool is_aligned(Address first, const Shape& shape, std::uint32_t bytes) {
  return ((first | shape.bits) & (bytes - 1)) == 0;
}

// A shape that the instruction has not met last time; nullptr where the lanes are too far apart.
template <class A>
[[gnu::noinline]] const Shape* learn_shape(BlockState& block, const Op* op, const A* address) {
  alignas(64) std::uint32_t relative[kWarpLanes];
  for (int i = 0; i < kWarpLanes; ++i) {
    const A distance = address[i] - address[0];
    relative[i] = static_cast<std::uint32_t>(distance);
    const auto exact = static_cast<std::int64_t>(static_cast<std::int32_t>(relative[i]));
    if (sizeof(A) == 8 && static_cast<std::int64_t>(distance) != exact) return nullptr;
  }
  return &block.shapes.learn(op, relative);
}

// The address of one lane, in the instruction's space; 32-bit ones wrap around.
template <class A>
inline Address lane_address(Warp& warp, const Op& op, int lane) {
  return static_cast<A>(lanes<A>(warp, op.a)[lane] + op.wide);
}

// A place that may not be there: to be checked before it is used.
inline std::byte* place_at(std::byte* begin, std::uint64_t offset) {
  return reinterpret_cast<std::byte*>(reinterpret_cast<std::uintptr_t>(begin) + offset);
}

// Resolves op's addresses (row a, plus op.wide) for accesses of `bytes` a lane. False where the
// access must go lane by lane.
template <class A>
inline bool resolve(Warp& warp, const Op* op, StateSpace space, std::uint32_t bytes,
                    AccessKind kind, WarpAddresses& out) {
  if (warp.active != kAllLanes) return false;
  const A* address = lanes<A>(warp, op->a);
  const Shape* shape = warp.block->shapes.last(op);
  if (!has_shape(address, *shape)) shape = learn_shape(*warp.block, op, address);
  if (shape == nullptr) {
    warp.block->shapes.forget(op);
    return false;
  }
  const Address first = lane_address<A>(warp, *op, 0);
  const Region region = region_of(warp, op, space, first, kind);
  out = {place_at(region.host, first - region.base), shape};
  return shape->inside(first - region.base, bytes, region.size_bytes) &&
         is_aligned(first, *shape, bytes);
}

// The same for the usual case, in few instructions: shared or global memory, all lanes, the shape
// and the allocation of last time. False says nothing.
template <class A, std::uint32_t kBytes>
[[gnu::always_inline]] inline bool resolve_quickly(Warp& warp, const Op* op, StateSpace space,
                                                   AccessKind kind, WarpAddresses& out) {
  const A* address = lanes<A>(warp, op->a);
  const BlockState& block = *warp.block;
  const std::uint32_t ops_behind = op->small >> kOpsBehindShift;
  const Shape& shape = *block.shapes.last(op - ops_behind);
  const std::uint64_t extent = shape.extent_bytes[std::countr_zero(kBytes)];
  const Address first = lane_address<A>(warp, *op, 0);
  out.shape = &shape;
  bool inside = false;
  if (space == StateSpace::kShared) {
    out.first = place_at(block.shared, first);
    inside = first <= Shape::kNoExtent && first + extent <= block.shared_bytes;
  } else {
    const Allocation& allocation = *block.remembered[remembered_place(op)];
    const std::uint64_t offset = first - allocation.address;
    std::uint64_t end = 0;
    out.first = place_at(allocation.host, offset);
    inside = !__builtin_add_overflow(offset, extent, &end) && end <= allocation.size_bytes &&
             (kind == AccessKind::kLoad || allocation.writable);
  }
  return inside && (first & (kBytes - 1)) == 0 && warp.active == kAllLanes &&
         (ops_behind != 0 || has_shape(address, shape));
}

// The bytes of every running lane's access, lane by lane; most are in the first one's region.
template <class A>
inline void resolve_lanes(Warp& warp, const Op* op, StateSpace space, std::uint32_t bytes,
                          AccessKind kind, std::byte** at) {
  const int first = std::countr_zero(warp.active);
  const Region region = region_of(warp, op, space, lane_address<A>(warp, *op, first), kind);
  for_each_lane(warp.active, [&](int lane) {
    const Address address = lane_address<A>(warp, *op, lane);
    const std::uint64_t offset = address - region.base;
    const bool inside = region.size_bytes >= bytes && offset <= region.size_bytes - bytes;
    at[lane] = inside && (address & (bytes - 1)) == 0
                   ? region.host + offset
                   : bytes_of_lane(warp, space, address, bytes, kind, lane);
  });
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
