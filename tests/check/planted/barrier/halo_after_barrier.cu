// SPDX-License-Identifier: MIT
// The halo of a filter is loaded after the barrier that was meant for it.
// emulate: --grid 1 --block 64 --arg f32[66]=iota --arg f32[64]
// finding: race-shared
// cause: the second thread may use a halo cell that is not there yet
extern "C" __global__ void halo_after_barrier(const float* in, float* out) {
  __shared__ float tile[66];
  const int t = threadIdx.x;
  tile[t + 2] = in[t + 2];
  __syncthreads();
  if (t == 0) {
    for (int i = 0; i < 2; ++i) tile[i] = in[i];  // (1)
  }
  out[t] = tile[t + 2] - tile[t];  // (2)
}
