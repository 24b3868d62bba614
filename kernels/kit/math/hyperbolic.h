// SPDX-License-Identifier: MIT
// Hyperbolic functions and their inverses in single precision, with nvcc's bits.
#pragma once

#include "kernels/kit/math/exp_log.h"

// 1 - 2 / (e^2x + 1), but a polynomial below 0.6, where that would cancel.
__device__ __forceinline__ float tanhf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const float exp_twice = ex2_ftz(size * 0x1.715476p+1f);
  const float tail = fused(reciprocal_ftz(exp_twice + 1.0f), -2.0f, 1.0f);
  const float large = size >= 0x1.205968p+3f ? 1.0f : tail;
  const float square = x * x;
  const float p =
      polynomial(square, 0x1.01e104p-6f, -0x1.ac795cp-5f, 0x1.10b282p-3f, -0x1.5553dap-2f, 0.0f);
  return size >= 0x1.333334p-1f ? with_sign_of(large, x) : fused(p, x, x);
}
// With e a quarter of e^|x|: 2 e - (1/8) / e.
__device__ __forceinline__ float sinhf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const float quarter_exp = exp_with_bias(size, 0x1.8000fap+23f);
  const float large = fused(2.0f, quarter_exp, divide_approx_ftz(-0.125f, quarter_exp));
  const float square = x * x;
  const float p =
      polynomial(square, 0x1.7a15b4p-19f, 0x1.9ffe92p-13f, 0x1.111134p-7f, 0x1.555556p-3f);
  return size >= 1.0f ? with_sign_of(large, x) : fused(square * p, x, x);
}
__device__ __forceinline__ float coshf(float x) {
  using namespace attnlab::kit;
  const float quarter_exp = exp_with_bias(magnitude(x), 0x1.8000fap+23f);
  return fused(2.0f, quarter_exp, divide_approx_ftz(0.125f, quarter_exp));
}

// ln(1 + (x + x^2 / (1 + sqrt(x^2 + 1)))); beyond 2^23 ln(x) + ln 2.
__device__ __forceinline__ float asinhf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const float square = fused(x, x, 1.0f);
  const float root_plus_one = fused(square, reciprocal_root_ftz(square), 1.0f);
  const float sum = fused(size, size * reciprocal_ftz(root_plus_one), size);
  const bool large = size > 0x1p+23f;
  const float log = log1pf(large ? size : sum);
  const float result = large ? log + kLn2 : log;
  return size <= kInfinity ? with_sign_of(result, x) : result;
}
__device__ __forceinline__ float acoshf(float x) {
  using namespace attnlab::kit;
  const float above_one = x - 1.0f;
  const bool large = bits_of(above_one) > 0x4b000000u;  // beyond 2^23, below 1, or NaN
  const float square = fused(x, x, -1.0f);
  const float inverse = reciprocal_root_ftz(square);
  const float guess = square * inverse;
  const float refined = fused(fused(-guess, guess, square), inverse * 0.5f, guess);
  const float root = square == 0.0f ? 0.0f : refined;
  const float log = log1pf(above_one + (large ? -0x1.000002p+0f : root));
  return large ? log + kLn2 : log;
}
// Half of ln(1 + 2x / (1 - x)).
__device__ __forceinline__ float atanhf(float x) {
  using namespace attnlab::kit;
  const float size = magnitude(x);
  const float inverse = reciprocal_ftz(1.0f - size);
  const float ratio = size * (inverse + inverse);
  return with_sign_of(0.5f, x) * log1pf(size > 0x1p+126f ? -2.0f : ratio);
}
