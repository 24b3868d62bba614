// SPDX-License-Identifier: MIT
// Dynamic shared memory is cut into two arrays; the rest of it is left alone.
// emulate: --grid 1 --block 64 --shared 1024 --arg f32[64]=iota --arg f32[64]
extern "C" __global__ void two_arrays_in_one(const float* in, float* out) {
  extern __shared__ float cells[];
  int* order = reinterpret_cast<int*>(cells + 64);
  const int t = threadIdx.x;
  cells[t] = in[t];
  order[t] = 63 - t;
  __syncthreads();
  out[t] = cells[order[t ^ 1]];
}
