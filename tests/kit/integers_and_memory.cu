// SPDX-License-Identifier: MIT
// Integer intrinsics, conversions by name, loads and stores with a cache hint, address questions.
__global__ void integers_kernel(int* i, unsigned int* u, long long* ll, unsigned long long* ull) {
  i[0] =
      __popc(u[0]) + __popcll(ull[0]) + __clz(i[1]) + __clzll(ll[1]) + __ffs(i[2]) + __ffsll(ll[2]);
  u[0] = __brev(u[1]) + __byte_perm(u[1], u[2], 0x1234);
  ull[0] = __brevll(ull[1]);
  i[3] = __mulhi(i[1], i[2]) + __mul24(i[1], i[2]) + __hadd(i[1], i[2]) + __rhadd(i[1], i[2]);
  u[3] = __umulhi(u[1], u[2]) + __umul24(u[1], u[2]) + __uhadd(u[1], u[2]) + __urhadd(u[1], u[2]);
  u[4] = __sad(i[1], i[2], u[1]) + __usad(u[1], u[2], u[3]);
  ll[0] = __mul64hi(ll[1], ll[2]);
  ull[2] = __umul64hi(ull[1], ull[2]);
  u[5] = __funnelshift_l(u[1], u[2], u[3]) + __funnelshift_r(u[1], u[2], u[3]) +
         __funnelshift_lc(u[1], u[2], u[3]) + __funnelshift_rc(u[1], u[2], u[3]);
  i[4] = __dp4a(i[1], i[2], i[3]) + __dp2a_lo(i[1], i[2], i[3]) + __dp2a_hi(i[1], i[2], i[3]);
  u[6] = __dp4a(u[1], u[2], u[3]) + __dp2a_lo(u[1], u[2], u[3]) + __dp2a_hi(u[1], u[2], u[3]);
  i[5] = min(i[1], i[2]) + max(i[1], i[2]) + abs(i[3]);
  u[7] = min(u[1], u[2]) + max(i[1], u[2]) + umin(u[1], u[2]) + umax(u[1], u[2]);
  ll[3] = min(ll[1], ll[2]) + max(ll[1], ll[2]) + llabs(ll[1]) + llmin(ll[1], ll[2]);
  ull[3] = min(ull[1], ull[2]) + max(ull[1], ull[2]) + ullmax(ull[1], ull[2]);
}

#define EVERY_ROUNDING(name, x) (name##_rn(x) + name##_rz(x) + name##_ru(x) + name##_rd(x))

__global__ void conversions_kernel(int* i, unsigned int* u, long long* ll, unsigned long long* ull,
                                   float* f, double* d) {
  i[0] = EVERY_ROUNDING(__float2int, f[0]) + EVERY_ROUNDING(__double2int, d[0]);
  u[0] = EVERY_ROUNDING(__float2uint, f[0]) + EVERY_ROUNDING(__double2uint, d[0]);
  ll[0] = EVERY_ROUNDING(__float2ll, f[0]) + EVERY_ROUNDING(__double2ll, d[0]);
  ull[0] = EVERY_ROUNDING(__float2ull, f[0]) + EVERY_ROUNDING(__double2ull, d[0]);
  f[1] = EVERY_ROUNDING(__int2float, i[1]) + EVERY_ROUNDING(__uint2float, u[1]) +
         EVERY_ROUNDING(__ll2float, ll[1]) + EVERY_ROUNDING(__ull2float, ull[1]) +
         EVERY_ROUNDING(__double2float, d[1]);
  d[2] = EVERY_ROUNDING(__ll2double, ll[1]) + EVERY_ROUNDING(__ull2double, ull[1]) +
         __int2double_rn(i[1]) + __uint2double_rn(u[1]);
  i[2] = __float_as_int(f[2]) + __double2hiint(d[3]) + __double2loint(d[3]);
  u[2] = __float_as_uint(f[3]);
  f[4] = __int_as_float(i[3]) + __uint_as_float(u[3]);
  ll[2] = __double_as_longlong(d[4]);
  d[5] = __longlong_as_double(ll[3]) + __hiloint2double(i[4], i[5]);
}

__global__ void memory_kernel(const float* f, const double* d, const char* c, const short* s,
                              const float4* f4, const int2* i2, float* out, float4* out4,
                              double* out_d, unsigned long long* places) {
  out[0] = __ldg(f) + __ldca(f + 1) + __ldcg(f + 2) + __ldcs(f + 3) + __ldlu(f + 4) + __ldcv(f + 5);
  out_d[0] = __ldg(d) + __ldcg(d + 1);
  out[1] = __ldg(c) + __ldg(s) + __ldg(i2).x;
  const float4 four = __ldg(f4);
  __stwb(out4, four);
  __stcg(out4 + 1, __ldcs(f4 + 1));
  __stcs(out + 2, four.x);
  __stwt(out_d + 1, 1.0);
  __shared__ float tile[32];
  tile[threadIdx.x] = 0.0f;
  places[0] = __isGlobal(out) + __isShared(tile) + __isLocal(out) + __isConstant(out);
  places[1] = __cvta_generic_to_shared(tile) + __cvta_generic_to_global(out);
}
