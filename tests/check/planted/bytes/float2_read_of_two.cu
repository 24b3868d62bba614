// SPDX-License-Identifier: MIT
// An 8-byte load takes in the neighbour's 4 bytes.
// emulate: --grid 1 --block 64 --arg f32[64]=iota --arg f32[32]
// finding: race-shared
// cause: the second float of the pair may be old
extern "C" __global__ void float2_read_of_two(const float* in, float* out) {
  __shared__ float2 pairs[32];
  float* cells = reinterpret_cast<float*>(pairs);
  const int t = threadIdx.x;
  cells[t] = in[t];  // (1)
  if (t % 2 == 0) {
    const float2 pair = pairs[t / 2];  // (2)
    out[t / 2] = pair.x * pair.y;
  }
}
