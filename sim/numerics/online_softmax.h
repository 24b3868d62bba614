// SPDX-License-Identifier: MIT
// The softmax of a row, in pieces: weights relative to a maximum, the running state (m, l) of the
// online softmax, its merge, and the log-sum-exp. Used by kernels and models alike.
//
// Units: names with _log2 are in base-2 units (scores times log2(e)), names with _nat in natural
// ones. The exponential is always ex2.approx, the logarithm lg2.approx.
// An empty row has m = -inf, l = 0; it gives weights 0, O = 0 and LSE = -inf. A NaN score makes l
// NaN (the maximum ignores it), and so O and LSE.
// Source: Milakov & Gimelshein, "Online normalizer calculation for softmax", 2018.
#pragma once

#include "sim/numerics/fp32.h"
#include "sim/numerics/host_device.h"
#include "sim/numerics/mufu.h"

namespace attnlab::numerics {

inline constexpr float kLog2E = 0x1.715476p+0f;  // 0x3fb8aa3b
inline constexpr float kLn2 = 0x1.62e43p-1f;     // 0x3f317218

// A row that has seen some keys: their maximum m in base-2 units and l = sum of 2^(s - m).
struct SoftmaxState {
  float m_log2 = -kInfinity;
  float l = 0.0f;
};

// What to subtract for a maximum: itself, but 0 where nothing was seen, so that -inf - (-inf), a
// NaN, does not arise.
ATTNLAB_HOST_DEVICE constexpr float finite_maximum(float m) {
  return m == -kInfinity ? 0.0f : m;
}

// 2^(s - m), the weight of a score relative to a maximum at least as large: 0 for s = -inf.
ATTNLAB_HOST_DEVICE inline float softmax_weight(float s_log2, float m_log2) {
  return exp2_approx(s_log2 - finite_maximum(m_log2));
}

// The same for natural units: 2^((s - m) * log2(e)), product rounded before the exponential.
ATTNLAB_HOST_DEVICE inline float softmax_weight_nat(float s, float m) {
  return exp2_approx((s - finite_maximum(m)) * kLog2E);
}

// What the old sum and output are multiplied by when the maximum grows from m_old to m_new.
ATTNLAB_HOST_DEVICE inline float rescale_factor(float m_old_log2, float m_new_log2) {
  return softmax_weight(m_old_log2, m_new_log2);
}

// Two states over disjoint keys as one: both sums brought to the larger maximum, each product
// rounded, then added. merge(a, b) and merge(b, a) have the same bits.
ATTNLAB_HOST_DEVICE inline SoftmaxState merge(SoftmaxState a, SoftmaxState b) {
  const float m_log2 = max_ignoring_nan(a.m_log2, b.m_log2);
  const float l_a = a.l * rescale_factor(a.m_log2, m_log2);
  const float l_b = b.l * rescale_factor(b.m_log2, m_log2);
  return {m_log2, l_a + l_b};
}

// 1 / l, IEEE-rounded, what O is multiplied by at the end; 0 for a row that saw nothing.
ATTNLAB_HOST_DEVICE constexpr float inverse_sum(float l) {
  return l == 0.0f ? 0.0f : 1.0f / l;
}

// The log-sum-exp, natural: (m + lg2(l)) * ln 2, sum rounded, then the product; -inf for l = 0.
ATTNLAB_HOST_DEVICE inline float lse_nat(SoftmaxState state) {
  if (state.l == 0.0f) return -kInfinity;
  return (state.m_log2 + log2_approx(state.l)) * kLn2;
}

// The log-sum-exp of a maximum in natural units: fma(lg2(l), ln 2, m), rounded once; -inf for l =
// 0.
ATTNLAB_HOST_DEVICE inline float lse_from_nat(float m, float l) {
  if (l == 0.0f) return -kInfinity;
  return fma_rn(log2_approx(l), kLn2, m);
}

}  // namespace attnlab::numerics
