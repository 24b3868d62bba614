// SPDX-License-Identifier: MIT
// Qualifiers, built-in variables, vector types, barriers, fences, clocks, printf, assert, new.
#include <cassert>
#include <cstdio>

__constant__ float weights[4] = {1.0f, 2.0f, 3.0f, 4.0f};
__device__ int counter;
__managed__ int shared_with_host;

struct __align__(16) Particle {
  float3 position;
  float mass;
};

__device__ __noinline__ float total(const float4& v) {
  return v.x + v.y + v.z + v.w;
}
__host__ __device__ inline int ceil_div(int a, int b) {
  return (a + b - 1) / b;
}

__global__ void __launch_bounds__(256, 2)
    language_kernel(float* __restrict__ out, const __grid_constant__ Particle particle, int n) {
  extern __shared__ float dynamic[];
  __shared__ float tile[32][33];
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const dim3 extent = blockDim;
  const uint3 place = threadIdx;
  dim3 grid(gridDim.x, gridDim.y);
  tile[place.y % 32][place.x % 32] = particle.position.x * particle.mass;
  dynamic[threadIdx.x] = weights[threadIdx.x % 4];
  __syncthreads();
  const int inside = __syncthreads_count(i < n);
  const int all = __syncthreads_and(i < n);
  const int any = __syncthreads_or(i < n);
  __syncwarp();
  __syncwarp(0xffffffffu);
  __threadfence_block();
  __threadfence();
  __threadfence_system();
  assert(i < n);
  if (i == 0) printf("%d of %u, %f\n", inside, extent.x * grid.y, dynamic[0]);
  const long long begin = clock64();
  const clock_t ticks = clock();
  __nanosleep(100);
  if (n < 0) __trap();
  float* scratch = new float[4];
  scratch[0] = total(make_float4(1.0f, 2.0f, 3.0f, 4.0f));
  void* bytes = malloc(16);
  memset(bytes, 0, 16);
  memcpy(out + n, bytes, 16);
  free(bytes);
  out[i] = tile[place.x % 32][place.y % 32] + scratch[0] + all + any + warpSize +
           static_cast<float>(begin) + static_cast<float>(ticks) + ceil_div(n, 3) + counter +
           shared_with_host;
  delete[] scratch;
}

__global__ void vectors_kernel(float4* f4, double2* d2, int4* i4, uchar4* c4, uint2* u2) {
  const float2 a = make_float2(1.0f, 2.0f);
  const float3 b = make_float3(1.0f, 2.0f, 3.0f);
  f4[0] = make_float4(a.x, a.y, b.x, b.z);
  d2[0] = make_double2(a.x, b.y);
  i4[0] = make_int4(1, 2, 3, 4);
  c4[0] = make_uchar4(1, 2, 3, 4);
  u2[0] = make_uint2(make_uint3(1, 2, 3).x, make_ushort2(1, 2).y);
  i4[1].x = make_short4(1, 2, 3, 4).w + make_char2(1, 2).x + make_int2(5, 6).y;
  d2[1].x = static_cast<double>(make_longlong2(1, 2).x + make_long2(3, 4).y) +
            static_cast<double>(make_ulonglong2(1, 2).x) + make_double3(1, 2, 3).z;
  static_assert(sizeof(float4) == 16 && alignof(float4) == 16 && alignof(float2) == 8 &&
                sizeof(float3) == 12 && alignof(uchar4) == 4 && alignof(double2) == 16);
}
