// SPDX-License-Identifier: MIT
// Partial results of one query over disjoint keys as one: (m, l, O) of each part, O not yet divided
// by l.
#pragma once

#include "kernels/common/attention_tile.cuh"
#include "sim/numerics/online_softmax.h"

namespace attnlab::kernels {

__device__ __forceinline__ float maximum_of_parts(const float* m_log2, int parts) {
  float m_total = -numerics::kInfinity;
  for (int part = 0; part < parts; ++part) m_total = fmaxf(m_total, m_log2[part]);
  return m_total;
}

// The sums, each brought to the largest maximum, added in the order of the parts.
__device__ __forceinline__ float sum_of_parts(const float* l, const float* m_log2, float m_total,
                                              int parts) {
  float sum = 0.0f;
  for (int part = 0; part < parts; ++part) {
    const float factor = numerics::rescale_factor(m_log2[part], m_total);
    sum = part == 0 ? l[part] * factor : fmaf(l[part], factor, sum);
  }
  return sum;
}

// One column of O: the parts' columns, `pitch` apart, each brought to the largest maximum, added in
// the order of the parts.
__device__ __forceinline__ float column_of_parts(const float* o, long long pitch,
                                                 const float* m_log2, float m_total, int parts) {
  float sum = 0.0f;
  for (int part = 0; part < parts; ++part) {
    const float factor = numerics::rescale_factor(m_log2[part], m_total);
    const float value = o[part * pitch];
    sum = part == 0 ? value * factor : fmaf(value, factor, sum);
  }
  return sum;
}

}  // namespace attnlab::kernels
