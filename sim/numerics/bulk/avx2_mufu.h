// SPDX-License-Identifier: MIT
// The special function unit with AVX2, eight inputs at a time: mufu_model.h's functions with every
// branch turned into a selection. Bits in, bits out; a type for each function, so that loops inline
// it.
#pragma once

#include "sim/numerics/bulk/avx2_fixed_point.h"
#include "sim/numerics/formats.h"

namespace attnlab::numerics::avx2 {

struct Ex2Ftz {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const __m256i size = magnitude(bits);
    const __m256i significand =
        _mm256_or_si256(fraction_of(bits), all_lanes(mufu::kSmallestNormal));
    const __m256i u =
        shifted(significand, _mm256_sub_epi32(exponent_field(bits), _mm256_set1_epi32(127)));
    // Negative: one's complement, or two's where the fraction is 0 (its mask is -1).
    const __m256i whole_number = _mm256_cmpeq_epi32(fraction_of(u), _mm256_setzero_si256());
    const __m256i complement = _mm256_sub_epi32(_mm256_xor_si256(u, all_lanes(~0u)), whole_number);
    const __m256i v = select(is_negative(bits), complement, u);
    const __m256i field = _mm256_add_epi32(_mm256_srai_epi32(v, 23), _mm256_set1_epi32(127));
    const Terms c = terms_of_fraction(mufu::ex2_row(0), fraction_of(v), _mm256_setzero_si256());
    const Wide t = plus(sum(sum(shifted_left<32>(widened(c.c0)), shifted_left<19>(c.linear)),
                            shifted_left<19>(c.quadratic)),
                        0x1bf100000);
    __m256i result = _mm256_or_si256(_mm256_slli_epi32(field, 23), fraction_of(narrowed<34>(t)));
    const __m256i zero = _mm256_setzero_si256();
    const __m256i huge = _mm256_cmpgt_epi32(size, all_lanes(0x437fffffu));
    const __m256i underflow = _mm256_cmpgt_epi32(_mm256_set1_epi32(1), field);
    const __m256i overflow = _mm256_cmpgt_epi32(field, _mm256_set1_epi32(254));
    result = select(_mm256_or_si256(huge, overflow), all_lanes(mufu::kInfinityBits), result);
    // |x| >= 256 leaves a field without meaning; its sign alone decides.
    const __m256i vanishes = select(huge, is_negative(bits), _mm256_andnot_si256(huge, underflow));
    result = select(vanishes, zero, result);
    return select(is_nan(bits), all_lanes(kCanonicalNanBits), result);
  }
};

struct Ex2 {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const __m256i low = _mm256_castps_si256(
        _mm256_cmp_ps(_mm256_castsi256_ps(bits), _mm256_set1_ps(-126.0f), _CMP_LT_OQ));
    const __m256i one = all_lanes(bits_of(1.0f));
    const __m256i root = Ex2Ftz::of(select(low, scaled(bits, all_lanes(bits_of(0.5f))), bits));
    return scaled(root, select(low, root, one));
  }
};

struct Lg2Ftz {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const Terms c = terms_of_fraction(mufu::lg2_row(0), fraction_of(bits), _mm256_setzero_si256());
    const __m256i exponent = _mm256_sub_epi32(exponent_field(bits), _mm256_set1_epi32(127));
    const Wide t = plus(difference(sum(shifted_left<30>(widened(c.c0)), shifted_left<18>(c.linear)),
                                   shifted_left<19>(c.quadratic)),
                        0x10d160000);
    const Wide total = sum(t, shifted_left<56>(widened(exponent)));
    // A negative sum gives its one's complement; both are below 2^43 after the shift.
    const __m256i zero = _mm256_setzero_si256();
    const Wide flip = {_mm256_cmpgt_epi64(zero, total.even), _mm256_cmpgt_epi64(zero, total.odd)};
    const Wide size = {_mm256_srli_epi64(_mm256_xor_si256(total.even, flip.even), 20),
                       _mm256_srli_epi64(_mm256_xor_si256(total.odd, flip.odd), 20)};
    const __m256i sign = sign_of(_mm256_blend_epi32(flip.even, flip.odd, 0xaa));
    __m256i result = _mm256_or_si256(cut_to_f32(size, 0x1p-36), sign);
    result = select(is(bits, bits_of(1.0f)), zero, result);
    result = select(is(bits, mufu::kInfinityBits), bits, result);
    const __m256i nan = _mm256_or_si256(is_negative(bits), is_nan(bits));
    result = select(nan, all_lanes(kCanonicalNanBits), result);
    return select(is_tiny(bits), all_lanes(mufu::kSignBit | mufu::kInfinityBits), result);
  }
};

struct Lg2 {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const __m256i tiny = is_tiny(bits);
    const __m256i result =
        Lg2Ftz::of(select(tiny, scaled(bits, all_lanes(bits_of(0x1p24f))), bits));
    const __m256i moved =
        _mm256_castps_si256(_mm256_sub_ps(_mm256_castsi256_ps(result), _mm256_set1_ps(24.0f)));
    return select(tiny, moved, result);
  }
};

struct RcpFtz {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const __m256i x = _mm256_and_si256(bits, all_lanes(0xffff));
    // SQ(2x) / 4 with the table's 2^19 taken out: 2x >> 2 is its index, 2^17 its weight.
    const Terms c = terms(mufu::rcp_row(0), _mm256_srli_epi32(fraction_of(bits), 16), x,
                          _mm256_srli_epi32(x, 1));
    const Wide t = plus(sum(difference(shifted_left<30>(widened(c.c0)), shifted_left<17>(c.linear)),
                            shifted_left<17>(c.quadratic)),
                        0xcfce0000);
    const __m256i cut = narrowed<32>(t);
    const __m256i at_least_one = _mm256_srli_epi32(cut, 24);
    const __m256i field = _mm256_add_epi32(
        _mm256_sub_epi32(_mm256_set1_epi32(253), exponent_field(bits)), at_least_one);
    const __m256i fraction = fraction_of(_mm256_srlv_epi32(cut, at_least_one));
    const __m256i zero = _mm256_setzero_si256();
    __m256i size = _mm256_or_si256(_mm256_slli_epi32(field, 23), fraction);
    size = select(_mm256_cmpgt_epi32(_mm256_set1_epi32(1), field), zero, size);
    size = select(is(magnitude(bits), mufu::kInfinityBits), zero, size);
    size = select(is_tiny(bits), all_lanes(mufu::kInfinityBits), size);
    return select(is_nan(bits), all_lanes(kCanonicalNanBits), _mm256_or_si256(size, sign_of(bits)));
  }
};

struct Rcp {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const __m256i high = _mm256_cmpgt_epi32(magnitude(bits), all_lanes(bits_of(0x1p126f)));
    __m256i factor = select(is_tiny(bits), all_lanes(bits_of(0x1p24f)), all_lanes(bits_of(1.0f)));
    factor = select(high, all_lanes(bits_of(0.25f)), factor);
    const __m256i result = RcpFtz::of(scaled(bits, factor));
    return select(is_nan(bits), all_lanes(kCanonicalNanBits), scaled(result, factor));
  }
};

// 0 or 1: whether the exponent is odd, and the exponent's half rounded down.
ATTNLAB_AVX2_INLINE __m256i exponent_parity(__m256i bits) {
  // The bias 127 is odd: an even field is an odd exponent.
  return _mm256_andnot_si256(exponent_field(bits), _mm256_set1_epi32(1));
}
ATTNLAB_AVX2_INLINE __m256i half_exponent(__m256i bits) {
  return _mm256_srai_epi32(_mm256_sub_epi32(exponent_field(bits), _mm256_set1_epi32(127)), 1);
}

struct RsqrtFtz {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const __m256i parity = exponent_parity(bits);
    const __m256i half = half_exponent(bits);
    const Terms c = terms_of_fraction(mufu::rsqrt_row(0), fraction_of(bits), parity);
    const Wide t = plus(sum(difference(shifted_left<31>(widened(c.c0)), shifted_left<17>(c.linear)),
                            shifted_left<19>(c.quadratic)),
                        0x1fffe0000);
    const __m256i field = _mm256_sub_epi32(_mm256_set1_epi32(126), half);
    __m256i result = _mm256_or_si256(_mm256_slli_epi32(field, 23), fraction_of(narrowed<33>(t)));
    const __m256i zero = _mm256_setzero_si256();
    const __m256i power_of_four =
        _mm256_cmpeq_epi32(_mm256_or_si256(parity, fraction_of(bits)), zero);
    const __m256i exact = _mm256_slli_epi32(_mm256_sub_epi32(_mm256_set1_epi32(127), half), 23);
    result = select(power_of_four, exact, result);
    result = select(is(bits, mufu::kInfinityBits), zero, result);
    const __m256i nan = _mm256_or_si256(is_negative(bits), is_nan(bits));
    result = select(nan, all_lanes(kCanonicalNanBits), result);
    return select(is_tiny(bits), _mm256_or_si256(sign_of(bits), all_lanes(mufu::kInfinityBits)),
                  result);
  }
};

struct SqrtFtz {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const Terms c = terms_of_fraction(mufu::sqrt_row(0), fraction_of(bits), exponent_parity(bits));
    const Wide t = plus(difference(sum(shifted_left<33>(widened(c.c0)), shifted_left<18>(c.linear)),
                                   shifted_left<19>(c.quadratic)),
                        0x3fffc0000);
    const __m256i field = _mm256_add_epi32(_mm256_set1_epi32(127), half_exponent(bits));
    __m256i result = _mm256_or_si256(_mm256_slli_epi32(field, 23), fraction_of(narrowed<35>(t)));
    result = select(is(bits, mufu::kInfinityBits), bits, result);
    const __m256i nan = _mm256_or_si256(is_negative(bits), is_nan(bits));
    result = select(nan, all_lanes(kCanonicalNanBits), result);
    return select(is_tiny(bits), sign_of(bits), result);
  }
};

// The plain forms of rsqrt and sqrt: a subnormal is brought up by 2^24, its result put right.
template <typename Ftz, int kResultExponent>
struct ScaledUp {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    constexpr std::uint32_t kBack = static_cast<std::uint32_t>(127 + kResultExponent) << 23;
    const __m256i tiny = is_tiny(bits);
    const __m256i result = Ftz::of(select(tiny, scaled(bits, all_lanes(bits_of(0x1p24f))), bits));
    const __m256i mended = select(is_nan(result), result, scaled(result, all_lanes(kBack)));
    return select(tiny, mended, result);
  }
};
using Rsqrt = ScaledUp<RsqrtFtz, 12>;
using Sqrt = ScaledUp<SqrtFtz, -12>;

// sin (kQuarterTurns 0) and cos (1: a quarter turn on, the sign of x dropped).
template <int kQuarterTurns>
struct Sine {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    // x / (2 pi), cut toward zero to 24 bits, then to 2^-25, then to one turn.
    const __m256i x = _mm256_or_si256(fraction_of(bits), all_lanes(mufu::kSmallestNormal));
    const __m256i cut = narrowed<23>(product(x, all_lanes(0xa2f983)));
    const __m256i excess = _mm256_srli_epi32(cut, 24);
    const __m256i shift =
        _mm256_add_epi32(_mm256_sub_epi32(exponent_field(bits), _mm256_set1_epi32(128)), excess);
    const __m256i u =
        _mm256_and_si256(shifted(_mm256_srlv_epi32(cut, excess), shift), all_lanes(0x1ffffff));
    const __m256i quadrant =
        _mm256_add_epi32(_mm256_srli_epi32(u, 23), _mm256_set1_epi32(kQuarterTurns));
    // Odd quadrants run backwards, quadrants 2 and 3 are negative.
    const __m256i odd = _mm256_srai_epi32(_mm256_slli_epi32(quadrant, 31), 31);
    const __m256i fraction = fraction_of(_mm256_xor_si256(u, odd));
    const Terms c = terms_of_fraction(mufu::sin_row(0), fraction, _mm256_setzero_si256());
    // Every term is a multiple of 2^19: taken out, the sum is below 2^38.
    const Wide t = difference(sum(shifted_left<11>(widened(c.c0)), c.linear), c.quadratic);
    __m256i sign = sign_of(_mm256_slli_epi32(quadrant, 30));
    if (kQuarterTurns == 0) sign = _mm256_xor_si256(sign, sign_of(bits));
    const __m256i result = _mm256_or_si256(cut_to_f32(t, 0x1p-37), sign);
    const __m256i nan = _mm256_cmpgt_epi32(magnitude(bits), all_lanes(mufu::kInfinityBits - 1));
    return select(nan, all_lanes(kCanonicalNanBits), result);
  }
};

struct Tanh {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i bits) {
    const __m256i size = magnitude(bits);
    const __m256i small = _mm256_cmpgt_epi32(all_lanes(bits_of(0x1p-8f)), size);
    const __m256i large = _mm256_cmpgt_epi32(size, all_lanes(bits_of(8.0f) - 1));
    // Outside of the table's 11 binades any row will do: the result is not used.
    const __m256i outside = _mm256_or_si256(small, large);
    const __m256i binade = _mm256_andnot_si256(
        outside, _mm256_sub_epi32(exponent_field(bits), _mm256_set1_epi32(127 - 8)));
    const __m256i word = _mm256_add_epi32(binade, _mm256_add_epi32(binade, binade));
    const int* binades = reinterpret_cast<const int*>(&mufu::tanh_binade(0));
    const __m256i first_row = _mm256_i32gather_epi32(binades, word, 4);
    const __m256i piece_bits = _mm256_i32gather_epi32(binades + 1, word, 4);
    const __m256i scale = _mm256_i32gather_epi32(binades + 2, word, 4);
    const __m256i fraction = fraction_of(bits);
    const __m256i piece =
        _mm256_srlv_epi32(fraction, _mm256_sub_epi32(_mm256_set1_epi32(23), piece_bits));
    const __m256i x = _mm256_and_si256(
        _mm256_srlv_epi32(fraction, _mm256_sub_epi32(_mm256_set1_epi32(6), piece_bits)),
        all_lanes(0x1ffff));
    const Terms c =
        terms(mufu::tanh_row(0), _mm256_add_epi32(first_row, piece), x, _mm256_srli_epi32(x, 2));
    const Wide z =
        difference(sum(shifted_left<15>(widened(c.c0)), c.linear), shifted_left<1>(c.quadratic));
    const __m256i field = _mm256_add_epi32(scale, _mm256_set1_epi32(1023 - 45));
    const Wide power = shifted_left<52>(widened(field));
    __m256i result = interleaved(half_cut_to_f32(z.even, _mm256_castsi256_pd(power.even)),
                                 half_cut_to_f32(z.odd, _mm256_castsi256_pd(power.odd)));
    result = select(large, all_lanes(bits_of(1.0f)), result);
    result = _mm256_or_si256(select(small, size, result), sign_of(bits));
    return select(is_nan(bits), all_lanes(kCanonicalNanBits), result);
  }
};

// The 16-bit forms: widen, apply, cut.
ATTNLAB_AVX2_INLINE __m256i widened_f16(__m256i half) {
  const __m256i fraction = _mm256_and_si256(half, all_lanes(0x3ff));
  const __m256i size = _mm256_and_si256(half, all_lanes(0x7fff));
  // A subnormal or zero is fraction * 2^-24; a normal number's exponent moves by 112.
  const __m256i subnormal =
      _mm256_castps_si256(_mm256_mul_ps(_mm256_cvtepi32_ps(fraction), _mm256_set1_ps(0x1p-24f)));
  const __m256i normal = _mm256_add_epi32(_mm256_slli_epi32(size, 13), all_lanes(112u << 23));
  __m256i result = select(_mm256_cmpgt_epi32(all_lanes(0x400), size), subnormal, normal);
  const __m256i special = _mm256_cmpgt_epi32(size, all_lanes(0x7bff));
  result = select(special,
                  _mm256_or_si256(_mm256_slli_epi32(fraction, 13), all_lanes(mufu::kInfinityBits)),
                  result);
  return _mm256_or_si256(
      result,
      _mm256_slli_epi32(_mm256_srli_epi32(_mm256_and_si256(half, all_lanes(0x8000)), 15), 31));
}
ATTNLAB_AVX2_INLINE __m256i cut_to_f16(__m256i bits) {
  const __m256i size = magnitude(bits);
  const __m256i normal = _mm256_sub_epi32(_mm256_srli_epi32(size, 13), all_lanes(112u << 10));
  const __m256i significand = _mm256_or_si256(fraction_of(bits), all_lanes(mufu::kSmallestNormal));
  const __m256i subnormal = _mm256_srlv_epi32(
      significand, _mm256_sub_epi32(_mm256_set1_epi32(126), exponent_field(bits)));
  __m256i result = select(_mm256_cmpgt_epi32(all_lanes(0x38800000), size), subnormal, normal);
  result = select(_mm256_cmpgt_epi32(size, all_lanes(0x477fffff)), all_lanes(0x7c00), result);
  result = _mm256_or_si256(result, _mm256_srli_epi32(sign_of(bits), 16));
  return select(is_nan(bits), all_lanes(kCanonicalNan16Bits), result);
}

template <typename Function>
struct OfF16 {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i half) {
    return cut_to_f16(Function::of(widened_f16(half)));
  }
};
template <typename Function>
struct OfBf16 {
  ATTNLAB_AVX2_INLINE static __m256i of(__m256i half) {
    const __m256i result = Function::of(_mm256_slli_epi32(half, 16));
    return select(is_nan(result), all_lanes(kCanonicalNan16Bits), _mm256_srli_epi32(result, 16));
  }
};

}  // namespace attnlab::numerics::avx2
