// SPDX-License-Identifier: MIT
// Arithmetic that names its rounding, and the fast functions with two leading underscores: one
// evaluation of the special function unit and a product.
#pragma once

#include "kernels/kit/math/instructions.h"

// rn to nearest, rz toward zero, ru up, rd down. The compiler's builtins call up p and down m.
#define ATTNLAB_KIT_ROUNDED(cuda, llvm)                             \
  ATTNLAB_KIT_D float __fadd_##cuda(float a, float b) {             \
    return __nvvm_add_##llvm##_f(a, b);                             \
  }                                                                 \
  ATTNLAB_KIT_D float __fsub_##cuda(float a, float b) {             \
    return __nvvm_add_##llvm##_f(a, -b);                            \
  }                                                                 \
  ATTNLAB_KIT_D float __fmul_##cuda(float a, float b) {             \
    return __nvvm_mul_##llvm##_f(a, b);                             \
  }                                                                 \
  ATTNLAB_KIT_D float __fmaf_##cuda(float a, float b, float c) {    \
    return __nvvm_fma_##llvm##_f(a, b, c);                          \
  }                                                                 \
  ATTNLAB_KIT_D float __fdiv_##cuda(float a, float b) {             \
    return __nvvm_div_##llvm##_f(a, b);                             \
  }                                                                 \
  ATTNLAB_KIT_D float __frcp_##cuda(float x) {                      \
    return __nvvm_rcp_##llvm##_f(x);                                \
  }                                                                 \
  ATTNLAB_KIT_D float __fsqrt_##cuda(float x) {                     \
    return __nvvm_sqrt_##llvm##_f(x);                               \
  }                                                                 \
  ATTNLAB_KIT_D double __dadd_##cuda(double a, double b) {          \
    return __nvvm_add_##llvm##_d(a, b);                             \
  }                                                                 \
  ATTNLAB_KIT_D double __dsub_##cuda(double a, double b) {          \
    return __nvvm_add_##llvm##_d(a, -b);                            \
  }                                                                 \
  ATTNLAB_KIT_D double __dmul_##cuda(double a, double b) {          \
    return __nvvm_mul_##llvm##_d(a, b);                             \
  }                                                                 \
  ATTNLAB_KIT_D double __fma_##cuda(double a, double b, double c) { \
    return __nvvm_fma_##llvm##_d(a, b, c);                          \
  }                                                                 \
  ATTNLAB_KIT_D double __ddiv_##cuda(double a, double b) {          \
    return __nvvm_div_##llvm##_d(a, b);                             \
  }                                                                 \
  ATTNLAB_KIT_D double __drcp_##cuda(double x) {                    \
    return __nvvm_rcp_##llvm##_d(x);                                \
  }                                                                 \
  ATTNLAB_KIT_D double __dsqrt_##cuda(double x) {                   \
    return __nvvm_sqrt_##llvm##_d(x);                               \
  }
ATTNLAB_KIT_ROUNDED(rn, rn)
ATTNLAB_KIT_ROUNDED(rz, rz)
ATTNLAB_KIT_ROUNDED(ru, rp)
ATTNLAB_KIT_ROUNDED(rd, rm)
#undef ATTNLAB_KIT_ROUNDED

// 1 / sqrt(x), correctly rounded: the unit's result and one step that sees the error exactly.
ATTNLAB_KIT_D float __frsqrt_rn(float x) {
  using namespace attnlab::kit;
  const bool subnormal = magnitude(x) < 0x1p-126f;
  const float scaled = subnormal ? x * 0x1p+24f : x;
  const unsigned int bits = bits_of(scaled);
  if (bits - 0x00800000u >= 0x7f000000u) return reciprocal_root_ftz(scaled);
  // The significand, as a number in [1/2, 2); half of its exponent goes to the result.
  const unsigned int reduced_bits = (bits & 0x00ffffffu) | 0x3f000000u;
  const int taken = static_cast<int>(reduced_bits - bits) + (subnormal ? 0x0c000000 : 0);
  const float reduced = float_of(reduced_bits);
  const float guess = reciprocal_root_ftz(reduced);
  const float square = guess * guess;
  const float lost = fused(guess, guess, -square);
  const float error = fused(lost, -reduced, fused(square, -reduced, 1.0f));
  const float root = fused(fused(0.375f, error, 0.5f), guess * error, guess);
  return float_of(static_cast<unsigned int>(taken >> 1) + bits_of(root));
}

ATTNLAB_KIT_D float __saturatef(float x) {
  return attnlab::kit::saturate(x);
}
ATTNLAB_KIT_D float __fdividef(float a, float b) {
  return attnlab::kit::divide_approx(a, b);
}
ATTNLAB_KIT_D float __expf(float x) {
  return attnlab::kit::ex2(x * 0x1.715476p+0f);
}
ATTNLAB_KIT_D float __exp10f(float x) {
  return attnlab::kit::ex2(x * 0x1.a934fp+1f);
}
ATTNLAB_KIT_D float __log2f(float x) {
  return attnlab::kit::lg2(x);
}
ATTNLAB_KIT_D float __logf(float x) {
  return attnlab::kit::lg2(x) * 0x1.62e43p-1f;
}
ATTNLAB_KIT_D float __log10f(float x) {
  return attnlab::kit::lg2(x) * 0x1.344136p-2f;
}
ATTNLAB_KIT_D float __powf(float x, float y) {
  return attnlab::kit::ex2(y * attnlab::kit::lg2(x));
}
ATTNLAB_KIT_D float __sinf(float x) {
  return __nvvm_sin_approx_f(x);
}
ATTNLAB_KIT_D float __cosf(float x) {
  return __nvvm_cos_approx_f(x);
}
ATTNLAB_KIT_D float __tanf(float x) {
  return attnlab::kit::divide_approx(__sinf(x), __cosf(x));
}
ATTNLAB_KIT_D void __sincosf(float x, float* sine, float* cosine) {
  *sine = __sinf(x);
  *cosine = __cosf(x);
}
