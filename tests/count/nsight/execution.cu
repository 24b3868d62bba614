// SPDX-License-Identifier: MIT
// Lanes and operations, as the emulator and Nsight Compute count them: divergence, guards, atomics,
// fused and separate arithmetic. Each kernel is launched as the line above it says.

// Odd lanes loop longer: half of the lanes run half of the time.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128]=zeros
extern "C" __global__ void divergent_loops(const float* in, float* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = in[i];
  const int turns = (threadIdx.x & 1) != 0 ? 24 : 8;
#pragma unroll 1
  for (int k = 0; k < turns; ++k) sum = fmaf(sum, 0.5f, 1.0f);
  out[i] = sum;
}

// Only the first ten threads of a block store.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128]=zeros
extern "C" __global__ void guarded_store(const float* in, float* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const float value = in[i];
  if (threadIdx.x < 10) out[i] = value;
}

// The last warp has 8 threads.
// emulate: --grid 1 --block 40 --arg f32[40]=iota --arg f32[40]=zeros
extern "C" __global__ void part_of_a_warp(const float* in, float* out) {
  out[threadIdx.x] = in[threadIdx.x] + 1.0f;
}

// Four addresses a warp, eight lanes each.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg u32[4]=zeros
extern "C" __global__ void atomics_on_four(const float* in, unsigned* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(&out[threadIdx.x % 4], static_cast<unsigned>(in[i]));
}

// 3 sums, 2 products, 4 fused.
// emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128]=zeros
extern "C" __global__ void operations(const float* in, float* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const float x = in[i];
  float y = (x + 1.0f) * x;
  y = fmaf(y, x, 2.0f);
  y = fmaf(y, x, y);
  y = (y + x) * y;
  y = fmaf(y, y, x);
  y = fmaf(y, y, 3.0f);
  out[i] = y + x;
}
