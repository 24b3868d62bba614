// SPDX-License-Identifier: MIT
// Lane 0 replaces the running maximum while the other lanes still need the old one.
// emulate: --grid 1 --block 32 --arg f32[96]=normal:22 --arg f32[32]
// finding: race-shared
// cause: some columns of the output are not scaled to the new maximum
extern "C" __global__ void maximum_replaced_early(const float* scores, float* o) {
  __shared__ float m_row;
  const int lane = threadIdx.x;
  if (lane == 0) m_row = -100.0f;
  __syncwarp();
  float acc = 0.0f;
  for (int tile = 0; tile < 3; ++tile) {
    float m = scores[tile * 32 + lane];
    for (int d = 16; d > 0; d /= 2) m = fmaxf(m, __shfl_xor_sync(0xffffffffu, m, d));
    const float m_old = m_row;  // (1)
    const float m_new = fmaxf(m_old, m);
    acc = acc * (m_old / m_new) + scores[tile * 32 + lane] - m_new;
    if (lane == 0) m_row = m_new;  // (2)
    __syncwarp();
  }
  o[lane] = acc;
}
