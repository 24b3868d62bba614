// SPDX-License-Identifier: MIT
// Host code that compares its kernel with cuBLAS, and groups that scan: only read, never run.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
#include <cublasLt.h>
#include <cublas_v2.h>
#include <cuda_profiler_api.h>

namespace cg = cooperative_groups;

struct MaximumAndSum {
  float maximum;
  float sum;
};

__device__ MaximumAndSum merged(MaximumAndSum a, MaximumAndSum b) {
  const bool a_larger = a.maximum > b.maximum;
  const MaximumAndSum large = a_larger ? a : b;
  const MaximumAndSum small = a_larger ? b : a;
  return {large.maximum, large.sum + small.sum * expf(small.maximum - large.maximum)};
}

__global__ void groups_kernel(MaximumAndSum* states, float* values, int* counts) {
  const cg::thread_block block = cg::this_thread_block();
  const cg::thread_block_tile<16> tile = cg::tiled_partition<16>(block);
  states[0] = cg::reduce(tile, states[tile.thread_rank()], merged);
  values[block.thread_rank()] = cg::inclusive_scan(tile, values[block.thread_rank()]);
  counts[0] = cg::exclusive_scan(tile, counts[1], cg::plus<int>());
  counts[2] = tile.ballot(counts[3] > 0) + tile.any(counts[4]) + tile.all(counts[5]);
}

int main() {
  cublasHandle_t handle;
  if (cublasCreate(&handle) != CUBLAS_STATUS_SUCCESS) return 1;
  const float one = 1.0f;
  const float zero = 0.0f;
  float* a = nullptr;
  cudaProfilerStart();
  cublasSetMathMode(handle, CUBLAS_TF32_TENSOR_OP_MATH);
  cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_T, 8, 8, 8, &one, a, 8, a, 8, &zero, a, 8);
  cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_N, 8, 8, 8, &one, a, CUDA_R_16BF, 8, a, CUDA_R_16BF,
               8, &zero, a, CUDA_R_32F, 8, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
  cublasLtHandle_t light;
  cublasLtCreate(&light);
  cublasLtMatmulDesc_t description;
  cublasLtMatmulDescCreate(&description, CUBLAS_COMPUTE_32F, CUDA_R_32F);
  cublasLtDestroy(light);
  cudaProfilerStop();
  return cublasDestroy(handle) == CUBLAS_STATUS_SUCCESS ? 0 : 1;
}
