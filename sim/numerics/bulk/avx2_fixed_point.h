// SPDX-License-Identifier: MIT
// Steps of the special function unit's arithmetic with AVX2: 64-bit fixed point for eight lanes,
// table look-ups, and the parts of a float.
#pragma once

#include "sim/numerics/bulk/avx2_lanes.h"
#include "sim/numerics/mufu_model.h"

namespace attnlab::numerics::avx2 {

// 64-bit intermediates of the lanes 0, 2, 4, 6 and 1, 3, 5, 7.
struct Wide {
  __m256i even, odd;
};

ATTNLAB_AVX2_INLINE Wide product(__m256i a, __m256i b) {
  return {_mm256_mul_epu32(a, b),
          _mm256_mul_epu32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32))};
}
ATTNLAB_AVX2_INLINE Wide widened(__m256i a) {
  return {_mm256_and_si256(a, _mm256_set1_epi64x(0xffffffff)), _mm256_srli_epi64(a, 32)};
}
template <int kShift>
ATTNLAB_AVX2_INLINE Wide shifted_left(Wide a) {
  return {_mm256_slli_epi64(a.even, kShift), _mm256_slli_epi64(a.odd, kShift)};
}
ATTNLAB_AVX2_INLINE Wide sum(Wide a, Wide b) {
  return {_mm256_add_epi64(a.even, b.even), _mm256_add_epi64(a.odd, b.odd)};
}
ATTNLAB_AVX2_INLINE Wide difference(Wide a, Wide b) {
  return {_mm256_sub_epi64(a.even, b.even), _mm256_sub_epi64(a.odd, b.odd)};
}
ATTNLAB_AVX2_INLINE Wide plus(Wide a, long long constant) {
  return sum(a, {_mm256_set1_epi64x(constant), _mm256_set1_epi64x(constant)});
}
// The low 32 bits of each lane moved right by kShift.
template <int kShift>
ATTNLAB_AVX2_INLINE __m256i narrowed(Wide a) {
  return _mm256_blend_epi32(_mm256_srli_epi64(a.even, kShift),
                            _mm256_slli_epi64(_mm256_srli_epi64(a.odd, kShift), 32), 0xaa);
}

// Whole numbers below 2^52 times a power of two (given as a double), cut toward zero to fp32; the
// products are normal numbers or 0.
ATTNLAB_AVX2_INLINE __m128 half_cut_to_f32(__m256i whole, __m256d power_of_two) {
  const __m256i magic = _mm256_castpd_si256(_mm256_set1_pd(0x1p52));
  const __m256d exact =
      _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(whole, magic)), _mm256_set1_pd(0x1p52));
  const __m256d cut = _mm256_and_pd(exact, _mm256_castsi256_pd(_mm256_set1_epi64x(-(1LL << 29))));
  return _mm256_cvtpd_ps(_mm256_mul_pd(cut, power_of_two));
}
ATTNLAB_AVX2_INLINE __m256i interleaved(__m128 even, __m128 odd) {
  return _mm256_castps_si256(
      _mm256_set_m128(_mm_unpackhi_ps(even, odd), _mm_unpacklo_ps(even, odd)));
}
ATTNLAB_AVX2_INLINE __m256i cut_to_f32(Wide whole, double power_of_two) {
  const __m256d power = _mm256_set1_pd(power_of_two);
  return interleaved(half_cut_to_f32(whole.even, power), half_cut_to_f32(whole.odd, power));
}

// One segment's coefficients, and c1 * x and c2 * SQ(x) / 2^19.
struct Terms {
  __m256i c0;
  Wide linear, quadratic;
};
ATTNLAB_AVX2_INLINE Terms terms(const mufu::Quadratic& first_row, __m256i row, __m256i x,
                                __m256i square_index) {
  const int* table = reinterpret_cast<const int*>(&first_row);
  const __m256i word = _mm256_add_epi32(row, _mm256_add_epi32(row, row));
  const int* squares = reinterpret_cast<const int*>(mufu::kSquareTable.values);
  const __m256i square =
      _mm256_and_si256(_mm256_i32gather_epi32(squares, square_index, 2), all_lanes(0xffff));
  return {_mm256_i32gather_epi32(table, word, 4),
          product(_mm256_i32gather_epi32(table + 1, word, 4), x),
          product(_mm256_i32gather_epi32(table + 2, word, 4), square)};
}
// The usual case: 64 segments, a 17-bit x, an index into the table of `parity` (0 or 1).
ATTNLAB_AVX2_INLINE Terms terms_of_fraction(const mufu::Quadratic& first_row, __m256i fraction,
                                            __m256i parity) {
  const __m256i row =
      _mm256_add_epi32(_mm256_srli_epi32(fraction, 17), _mm256_slli_epi32(parity, 6));
  const __m256i x = _mm256_and_si256(fraction, all_lanes(0x1ffff));
  return terms(first_row, row, x, _mm256_srli_epi32(x, 2));
}

ATTNLAB_AVX2_INLINE __m256i magnitude(__m256i bits) {
  return _mm256_and_si256(bits, all_lanes(~mufu::kSignBit));
}
ATTNLAB_AVX2_INLINE __m256i sign_of(__m256i bits) {
  return _mm256_and_si256(bits, all_lanes(mufu::kSignBit));
}
ATTNLAB_AVX2_INLINE __m256i fraction_of(__m256i bits) {
  return _mm256_and_si256(bits, all_lanes(mufu::kFractionMask));
}
ATTNLAB_AVX2_INLINE __m256i exponent_field(__m256i bits) {
  return _mm256_srli_epi32(magnitude(bits), 23);
}
// Masks. Magnitudes are not negative as 32-bit integers, so signed comparisons serve.
ATTNLAB_AVX2_INLINE __m256i is_tiny(__m256i bits) {
  return _mm256_cmpgt_epi32(all_lanes(mufu::kSmallestNormal), magnitude(bits));
}
ATTNLAB_AVX2_INLINE __m256i is_nan(__m256i bits) {
  return _mm256_cmpgt_epi32(magnitude(bits), all_lanes(mufu::kInfinityBits));
}
ATTNLAB_AVX2_INLINE __m256i is_negative(__m256i bits) {
  return _mm256_srai_epi32(bits, 31);
}
ATTNLAB_AVX2_INLINE __m256i is(__m256i bits, std::uint32_t value) {
  return _mm256_cmpeq_epi32(bits, all_lanes(value));
}
ATTNLAB_AVX2_INLINE __m256i scaled(__m256i bits, __m256i power_of_two) {
  return _mm256_castps_si256(
      _mm256_mul_ps(_mm256_castsi256_ps(bits), _mm256_castsi256_ps(power_of_two)));
}
// significand * 2^shift as an integer, for shifts of either sign.
ATTNLAB_AVX2_INLINE __m256i shifted(__m256i significand, __m256i shift) {
  const __m256i back = _mm256_sub_epi32(_mm256_setzero_si256(), shift);
  return _mm256_or_si256(_mm256_sllv_epi32(significand, shift),
                         _mm256_srlv_epi32(significand, back));
}

}  // namespace attnlab::numerics::avx2
