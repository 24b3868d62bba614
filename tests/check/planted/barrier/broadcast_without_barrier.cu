// SPDX-License-Identifier: MIT
// Thread 0 finds the largest element; the others use it at once.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:2 --arg f32[64]
// finding: race-shared
// cause: a thread may subtract the first element, which is what the cell began with
extern "C" __global__ void broadcast_without_barrier(const float* in, float* out) {
  __shared__ float largest;
  const int t = threadIdx.x;
  if (t == 0) largest = in[0];
  __syncthreads();
  if (t == 0) {
    float m = in[0];
    for (int i = 1; i < 64; ++i) m = fmaxf(m, in[i]);
    largest = m;  // (1)
  }
  out[t] = in[t] - largest;  // (2)
}
