// SPDX-License-Identifier: MIT
// Kernels with one planted fault each. The tests find the lines of a fault by its mark, which names
// the kernel.
#include <assert.h>

__global__ void out_of_bounds(float* out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= n) out[i] = 1.0f;  // here: out_of_bounds
}

__global__ void before_begin(const float* in, float* out) {
  out[threadIdx.x] = in[static_cast<int>(threadIdx.x) - 3];  // here: before_begin
}

__global__ void null_pointer(const float* in, float* out) {
  out[threadIdx.x] = in[threadIdx.x];  // here: null_pointer
}

__global__ void misaligned(float* out) {
  const unsigned long long address = reinterpret_cast<unsigned long long>(out) + 2 * threadIdx.x;
  *reinterpret_cast<float*>(address) = 1.0f;  // here: misaligned
}

__global__ void shared_overrun(float* out) {
  __shared__ float tile[32];
  tile[threadIdx.x] = 1.0f;  // here: shared_overrun
  __syncthreads();           // every thread may read what the others wrote
  out[threadIdx.x] = tile[threadIdx.x ^ 1];
}

__global__ void barrier_divergence(float* out) {
  if (threadIdx.x % 2 == 0) {
    __syncthreads();  // here: barrier_divergence
    out[threadIdx.x] = 1.0f;
  } else {
    out[threadIdx.x] = 2.0f;
    __syncthreads();  // here: barrier_divergence
    out[threadIdx.x] += 1.0f;
  }
}

__global__ void endless_loop(volatile int* flag) {
  while (flag[0] == 0) {  // here: endless_loop
  }
  flag[1] = 1;
}

__global__ void trapped(const int* in) {
  if (in[threadIdx.x] == 5) __trap();  // here: trapped
}

__global__ void asserted(const int* in) {
  assert(in[threadIdx.x] < 40);  // here: asserted
}
