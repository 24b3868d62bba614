// SPDX-License-Identifier: MIT
// The block that draws the last ticket writes the total; the block with the last index takes it for its own.
// emulate: --grid 4 --block 32 --arg f32[128]=iota --arg i32[1]=zeros --arg f32[1]=zeros --arg f32[32]
// finding: race-global
// seed: needed
// cause: in another order of blocks the total is not there yet
extern "C" __global__ void last_ticket_is_last_block(const float* in, int* tickets, float* total,
                                                     float* out) {
  __shared__ int ticket;
  const int t = threadIdx.x;
  if (t == 0) ticket = atomicAdd(tickets, 1);
  __syncthreads();
  if (ticket == 3 && t == 0) total[0] = 2.0f;  // (1)
  __syncthreads();
  if (blockIdx.x == 3) out[t] = in[t] * total[0];  // (2)
}
