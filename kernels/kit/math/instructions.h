// SPDX-License-Identifier: MIT
// Single PTX instructions under names, the vocabulary in which the mathematical functions are
// written: what each rounds, and whether it flushes subnormals (ftz), is part of its name.
#pragma once

#include "kernels/kit/language/qualifiers.h"

namespace attnlab::kit {

inline constexpr float kInfinity = __builtin_huge_valf();
inline constexpr double kInfinityDouble = __builtin_huge_val();
// The one NaN that the GPU's arithmetic returns.
inline constexpr float kNan = __builtin_bit_cast(float, 0x7fffffffu);
inline constexpr unsigned int kExponentMask = 0xff800000u;  // and the sign
inline constexpr unsigned int kInfinityBits = 0x7f800000u;

__device__ __forceinline__ unsigned int bits_of(float x) {
  return __builtin_bit_cast(unsigned int, x);
}
__device__ __forceinline__ float float_of(unsigned int bits) {
  return __builtin_bit_cast(float, bits);
}
__device__ __forceinline__ unsigned long long bits_of(double x) {
  return __builtin_bit_cast(unsigned long long, x);
}
__device__ __forceinline__ double double_of(unsigned long long bits) {
  return __builtin_bit_cast(double, bits);
}

__device__ __forceinline__ float fused(float a, float b, float c) {
  return __nvvm_fma_rn_f(a, b, c);
}
__device__ __forceinline__ double fused(double a, double b, double c) {
  return __nvvm_fma_rn_d(a, b, c);
}
__device__ __forceinline__ float magnitude(float x) {
  return __nvvm_fabs_f(x);
}
__device__ __forceinline__ double magnitude(double x) {
  return __nvvm_fabs_d(x);
}
// The first argument with the sign bit of the second.
__device__ __forceinline__ float with_sign_of(float x, float sign) {
  return float_of((bits_of(x) & 0x7fffffffu) | (bits_of(sign) & 0x80000000u));
}
__device__ __forceinline__ double with_sign_of(double x, double sign) {
  constexpr unsigned long long kSign = 1ull << 63;
  return double_of((bits_of(x) & ~kSign) | (bits_of(sign) & kSign));
}

// The special function unit.
__device__ __forceinline__ float ex2(float x) {
  return __nvvm_ex2_approx_f(x);
}
__device__ __forceinline__ float ex2_ftz(float x) {
  return __nvvm_ex2_approx_ftz_f(x);
}
__device__ __forceinline__ float lg2(float x) {
  return __nvvm_lg2_approx_f(x);
}
__device__ __forceinline__ float lg2_ftz(float x) {
  return __nvvm_lg2_approx_ftz_f(x);
}
__device__ __forceinline__ float reciprocal_ftz(float x) {
  return __nvvm_rcp_approx_ftz_f(x);
}
__device__ __forceinline__ float reciprocal_root(float x) {
  return __nvvm_rsqrt_approx_f(x);
}
__device__ __forceinline__ float reciprocal_root_ftz(float x) {
  return __nvvm_rsqrt_approx_ftz_f(x);
}
__device__ __forceinline__ float divide_approx(float a, float b) {
  return __nvvm_div_approx_f(a, b);
}
__device__ __forceinline__ float divide_approx_ftz(float a, float b) {
  return __nvvm_div_approx_ftz_f(a, b);
}
// 1 / x to about 20 bits: where Newton's iteration for doubles begins.
__device__ __forceinline__ double reciprocal_seed(double x) {
  return __nvvm_rcp_approx_ftz_d(x);
}

// x held to [0, 1]; NaN becomes 0.
__device__ __forceinline__ float saturate(float x) {
  return __nvvm_saturate_f(x);
}
__device__ __forceinline__ float to_nearest_integer(float x) {
  float y;
  asm("cvt.rni.f32.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
__device__ __forceinline__ double to_nearest_integer(double x) {
  double y;
  asm("cvt.rni.f64.f64 %0, %1;" : "=d"(y) : "d"(x));
  return y;
}
__device__ __forceinline__ float toward_zero(float x) {
  return __nvvm_trunc_f(x);
}
__device__ __forceinline__ double toward_zero(double x) {
  return __nvvm_trunc_d(x);
}

// Horner's rule, every step one fused multiply-add; coefficients from the highest power down.
template <typename Real, typename... Reals>
__device__ __forceinline__ Real polynomial(Real x, Real highest, Reals... lower) {
  Real sum = highest;
  ((sum = fused(sum, x, lower)), ...);
  return sum;
}

}  // namespace attnlab::kit
