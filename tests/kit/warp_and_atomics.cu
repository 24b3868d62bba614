// SPDX-License-Identifier: MIT
// Shuffles, votes, matches and reductions of a warp; atomics in all three scopes.
template <typename T>
__device__ T shuffled(T value) {
  const unsigned int mask = __activemask();
  value += __shfl_sync(mask, value, 3);
  value += __shfl_sync(mask, value, 1, 8);
  value += __shfl_up_sync(mask, value, 1);
  value += __shfl_down_sync(mask, value, 2, 16);
  value += __shfl_xor_sync(mask, value, 4);
  return value;
}

__global__ void warp_kernel(int* i, unsigned int* u, long long* ll, unsigned long long* ull,
                            float* f, double* d) {
  i[0] = shuffled(i[1]);
  u[0] = shuffled(u[1]);
  ll[0] = shuffled(ll[1]);
  ull[0] = shuffled(ull[1]);
  f[0] = shuffled(f[1]);
  d[0] = shuffled(d[1]);
  const unsigned int mask = 0xffffffffu;
  i[2] = __all_sync(mask, i[3]) + __any_sync(mask, i[4]) + __uni_sync(mask, i[5]);
  u[2] = __ballot_sync(mask, i[6] > 0);
  int same;
  u[3] = __match_any_sync(mask, i[7]) + __match_any_sync(mask, ull[2]);
  u[4] = __match_all_sync(mask, u[5], &same) + __match_all_sync(mask, ll[3], &same);
  u[6] = __match_any_sync(mask, f[2]) + __match_all_sync(mask, d[2], &same);
  i[8] = same + __reduce_add_sync(mask, i[9]) + __reduce_min_sync(mask, i[9]) +
         __reduce_max_sync(mask, i[9]);
  u[7] = __reduce_add_sync(mask, u[8]) + __reduce_min_sync(mask, u[8]) +
         __reduce_max_sync(mask, u[8]) + __reduce_and_sync(mask, u[8]) +
         __reduce_or_sync(mask, u[8]) + __reduce_xor_sync(mask, u[8]);
}

#define EVERY_SCOPE(operation, ...) \
  operation(__VA_ARGS__);           \
  operation##_block(__VA_ARGS__);   \
  operation##_system(__VA_ARGS__)

__global__ void atomics_kernel(int* i, unsigned int* u, long long* ll, unsigned long long* ull,
                               float* f, double* d, unsigned short* us) {
  EVERY_SCOPE(atomicAdd, i, 1);
  EVERY_SCOPE(atomicAdd, u, 1u);
  EVERY_SCOPE(atomicAdd, ull, 1ull);
  EVERY_SCOPE(atomicAdd, f, 1.0f);
  EVERY_SCOPE(atomicAdd, d, 1.0);
  EVERY_SCOPE(atomicSub, i, 1);
  EVERY_SCOPE(atomicSub, u, 1u);
  EVERY_SCOPE(atomicExch, i, 1);
  EVERY_SCOPE(atomicExch, u, 1u);
  EVERY_SCOPE(atomicExch, ull, 1ull);
  EVERY_SCOPE(atomicExch, f, 1.0f);
  EVERY_SCOPE(atomicMin, i, 1);
  EVERY_SCOPE(atomicMin, u, 1u);
  EVERY_SCOPE(atomicMin, ll, 1ll);
  EVERY_SCOPE(atomicMin, ull, 1ull);
  EVERY_SCOPE(atomicMax, i, 1);
  EVERY_SCOPE(atomicMax, u, 1u);
  EVERY_SCOPE(atomicMax, ll, 1ll);
  EVERY_SCOPE(atomicMax, ull, 1ull);
  EVERY_SCOPE(atomicInc, u, 7u);
  EVERY_SCOPE(atomicDec, u, 7u);
  EVERY_SCOPE(atomicAnd, i, 1);
  EVERY_SCOPE(atomicAnd, u, 1u);
  EVERY_SCOPE(atomicAnd, ull, 1ull);
  EVERY_SCOPE(atomicOr, i, 1);
  EVERY_SCOPE(atomicOr, u, 1u);
  EVERY_SCOPE(atomicOr, ull, 1ull);
  EVERY_SCOPE(atomicXor, i, 1);
  EVERY_SCOPE(atomicXor, u, 1u);
  EVERY_SCOPE(atomicXor, ull, 1ull);
  EVERY_SCOPE(atomicCAS, i, 1, 2);
  EVERY_SCOPE(atomicCAS, u, 1u, 2u);
  EVERY_SCOPE(atomicCAS, ull, 1ull, 2ull);
  const unsigned short one = 1;
  atomicCAS(us, one, one);
}
