// SPDX-License-Identifier: MIT
// What the AVX2 files share: the target attribute, partial vectors, canonical NaN.
#pragma once

#include <immintrin.h>

#include "sim/numerics/host_device.h"

#define ATTNLAB_AVX2 __attribute__((target("avx2,fma")))
#define ATTNLAB_AVX2_INLINE inline __attribute__((target("avx2,fma"), always_inline))

namespace attnlab::numerics::avx2 {

inline constexpr int kLanes = 8;

ATTNLAB_AVX2_INLINE __m256i all_lanes(std::uint32_t bits) {
  return _mm256_set1_epi32(static_cast<int>(bits));
}

// -1 in the first `count` of 8 lanes, 0 in the others: the mask of a partial vector.
ATTNLAB_AVX2_INLINE __m256i first_lanes(int count) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), lane);
}

// `chosen` where the mask is -1, `other` where it is 0.
ATTNLAB_AVX2_INLINE __m256i select(__m256i mask, __m256i chosen, __m256i other) {
  return _mm256_blendv_epi8(other, chosen, mask);
}

ATTNLAB_AVX2_INLINE __m256 canonical_lanes(__m256 x) {
  const __m256 nan = _mm256_castsi256_ps(all_lanes(kCanonicalNanBits));
  return _mm256_blendv_ps(x, nan, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

}  // namespace attnlab::numerics::avx2
