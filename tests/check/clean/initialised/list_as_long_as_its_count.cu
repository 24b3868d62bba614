// SPDX-License-Identifier: MIT
// A list is filled to a count that is known only at run time, and read up to there.
// emulate: --grid 1 --block 32 --arg f32[32]=normal:31 --arg f32[1]
extern "C" __global__ void list_as_long_as_its_count(const float* in, float* out) {
  __shared__ float list[32];
  __shared__ int count;
  const int t = threadIdx.x;
  if (t == 0) count = 0;
  __syncthreads();
  if (in[t] > 0.5f) list[atomicAdd(&count, 1)] = in[t];
  __syncthreads();
  if (t == 0) {
    float largest = 0.0f;
    for (int i = 0; i < count; ++i) largest = fmaxf(largest, list[i]);
    out[0] = largest;
  }
}
