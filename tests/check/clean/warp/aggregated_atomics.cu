// SPDX-License-Identifier: MIT
// The lanes that are here add once together; the mask is what __activemask found.
// emulate: --grid 1 --block 64 --arg f32[64]=normal:3 --arg i32[1]=zeros
extern "C" __global__ void aggregated_atomics(const float* in, int* count) {
  if (in[threadIdx.x] > 0.0f) {
    const unsigned int here = __activemask();
    const int leader = __ffs(here) - 1;
    if (threadIdx.x % 32 == leader) atomicAdd(count, __popc(here));
  }
}
