// SPDX-License-Identifier: MIT
// One piece of shared memory is first floats, then ints, with a barrier between the two lives.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64] --arg i32[64]
union Scratch {
  float values[64];
  int indices[64];
};

extern "C" __global__ void memory_used_twice(const float* in, float* out, int* order) {
  __shared__ Scratch scratch;
  const int t = threadIdx.x;
  scratch.values[t] = in[t];
  __syncthreads();
  out[t] = scratch.values[63 - t];
  __syncthreads();
  scratch.indices[63 - t] = t;
  __syncthreads();
  order[t] = scratch.indices[t];
}
