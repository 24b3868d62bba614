// SPDX-License-Identifier: MIT
// half and bfloat16 as programs use them.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

template <typename T>
__device__ T arithmetic(T a, T b, T c) {
  T r = a + b * c - a / b;
  r += a;
  r -= b;
  r *= c;
  r /= a;
  ++r;
  r = -r;
  r = __hfma(a, b, r);
  r = __hadd(r, __hsub(a, __hmul(b, __hdiv(c, a))));
  r = __hmax(r, __hmin(a, __hneg(__habs(b))));
  if (a < b || a > c || a <= b || a >= c || a == b || a != c) r = b;
  if (__hlt(a, b) || __hgt(a, b) || __hle(a, b) || __hge(a, b) || __heq(a, b) || __hne(a, b)) r = c;
  if (__hltu(a, b) || __hequ(a, b) || __hneu(a, b) || __hisnan(a) || __hisinf(b)) r = a;
  r = __hadd_sat(r, a) + __hfma_sat(a, b, r) + __hfma_relu(a, b, r) + __hmax_nan(a, r);
  return r + hexp(a) + hexp2(a) + hexp10(a) + hlog(a) + hlog2(a) + hlog10(a) + hsqrt(a) +
         hrsqrt(a) + hrcp(a) + hsin(a) + hcos(a) + htanh(a) + hfloor(a) + hceil(a) + htrunc(a) +
         hrint(a) + __shfl_xor_sync(0xffffffffu, a, 1) + __shfl_down_sync(0xffffffffu, b, 2);
}
template <typename T2>
__device__ T2 pairs(T2 a, T2 b, T2 c) {
  T2 r = a + b * c - a / b;
  r += __hfma2(a, b, c);
  r = __hadd2(r, __hsub2(a, __hmul2(b, __h2div(c, a))));
  r = __hmax2(r, __hmin2(a, __hneg2(__habs2(b))));
  if (__hbeq2(a, b) || __hblt2(a, b) || a == b) r = c;
  r = __heq2(r, a) + __hgt2(a, b) + __hneu2(a, b) + __hisnan2(r);
  return r + h2exp(a) + h2exp2(a) + h2log(a) + h2sqrt(a) + h2rsqrt(a) + h2rcp(a) + h2sin(a) +
         h2cos(a) + h2tanh(a) + h2floor(a) + __lowhigh2highlow(a) +
         __shfl_xor_sync(0xffffffffu, a, 1);
}

__global__ void half_kernel(half* h, half2* h2, float* f, float2* f2, int* i, unsigned short* us) {
  __shared__ half tile[32][32];
  tile[threadIdx.y][threadIdx.x] = __float2half(0.0f);
  h[0] = arithmetic(h[1], h[2], tile[0][0]);
  h2[0] = pairs(h2[1], h2[2], h2[3]);
  f[0] = __half2float(h[3]) + static_cast<float>(h[4]) + __low2float(h2[4]) + __high2float(h2[4]);
  h[5] = __float2half_rn(f[1]);
  h[6] = __float2half_rz(f[1]);
  h[7] = static_cast<half>(f[2]);
  h[8] = half(1.5f);
  h[9] = __int2half_rn(i[0]);
  h[10] = __ushort_as_half(us[0]);
  h[11] = __double2half(1.5);
  i[1] = __half2int_rn(h[9]) + __half2int_rz(h[9]) + static_cast<int>(h[9]);
  us[1] = __half_as_ushort(h[10]);
  h2[5] = __floats2half2_rn(f[3], f[4]);
  h2[6] = __float22half2_rn(f2[0]);
  h2[7] = __float2half2_rn(f[5]);
  h2[8] = __halves2half2(__low2half(h2[7]), __high2half(h2[7]));
  h2[9] = __half2half2(h[1]);
  h2[10] = make_half2(h[1], h[2]);
  f2[1] = __half22float2(h2[10]);
  h[12] = h2[10].x + h2[10].y;
  h[13] = __ldg(&h[14]) + htanh_approx(h[1]);
  atomicAdd(&h[15], h[1]);
  atomicAdd(&h2[11], h2[1]);
}

__global__ void bfloat16_kernel(__nv_bfloat16* b, __nv_bfloat162* b2, float* f, float2* f2, int* i,
                                unsigned short* us) {
  b[0] = arithmetic(b[1], b[2], b[3]);
  b2[0] = pairs(b2[1], b2[2], b2[3]);
  f[0] = __bfloat162float(b[3]) + static_cast<float>(b[4]) + __low2float(b2[4]);
  b[5] = __float2bfloat16(f[1]);
  b[6] = __float2bfloat16_rz(f[1]);
  b[7] = __float2bfloat16_ru(f[1]);
  b[8] = static_cast<nv_bfloat16>(f[2]);
  b[9] = __int2bfloat16_rn(i[0]);
  b[10] = __double2bfloat16(1.5);
  b[11] = __ushort_as_bfloat16(us[0]);
  i[1] = __bfloat162int_rn(b[9]) + __bfloat162int_rz(b[9]);
  us[1] = __bfloat16_as_ushort(b[10]);
  b2[5] = __floats2bfloat162_rn(f[3], f[4]);
  b2[6] = __float22bfloat162_rn(f2[0]);
  b2[7] = __halves2bfloat162(__low2bfloat16(b2[6]), __high2bfloat16(b2[6]));
  b2[8] = __bfloat162bfloat162(b[1]);
  b2[9] = __float2bfloat162_rn(f[5]);
  f2[1] = __bfloat1622float2(b2[7]);
  atomicAdd(&b[15], b[1]);
  atomicAdd(&b2[11], b2[1]);
}
