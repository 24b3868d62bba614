// SPDX-License-Identifier: MIT
// Arithmetic, comparisons, shuffles and atomics of half.
#pragma once

#include "kernels/kit/half/fp16.h"

// name is for one number, and with a 2 before its ending for two.
#define ATTNLAB_KIT_HALF_BINARY(name, ending, instruction, ending_of_instruction)      \
  ATTNLAB_KIT_BINARY_1(name##ending, __half, instruction ending_of_instruction ".f16") \
  ATTNLAB_KIT_BINARY_2(name##2##ending, __half2, instruction ending_of_instruction ".f16x2")
ATTNLAB_KIT_HALF_BINARY(__hadd, , "add.rn", "")
ATTNLAB_KIT_HALF_BINARY(__hsub, , "sub.rn", "")
ATTNLAB_KIT_HALF_BINARY(__hmul, , "mul.rn", "")
ATTNLAB_KIT_HALF_BINARY(__hadd, _rn, "add.rn", "")
ATTNLAB_KIT_HALF_BINARY(__hsub, _rn, "sub.rn", "")
ATTNLAB_KIT_HALF_BINARY(__hmul, _rn, "mul.rn", "")
ATTNLAB_KIT_HALF_BINARY(__hadd, _sat, "add.rn", ".sat")
ATTNLAB_KIT_HALF_BINARY(__hsub, _sat, "sub.rn", ".sat")
ATTNLAB_KIT_HALF_BINARY(__hmul, _sat, "mul.rn", ".sat")
ATTNLAB_KIT_HALF_BINARY(__hmax, , "max", "")
ATTNLAB_KIT_HALF_BINARY(__hmin, , "min", "")
ATTNLAB_KIT_HALF_BINARY(__hmax, _nan, "max", ".NaN")
ATTNLAB_KIT_HALF_BINARY(__hmin, _nan, "min", ".NaN")
#undef ATTNLAB_KIT_HALF_BINARY
ATTNLAB_KIT_TERNARY_1(__hfma, __half, "fma.rn.f16")
ATTNLAB_KIT_TERNARY_1(__hfma_sat, __half, "fma.rn.sat.f16")
ATTNLAB_KIT_TERNARY_1(__hfma_relu, __half, "fma.rn.relu.f16")
ATTNLAB_KIT_TERNARY_2(__hfma2, __half2, "fma.rn.f16x2")
ATTNLAB_KIT_TERNARY_2(__hfma2_sat, __half2, "fma.rn.sat.f16x2")
ATTNLAB_KIT_TERNARY_2(__hfma2_relu, __half2, "fma.rn.relu.f16x2")
ATTNLAB_KIT_UNARY_1(__hneg, __half, "neg.f16")
ATTNLAB_KIT_UNARY_1(__habs, __half, "abs.f16")
ATTNLAB_KIT_UNARY_2(__hneg2, __half2, "neg.f16x2")
ATTNLAB_KIT_UNARY_2(__habs2, __half2, "abs.f16x2")

// By the reciprocal in single precision; a subnormal quotient is corrected by its remainder.
ATTNLAB_KIT_D __half __hdiv(__half a, __half b) {
  using namespace attnlab::kit;
  const float divisor = b;
  const float inverse = reciprocal_ftz(divisor);
  const float quotient = static_cast<float>(a) * inverse;
  const __half rounded = quotient;
  const unsigned int size = rounded.__x & 0x7fffu;
  if (size == 0 || size >= 143u) return rounded;
  return fused(inverse, fused(-divisor, quotient, static_cast<float>(a)), quotient);
}
ATTNLAB_KIT_D __half2 __h2div(__half2 a, __half2 b) {
  return {__hdiv(a.x, b.x), __hdiv(a.y, b.y)};
}

ATTNLAB_KIT_COMPARISONS(__half, __half2)
ATTNLAB_KIT_HD bool __hisnan(__half x) {
  return (x.__x & 0x7fffu) > 0x7c00u;
}
ATTNLAB_KIT_HD int __hisinf(__half x) {
  return x.__x == 0xfc00u ? -1 : (x.__x == 0x7c00u ? 1 : 0);
}
ATTNLAB_KIT_HD __half2 __hisnan2(__half2 x) {
  return {__half(__hisnan(x.x) ? 1.0f : 0.0f), __half(__hisnan(x.y) ? 1.0f : 0.0f)};
}
ATTNLAB_KIT_OPERATORS(__half, __half2)
ATTNLAB_KIT_SHUFFLES(__half, unsigned short)
ATTNLAB_KIT_SHUFFLES(__half2, unsigned int)

ATTNLAB_KIT_D __half atomicAdd(__half* address, __half value) {
  unsigned short before;
  asm volatile("atom.add.noftz.f16 %0, [%1], %2;"
               : "=h"(before)
               : "l"(address), "h"(value.__x)
               : "memory");
  return __ushort_as_half(before);
}
ATTNLAB_KIT_D __half2 atomicAdd(__half2* address, __half2 value) {
  unsigned int before;
  asm volatile("atom.add.noftz.f16x2 %0, [%1], %2;"
               : "=r"(before)
               : "l"(address), "r"(__builtin_bit_cast(unsigned int, value))
               : "memory");
  return __builtin_bit_cast(__half2, before);
}
