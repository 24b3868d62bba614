// SPDX-License-Identifier: MIT
// A program as students write them: kernels, the runtime's functions, the C++ library, main.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cuda_runtime.h>
#include <device_launch_parameters.h>
#include <math.h>
#include <math_constants.h>
#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>
#include <vector>

namespace cg = cooperative_groups;

#define CHECK(call)                                                                  \
  do {                                                                               \
    const cudaError_t error = (call);                                                \
    if (error != cudaSuccess) {                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(error)); \
      exit(EXIT_FAILURE);                                                            \
    }                                                                                \
  } while (0)

__constant__ float filter[9];

template <int kTile>
__global__ void softmax_kernel(const float* in, float* out, int n) {
  const cg::thread_block block = cg::this_thread_block();
  const auto warp = cg::tiled_partition<32>(block);
  extern __shared__ float partial[];
  float maximum = -CUDART_INF_F;
  for (int i = threadIdx.x; i < n; i += kTile) maximum = fmaxf(maximum, in[i]);
  maximum = cg::reduce(warp, maximum, cg::greater<float>());
  float sum = 0.0f;
  for (int i = threadIdx.x; i < n; i += kTile) sum += exp(in[i] - maximum) * filter[i % 9];
  sum = cg::reduce(warp, sum, cg::plus<float>());
  if (warp.thread_rank() == 0) partial[warp.meta_group_rank()] = sum + warp.shfl(sum, 1);
  block.sync();
  cg::sync(block);
  const auto active = cg::coalesced_threads();
  if (active.thread_rank() == 0) atomicAdd(out + n, static_cast<float>(active.size()));
  for (int i = threadIdx.x; i < n; i += kTile) {
    out[i] = std::exp(in[i] - maximum) / std::max(partial[0], 1e-20f);
  }
}

static float reference(const std::vector<float>& in) {
  const float maximum = *std::max_element(in.begin(), in.end());
  double sum = 0.0;
  for (const float x : in) sum += std::exp(static_cast<double>(x - maximum)) + expf(x) * max(1, 2);
  return static_cast<float>(std::log(sum) + sqrt(2.0) + std::pow(2.0, 3) + fabs(-1.0));
}

int main(int argc, char** argv) {
  const int n = argc > 1 ? atoi(argv[1]) : 1024;
  std::vector<float> in(n);
  std::mt19937 random(42);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  for (float& x : in) x = uniform(random);
  float* d_in = nullptr;
  float* d_out = nullptr;
  CHECK(cudaMalloc(&d_in, n * sizeof(float)));
  CHECK(cudaMalloc((void**)&d_out, (n + 1) * sizeof(float)));
  CHECK(cudaMemset(d_out, 0, (n + 1) * sizeof(float)));
  CHECK(cudaMemcpy(d_in, in.data(), n * sizeof(float), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpyToSymbol(filter, in.data(), sizeof(filter)));
  cudaEvent_t start, stop;
  CHECK(cudaEventCreate(&start));
  CHECK(cudaEventCreate(&stop));
  cudaStream_t stream;
  CHECK(cudaStreamCreate(&stream));
  const dim3 block(256), grid((n + block.x - 1) / block.x);
  CHECK(cudaFuncSetAttribute(softmax_kernel<256>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             65536));
  CHECK(cudaEventRecord(start));
  softmax_kernel<256><<<grid, block, 32 * sizeof(float)>>>(d_in, d_out, n);
  softmax_kernel<128><<<1, 128, 32 * sizeof(float), stream>>>(d_in, d_out, n);
  CHECK(cudaGetLastError());
  CHECK(cudaEventRecord(stop, stream));
  CHECK(cudaEventSynchronize(stop));
  float milliseconds = 0.0f;
  CHECK(cudaEventElapsedTime(&milliseconds, start, stop));
  CHECK(cudaDeviceSynchronize());
  cudaDeviceProp properties;
  CHECK(cudaGetDeviceProperties(&properties, 0));
  std::vector<float> out(n);
  CHECK(cudaMemcpy(out.data(), d_out, n * sizeof(float), cudaMemcpyDeviceToHost));
  std::cout << properties.name << ": " << milliseconds << " ms, " << reference(in) << "\n";
  printf("%f %d\n", out[0], properties.multiProcessorCount);
  CHECK(cudaFree(d_in));
  CHECK(cudaFree(d_out));
  CHECK(cudaStreamDestroy(stream));
  CHECK(cudaEventDestroy(start));
  CHECK(cudaEventDestroy(stop));
  return 0;
}
