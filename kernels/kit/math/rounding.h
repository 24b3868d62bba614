// SPDX-License-Identifier: MIT
// Functions whose result is exact or one IEEE rounding away: sums, extrema, roundings to integers,
// signs, classes, remainders, exponents. One NaN operand of a minimum or maximum is ignored.
#pragma once

#include "kernels/kit/math/instructions.h"

__device__ __forceinline__ float fmaf(float a, float b, float c) {
  return __nvvm_fma_rn_f(a, b, c);
}
__device__ __forceinline__ float fmaxf(float a, float b) {
  return __nvvm_fmax_f(a, b);
}
__device__ __forceinline__ float fminf(float a, float b) {
  return __nvvm_fmin_f(a, b);
}
__device__ __forceinline__ float fdimf(float a, float b) {
  return a <= b ? 0.0f : a - b;
}
__device__ __forceinline__ float fdividef(float a, float b) {
  return __nvvm_div_rn_f(a, b);
}
__device__ __forceinline__ float fabsf(float x) {
  return __nvvm_fabs_f(x);
}
__device__ __forceinline__ float copysignf(float x, float sign) {
  return attnlab::kit::with_sign_of(x, sign);
}

__device__ __forceinline__ float floorf(float x) {
  return __nvvm_floor_f(x);
}
__device__ __forceinline__ float ceilf(float x) {
  return __nvvm_ceil_f(x);
}
__device__ __forceinline__ float truncf(float x) {
  return __nvvm_trunc_f(x);
}
__device__ __forceinline__ float rintf(float x) {
  return attnlab::kit::to_nearest_integer(x);
}
__device__ __forceinline__ float nearbyintf(float x) {
  return attnlab::kit::to_nearest_integer(x);
}
// Halves away from zero. The sum is cut: rounded, 0.49999997 + 0.5 would be 1.
__device__ __forceinline__ float roundf(float x) {
  return __nvvm_trunc_f(__nvvm_add_rz_f(x, attnlab::kit::with_sign_of(0.5f, x)));
}
__device__ __forceinline__ long long llrintf(float x) {
  return __nvvm_f2ll_rn(x);
}
__device__ __forceinline__ long lrintf(float x) {
  return __nvvm_f2ll_rn(x);
}
__device__ __forceinline__ long long llroundf(float x) {
  constexpr long long kLowest = -0x7fffffffffffffffll - 1;
  return x != x ? kLowest : __nvvm_f2ll_rz(roundf(x));
}
__device__ __forceinline__ long lroundf(float x) {
  return llroundf(x);
}
__device__ __forceinline__ float modff(float x, float* whole) {
  const float integer = truncf(x);
  *whole = integer;
  return integer == x ? copysignf(0.0f, x) : x - integer;
}

// CUDA's own names for the classes of a number; isnan and its relatives are in overloads.h.
__device__ __forceinline__ int __isnanf(float x) {
  return x != x;
}
__device__ __forceinline__ int __isinff(float x) {
  return fabsf(x) == attnlab::kit::kInfinity;
}
__device__ __forceinline__ int __finitef(float x) {
  return fabsf(x) < attnlab::kit::kInfinity;
}
__device__ __forceinline__ int __signbitf(float x) {
  return static_cast<int>(attnlab::kit::bits_of(x) >> 31);
}
