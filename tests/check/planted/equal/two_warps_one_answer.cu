// SPDX-License-Identifier: MIT
// A thread of each warp writes the answer, in two lines, and the answers agree.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[64]
// finding: race-equal
// cause: nothing as long as the two stay equal
extern "C" __global__ void two_warps_one_answer(const float* in, float* out) {
  __shared__ float answer;
  const int t = threadIdx.x;
  if (t == 0) answer = in[3];  // (1)
  __syncwarp();
  if (t == 32) answer = in[3];  // (2)
  __syncthreads();
  out[t] = answer;
}
