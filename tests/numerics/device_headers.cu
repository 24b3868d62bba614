// SPDX-License-Identifier: MIT
// Compiled, never run: every header of sim/numerics that device code may include, and a use of each
// function in it, so that a header which no longer compiles for the device fails a test.

#include "sim/numerics/approx/division.h"
#include "sim/numerics/approx/f64_seeds.h"
#include "sim/numerics/formats.h"
#include "sim/numerics/fp32.h"
#include "sim/numerics/host_device.h"
#include "sim/numerics/mask.h"
#include "sim/numerics/mufu.h"
#include "sim/numerics/mufu_model.h"
#include "sim/numerics/mufu_op.h"
#include "sim/numerics/mufu_parts.h"
#include "sim/numerics/online_softmax.h"
#include "sim/numerics/tensor_core.h"
#include "sim/numerics/warp_reduce.h"

using namespace attnlab::numerics;

extern "C" __global__ void use_special_functions_kernel(const float* in, float* out) {
  const float x = in[threadIdx.x];
  out[0] = exp2_approx(x) + exp2_approx_ftz(x) + log2_approx(x) + log2_approx_ftz(x);
  out[1] = rcp_approx(x) + rcp_approx_ftz(x) + rsqrt_approx(x) + rsqrt_approx_ftz(x);
  out[2] = sqrt_approx(x) + sqrt_approx_ftz(x) + sin_approx(x) + sin_approx_ftz(x);
  out[3] = cos_approx(x) + cos_approx_ftz(x) + tanh_approx(x);
}

extern "C" __global__ void use_models_kernel(MufuOp op, const std::uint32_t* a,
                                             const std::uint32_t* b, std::uint32_t* out) {
  out[0] = mufu::evaluate(op, a[0]);
  out[1] = tensor_core_chain(kHopperTensorCore, MmaFormat::kBf16, a, b, 16, a[0]);
}

extern "C" __global__ void use_formats_kernel(const float* in, std::uint16_t* halves, float* out) {
  const float x = in[threadIdx.x];
  halves[0] = f16_from_f32(x);
  halves[1] = f16_from_f32_toward_zero(x);
  halves[2] = bf16_from_f32(x);
  out[0] = f32_from_f16(halves[3]) + f32_from_bf16(halves[4]);
  out[1] = tf32_from_f32(x) + tf32_from_f32_ties_away(x) + tf32_truncated(x);
}

extern "C" __global__ void use_fp32_kernel(const float* in, float* out) {
  const float a = in[0];
  const float b = in[1];
  const float c = in[2];
  out[0] = fma_rn(a, b, c) + canonical(a);
  out[1] = max_ignoring_nan(a, b) + min_ignoring_nan(a, c);
  out[2] = add_ftz(a, b) + mul_ftz(a, b) + fma_ftz(a, b, c);
}

extern "C" __global__ void use_division_kernel(const float* in, float* out) {
  out[0] = div_full(in[0], in[1]) + div_full_ftz(in[0], in[1]);
  out[1] = div_approx(in[0], in[1]) + div_approx_ftz(in[0], in[1]);
}

extern "C" __global__ void use_f64_seeds_kernel(const std::uint64_t* in, std::uint64_t* out) {
  out[0] = rcp_approx_ftz_f64(in[0]);
  out[1] = rsqrt_approx_ftz_f64(in[0]);
  out[2] = rsqrt_approx_f64(in[0]);
}

extern "C" __global__ void use_softmax_kernel(const float* in, float* out, int len) {
  const float x = in[threadIdx.x];
  const SoftmaxState state = merge({warp_max(x), warp_sum(x)}, {in[0], in[1]});
  out[0] = softmax_weight(x, state.m_log2) + softmax_weight_nat(x, state.m_log2);
  out[1] = lse_nat(state) + lse_from_nat(state.m_log2, state.l) + inverse_sum(state.l);
  out[2] = rescale_factor(x, state.m_log2);
  out[3] = static_cast<float>(visible_key_count(true, len, len, len));
}
