// SPDX-License-Identifier: MIT
// Each warp writes another member of the same struct; the members share no byte.
// emulate: --grid 1 --block 96 --arg i32[3]
struct Header {
  unsigned char kind;
  unsigned short length;
  unsigned int sum;
};

extern "C" __global__ void members_of_one_struct(int* out) {
  __shared__ Header header;
  const int t = threadIdx.x;
  if (t == 0) header.kind = 7;
  if (t == 32) header.length = 300;
  if (t == 64) header.sum = 70000;
  __syncthreads();
  if (t == 0) out[0] = header.kind;
  if (t == 1) out[1] = header.length;
  if (t == 2) out[2] = header.sum;
}
