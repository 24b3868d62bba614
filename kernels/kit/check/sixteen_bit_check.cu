// SPDX-License-Identifier: MIT
// half and bfloat16: functions of one number over all 65,536, of two over all 2^32 pairs, of three
// over a sample; conversions from float over all floats.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "kernels/kit/check/check.cuh"

namespace attnlab::kit_check {

__device__ inline U64 bits_of(__half x) {
  return __half_as_ushort(x);
}
__device__ inline U64 bits_of(__nv_bfloat16 x) {
  return __bfloat16_as_ushort(x);
}
template <typename Pair>
__device__ U64 bits_of_pair(Pair x) {
  return bits_of(x.x) | bits_of(x.y) << 16;
}
__device__ inline U64 bits_of(__half2 x) {
  return bits_of_pair(x);
}
__device__ inline U64 bits_of(__nv_bfloat162 x) {
  return bits_of_pair(x);
}
__device__ inline __half half_at(U64 index) {
  return __ushort_as_half(static_cast<unsigned short>(index));
}
__device__ inline __nv_bfloat16 bf16_at(U64 index) {
  return __ushort_as_bfloat16(static_cast<unsigned short>(index));
}

}  // namespace attnlab::kit_check

#define HALF(name, ...)                                                                   \
  ATTNLAB_KIT_CHECK(small, half_##name, [[maybe_unused]] const __half x = half_at(index), \
                    __VA_ARGS__)
#define HALF_PAIR(name, ...)                                                            \
  ATTNLAB_KIT_CHECK(all, half_##name, [[maybe_unused]] const __half x = half_at(index); \
                    [[maybe_unused]] const __half y = half_at(index >> 16), __VA_ARGS__)
#define BF16(name, ...)                                                                          \
  ATTNLAB_KIT_CHECK(small, bf16_##name, [[maybe_unused]] const __nv_bfloat16 x = bf16_at(index), \
                    __VA_ARGS__)
#define BF16_PAIR(name, ...)                                                                   \
  ATTNLAB_KIT_CHECK(all, bf16_##name, [[maybe_unused]] const __nv_bfloat16 x = bf16_at(index); \
                    [[maybe_unused]] const __nv_bfloat16 y = bf16_at(index >> 16), __VA_ARGS__)
#define HALF_TRIPLE(name, ...)                                                         \
  ATTNLAB_KIT_CHECK(sample, half_##name, [[maybe_unused]] const U64 r = spread(index); \
                    [[maybe_unused]] const __half x = half_at(r);                      \
                    [[maybe_unused]] const __half y = half_at(r >> 16);                \
                    [[maybe_unused]] const __half z = half_at(r >> 32), __VA_ARGS__)
#define BF16_TRIPLE(name, ...)                                                         \
  ATTNLAB_KIT_CHECK(sample, bf16_##name, [[maybe_unused]] const U64 r = spread(index); \
                    [[maybe_unused]] const __nv_bfloat16 x = bf16_at(r);               \
                    [[maybe_unused]] const __nv_bfloat16 y = bf16_at(r >> 16);         \
                    [[maybe_unused]] const __nv_bfloat16 z = bf16_at(r >> 32), __VA_ARGS__)
#define OF_FLOAT(name, ...)                                                               \
  ATTNLAB_KIT_CHECK(                                                                      \
      all, name,                                                                          \
      [[maybe_unused]] const float x = __uint_as_float(static_cast<unsigned int>(index)), \
      __VA_ARGS__)

HALF(hexp, hexp(x))
BF16(hexp, hexp(x))
HALF(hexp2, hexp2(x))
BF16(hexp2, hexp2(x))
HALF(hexp10, hexp10(x))
BF16(hexp10, hexp10(x))
HALF(hlog, hlog(x))
BF16(hlog, hlog(x))
HALF(hlog2, hlog2(x))
BF16(hlog2, hlog2(x))
HALF(hlog10, hlog10(x))
BF16(hlog10, hlog10(x))
HALF(hsqrt, hsqrt(x))
BF16(hsqrt, hsqrt(x))
HALF(hrsqrt, hrsqrt(x))
BF16(hrsqrt, hrsqrt(x))
HALF(hrcp, hrcp(x))
BF16(hrcp, hrcp(x))
HALF(hsin, hsin(x))
BF16(hsin, hsin(x))
HALF(hcos, hcos(x))
BF16(hcos, hcos(x))
HALF(htanh, htanh(x))
BF16(htanh, htanh(x))
HALF(htanh_approx, htanh_approx(x))
BF16(htanh_approx, htanh_approx(x))
HALF(hfloor, hfloor(x))
BF16(hfloor, hfloor(x))
HALF(hceil, hceil(x))
BF16(hceil, hceil(x))
HALF(htrunc, htrunc(x))
BF16(htrunc, htrunc(x))
HALF(hrint, hrint(x))
BF16(hrint, hrint(x))
HALF(h2exp, h2exp(__half2half2(x)))
BF16(h2exp, h2exp(__bfloat162bfloat162(x)))
HALF(h2log2, h2log2(__half2half2(x)))
BF16(h2log2, h2log2(__bfloat162bfloat162(x)))
HALF(h2sin, h2sin(__half2half2(x)))
BF16(h2sin, h2sin(__bfloat162bfloat162(x)))
HALF(h2rcp, h2rcp(__half2half2(x)))
BF16(h2rcp, h2rcp(__bfloat162bfloat162(x)))
HALF(h2tanh, h2tanh(__half2half2(x)))
BF16(h2tanh, h2tanh(__bfloat162bfloat162(x)))
HALF(hneg, __hneg(x))
BF16(hneg, __hneg(x))
HALF(habs, __habs(x))
BF16(habs, __habs(x))
HALF(hisnan, __hisnan(x))
BF16(hisnan, __hisnan(x))
HALF(hisinf, __hisinf(x))
BF16(hisinf, __hisinf(x))
HALF(to_float, __half2float(x))
BF16(to_float, __bfloat162float(x))
HALF(to_int, static_cast<int>(x))
BF16(to_int, static_cast<int>(x))
HALF(negated, -x)
BF16(negated, -x)
HALF(half2int_rn, __half2int_rn(x))
BF16(bfloat162int_rn, __bfloat162int_rn(x))
HALF(half2int_rz, __half2int_rz(x))
BF16(bfloat162int_rz, __bfloat162int_rz(x))
HALF(half2int_ru, __half2int_ru(x))
BF16(bfloat162int_ru, __bfloat162int_ru(x))
HALF(half2int_rd, __half2int_rd(x))
BF16(bfloat162int_rd, __bfloat162int_rd(x))
HALF(half2uint_rn, __half2uint_rn(x))
BF16(bfloat162uint_rn, __bfloat162uint_rn(x))
HALF(half2uint_rz, __half2uint_rz(x))
BF16(bfloat162uint_rz, __bfloat162uint_rz(x))
HALF(half2uint_ru, __half2uint_ru(x))
BF16(bfloat162uint_ru, __bfloat162uint_ru(x))
HALF(half2uint_rd, __half2uint_rd(x))
BF16(bfloat162uint_rd, __bfloat162uint_rd(x))
HALF(half2ll_rn, __half2ll_rn(x))
BF16(bfloat162ll_rn, __bfloat162ll_rn(x))
HALF(half2ll_rz, __half2ll_rz(x))
BF16(bfloat162ll_rz, __bfloat162ll_rz(x))
HALF(half2ll_ru, __half2ll_ru(x))
BF16(bfloat162ll_ru, __bfloat162ll_ru(x))
HALF(half2ll_rd, __half2ll_rd(x))
BF16(bfloat162ll_rd, __bfloat162ll_rd(x))
HALF_PAIR(add, x + y)
BF16_PAIR(add, x + y)
HALF_PAIR(sub, x - y)
BF16_PAIR(sub, x - y)
HALF_PAIR(mul, x* y)
BF16_PAIR(mul, x* y)
HALF_PAIR(div, x / y)
BF16_PAIR(div, x / y)
HALF_PAIR(hmax, __hmax(x, y))
BF16_PAIR(hmax, __hmax(x, y))
HALF_PAIR(hmin, __hmin(x, y))
BF16_PAIR(hmin, __hmin(x, y))
HALF_PAIR(hmax_nan, __hmax_nan(x, y))
BF16_PAIR(hmax_nan, __hmax_nan(x, y))
HALF_PAIR(hadd_sat, __hadd_sat(x, y))
BF16_PAIR(hadd_sat, __hadd_sat(x, y))
HALF_PAIR(hmul_sat, __hmul_sat(x, y))
BF16_PAIR(hmul_sat, __hmul_sat(x, y))
HALF_PAIR(eq, x == y)
BF16_PAIR(eq, x == y)
HALF_PAIR(ne, x != y)
BF16_PAIR(ne, x != y)
HALF_PAIR(lt, x < y)
BF16_PAIR(lt, x < y)
HALF_PAIR(le, x <= y)
BF16_PAIR(le, x <= y)
HALF_PAIR(gt, x > y)
BF16_PAIR(gt, x > y)
HALF_PAIR(ge, x >= y)
BF16_PAIR(ge, x >= y)
HALF_PAIR(hne, __hne(x, y))
BF16_PAIR(hne, __hne(x, y))
HALF_PAIR(hequ, __hequ(x, y))
BF16_PAIR(hequ, __hequ(x, y))
HALF_PAIR(hltu, __hltu(x, y))
BF16_PAIR(hltu, __hltu(x, y))
HALF_PAIR(hgeu, __hgeu(x, y))
BF16_PAIR(hgeu, __hgeu(x, y))
HALF_PAIR(add2, __hadd2(__halves2half2(x, y), __halves2half2(y, y)))
BF16_PAIR(add2, __hadd2(__halves2bfloat162(x, y), __halves2bfloat162(y, y)))
HALF_PAIR(eq2, __heq2(__halves2half2(x, y), __halves2half2(y, y)))
BF16_PAIR(eq2, __heq2(__halves2bfloat162(x, y), __halves2bfloat162(y, y)))
HALF_PAIR(bltu2, __hbltu2(__halves2half2(x, y), __halves2half2(y, y)))
HALF_TRIPLE(hfma, __hfma(x, y, z))
HALF_TRIPLE(hfma_sat, __hfma_sat(x, y, z))
HALF_TRIPLE(hfma_relu, __hfma_relu(x, y, z))
HALF_TRIPLE(hfma2, __hfma2(__halves2half2(x, y), __halves2half2(y, z), __halves2half2(z, x)))
BF16_TRIPLE(hfma, __hfma(x, y, z))
BF16_TRIPLE(hfma_relu, __hfma_relu(x, y, z))
BF16_TRIPLE(hfma_sat, __hfma_sat(x, y, z))
HALF_TRIPLE(product_and_sum, x* y + z)
OF_FLOAT(float2half_rn, __float2half_rn(x))
OF_FLOAT(float2bfloat16_rn, __float2bfloat16_rn(x))
OF_FLOAT(float2half_rz, __float2half_rz(x))
OF_FLOAT(float2bfloat16_rz, __float2bfloat16_rz(x))
OF_FLOAT(float2half_ru, __float2half_ru(x))
OF_FLOAT(float2bfloat16_ru, __float2bfloat16_ru(x))
OF_FLOAT(float2half_rd, __float2half_rd(x))
OF_FLOAT(float2bfloat16_rd, __float2bfloat16_rd(x))
OF_FLOAT(floats2half2, __floats2half2_rn(x, -x))
OF_FLOAT(floats2bfloat162, __floats2bfloat162_rn(x, -x))
OF_FLOAT(int2half_rn, __int2half_rn(static_cast<int>(index)))
OF_FLOAT(int2half_rz, __int2half_rz(static_cast<int>(index)))
OF_FLOAT(int2half_ru, __int2half_ru(static_cast<int>(index)))
OF_FLOAT(int2half_rd, __int2half_rd(static_cast<int>(index)))
OF_FLOAT(uint2half_rn, __uint2half_rn(static_cast<unsigned int>(index)))
OF_FLOAT(int2bfloat16_rn, __int2bfloat16_rn(static_cast<int>(index)))
OF_FLOAT(uint2bfloat16_rn, __uint2bfloat16_rn(static_cast<unsigned int>(index)))
ATTNLAB_KIT_CHECK(sample, double2half, [[maybe_unused]] const double x = double_operand(index, 0),
                  __double2half(x))
ATTNLAB_KIT_CHECK(sample, double2bfloat16,
                  [[maybe_unused]] const double x = double_operand(index, 0), __double2bfloat16(x))
ATTNLAB_KIT_CHECK(sample, ll2half_rn, , __ll2half_rn(static_cast<long long>(spread(index))))
ATTNLAB_KIT_CHECK(sample, ll2bfloat16_rn, , __ll2bfloat16_rn(static_cast<long long>(spread(index))))
