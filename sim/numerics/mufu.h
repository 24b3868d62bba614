// SPDX-License-Identifier: MIT
// The special function unit as functions of float, which kernels and models share: on the device
// each is the instruction of its name, on the host its integer model (mufu_model.h). Equal bits.
#pragma once

#include "sim/numerics/mufu_model.h"

namespace attnlab::numerics {

#if ATTNLAB_ON_DEVICE
#define ATTNLAB_APPROX(name, instruction, model)         \
  ATTNLAB_HOST_DEVICE inline float name(float x) {       \
    float result;                                        \
    asm(instruction " %0, %1;" : "=f"(result) : "f"(x)); \
    return result;                                       \
  }
#else
#define ATTNLAB_APPROX(name, instruction, model)   \
  ATTNLAB_HOST_DEVICE inline float name(float x) { \
    return float_of_bits(mufu::model(bits_of(x))); \
  }
#endif

ATTNLAB_APPROX(exp2_approx, "ex2.approx.f32", ex2)
ATTNLAB_APPROX(exp2_approx_ftz, "ex2.approx.ftz.f32", ex2_ftz)
ATTNLAB_APPROX(log2_approx, "lg2.approx.f32", lg2)
ATTNLAB_APPROX(log2_approx_ftz, "lg2.approx.ftz.f32", lg2_ftz)
ATTNLAB_APPROX(rcp_approx, "rcp.approx.f32", rcp)
ATTNLAB_APPROX(rcp_approx_ftz, "rcp.approx.ftz.f32", rcp_ftz)
ATTNLAB_APPROX(rsqrt_approx, "rsqrt.approx.f32", rsqrt)
ATTNLAB_APPROX(rsqrt_approx_ftz, "rsqrt.approx.ftz.f32", rsqrt_ftz)
ATTNLAB_APPROX(sqrt_approx, "sqrt.approx.f32", sqrt)
ATTNLAB_APPROX(sqrt_approx_ftz, "sqrt.approx.ftz.f32", sqrt_ftz)
ATTNLAB_APPROX(sin_approx, "sin.approx.f32", sin_ftz)
ATTNLAB_APPROX(sin_approx_ftz, "sin.approx.ftz.f32", sin_ftz)
ATTNLAB_APPROX(cos_approx, "cos.approx.f32", cos_ftz)
ATTNLAB_APPROX(cos_approx_ftz, "cos.approx.ftz.f32", cos_ftz)
ATTNLAB_APPROX(tanh_approx, "tanh.approx.f32", tanh)

#undef ATTNLAB_APPROX

}  // namespace attnlab::numerics
