// SPDX-License-Identifier: MIT
#include "sim/ptx/memory/shape.h"

#include <algorithm>

namespace attnlab::ptx {
namespace {

constexpr int kHalf = kWarpLanes / 2;

Pattern pattern_of(const std::uint32_t* relative, std::uint32_t bytes) {
  bool uniform = true;
  bool consecutive = true;
  for (int i = 0; i < kHalf; ++i) {
    const std::uint32_t distance = relative[i] - relative[0];
    uniform &= distance == 0;
    consecutive &= distance == static_cast<std::uint32_t>(i) * bytes;
  }
  return uniform ? Pattern::kUniform : consecutive ? Pattern::kConsecutive : Pattern::kScattered;
}

Shape analysed(const std::uint32_t* relative) {
  Shape shape;
  std::copy_n(relative, kWarpLanes, shape.relative.begin());
  std::int64_t most = 0;
  for (const std::uint32_t distance : shape.relative) {
    const std::int64_t bytes = static_cast<std::int32_t>(distance);
    shape.least = std::min(shape.least, bytes);
    most = std::max(most, bytes);
    shape.bits |= distance;
  }
  shape.span_bytes = static_cast<std::uint64_t>(most - shape.least);
  for (std::uint32_t log = 0; log < 4; ++log) {
    const std::uint32_t bytes = 1u << log;
    const bool simple = shape.least == 0 && (shape.bits & (bytes - 1)) == 0;
    shape.extent_bytes[log] = simple ? shape.span_bytes + bytes : Shape::kNoExtent;
    for (std::size_t half = 0; half < 2; ++half) {
      shape.patterns[log][half] = pattern_of(relative + half * kHalf, bytes);
      shape.scattered[log] |= shape.patterns[log][half] == Pattern::kScattered;
    }
  }
  return shape;
}

}  // namespace

ShapePool::ShapePool() {
  const std::uint32_t one_address[kWarpLanes] = {};
  shapes_[0] = analysed(one_address);
  last_.fill(shapes_.data());
  none_.relative[0] = 1;
  none_.extent_bytes.fill(Shape::kNoExtent);
}

const Shape& ShapePool::learn(const Op* op, const std::uint32_t* relative) {
  const auto known =
      std::find_if(shapes_.begin(), shapes_.begin() + static_cast<std::ptrdiff_t>(used_),
                   [&](const Shape& shape) {
                     return std::equal(relative, relative + kWarpLanes, shape.relative.begin());
                   });
  std::size_t index = static_cast<std::size_t>(known - shapes_.begin());
  if (index == used_) {
    if (used_ < kShapes) {
      ++used_;
    } else {
      index = oldest_;
      oldest_ = (oldest_ + 1) % kShapes;
      std::replace(last_.begin(), last_.end(), static_cast<const Shape*>(&shapes_[index]),
                   static_cast<const Shape*>(&none_));
    }
    shapes_[index] = analysed(relative);
  }
  last_[place_of(op)] = &shapes_[index];
  return shapes_[index];
}

}  // namespace attnlab::ptx
