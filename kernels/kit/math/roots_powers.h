// SPDX-License-Identifier: MIT
// Roots, powers and lengths in single precision, with nvcc's bits.
#pragma once

#include "kernels/kit/math/instructions.h"

__device__ __forceinline__ float sqrtf(float x) {
  return __nvvm_sqrt_rn_f(x);
}
__device__ __forceinline__ float rsqrtf(float x) {
  return attnlab::kit::reciprocal_root(x);
}

// A first guess 2^(-2/3 log2 |x|), then one Newton step.
__device__ __forceinline__ float cbrtf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const float power = ex2_ftz(lg2(size) * -0x1.555556p-1f);
  const float guess = size * power;
  const float error = fused(guess, -(power * guess), 1.0f);
  const float root = fused(guess, error * 0x1.555556p-2f, guess);
  const float doubled = x + x;
  return doubled == x ? doubled : (x < 0.0f ? -root : root);  // 0 and infinity are their own roots
}
__device__ __forceinline__ float rcbrtf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const float guess = ex2_ftz(lg2(size) * -0x1.555556p-2f);
  const float error = fused(guess * guess, -(size * guess), 1.0f);
  const float root = fused(error, guess * 0x1.555556p-2f, guess);
  const float doubled = x + x;
  // 0 becomes infinity and infinity 0.
  const float exchanged = float_of(bits_of(doubled) ^ kInfinityBits);
  return doubled == x ? exchanged : (x < 0.0f ? -root : root);
}

namespace attnlab::kit {

// Two sides of a right triangle, divided by a power of two near the longer one: no square of them
// overflows or loses bits.
struct ScaledSides {
  float shorter;
  float longer;
  unsigned int scale_bits;  // of the longer, cut to a multiple of four octaves
  float down;               // multiplies before
  float up;                 // multiplies after
};
__device__ __forceinline__ ScaledSides scaled_sides(float a, float b) {
  const int a_bits = static_cast<int>(bits_of(magnitude(a)));
  const int b_bits = static_cast<int>(bits_of(magnitude(b)));
  const unsigned int longer = static_cast<unsigned int>(a_bits > b_bits ? a_bits : b_bits);
  const unsigned int shorter = static_cast<unsigned int>(a_bits > b_bits ? b_bits : a_bits);
  const unsigned int scale = longer & 0xfe000000u;
  return {float_of(shorter), float_of(longer), scale, float_of(0x7e800000u - scale),
          float_of(scale | 0x00800000u)};
}
__device__ __forceinline__ float squared_sum(const ScaledSides& sides) {
  const float a = sides.shorter * sides.down;
  const float b = sides.longer * sides.down;
  return fused(b, b, a * a);
}

// log2 |x| as a sum of two floats, for powers. Subnormals are brought up by 2^24 first.
struct TwoFloats {
  float high;
  float low;
};
__device__ __forceinline__ TwoFloats log2_in_two(float size) {
  const bool subnormal = size < 0x1p-126f;
  const float scaled = subnormal ? size * 0x1p+24f : size;
  const unsigned int exponent_bits = (bits_of(scaled) - 0x3f3504f3u) & kExponentMask;
  const float m = float_of(bits_of(scaled) - exponent_bits);
  const float exponent = fused(static_cast<float>(static_cast<int>(exponent_bits)), 0x1p-23f,
                               subnormal ? -24.0f : 0.0f);
  // ln m = 2 atanh(r), r = (m - 1) / (m + 1); u is 2r and v what rounding took from it.
  const float f = m - 1.0f;
  const float inverse = reciprocal_ftz(m + 1.0f);
  const float u = (f + f) * inverse;
  const float u2 = u * u;
  const float difference = f - u;
  const float v = inverse * fused(-u, f, difference + difference);
  const float p =
      polynomial(u2, 0x1.5865c8p-11f, 0x1.a5cfb6p-9f, 0x1.2776e6p-6f, 0x1.ec709ep-4f) * u2;
  // The sum in two parts: what the first rounding loses is collected in the second.
  constexpr float kHigh = 0x1.715476p+0f;
  const float sum = fused(u, kHigh, exponent);
  float rest = fused(u, kHigh, exponent - sum);
  rest = fused(v, kHigh, rest);
  rest = fused(u, 0x1.4abc68p-26f, rest);
  rest = fused(p * 3.0f, v, rest);
  rest = fused(p, u, rest);
  const float high = sum + rest;
  return {high, rest - (high - sum)};
}

// |x|^y for finite x > 0: 2^(y log2 x), the product again in two parts.
__device__ __forceinline__ float power_of_size(float size, float y) {
  const TwoFloats log = log2_in_two(size);
  const float product = log.high * y;
  const float lost = fused(log.low, y, fused(log.high, y, -product));
  const float whole = to_nearest_integer(product);
  const float rest = lost + (product - whole);
  const float fraction_power = polynomial(rest, 0x1.3f971cp-13f, 0x1.5f0bdap-10f, 0x1.3b30acp-7f,
                                          0x1.c6af76p-5f, 0x1.ebfbd8p-3f, 0x1.62e43p-1f, 1.0f);
  // 2^whole in two factors, since its exponent may lie outside the field of one.
  const unsigned int shift = whole > 0.0f ? 0u : 0x83000000u;
  const unsigned int octaves = static_cast<unsigned int>(__nvvm_f2i_rz(whole)) << 23;
  const float power = fraction_power * float_of(shift + 0x7f000000u) * float_of(octaves - shift);
  if (magnitude(product) > 152.0f) return product < 0.0f ? 0.0f : kInfinity;
  return power;
}

}  // namespace attnlab::kit

__device__ __forceinline__ float hypotf(float a, float b) {
  using namespace attnlab::kit;
  const ScaledSides sides = scaled_sides(a, b);
  const float length = sqrtf(squared_sum(sides)) * sides.up;
  const float result = sides.shorter == 0.0f ? sides.longer : length;
  return sides.shorter == kInfinity ? kInfinity : result;
}
__device__ __forceinline__ float rhypotf(float a, float b) {
  using namespace attnlab::kit;
  const ScaledSides sides = scaled_sides(a, b);
  const float inverse = rsqrtf(squared_sum(sides)) * sides.down;
  return sides.shorter == kInfinity ? 0.0f : inverse;
}
__device__ __forceinline__ float norm3df(float a, float b, float c) {
  using namespace attnlab::kit;
  const float x = magnitude(a);
  const float y = magnitude(b);
  const float z = magnitude(c);
  const float sum = x + y + z;
  const float larger = __nvvm_fmax_f(x, y);
  const float longest = __nvvm_fmax_f(larger, z);
  const unsigned int scale = bits_of(longest) & 0xfe000000u;
  const float down = float_of(0x7e800000u - scale);
  const float middle = __nvvm_fmin_f(larger, z) * down;
  const float shortest = __nvvm_fmin_f(x, y) * down;
  const float longest_scaled = longest * down;
  const float squares =
      fused(longest_scaled, longest_scaled, fused(shortest, shortest, middle * middle));
  const float length = sqrtf(squares) * float_of(scale | 0x00800000u);
  const float result = sum > longest ? length : sum;
  return longest == kInfinity ? kInfinity : result;
}

__device__ __forceinline__ float powf(float x, float y) {
  using namespace attnlab::kit;
  if (x == 1.0f || y == 0.0f) return 1.0f;
  if (x != x || y != y) return x + y;
  const float half = toward_zero(y * 0.5f);
  const bool odd = magnitude(y - (half + half)) == 1.0f;
  const float size = magnitude(x);
  if (size == 0.0f || size == kInfinity) {
    const unsigned int doubled = bits_of(x + x);
    const unsigned int power = y < 0.0f ? doubled ^ kInfinityBits : doubled;
    return float_of(odd ? power : power & 0x7fffffffu);
  }
  if (x == -1.0f && magnitude(y) == kInfinity) return 1.0f;
  const float power = power_of_size(size, y);
  if (x > 0.0f) return power;
  // A negative number has a power for whole exponents only.
  const bool whole = __nvvm_floor_f(y) == y;
  return whole ? (odd ? -power : power) : kNan;
}
