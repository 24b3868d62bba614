// SPDX-License-Identifier: MIT
// Kernels that behave, for the tests of `attnlab emulate`.
#include <stdio.h>

__global__ void scale(const float* x, float* y, int n, float a) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i];
}

// The sum of each block's slice; a barrier between the steps of the tree.
__global__ void block_sums(const int* in, int* sums) {
  extern __shared__ int partial[];
  partial[threadIdx.x] = in[blockIdx.x * blockDim.x + threadIdx.x];
  for (int half = static_cast<int>(blockDim.x) / 2; half > 0; half /= 2) {
    __syncthreads();  // the halves are added by one thread and read by another
    const int i = static_cast<int>(threadIdx.x);
    if (i < half) partial[i] += partial[i + half];
  }
  if (threadIdx.x == 0) sums[blockIdx.x] = partial[0];
}

__global__ void say(int from) {
  if (threadIdx.x == 0) printf("block %d of %d\n", static_cast<int>(blockIdx.x) + from, 3);
}

template <class T>
__global__ void copy(const T* source, T* target) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  target[i] = source[i];
}
template __global__ void copy<char>(const char*, char*);
template __global__ void copy<short>(const short*, short*);
template __global__ void copy<double>(const double*, double*);

extern "C" __global__ void index_sums(unsigned long long* out, unsigned int width) {
  const unsigned int x = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned int y = blockIdx.y * blockDim.y + threadIdx.y;
  const unsigned int z = blockIdx.z * blockDim.z + threadIdx.z;
  out[(z * gridDim.y * blockDim.y + y) * width + x] = x + 1000ull * y + 1000000ull * z;
}
