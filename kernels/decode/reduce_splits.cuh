// SPDX-License-Identifier: MIT
// Flash-Decoding's second kernel: what the splits of each head found as one.
#pragma once

#include "kernels/common/attention_tile.cuh"
#include "kernels/decode/partial_results.cuh"

namespace attnlab::kernels {

// Block (head, batch); a thread is columns threadIdx.x, threadIdx.x + 128, ... of O.
template <class T>
__device__ __forceinline__ void reduce_splits(const float* o_partial, const float* m_partial,
                                              const float* l_partial, T* o, float* lse_nat,
                                              int heads, int splits, int head_dim) {
  const long long row = head_offset(blockIdx.y, heads, blockIdx.x, 1, 1);

  // Load m and l of every split.
  extern __shared__ float shared[];
  float* sM = shared;       // (splits)
  float* sL = sM + splits;  // (splits)
  for (int split = threadIdx.x; split < splits; split += kThreads) {
    sM[split] = m_partial[row * splits + split];
    sL[split] = l_partial[row * splits + split];
  }
  __syncthreads();  // every thread may read m and l of all splits

  // Add the splits, each brought to the largest maximum, in their order; divide by the sum and
  // write O and LSE.
  const float m_total = maximum_of_parts(sM, splits);
  const float l = sum_of_parts(sL, sM, m_total, splits);
  const float inverse_l = numerics::inverse_sum(l);
  for (int column = threadIdx.x; column < head_dim; column += kThreads) {
    o[row * head_dim + column] =
        from_float<T>(column_of_parts(o_partial + row * splits * head_dim + column, head_dim, sM,
                                      m_total, splits) *
                      inverse_l);
  }
  if (threadIdx.x == 0) lse_nat[row] = numerics::lse_nat({m_total, l});
}

}  // namespace attnlab::kernels
