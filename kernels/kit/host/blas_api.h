// SPDX-License-Identifier: MIT
// cuBLAS and cuBLASLt as host code of teaching programs calls them, declared so that files which
// compare their kernels with these libraries can be read. Nothing here is ever called.
#pragma once

#include "kernels/kit/half/bf16.h"
#include "kernels/kit/half/fp16.h"
#include "kernels/kit/host/runtime_api.h"

struct cublasContext;
struct cublasLtContext;
using cublasHandle_t = cublasContext*;
using cublasLtHandle_t = cublasLtContext*;

enum cudaDataType {
  CUDA_R_32F = 0,
  CUDA_R_64F = 1,
  CUDA_R_16F = 2,
  CUDA_R_8I = 3,
  CUDA_R_16BF = 14
};
using cudaDataType_t = cudaDataType;
enum cublasStatus_t {
  CUBLAS_STATUS_SUCCESS = 0,
  CUBLAS_STATUS_NOT_INITIALIZED = 1,
  CUBLAS_STATUS_ALLOC_FAILED = 3,
  CUBLAS_STATUS_INVALID_VALUE = 7,
  CUBLAS_STATUS_ARCH_MISMATCH = 8,
  CUBLAS_STATUS_EXECUTION_FAILED = 13,
  CUBLAS_STATUS_INTERNAL_ERROR = 14,
  CUBLAS_STATUS_NOT_SUPPORTED = 15
};
enum cublasOperation_t { CUBLAS_OP_N = 0, CUBLAS_OP_T = 1, CUBLAS_OP_C = 2 };
enum cublasMath_t {
  CUBLAS_DEFAULT_MATH = 0,
  CUBLAS_TENSOR_OP_MATH = 1,
  CUBLAS_PEDANTIC_MATH = 2,
  CUBLAS_TF32_TENSOR_OP_MATH = 3
};
enum cublasComputeType_t {
  CUBLAS_COMPUTE_16F = 64,
  CUBLAS_COMPUTE_32F = 68,
  CUBLAS_COMPUTE_32F_FAST_16F = 74,
  CUBLAS_COMPUTE_32F_FAST_16BF = 75,
  CUBLAS_COMPUTE_32F_FAST_TF32 = 77,
  CUBLAS_COMPUTE_64F = 70
};
enum cublasGemmAlgo_t { CUBLAS_GEMM_DEFAULT = -1, CUBLAS_GEMM_DEFAULT_TENSOR_OP = 99 };

extern "C" {

__host__ cublasStatus_t cublasCreate(cublasHandle_t* handle);
__host__ cublasStatus_t cublasDestroy(cublasHandle_t handle);
__host__ cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream);
__host__ cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode);
__host__ const char* cublasGetStatusString(cublasStatus_t status);
__host__ cublasStatus_t cublasSaxpy(cublasHandle_t handle, int n, const float* alpha,
                                    const float* x, int stride_x, float* y, int stride_y);
__host__ cublasStatus_t cublasSdot(cublasHandle_t handle, int n, const float* x, int stride_x,
                                   const float* y, int stride_y, float* result);
__host__ cublasStatus_t cublasSgemv(cublasHandle_t handle, cublasOperation_t operation, int m,
                                    int n, const float* alpha, const float* a, int row,
                                    const float* x, int stride_x, const float* beta, float* y,
                                    int stride_y);
__host__ cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t operation_a,
                                    cublasOperation_t operation_b, int m, int n, int k,
                                    const float* alpha, const float* a, int row_a, const float* b,
                                    int row_b, const float* beta, float* c, int row_c);
__host__ cublasStatus_t cublasSgemmStridedBatched(
    cublasHandle_t handle, cublasOperation_t operation_a, cublasOperation_t operation_b, int m,
    int n, int k, const float* alpha, const float* a, int row_a, long long stride_a, const float* b,
    int row_b, long long stride_b, const float* beta, float* c, int row_c, long long stride_c,
    int batches);
__host__ cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t operation_a,
                                     cublasOperation_t operation_b, int m, int n, int k,
                                     const void* alpha, const void* a, cudaDataType type_a,
                                     int row_a, const void* b, cudaDataType type_b, int row_b,
                                     const void* beta, void* c, cudaDataType type_c, int row_c,
                                     cublasComputeType_t compute, cublasGemmAlgo_t algorithm);
__host__ cublasStatus_t cublasGemmStridedBatchedEx(
    cublasHandle_t handle, cublasOperation_t operation_a, cublasOperation_t operation_b, int m,
    int n, int k, const void* alpha, const void* a, cudaDataType type_a, int row_a,
    long long stride_a, const void* b, cudaDataType type_b, int row_b, long long stride_b,
    const void* beta, void* c, cudaDataType type_c, int row_c, long long stride_c, int batches,
    cublasComputeType_t compute, cublasGemmAlgo_t algorithm);

}  // extern "C"

struct cublasLtMatmulDescOpaque_t;
struct cublasLtMatrixLayoutOpaque_t;
struct cublasLtMatmulPreferenceOpaque_t;
using cublasLtMatmulDesc_t = cublasLtMatmulDescOpaque_t*;
using cublasLtMatrixLayout_t = cublasLtMatrixLayoutOpaque_t*;
using cublasLtMatmulPreference_t = cublasLtMatmulPreferenceOpaque_t*;
struct cublasLtMatmulAlgo_t {
  unsigned long long data[8];
};
struct cublasLtMatmulHeuristicResult_t {
  cublasLtMatmulAlgo_t algo;
  __SIZE_TYPE__ workspaceSize;
  cublasStatus_t state;
  float wavesCount;
  int reserved[4];
};
enum cublasLtMatmulDescAttributes_t {
  CUBLASLT_MATMUL_DESC_TRANSA = 3,
  CUBLASLT_MATMUL_DESC_TRANSB = 4,
  CUBLASLT_MATMUL_DESC_EPILOGUE = 7,
  CUBLASLT_MATMUL_DESC_BIAS_POINTER = 8
};
enum cublasLtMatmulPreferenceAttributes_t { CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES = 1 };
enum cublasLtEpilogue_t {
  CUBLASLT_EPILOGUE_DEFAULT = 1,
  CUBLASLT_EPILOGUE_BIAS = 4,
  CUBLASLT_EPILOGUE_GELU = 32,
  CUBLASLT_EPILOGUE_GELU_BIAS = 36
};

extern "C" {

__host__ cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle);
__host__ cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle);
__host__ cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* description,
                                                 cublasComputeType_t compute, cudaDataType scale);
__host__ cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t description);
__host__ cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t description,
                                                       cublasLtMatmulDescAttributes_t attribute,
                                                       const void* value, __SIZE_TYPE__ bytes);
__host__ cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout,
                                                   cudaDataType type, unsigned long rows,
                                                   unsigned long columns, long row);
__host__ cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout);
__host__ cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference);
__host__ cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference);
__host__ cublasStatus_t cublasLtMatmulPreferenceSetAttribute(
    cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute,
    const void* value, __SIZE_TYPE__ bytes);
__host__ cublasStatus_t cublasLtMatmulAlgoGetHeuristic(
    cublasLtHandle_t handle, cublasLtMatmulDesc_t description, cublasLtMatrixLayout_t a,
    cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
    cublasLtMatmulPreference_t preference, int wanted, cublasLtMatmulHeuristicResult_t* results,
    int* found);
__host__ cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t description,
                                       const void* alpha, const void* a,
                                       cublasLtMatrixLayout_t layout_a, const void* b,
                                       cublasLtMatrixLayout_t layout_b, const void* beta,
                                       const void* c, cublasLtMatrixLayout_t layout_c, void* d,
                                       cublasLtMatrixLayout_t layout_d,
                                       const cublasLtMatmulAlgo_t* algorithm, void* workspace,
                                       __SIZE_TYPE__ workspace_bytes, cudaStream_t stream);

}  // extern "C"
