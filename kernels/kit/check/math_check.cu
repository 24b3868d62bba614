// SPDX-License-Identifier: MIT
// Every function of one float over all 2^32 of them; functions of two or three over a sample.
#include "kernels/kit/check/check.cuh"

#define ALL(name, ...)                                                                    \
  ATTNLAB_KIT_CHECK(                                                                      \
      all, name,                                                                          \
      [[maybe_unused]] const float x = __uint_as_float(static_cast<unsigned int>(index)), \
      __VA_ARGS__)
#define TWO(name, ...)                                                                      \
  ATTNLAB_KIT_CHECK(sample, name, [[maybe_unused]] const float x = float_operand(index, 0); \
                    [[maybe_unused]] const float y = float_operand(index, 1), __VA_ARGS__)
#define THREE(name, ...)                                                                    \
  ATTNLAB_KIT_CHECK(sample, name, [[maybe_unused]] const float x = float_operand(index, 0); \
                    [[maybe_unused]] const float y = float_operand(index, 1);               \
                    [[maybe_unused]] const float z = float_operand(index, 2), __VA_ARGS__)
// A float and an integer between -320 and 319, or any.
#define WITH_INTEGER(name, ...)                                                             \
  ATTNLAB_KIT_CHECK(sample, name, [[maybe_unused]] const float x = float_operand(index, 0); \
                    [[maybe_unused]] const int n =                                          \
                        (index & 15) == 0 ? static_cast<int>(spread(index))                 \
                                          : static_cast<int>(spread(index) % 640) - 320,    \
                    __VA_ARGS__)

namespace attnlab::kit_check {

__device__ inline float sine_of(float x) {
  float sine, cosine;
  sincosf(x, &sine, &cosine);
  return sine;
}
__device__ inline float cosine_of(float x) {
  float sine, cosine;
  sincosf(x, &sine, &cosine);
  return cosine;
}
__device__ inline float pi_sine_of(float x) {
  float sine, cosine;
  sincospif(x, &sine, &cosine);
  return sine;
}
__device__ inline float pi_cosine_of(float x) {
  float sine, cosine;
  sincospif(x, &sine, &cosine);
  return cosine;
}
__device__ inline U64 fraction_and_exponent(float x) {
  int exponent;
  const float fraction = frexpf(x, &exponent);
  return bits_of(fraction) << 32 | bits_of(exponent);
}
__device__ inline U64 fraction_and_whole(float x) {
  float whole;
  const float fraction = modff(x, &whole);
  return bits_of(fraction) << 32 | bits_of(whole);
}

}  // namespace attnlab::kit_check

ALL(expf, expf(x))
ALL(exp2f, exp2f(x))
ALL(exp10f, exp10f(x))
ALL(expm1f, expm1f(x))
ALL(logf, logf(x))
ALL(log2f, log2f(x))
ALL(log10f, log10f(x))
ALL(log1pf, log1pf(x))
ALL(sqrtf, sqrtf(x))
ALL(rsqrtf, rsqrtf(x))
ALL(cbrtf, cbrtf(x))
ALL(rcbrtf, rcbrtf(x))
ALL(sinf, sinf(x))
ALL(cosf, cosf(x))
ALL(tanf, tanf(x))
ALL(sinpif, sinpif(x))
ALL(cospif, cospif(x))
ALL(asinf, asinf(x))
ALL(acosf, acosf(x))
ALL(atanf, atanf(x))
ALL(sinhf, sinhf(x))
ALL(coshf, coshf(x))
ALL(tanhf, tanhf(x))
ALL(asinhf, asinhf(x))
ALL(acoshf, acoshf(x))
ALL(atanhf, atanhf(x))
ALL(erff, erff(x))
ALL(erfcf, erfcf(x))
ALL(erfcxf, erfcxf(x))
ALL(erfinvf, erfinvf(x))
ALL(erfcinvf, erfcinvf(x))
ALL(normcdff, normcdff(x))
ALL(normcdfinvf, normcdfinvf(x))
ALL(fabsf, fabsf(x))
ALL(floorf, floorf(x))
ALL(ceilf, ceilf(x))
ALL(truncf, truncf(x))
ALL(rintf, rintf(x))
ALL(nearbyintf, nearbyintf(x))
ALL(roundf, roundf(x))
ALL(lrintf, lrintf(x))
ALL(llrintf, llrintf(x))
ALL(lroundf, lroundf(x))
ALL(llroundf, llroundf(x))
ALL(logbf, logbf(x))
ALL(ilogbf, ilogbf(x))
ALL(sincosf_sine, sine_of(x))
ALL(sincosf_cosine, cosine_of(x))
ALL(sincospif_sine, pi_sine_of(x))
ALL(sincospif_cosine, pi_cosine_of(x))
ALL(frexpf, fraction_and_exponent(x))
ALL(modff, fraction_and_whole(x))
ALL(isnan, isnan(x))
ALL(isinf, isinf(x))
ALL(isfinite, isfinite(x))
ALL(signbit, signbit(x))
ALL(exp_overload, exp(x))
ALL(sqrt_overload, sqrt(x))
ALL(reciprocal, 1.0f / x)
ALL(square_root_of_sum, sqrtf(x* x + 1.0f))
ALL(fast_expf, __expf(x))
ALL(fast_exp10f, __exp10f(x))
ALL(fast_logf, __logf(x))
ALL(fast_log2f, __log2f(x))
ALL(fast_log10f, __log10f(x))
ALL(fast_sinf, __sinf(x))
ALL(fast_cosf, __cosf(x))
ALL(fast_tanf, __tanf(x))
ALL(fast_saturatef, __saturatef(x))
ALL(frcp_rn, __frcp_rn(x))
ALL(fsqrt_rn, __fsqrt_rn(x))
ALL(frcp_rz, __frcp_rz(x))
ALL(fsqrt_rz, __fsqrt_rz(x))
ALL(frcp_ru, __frcp_ru(x))
ALL(fsqrt_ru, __fsqrt_ru(x))
ALL(frcp_rd, __frcp_rd(x))
ALL(fsqrt_rd, __fsqrt_rd(x))
ALL(frsqrt_rn, __frsqrt_rn(x))
ALL(float2int_rn, __float2int_rn(x))
ALL(float2int_rz, __float2int_rz(x))
ALL(float2int_ru, __float2int_ru(x))
ALL(float2int_rd, __float2int_rd(x))
ALL(float2uint_rn, __float2uint_rn(x))
ALL(float2uint_rz, __float2uint_rz(x))
ALL(float2uint_ru, __float2uint_ru(x))
ALL(float2uint_rd, __float2uint_rd(x))
ALL(float2ll_rn, __float2ll_rn(x))
ALL(float2ll_rz, __float2ll_rz(x))
ALL(float2ll_ru, __float2ll_ru(x))
ALL(float2ll_rd, __float2ll_rd(x))
ALL(float2ull_rn, __float2ull_rn(x))
ALL(float2ull_rz, __float2ull_rz(x))
ALL(float2ull_ru, __float2ull_ru(x))
ALL(float2ull_rd, __float2ull_rd(x))
ALL(int2float_rn, __int2float_rn(static_cast<int>(index)))
ALL(int2float_rz, __int2float_rz(static_cast<int>(index)))
ALL(int2float_ru, __int2float_ru(static_cast<int>(index)))
ALL(int2float_rd, __int2float_rd(static_cast<int>(index)))
ALL(uint2float_rn, __uint2float_rn(static_cast<unsigned int>(index)))
ALL(uint2float_rz, __uint2float_rz(static_cast<unsigned int>(index)))
ALL(uint2float_ru, __uint2float_ru(static_cast<unsigned int>(index)))
ALL(uint2float_rd, __uint2float_rd(static_cast<unsigned int>(index)))
ALL(popc, __popc(static_cast<unsigned int>(index)))
ALL(clz, __clz(static_cast<int>(index)))
ALL(ffs, __ffs(static_cast<int>(index)))
ALL(brev, __brev(static_cast<unsigned int>(index)))

TWO(powf, powf(x, y))
TWO(fmodf, fmodf(x, y))
TWO(remainderf, remainderf(x, y))
TWO(hypotf, hypotf(x, y))
TWO(rhypotf, rhypotf(x, y))
TWO(atan2f, atan2f(x, y))
TWO(fdimf, fdimf(x, y))
TWO(fmaxf, fmaxf(x, y))
TWO(fminf, fminf(x, y))
TWO(copysignf, copysignf(x, y))
TWO(nextafterf, nextafterf(x, y))
TWO(fdividef, fdividef(x, y))
TWO(pow_overload, pow(x, y))
TWO(division, x / y)
TWO(fast_powf, __powf(x, y))
TWO(fast_fdividef, __fdividef(x, y))
TWO(fadd_rn, __fadd_rn(x, y))
TWO(fsub_rn, __fsub_rn(x, y))
TWO(fmul_rn, __fmul_rn(x, y))
TWO(fdiv_rn, __fdiv_rn(x, y))
TWO(fadd_rz, __fadd_rz(x, y))
TWO(fsub_rz, __fsub_rz(x, y))
TWO(fmul_rz, __fmul_rz(x, y))
TWO(fdiv_rz, __fdiv_rz(x, y))
TWO(fadd_ru, __fadd_ru(x, y))
TWO(fsub_ru, __fsub_ru(x, y))
TWO(fmul_ru, __fmul_ru(x, y))
TWO(fdiv_ru, __fdiv_ru(x, y))
TWO(fadd_rd, __fadd_rd(x, y))
TWO(fsub_rd, __fsub_rd(x, y))
TWO(fmul_rd, __fmul_rd(x, y))
TWO(fdiv_rd, __fdiv_rd(x, y))
THREE(fmaf_rn, __fmaf_rn(x, y, z))
THREE(fmaf_rz, __fmaf_rz(x, y, z))
THREE(fmaf_ru, __fmaf_ru(x, y, z))
THREE(fmaf_rd, __fmaf_rd(x, y, z))
THREE(fmaf, fmaf(x, y, z))
THREE(norm3df, norm3df(x, y, z))
WITH_INTEGER(ldexpf, ldexpf(x, n))
WITH_INTEGER(scalbnf, scalbnf(x, n))

// Integer intrinsics of random words.
#define WORDS(name, ...)                                                                      \
  ATTNLAB_KIT_CHECK(                                                                          \
      sample, name,                                                                           \
      [[maybe_unused]] const unsigned int a = static_cast<unsigned int>(spread(index));       \
      [[maybe_unused]] const unsigned int b = static_cast<unsigned int>(spread(index) >> 32); \
      [[maybe_unused]] const unsigned int c = static_cast<unsigned int>(spread(index + 1)),   \
      __VA_ARGS__)
WORDS(byte_perm, __byte_perm(a, b, c))
WORDS(mulhi, __mulhi(static_cast<int>(a), static_cast<int>(b)))
WORDS(umulhi, __umulhi(a, b))
WORDS(mul64hi,
      __mul64hi(static_cast<long long>(spread(index)), static_cast<long long>(spread(index + 2))))
WORDS(umul64hi, __umul64hi(spread(index), spread(index + 2)))
WORDS(mul24, __mul24(static_cast<int>(a), static_cast<int>(b)))
WORDS(umul24, __umul24(a, b))
WORDS(sad, __sad(static_cast<int>(a), static_cast<int>(b), c))
WORDS(usad, __usad(a, b, c))
WORDS(hadd, __hadd(static_cast<int>(a), static_cast<int>(b)))
WORDS(rhadd, __rhadd(static_cast<int>(a), static_cast<int>(b)))
WORDS(uhadd, __uhadd(a, b))
WORDS(urhadd, __urhadd(a, b))
WORDS(funnelshift_l, __funnelshift_l(a, b, c))
WORDS(funnelshift_r, __funnelshift_r(a, b, c))
WORDS(funnelshift_lc, __funnelshift_lc(a, b, c & 63))
WORDS(funnelshift_rc, __funnelshift_rc(a, b, c & 63))
WORDS(dp4a, __dp4a(static_cast<int>(a), static_cast<int>(b), static_cast<int>(c)))
WORDS(udp4a, __dp4a(a, b, c))
WORDS(dp2a_lo, __dp2a_lo(static_cast<int>(a), static_cast<int>(b), static_cast<int>(c)))
WORDS(popcll, __popcll(spread(index)))
WORDS(clzll, __clzll(static_cast<long long>(spread(index)) >> (c & 63)))
WORDS(ffsll, __ffsll(static_cast<long long>(spread(index)) << (c & 63)))
WORDS(brevll, __brevll(spread(index)))
WORDS(min_mixed, min(static_cast<int>(a), b))
WORDS(max_int, max(static_cast<int>(a), static_cast<int>(b)))
WORDS(ll2float_rn, __ll2float_rn(static_cast<long long>(spread(index))))
WORDS(ull2float_rn, __ull2float_rn(spread(index)))
WORDS(ll2double_rn, __ll2double_rn(static_cast<long long>(spread(index))))
WORDS(ull2double_rn, __ull2double_rn(spread(index)))
WORDS(ll2float_rz, __ll2float_rz(static_cast<long long>(spread(index))))
WORDS(ull2float_rz, __ull2float_rz(spread(index)))
WORDS(ll2double_rz, __ll2double_rz(static_cast<long long>(spread(index))))
WORDS(ull2double_rz, __ull2double_rz(spread(index)))
WORDS(ll2float_ru, __ll2float_ru(static_cast<long long>(spread(index))))
WORDS(ull2float_ru, __ull2float_ru(spread(index)))
WORDS(ll2double_ru, __ll2double_ru(static_cast<long long>(spread(index))))
WORDS(ull2double_ru, __ull2double_ru(spread(index)))
WORDS(ll2float_rd, __ll2float_rd(static_cast<long long>(spread(index))))
WORDS(ull2float_rd, __ull2float_rd(spread(index)))
WORDS(ll2double_rd, __ll2double_rd(static_cast<long long>(spread(index))))
WORDS(ull2double_rd, __ull2double_rd(spread(index)))
