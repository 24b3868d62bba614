// SPDX-License-Identifier: MIT
// C = A B, n x n, fp32: the kernels that emulators are compared with. 16 x 16 threads a block.

constexpr int kTile = 16;

// Tiles of A and B pass through shared memory.
extern "C" __global__ void matmul_tiled_kernel(const float* a, const float* b, float* c, int n) {
  __shared__ float sA[kTile][kTile];
  __shared__ float sB[kTile][kTile];
  const int row = blockIdx.y * kTile + threadIdx.y;
  const int column = blockIdx.x * kTile + threadIdx.x;
  float sum = 0.0f;
  for (int k = 0; k < n; k += kTile) {
    sA[threadIdx.y][threadIdx.x] = a[row * n + k + threadIdx.x];
    sB[threadIdx.y][threadIdx.x] = b[(k + threadIdx.y) * n + column];
    __syncthreads();  // both tiles are there
#pragma unroll
    for (int i = 0; i < kTile; ++i) sum = fmaf(sA[threadIdx.y][i], sB[i][threadIdx.x], sum);
    __syncthreads();  // nobody reads them any more
  }
  c[row * n + column] = sum;
}

// Every operand comes from global memory.
extern "C" __global__ void matmul_naive_kernel(const float* a, const float* b, float* c, int n) {
  const int row = blockIdx.y * kTile + threadIdx.y;
  const int column = blockIdx.x * kTile + threadIdx.x;
  float sum = 0.0f;
  for (int k = 0; k < n; ++k) sum = fmaf(a[row * n + k], b[k * n + column], sum);
  c[row * n + column] = sum;
}
