// SPDX-License-Identifier: MIT
// Tensor-core steps with AVX2, eight neighbouring columns of C at a time. Everything is exact in
// 32-bit integers and doubles; only the two truncations of the rules lose bits.
#pragma once

#include "sim/numerics/bulk/avx2_lanes.h"
#include "sim/numerics/bulk/instruction_sets.h"
#include "sim/numerics/bulk/loops.h"

namespace attnlab::numerics::avx2 {

struct MmaMatrices {
  float* c;
  std::ptrdiff_t ldc;
  const MmaOperand* a;
  std::ptrdiff_t lda;
  const MmaOperand* b;
  std::ptrdiff_t ldb;
  int depth;
  int step_length;
  int kept;           // fraction bits below emax
  int product_shift;  // from a product's fraction bits to the kept ones
};

// Eight accumulators taken apart: signed significands and exponents, as loops::Accumulator.
struct AccumulatorLanes {
  __m256i significand;
  __m256i exponent;
};

ATTNLAB_AVX2_INLINE AccumulatorLanes decoded_lanes(__m256i bits) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i fraction = _mm256_and_si256(bits, _mm256_set1_epi32(0x007fffff));
  const __m256i field = _mm256_and_si256(_mm256_srli_epi32(bits, 23), _mm256_set1_epi32(0xff));
  const __m256i denormal = _mm256_cmpeq_epi32(field, zero);
  const __m256i hidden = _mm256_andnot_si256(denormal, _mm256_set1_epi32(0x00800000));
  __m256i significand = _mm256_or_si256(fraction, hidden);
  __m256i exponent =
      _mm256_sub_epi32(_mm256_max_epi32(field, _mm256_set1_epi32(1)), _mm256_set1_epi32(127));
  exponent = _mm256_blendv_epi8(exponent, _mm256_set1_epi32(kZeroExponent),
                                _mm256_cmpeq_epi32(significand, zero));
  exponent = _mm256_blendv_epi8(exponent, _mm256_set1_epi32(kSpecialExponent),
                                _mm256_cmpeq_epi32(field, _mm256_set1_epi32(0xff)));
  // The sign of a lane is that of its bit pattern; | 1 keeps +0's lane from becoming 0 * sign.
  significand = _mm256_sign_epi32(significand, _mm256_or_si256(bits, _mm256_set1_epi32(1)));
  return {significand, exponent};
}

// Four exact sums (multiples of the unit, below 2^33) times their unit, cut toward zero to fp32.
ATTNLAB_AVX2_INLINE __m128 rounded_lanes(__m256d sum, __m128i unit) {
  const __m256i biased = _mm256_cvtepi32_epi64(_mm_add_epi32(unit, _mm_set1_epi32(1023)));
  const __m256d value = _mm256_mul_pd(sum, _mm256_castsi256_pd(_mm256_slli_epi64(biased, 52)));
  // A normal result: drop the 29 bits that fp32 has not. Overflow becomes infinity as it converts.
  const __m256d cut = _mm256_and_pd(value, _mm256_castsi256_pd(_mm256_set1_epi64x(-(1LL << 29))));
  // A subnormal one: whole multiples of 2^-149; adding 0 makes a -0 +0.
  const __m256d whole = _mm256_round_pd(_mm256_mul_pd(value, _mm256_set1_pd(0x1p149)),
                                        _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  const __m256d coarse =
      _mm256_mul_pd(_mm256_add_pd(whole, _mm256_setzero_pd()), _mm256_set1_pd(0x1p-149));
  const __m256d size = _mm256_andnot_pd(_mm256_set1_pd(-0.0), value);
  const __m256d subnormal = _mm256_cmp_pd(size, _mm256_set1_pd(0x1p-126), _CMP_LT_OQ);
  return _mm256_cvtpd_ps(_mm256_blendv_pd(cut, coarse, subnormal));
}

// Lanes with a NaN or an infinity among their terms, one by one.
inline void mend_special_lanes(std::uint32_t* result, const std::uint32_t* c_bits, unsigned lanes,
                               const MmaMatrices& m, const MmaOperand* a, const MmaOperand* b,
                               int length) {
  for (; lanes != 0; lanes &= lanes - 1) {
    const int lane = __builtin_ctz(lanes);
    result[lane] =
        loops::special_step(a, b + lane, m.ldb, length, loops::decoded_accumulator(c_bits[lane]));
  }
}

ATTNLAB_AVX2_INLINE __m256i load_operands(const MmaOperand* b, __m256i mask) {
  return _mm256_maskload_epi32(reinterpret_cast<const int*>(b), mask);
}
ATTNLAB_AVX2_INLINE __m256i broadcast_operand(const MmaOperand* a) {
  int word;
  std::memcpy(&word, a, sizeof word);
  return _mm256_set1_epi32(word);
}

// The largest exponent of eight columns' terms, at least the floor, in the high half of each word.
// An operand's exponent is the high half of its word: 16-bit additions sum exponents undisturbed.
ATTNLAB_AVX2_INLINE __m256i largest_exponents(const MmaMatrices& m, const MmaOperand* a,
                                              const MmaOperand* b, int length, __m256i c_exponent,
                                              __m256i mask) {
  __m256i largest =
      _mm256_slli_epi32(_mm256_max_epi32(c_exponent, _mm256_set1_epi32(kSmallestMmaExponent)), 16);
  for (int k = 0; k < length; ++k) {
    const __m256i exponents =
        _mm256_add_epi16(broadcast_operand(a + k), load_operands(b + k * m.ldb, mask));
    largest = _mm256_max_epi16(largest, exponents);
  }
  return largest;
}

// The products, each cut toward zero to the common unit, summed exactly.
ATTNLAB_AVX2_INLINE __m256i sum_of_products(const MmaMatrices& m, const MmaOperand* a,
                                            const MmaOperand* b, int length, __m256i largest,
                                            __m256i mask) {
  __m256i sum = _mm256_setzero_si256();
  const __m128i product_shift = _mm_cvtsi32_si128(m.product_shift);
  for (int k = 0; k < length; ++k) {
    const __m256i x = broadcast_operand(a + k);
    const __m256i y = load_operands(b + k * m.ldb, mask);
    const __m256i drop = _mm256_srli_epi32(_mm256_sub_epi16(largest, _mm256_add_epi16(x, y)), 16);
    const __m256i product = _mm256_madd_epi16(_mm256_and_si256(x, _mm256_set1_epi32(0xffff)), y);
    const __m256i size =
        _mm256_srlv_epi32(_mm256_sll_epi32(_mm256_abs_epi32(product), product_shift), drop);
    sum = _mm256_add_epi32(sum, _mm256_sign_epi32(size, product));
  }
  return sum;
}

// Both sums fit 32 bits, but not together: they are added as doubles, which is exact.
ATTNLAB_AVX2_INLINE __m256i rounded_sum(__m256i products, __m256i c_term, __m256i unit) {
  const __m256d low = _mm256_add_pd(_mm256_cvtepi32_pd(_mm256_castsi256_si128(products)),
                                    _mm256_cvtepi32_pd(_mm256_castsi256_si128(c_term)));
  const __m256d high = _mm256_add_pd(_mm256_cvtepi32_pd(_mm256_extracti128_si256(products, 1)),
                                     _mm256_cvtepi32_pd(_mm256_extracti128_si256(c_term, 1)));
  return _mm256_castps_si256(_mm256_set_m128(rounded_lanes(high, _mm256_extracti128_si256(unit, 1)),
                                             rounded_lanes(low, _mm256_castsi256_si128(unit))));
}

// One step of eight columns: c and products a[k] * b[k][0..8), k < length.
ATTNLAB_AVX2_INLINE __m256i step_of_eight(const MmaMatrices& m, const MmaOperand* a,
                                          const MmaOperand* b, int length, __m256i c_bits,
                                          __m256i mask) {
  const AccumulatorLanes c = decoded_lanes(c_bits);
  const __m256i largest = largest_exponents(m, a, b, length, c.exponent, mask);
  const __m256i emax = _mm256_srai_epi32(largest, 16);
  const __m256i products = sum_of_products(m, a, b, length, largest, mask);
  const __m256i c_size = _mm256_srlv_epi32(
      _mm256_sll_epi32(_mm256_abs_epi32(c.significand), _mm_cvtsi32_si128(m.kept - 23)),
      _mm256_sub_epi32(emax, c.exponent));
  const __m256i result = rounded_sum(products, _mm256_sign_epi32(c_size, c.significand),
                                     _mm256_sub_epi32(emax, _mm256_set1_epi32(m.kept)));

  const __m256i special =
      _mm256_and_si256(_mm256_cmpgt_epi32(emax, _mm256_set1_epi32(loops::kSpecialThreshold)), mask);
  const auto lanes = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(special)));
  if (__builtin_expect(lanes == 0, 1)) return result;
  alignas(32) std::uint32_t results[kLanes];
  alignas(32) std::uint32_t accumulators[kLanes];
  _mm256_store_si256(reinterpret_cast<__m256i*>(results), result);
  _mm256_store_si256(reinterpret_cast<__m256i*>(accumulators), c_bits);
  mend_special_lanes(results, accumulators, lanes, m, a, b, length);
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(results));
}

// The chain of steps of up to eight columns of one row.
ATTNLAB_AVX2 inline void chain_of_eight(const MmaMatrices& m, int row, int column, int columns) {
  const __m256i mask = first_lanes(columns);
  int* c = reinterpret_cast<int*>(m.c + row * m.ldc + column);
  const MmaOperand* a = m.a + row * m.lda;
  const MmaOperand* b = m.b + column;
  __m256i c_bits = _mm256_maskload_epi32(c, mask);
  int k = 0;
  for (; k + 16 <= m.depth && m.step_length == 16; k += 16) {
    c_bits = step_of_eight(m, a + k, b + k * m.ldb, 16, c_bits, mask);
  }
  for (; k < m.depth; k += m.step_length) {
    const int rest = m.depth - k < m.step_length ? m.depth - k : m.step_length;
    c_bits = step_of_eight(m, a + k, b + k * m.ldb, rest, c_bits, mask);
  }
  _mm256_maskstore_epi32(c, mask, c_bits);
}

// 32 bits hold the products' sum of a step up to Hopper's size; what is larger takes the plain
// path.
inline bool fits_32_bits(const MmaMatrices& m, MmaFormat format) {
  const std::uint64_t significand = (1u << (operand_fraction_bits(format) + 1)) - 1;
  const std::uint64_t largest = significand * significand;
  return m.product_shift >= 0 && m.kept >= 23 && m.kept <= 29 &&
         ((largest << m.product_shift) * static_cast<std::uint64_t>(m.step_length)) >> 31 == 0;
}

inline void tensor_core_accumulate(const TensorCoreSpec& spec, MmaFormat format, float* c,
                                   std::ptrdiff_t ldc, const MmaOperand* a, std::ptrdiff_t lda,
                                   const MmaOperand* b, std::ptrdiff_t ldb, int rows, int columns,
                                   int depth) {
  const int kept = spec.kept_fraction_bits;
  const MmaMatrices m = {c,     ldc,
                         a,     lda,
                         b,     ldb,
                         depth, step_length(spec, format),
                         kept,  kept - 2 * operand_fraction_bits(format)};
  if (depth <= 0) return;
  if (!fits_32_bits(m, format)) {
    baseline_ops().tensor_core_accumulate(spec, format, c, ldc, a, lda, b, ldb, rows, columns,
                                          depth);
    return;
  }
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; j += kLanes) {
      chain_of_eight(m, i, j, columns - j < kLanes ? columns - j : kLanes);
    }
  }
}

}  // namespace attnlab::numerics::avx2
