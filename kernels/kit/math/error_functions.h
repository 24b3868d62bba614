// SPDX-License-Identifier: MIT
// The error function, its complement and the normal distribution in single precision, with nvcc's
// bits.
#pragma once

#include "kernels/kit/math/exp_log.h"

namespace attnlab::kit {

inline constexpr float kErfcOfLess = 0x1.41c29p+3f;  // beyond 10.055, erfc(x) is below all floats

// e^(x^2) erfc(x) for 0 <= x: a polynomial in (x - 4) / (x + 4), divided by 1 + 2x. Each quotient
// is an approximate one and a correction.
__device__ __forceinline__ float scaled_erfc(float x) {
  const float inverse = reciprocal_ftz(x + 4.0f);
  const float guess = (x - 4.0f) * inverse;
  const float defect = fused(-guess, x, fused(-4.0f, guess + 1.0f, x));
  const float y = fused(inverse, defect, guess);
  const float p = polynomial(y, 0x1.d34122p-11f, 0x1.cdc0b6p-8f, -0x1.03f696p-6f, 0x1.2a6e76p-5f,
                             -0x1.10f8b4p-4f, 0x1.8043aap-4f, -0x1.9da848p-4f, 0x1.16e9bcp-4f,
                             0x1.f7e2ep-7f, -0x1.1df1a8p-3f, 0x1.3ba592p+0f);
  const float inverse_2x = reciprocal_ftz(fused(2.0f, x, 1.0f));
  const float quotient = p * inverse_2x;
  const float rest = fused(x, quotient * -2.0f, p) - quotient;
  return fused(rest, inverse_2x, quotient);
}

// The inverse error function's middle part, from w = -log2((1 - x)(1 + x)).
__device__ __forceinline__ float inverse_erf_middle(float w) {
  return polynomial(w, -0x1.14c6ep-32f, 0x1.43ec8ap-27f, -0x1.02dfb4p-23f, 0x1.d1f08cp-23f,
                    0x1.0e8554p-17f, -0x1.09b69ap-15f, -0x1.95fd42p-11f, 0x1.6b804ep-8f,
                    0x1.495c1ep-3f, 0x1.c5bf88p-1f);
}

}  // namespace attnlab::kit

__device__ __forceinline__ float erff(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const bool large = size >= 0x1.00c1fcp+0f;
  const float t = large ? size : x * x;
  const float p = polynomial(
      t, large ? 0x1.d69874p-14f : 0x1.63d2d4p-14f, large ? -0x1.5c00b6p-10f : -0x1.ae9a4p-11f,
      large ? 0x1.13233ep-7f : 0x1.55abd4p-8f, large ? -0x1.49b334p-5f : -0x1.b837cep-6f,
      large ? 0x1.46aa32p-3f : 0x1.ce315ep-4f, large ? 0x1.d369f2p-1f : -0x1.812758p-2f,
      large ? 0x1.421428p-1f : 0x1.06eba6p-3f);
  const float base = large ? -size : x;
  const float value = fused(p, base, base);
  return large ? with_sign_of(1.0f - ex2_ftz(value), x) : value;
}

__device__ __forceinline__ float erfcf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  // e^(-x^2), with what x^2 lost to rounding put back.
  const float square = size * size;
  const float exp = exp_with_bias(-square, 0x1.8000fep+23f);
  const float lost = fused(-size, size, square);
  const float value = scaled_erfc(size) * fused(exp, lost, exp);
  const float tail = size > kErfcOfLess ? 0.0f : value;
  return x < 0.0f ? 2.0f - tail : tail;
}

// e^(x^2) erfc(x): no underflow for large x.
__device__ __forceinline__ float erfcxf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  float value;
  if (size < kErfcOfLess) {
    value = scaled_erfc(size);
  } else {
    const float inverse = divide_approx(0.25f, size * 0.25f);
    const float square = inverse * inverse;
    const float series = polynomial(square, 6.5625f, -1.875f, 0.75f, -0.5f, 1.0f);
    value = inverse * 0x1.20dd76p-1f * series;
  }
  if (!(x < 0.0f)) return value;
  // erfc(-x) = 2 - erfc(x)
  const float square = __nvvm_mul_rz_f(size, size);
  const float lost = fused(size, size, -square);
  const float exp = expf(square);
  const float doubled = exp + exp;
  return doubled == kInfinity ? doubled : fused(doubled, lost, doubled) - value;
}

__device__ __forceinline__ float erfinvf(float x) {
  using namespace attnlab::kit;
  const float log = lg2_ftz(fused(x, -x, 1.0f));
  const float w = -log;
  if (!(log < -0x1.066666p+3f)) return x * inverse_erf_middle(w);
  const float inverse = reciprocal_root_ftz(w);
  const float p = polynomial(inverse, -0x1.2e0942p-1f, -0x1.53754ap-1f, 0x1.98d5b8p+0f,
                             -0x1.59b5dap-1f, -0x1.860a6ep-4f, 0x1.abb372p-1f);
  return with_sign_of(log == -kInfinity ? w : inverse * w * p, x);
}

__device__ __forceinline__ float erfcinvf(float x) {
  using namespace attnlab::kit;
  const float mirrored = 2.0f + -x;
  if (x >= 0x1.bda512p-9f && x <= 0x1.ff212ep+0f) {
    const float p = inverse_erf_middle(-lg2_ftz(mirrored * x));
    return fused(p, -x, p);
  }
  const bool above_one = x > 1.0f;
  const float w = -lg2(above_one ? mirrored : x);
  const float inverse = reciprocal_root_ftz(w);
  const float p =
      polynomial(inverse, -0x1.f8e7e2p+5f, 0x1.fdf052p+6f, -0x1.c86c38p+6f, 0x1.e29b36p+5f,
                 -0x1.5ca366p+4f, 0x1.9dea08p+2f, -0x1.d53c0ap+0f, -0x1.f0e3e8p-6f, 0x1.aa6eeap-1f);
  const float root = w == kInfinity ? w : inverse * w;
  return p * (above_one ? -root : root);
}

// The normal distribution: erfc(-x / sqrt 2) / 2, the quotient kept in two parts.
__device__ __forceinline__ float normcdff(float x) {
  using namespace attnlab::kit;
  constexpr float kHigh = -0x1.6a09e6p-1f;  // -1 / sqrt 2 and what it lost to rounding
  constexpr float kLow = -0x1.9fcef4p-27f;
  const float held = magnitude(x) > 14.5f ? with_sign_of(14.5f, x) : x;
  const float high = held * kHigh;
  const float low = fused(held, kLow, fused(held, kHigh, -high));
  const float argument = high + low;
  float value = erfcf(argument);
  if (held < -1.0f) {
    const float lost = high - argument + low;
    value = fused(argument * -2.0f * value, lost, value);
  }
  return value * 0.5f;
}
__device__ __forceinline__ float normcdfinvf(float x) {
  return attnlab::kit::fused(-0x1.6a09e6p+0f, erfcinvf(x + x), 0.0f);
}
