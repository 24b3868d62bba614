// SPDX-License-Identifier: MIT
// Partial results of one query over disjoint keys as one: (m, l, O) of each part, O not yet divided
// by l.
#pragma once

#include "kernels/common/attention_tile.cuh"
#include "sim/numerics/online_softmax.h"

namespace attnlab::kernels {

// What all parts have in common, in every thread.
struct PartsTotal {
  float m_log2;  // the largest maximum
  float l;       // the sums, each brought to it, added in the order of the parts
};

__device__ __forceinline__ PartsTotal total_of_parts(const float* m_log2, const float* l,
                                                     int parts) {
  PartsTotal total = {-numerics::kInfinity, 0.0f};
  for (int part = 0; part < parts; ++part) total.m_log2 = fmaxf(total.m_log2, m_log2[part]);
  for (int part = 0; part < parts; ++part) {
    const float factor = numerics::rescale_factor(m_log2[part], total.m_log2);
    total.l = part == 0 ? l[part] * factor : fmaf(l[part], factor, total.l);
  }
  return total;
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
