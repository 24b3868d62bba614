// SPDX-License-Identifier: MIT
// Inverse trigonometric functions in single precision, with nvcc's bits.
#pragma once

#include "kernels/kit/math/rounding.h"

namespace attnlab::kit {

inline constexpr float kNinetyDegreesHigh = 0x1.aee9d6p+0f;  // times the next, pi/2
inline constexpr float kNinetyDegreesLow = 0x1.ddcb02p-1f;

// sqrt((1 - |x|) / 2), by which arcsines near 1 are found, and 0 at 1.
__device__ __forceinline__ float half_chord(float size) {
  const float square = fused(0.5f, -size, 0.5f);
  const float inverse = reciprocal_root_ftz(square);
  const float guess = square * inverse;
  const float root = fused(guess, fused(-guess, inverse * 0.5f, 0.5f), guess);
  return size == 1.0f ? 0.0f : root;
}

}  // namespace attnlab::kit

__device__ __forceinline__ float asinf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const bool large = size > 0x1.1eb852p-1f;
  const float y = large ? half_chord(size) : size;
  const float square = y * y;
  const float p = polynomial(square, 0x1.9ba5eep-5f, 0x1.33952ep-6f, 0x1.7f21dp-5f, 0x1.32799ep-4f,
                             0x1.555808p-3f);
  const float small = fused(square * p, y, y);
  const float angle = large ? fused(kNinetyDegreesLow, kNinetyDegreesHigh, small * -2.0f) : small;
  return angle <= kInfinity ? with_sign_of(angle, x) : angle;
}
__device__ __forceinline__ float acosf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const bool large = size > 0x1.1eb852p-1f;
  const float y = with_sign_of(large ? half_chord(size) : size, x);
  const float square = y * y;
  const float p = polynomial(square, 0x1.21d9dep-5f, 0x1.163576p-6f, 0x1.f80518p-6f, 0x1.6e4272p-5f,
                             0x1.3327b6p-4f, 0x1.55558cp-3f);
  const float small = fused(square * p, y, y);
  const float complement = fused(kNinetyDegreesLow, kNinetyDegreesHigh, large ? small : -small);
  const float angle = x > 0x1.1eb852p-1f ? small : complement;
  return large ? angle + angle : angle;
}
__device__ __forceinline__ float atanf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const bool large = size > 1.0f;
  const float y = large ? reciprocal_ftz(size) : size;
  const float square = y * y;
  const float p =
      polynomial(square, 0x1.412154p-9f, -0x1.d7c29ep-7f, 0x1.4672fcp-5f, -0x1.2914f4p-4f,
                 0x1.aed642p-4f, -0x1.223d1p-3f, 0x1.995ecp-3f, -0x1.55544ep-2f);
  const float small = fused(square * p, y, y);
  const float angle = large ? fused(kNinetyDegreesLow, kNinetyDegreesHigh, -small) : small;
  return size <= kInfinity ? with_sign_of(angle, x) : angle;
}
__device__ __forceinline__ float atan2f(float y, float x) {
  using namespace attnlab::kit;
  const float height = magnitude(y);
  const float width = magnitude(x);
  const bool steep = height > width;
  const float larger = steep ? height : width;
  const float ratio = __nvvm_div_rn_f(steep ? width : height, larger);
  const float square = ratio * ratio;
  const float p = polynomial(square, 0x1.66e216p-9f, -0x1.00ee9p-6f, 0x1.59b564p-5f, -0x1.325a2p-4f,
                             0x1.b3d4d8p-4f, -0x1.22f962p-3f, 0x1.9979cp-3f, -0x1.5554fap-2f);
  const float small = fused(square * p, ratio, ratio);
  const bool left = (bits_of(x) >> 31) != 0;
  // Steep angles are counted from 90 degrees, those to the left from 180.
  float angle = small;
  if (steep) angle = fused(kNinetyDegreesLow, kNinetyDegreesHigh, left ? small : -small);
  if (!steep && left) angle = fused(2.0f * kNinetyDegreesLow, kNinetyDegreesHigh, -small);
  if (height == width) angle = left ? 0x1.2d97c8p+1f : 0x1.921fb6p-1f;
  if (larger == 0.0f) angle = left ? 0x1.921fb6p+1f : 0.0f;
  const float sum = height + width;
  return sum != sum ? sum : with_sign_of(angle, y);
}
