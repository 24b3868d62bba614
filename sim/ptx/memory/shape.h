// SPDX-License-Identifier: MIT
// The shape of a warp's addresses: how far each lane's is from the first one's. A kernel uses few
// shapes, and an instruction mostly the same one each time; so a shape is analysed once, and then
// only recognised.
#pragma once

#include <array>
#include <cstdint>

#include "sim/ptx/program/op.h"

namespace attnlab::ptx {

// The two patterns of 16 lanes that almost every access has, and all others.
enum class Pattern : std::uint8_t { kScattered, kUniform, kConsecutive };

struct Shape {
  alignas(64) std::array<std::uint32_t, kWarpLanes> relative = {};  // bytes from lane 0's address
  std::int64_t least = 0;        // the lowest of the distances, 0 or below
  std::uint64_t span_bytes = 0;  // from the lowest to the highest
  std::uint32_t bits = 0;        // all relative distances, or'ed: how they are aligned
  // Of each half of the warp, for elements of 1, 2, 4 and 8 bytes: patterns[log2(bytes)][half].
  std::array<std::array<Pattern, 2>, 4> patterns = {};
  std::array<bool, 4> scattered = {};  // for elements of that size: some half has no pattern
  // For elements of that size, from lane 0's address to the end of the last one; kNoExtent where
  // lane 0's is not the lowest or the distances are not aligned.
  std::array<std::uint64_t, 4> extent_bytes = {};
  static constexpr std::uint64_t kNoExtent = std::uint64_t{1} << 62;

  // Whether accesses of `bytes` a lane, lane 0's at `offset`, all lie in [0, size).
  bool inside(std::uint64_t offset, std::uint64_t bytes, std::uint64_t size) const {
    const std::uint64_t lowest = offset + static_cast<std::uint64_t>(least);
    return lowest <= size && span_bytes + bytes <= size - lowest;
  }
};

// An access may follow another one whose address register it shares: Op::small says, from this bit
// on, how many ops the other one is ahead. It found the shape, and the lanes still have it.
inline constexpr std::uint32_t kOpsBehindShift = 8;
inline constexpr std::size_t kMostOpsBehind = 512;

// The shapes that a block has met; the oldest one is forgotten first.
class ShapePool {
 public:
  ShapePool();
  ShapePool(const ShapePool&) = delete;
  ShapePool& operator=(const ShapePool&) = delete;

  // The shape that `op` had last time: a guess, to be compared, unless `op` has been executed since
  // any other warp was and less than kMostOpsBehind ops ago.
  const Shape* last(const Op* op) const { return last_[place_of(op)]; }
  // Analyses new distances, and remembers them for `op`.
  const Shape& learn(const Op* op, const std::uint32_t* relative);
  // The lanes of `op` have no shape.
  void forget(const Op* op) { last_[place_of(op)] = &none_; }

 private:
  static constexpr std::size_t kShapes = 32;
  static constexpr std::size_t kOps = kMostOpsBehind;
  static std::size_t place_of(const Op* op) {
    return reinterpret_cast<std::uintptr_t>(op) / sizeof(Op) % kOps;
  }
  Shape none_;  // no lanes have it, and nothing fits in it
  std::array<Shape, kShapes> shapes_;
  std::array<const Shape*, kOps> last_;
  std::size_t used_ = 1;  // shape 0: all lanes at one address
  std::size_t oldest_ = 0;
};

}  // namespace attnlab::ptx
