// SPDX-License-Identifier: MIT
// Sine, cosine and tangent in single precision, with nvcc's bits: the argument is brought into
// [-pi/4, pi/4] by subtracting quarter turns, a polynomial does the rest.
#pragma once

#include "kernels/kit/math/instructions.h"

namespace attnlab::kit {

struct QuarterTurns {
  float rest;          // of the argument, within a quarter turn around 0
  unsigned int count;  // how many quarter turns were subtracted: the low bits count
};

// 2/pi to 192 bits, the low word first, and a zero above it.
static __constant__ const unsigned int kTwoOverPi[7] = {
    0x3c439041u, 0xdb629599u, 0xf534ddc0u, 0xfc2757d1u, 0x4e441529u, 0xa2f9836eu, 0u};

// Payne and Hanek's reduction for large x. Its significand times 2/pi is a whole number of which
// only 64 bits matter: two for the quarter turns modulo four, 62 for the fraction.
__device__ inline QuarterTurns reduce_large_angle(float x) {
  const unsigned int bits = bits_of(x);
  const unsigned int exponent = ((bits >> 23) & 255u) - 128u;
  const unsigned int significand = (bits << 8) | 0x80000000u;
  const unsigned int words = 7u - (exponent >> 5);  // of the product, up to the highest that counts
  unsigned int third = 0;
  unsigned int second = 0;
  unsigned int first = 0;
  unsigned long long carry = 0;
  for (unsigned int i = 0; i < words; ++i) {
    carry += static_cast<unsigned long long>(kTwoOverPi[i]) * significand;
    third = second;
    second = first;
    first = static_cast<unsigned int>(carry);
    carry >>= 32;
  }
  const unsigned int shift = exponent & 31u;
  // 64 of the 96 bits, `shift` below the top.
  const unsigned long long upper = (static_cast<unsigned long long>(first) << 32) | second;
  const unsigned long long turns = (upper << shift) | ((third >> 1) >> (31u - shift));
  // Round to the nearest quarter turn; one's complement stands for the negated fraction.
  unsigned long long fraction = turns << 2;
  const bool rounded_up = (fraction >> 63) != 0;
  const unsigned int count = static_cast<unsigned int>(turns >> 62) + (rounded_up ? 1u : 0u);
  fraction = rounded_up ? ~fraction : fraction;
  const double angle =
      static_cast<double>(static_cast<long long>(fraction)) * 0x1.921fb54442d19p-64;
  const float size = __nvvm_d2f_rn(angle);
  const bool negative = (bits >> 31) != 0;
  return {negative != rounded_up ? -size : size, negative ? 0u - count : count};
}

// Up to 105615, x - n * pi/2 with pi/2 in three parts.
__device__ __forceinline__ QuarterTurns reduce_angle(float x) {
  const float size = magnitude(x);
  if (size >= 105615.0f) {
    return size == kInfinity ? QuarterTurns{x * 0.0f, 0u} : reduce_large_angle(x);
  }
  const int count = __nvvm_f2i_rn(x * 0x1.45f306p-1f);
  const float n = static_cast<float>(count);
  const float rest =
      fused(n, -0x1.84698ap-48f, fused(n, -0x1.4442dp-24f, fused(n, -0x1.921fb4p+0f, x)));
  return {rest, static_cast<unsigned int>(count)};
}

// The sine of `turns`: by the count a sine or a cosine of the rest, or its negative.
__device__ __forceinline__ float sine_of_turns(QuarterTurns turns) {
  const float x = turns.rest;
  const bool cosine = (turns.count & 1u) != 0;
  const float square = x * x;
  const float first = cosine ? fused(0x1.9758p-16f, square, -0x1.6c0fdap-10f) : -0x1.9a82a6p-13f;
  const float p = polynomial(square, first, cosine ? 0x1.555576p-5f : 0x1.110bc8p-7f,
                             cosine ? -0x1.fffffep-2f : -0x1.55555p-3f);
  const float base = cosine ? 1.0f : x;
  const float value = fused(p, fused(square, base, 0.0f), base);
  return (turns.count & 2u) != 0 ? fused(value, -1.0f, 0.0f) : value;
}

// The same for angles in units of pi, where the subtraction is exact.
__device__ __forceinline__ float sine_of_half_turns(float x, int more_quarters) {
  const float nearest = to_nearest_integer(x + x);
  const unsigned int count = static_cast<unsigned int>(__nvvm_f2i_rz(nearest) + more_quarters);
  const float rest = fused(-nearest, 0.5f, x);
  const bool cosine = (count & 1u) != 0;
  const float square = rest * rest;
  const float first = cosine ? fused(0x1.d09c24p-3f, square, -0x1.55a5cp+0f) : -0x1.2f5992p-1f;
  const float p = polynomial(square, first, cosine ? 0x1.03c19ep+2f : 0x1.466b2p+1f,
                             cosine ? -0x1.3bd3ccp+2f : -0x1.4abbecp+2f);
  const float factor = fused(square, cosine ? 1.0f : rest, 0.0f);
  const float sum = fused(p, factor, cosine ? 1.0f : 0.0f);
  const float value = cosine ? sum : fused(0x1.921fb6p+1f, rest, sum);
  return (count & 2u) != 0 ? 0.0f - value : value;
}

}  // namespace attnlab::kit

__device__ __forceinline__ float sinf(float x) {
  return attnlab::kit::sine_of_turns(attnlab::kit::reduce_angle(x));
}
__device__ __forceinline__ float cosf(float x) {
  attnlab::kit::QuarterTurns turns = attnlab::kit::reduce_angle(x);
  turns.count += 1u;
  return attnlab::kit::sine_of_turns(turns);
}
__device__ __forceinline__ void sincosf(float x, float* sine, float* cosine) {
  attnlab::kit::QuarterTurns turns = attnlab::kit::reduce_angle(x);
  *sine = attnlab::kit::sine_of_turns(turns);
  turns.count += 1u;
  *cosine = attnlab::kit::sine_of_turns(turns);
}
__device__ __forceinline__ float tanf(float x) {
  using namespace attnlab::kit;
  const QuarterTurns turns = reduce_angle(x);
  const float r = turns.rest;
  const float square = r * r;
  const float p = polynomial(square, 0x1.32p-7f, 0x1.acp-9f, 0x1.8ep-6f, 0x1.b6p-5f, 0x1.11287p-3f,
                             0x1.55551p-2f);
  const float sum = fused(p, square * r, r);
  // One size of the rest is its own tangent, where the polynomial would round wrongly.
  const float tangent = magnitude(r) == 0x1.016878p-11f ? r : sum;
  return (turns.count & 1u) != 0 ? reciprocal_ftz(-tangent) : tangent;
}

__device__ __forceinline__ float sinpif(float x) {
  const float value = attnlab::kit::sine_of_half_turns(x, 0);
  return attnlab::kit::toward_zero(x) == x ? x * 0.0f : value;
}
// From 2^24 on every float is an even number.
__device__ __forceinline__ float cospif(float x) {
  const float held = attnlab::kit::magnitude(x) > 0x1p+24f ? x * 0.0f : x;
  return attnlab::kit::sine_of_half_turns(held, 1);
}
__device__ __forceinline__ void sincospif(float x, float* sine, float* cosine) {
  *sine = sinpif(x);
  *cosine = cospif(x);
}
