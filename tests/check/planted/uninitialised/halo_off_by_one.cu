// SPDX-License-Identifier: MIT
// The halo at the right end is stored one cell short of where it is read.
// emulate: --grid 1 --block 64 --arg f32[66]=iota --arg f32[64]
// finding: uninitialised-shared
// cause: the last result holds whatever was in the cell
extern "C" __global__ void halo_off_by_one(const float* in, float* out) {
  __shared__ float row[67];
  const int t = threadIdx.x;
  row[t + 1] = in[t + 1];
  if (t == 0) row[0] = in[0];
  if (t == 63) row[66] = in[65];
  __syncthreads();
  out[t] = row[t] + row[t + 2];  // (1)
}
