// SPDX-License-Identifier: MIT
// Arithmetic, comparisons and mathematical functions of bfloat16. Compute capability 8.0 has fused
// multiply-add and no other arithmetic: a sum is a * 1 + b, a product a * b + -0.
#pragma once

#include "kernels/kit/half/bf16.h"

ATTNLAB_KIT_TERNARY_1(__hfma, __nv_bfloat16, "fma.rn.bf16")
ATTNLAB_KIT_TERNARY_1(__hfma_relu, __nv_bfloat16, "fma.rn.relu.bf16")
ATTNLAB_KIT_TERNARY_2(__hfma2, __nv_bfloat162, "fma.rn.bf16x2")
ATTNLAB_KIT_TERNARY_2(__hfma2_relu, __nv_bfloat162, "fma.rn.relu.bf16x2")
ATTNLAB_KIT_UNARY_1(__hneg, __nv_bfloat16, "neg.bf16")
ATTNLAB_KIT_UNARY_1(__habs, __nv_bfloat16, "abs.bf16")
ATTNLAB_KIT_UNARY_2(__hneg2, __nv_bfloat162, "neg.bf16x2")
ATTNLAB_KIT_UNARY_2(__habs2, __nv_bfloat162, "abs.bf16x2")
ATTNLAB_KIT_BINARY_1(__hmax, __nv_bfloat16, "max.bf16")
ATTNLAB_KIT_BINARY_1(__hmin, __nv_bfloat16, "min.bf16")
ATTNLAB_KIT_BINARY_1(__hmax_nan, __nv_bfloat16, "max.NaN.bf16")
ATTNLAB_KIT_BINARY_1(__hmin_nan, __nv_bfloat16, "min.NaN.bf16")
ATTNLAB_KIT_BINARY_2(__hmax2, __nv_bfloat162, "max.bf16x2")
ATTNLAB_KIT_BINARY_2(__hmin2, __nv_bfloat162, "min.bf16x2")
ATTNLAB_KIT_BINARY_2(__hmax2_nan, __nv_bfloat162, "max.NaN.bf16x2")
ATTNLAB_KIT_BINARY_2(__hmin2_nan, __nv_bfloat162, "min.NaN.bf16x2")

namespace attnlab::kit {

ATTNLAB_KIT_HD __nv_bfloat16 bf16_of(unsigned short bits) {
  return __nv_bfloat16_raw{bits};
}
ATTNLAB_KIT_HD __nv_bfloat162 bf16_pair_of(unsigned short bits) {
  return {bf16_of(bits), bf16_of(bits)};
}

}  // namespace attnlab::kit

// The operation on one number and on two; of is the constant's constructor.
#define ATTNLAB_KIT_BF16_BASIC(T, digit, suffix, of)      \
  ATTNLAB_KIT_HD T __hadd##digit##suffix(T a, T b) {      \
    return __hfma##digit(a, attnlab::kit::of(0x3f80), b); \
  }                                                       \
  ATTNLAB_KIT_HD T __hsub##digit##suffix(T a, T b) {      \
    return __hfma##digit(b, attnlab::kit::of(0xbf80), a); \
  }                                                       \
  ATTNLAB_KIT_HD T __hmul##digit##suffix(T a, T b) {      \
    return __hfma##digit(a, b, attnlab::kit::of(0x8000)); \
  }
ATTNLAB_KIT_BF16_BASIC(__nv_bfloat16, , , bf16_of)
ATTNLAB_KIT_BF16_BASIC(__nv_bfloat16, , _rn, bf16_of)
ATTNLAB_KIT_BF16_BASIC(__nv_bfloat162, 2, , bf16_pair_of)
ATTNLAB_KIT_BF16_BASIC(__nv_bfloat162, 2, _rn, bf16_pair_of)
#undef ATTNLAB_KIT_BF16_BASIC
// Held to [0, 1]; NaN becomes 0.
#define ATTNLAB_KIT_BF16_SATURATED(T, digit, of)                                 \
  ATTNLAB_KIT_HD T __hfma##digit##_sat(T a, T b, T c) {                          \
    const T lowest = __hmax##digit(__hfma##digit(a, b, c), attnlab::kit::of(0)); \
    return __hmin##digit(lowest, attnlab::kit::of(0x3f80));                      \
  }                                                                              \
  ATTNLAB_KIT_HD T __hadd##digit##_sat(T a, T b) {                               \
    return __hfma##digit##_sat(a, attnlab::kit::of(0x3f80), b);                  \
  }                                                                              \
  ATTNLAB_KIT_HD T __hsub##digit##_sat(T a, T b) {                               \
    return __hfma##digit##_sat(b, attnlab::kit::of(0xbf80), a);                  \
  }                                                                              \
  ATTNLAB_KIT_HD T __hmul##digit##_sat(T a, T b) {                               \
    return __hfma##digit##_sat(a, b, attnlab::kit::of(0x8000));                  \
  }
ATTNLAB_KIT_BF16_SATURATED(__nv_bfloat16, , bf16_of)
ATTNLAB_KIT_BF16_SATURATED(__nv_bfloat162, 2, bf16_pair_of)
#undef ATTNLAB_KIT_BF16_SATURATED

// In single precision; a divisor so large that its reciprocal would vanish is quartered first.
ATTNLAB_KIT_D __nv_bfloat16 __hdiv(__nv_bfloat16 a, __nv_bfloat16 b) {
  using namespace attnlab::kit;
  const float divisor = b;
  const bool large = magnitude(divisor) >= 0x1p+126f;
  const float quotient = divide_approx(a, large ? divisor * 0.25f : divisor);
  return large ? fused(quotient, 0.25f, -0.0f) : quotient;
}
ATTNLAB_KIT_D __nv_bfloat162 __h2div(__nv_bfloat162 a, __nv_bfloat162 b) {
  return {__hdiv(a.x, b.x), __hdiv(a.y, b.y)};
}

ATTNLAB_KIT_COMPARISONS(__nv_bfloat16, __nv_bfloat162)
ATTNLAB_KIT_HD bool __hisnan(__nv_bfloat16 x) {
  return (x.__x & 0x7fffu) > 0x7f80u;
}
ATTNLAB_KIT_HD int __hisinf(__nv_bfloat16 x) {
  return x.__x == 0xff80u ? -1 : (x.__x == 0x7f80u ? 1 : 0);
}
ATTNLAB_KIT_HD __nv_bfloat162 __hisnan2(__nv_bfloat162 x) {
  return {__nv_bfloat16(__hisnan(x.x) ? 1.0f : 0.0f), __nv_bfloat16(__hisnan(x.y) ? 1.0f : 0.0f)};
}
ATTNLAB_KIT_OPERATORS(__nv_bfloat16, __nv_bfloat162)
ATTNLAB_KIT_SHUFFLES(__nv_bfloat16, unsigned short)
ATTNLAB_KIT_SHUFFLES(__nv_bfloat162, unsigned int)

// A sum, tried until no one came between.
ATTNLAB_KIT_D __nv_bfloat16 atomicAdd(__nv_bfloat16* address, __nv_bfloat16 value) {
  auto* bits = reinterpret_cast<unsigned short*>(address);
  unsigned short seen = *bits;
  for (;;) {
    const __nv_bfloat16 sum = __hadd(value, attnlab::kit::bf16_of(seen));
    const unsigned short before = atomicCAS(bits, seen, sum.__x);
    if (before == seen) return attnlab::kit::bf16_of(seen);
    seen = before;
  }
}
ATTNLAB_KIT_D __nv_bfloat162 atomicAdd(__nv_bfloat162* address, __nv_bfloat162 value) {
  auto* bits = reinterpret_cast<unsigned int*>(address);
  unsigned int seen = *bits;
  for (;;) {
    const __nv_bfloat162 sum = __hadd2(value, __builtin_bit_cast(__nv_bfloat162, seen));
    const unsigned int before = atomicCAS(bits, seen, __builtin_bit_cast(unsigned int, sum));
    if (before == seen) return __builtin_bit_cast(__nv_bfloat162, seen);
    seen = before;
  }
}

namespace attnlab::kit {

#define ATTNLAB_KIT_UNIT(name, instruction)                    \
  ATTNLAB_KIT_D float name(float x) {                          \
    float y;                                                   \
    asm(instruction ".approx.f32 %0, %1;" : "=f"(y) : "f"(x)); \
    return y;                                                  \
  }
ATTNLAB_KIT_UNIT(unit_root, "sqrt")
ATTNLAB_KIT_UNIT(unit_reciprocal, "rcp")
ATTNLAB_KIT_UNIT(unit_tanh, "tanh")
#undef ATTNLAB_KIT_UNIT

}  // namespace attnlab::kit

// The function in single precision, rounded.
#define ATTNLAB_KIT_BF16_MATH(name, value)                   \
  ATTNLAB_KIT_D __nv_bfloat16 name(__nv_bfloat16 argument) { \
    using namespace attnlab::kit;                            \
    const float x = argument;                                \
    return value;                                            \
  }
ATTNLAB_KIT_BF16_MATH(hexp, ex2(x * 0x1.715478p+0f))
ATTNLAB_KIT_BF16_MATH(hexp2, ex2(x))
ATTNLAB_KIT_BF16_MATH(hlog, lg2(x) * 0x1.62e43p-1f)
ATTNLAB_KIT_BF16_MATH(hlog2, lg2(x))
ATTNLAB_KIT_BF16_MATH(hlog10, lg2(x) * 0x1.344136p-2f)
ATTNLAB_KIT_BF16_MATH(hsqrt, unit_root(x))
ATTNLAB_KIT_BF16_MATH(hrsqrt, reciprocal_root(x))
ATTNLAB_KIT_BF16_MATH(hrcp, unit_reciprocal(x))
ATTNLAB_KIT_BF16_MATH(hsin, sinf(x))
ATTNLAB_KIT_BF16_MATH(hcos, cosf(x))
ATTNLAB_KIT_BF16_MATH(htanh, unit_tanh(x))
ATTNLAB_KIT_BF16_MATH(htanh_approx, unit_tanh(x))
ATTNLAB_KIT_BF16_MATH(hfloor, floorf(x))
ATTNLAB_KIT_BF16_MATH(hceil, ceilf(x))
ATTNLAB_KIT_BF16_MATH(htrunc, truncf(x))
ATTNLAB_KIT_BF16_MATH(hrint, rintf(x))
#undef ATTNLAB_KIT_BF16_MATH
// One argument's power would be rounded the wrong way.
ATTNLAB_KIT_D __nv_bfloat16 hexp10(__nv_bfloat16 x) {
  if (x.__x == 0xbc95u) return attnlab::kit::bf16_of(0x3f75u);
  return attnlab::kit::ex2(static_cast<float>(x) * 0x1.a934fp+1f);
}
ATTNLAB_KIT_MATH_OF_PAIRS(__nv_bfloat162)
