// SPDX-License-Identifier: MIT
// Remainders, and numbers taken apart into exponent and fraction. All results are exact, but for
// ldexpf's one rounding into the subnormals.
#pragma once

#include "kernels/kit/math/rounding.h"

namespace attnlab::kit {

struct Division {
  float remainder;
  unsigned long long quotient;  // its low 64 bits
};

// A float's significand as a whole number, and its exponent field (1 for subnormals).
__device__ __forceinline__ unsigned int significand_of(unsigned int bits) {
  return (bits & 0x7fffffu) | (bits >> 23 == 0 ? 0u : 0x800000u);
}
__device__ __forceinline__ int exponent_of(unsigned int bits) {
  return bits >> 23 == 0 ? 1 : static_cast<int>(bits >> 23);
}

// a / b for finite a >= b > 0 by long division on the significands, up to 40 bits a step.
__device__ inline Division long_division(float a, float b) {
  const unsigned int divisor = significand_of(bits_of(b));
  const int last_place = exponent_of(bits_of(b)) - 150;  // the remainder counts 2^last_place
  int left = exponent_of(bits_of(a)) - exponent_of(bits_of(b));
  unsigned long long rest = significand_of(bits_of(a));
  unsigned long long quotient = rest / divisor;
  rest %= divisor;
  while (left > 0) {
    const int step = left < 40 ? left : 40;
    rest <<= step;
    quotient = (quotient << step) + rest / divisor;
    rest %= divisor;
    left -= step;
  }
  const unsigned int unit = last_place < -126 ? 1u << (last_place + 149)
                                              : static_cast<unsigned int>(last_place + 127) << 23;
  return {static_cast<float>(static_cast<unsigned int>(rest)) * float_of(unit), quotient};
}

// |x| and |y| divided; NaN where there is no remainder.
__device__ __forceinline__ Division divide_sizes(float x, float y) {
  if (x < y) return {x, 0};
  const bool none = !(x < kInfinity) || !(y > 0.0f);
  return none ? Division{kNan, 0} : long_division(x, y);
}

}  // namespace attnlab::kit

// Of the sign of x.
__device__ inline float fmodf(float x, float y) {
  const float rest = attnlab::kit::divide_sizes(fabsf(x), fabsf(y)).remainder;
  return rest != rest ? rest : copysignf(rest, x);
}

// Against the nearest whole quotient, the even one of two: between -|y|/2 and |y|/2.
__device__ inline float remainderf(float x, float y) {
  using namespace attnlab::kit;
  const float size = fabsf(y);
  const Division division = divide_sizes(fabsf(x), size);
  float rest = division.remainder;
  const float doubled = rest + rest;
  const bool odd = (division.quotient & 1) != 0;
  if (doubled > size || (doubled == size && odd)) rest = rest - size;
  return bits_of(x) >> 31 != 0 && rest == rest ? -rest : rest;
}

// x * 2^n: one factor within +-100, four beyond, so that the product is rounded at its end only.
__device__ __forceinline__ float ldexpf(float x, int n) {
  using namespace attnlab::kit;
  const int held = n < -278 ? -278 : (n > 278 ? 278 : n);
  if (held > -101 && held < 101) return x * float_of(static_cast<unsigned int>(held + 127) << 23);
  const int biased = held + 508;  // four times 127
  const int quarter = biased >> 2;
  const float factor = float_of(static_cast<unsigned int>(quarter) << 23);
  const float rest = float_of(static_cast<unsigned int>(biased - 3 * quarter) << 23);
  return x * rest * factor * factor * factor;
}
__device__ __forceinline__ float scalbnf(float x, int n) {
  return ldexpf(x, n);
}

// The fraction, in [1/2, 1), and the exponent of x; 0, infinity and NaN come back with exponent 0.
__device__ __forceinline__ float frexpf(float x, int* exponent) {
  using namespace attnlab::kit;
  const float size = fabsf(x);
  const bool subnormal = size < 0x1p-126f;
  const float scaled = subnormal ? x * 0x1p+24f : x;
  const unsigned int field = (bits_of(scaled) >> 23) & 255u;
  if (size == 0.0f || field == 255u) {
    *exponent = 0;
    return scaled + scaled;
  }
  *exponent = static_cast<int>(field) - (subnormal ? 150 : 126);
  return float_of((bits_of(scaled) & 0x807fffffu) | 0x3f000000u);
}

__device__ __forceinline__ int ilogbf(float x) {
  constexpr int kLowest = -0x7fffffff - 1;
  const unsigned int bits = attnlab::kit::bits_of(fabsf(x));
  if (bits == 0) return kLowest;
  if (bits < 0x00800000u) return -118 - __builtin_clz(bits);
  if (bits == attnlab::kit::kInfinityBits) return 0x7fffffff;
  return bits > attnlab::kit::kInfinityBits ? kLowest : static_cast<int>(bits >> 23) - 127;
}
__device__ __forceinline__ float logbf(float x) {
  const unsigned int bits = attnlab::kit::bits_of(fabsf(x));
  if (bits == 0) return -attnlab::kit::kInfinity;
  return bits >= attnlab::kit::kInfinityBits ? x * x : static_cast<float>(ilogbf(x));
}

// The next float after x on the way to y.
__device__ __forceinline__ float nextafterf(float x, float y) {
  using namespace attnlab::kit;
  if (x != x || y != y) return x + y;
  if (x == y) return y;
  if (x == 0.0f) return copysignf(float_of(1u), y);
  const bool away_from_zero = (x < y) == (x > 0.0f);
  return float_of(bits_of(x) + (away_from_zero ? 1u : ~0u));
}
