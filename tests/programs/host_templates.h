// SPDX-License-Identifier: MIT
// Bodies of the runtime's C++ forms, which the kit declares: included in front of a program whose
// host code runs.
#pragma once

#include "kernels/kit/host/runtime_api.h"

extern "C" {
__host__ cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block,
                                                __SIZE_TYPE__* shared_bytes, void* stream);
__host__ cudaError_t attnlab_copy_to_symbol(const void* symbol, const void* from,
                                            __SIZE_TYPE__ bytes, __SIZE_TYPE__ offset,
                                            cudaMemcpyKind kind);
__host__ cudaError_t attnlab_copy_from_symbol(void* to, const void* symbol, __SIZE_TYPE__ bytes,
                                              __SIZE_TYPE__ offset, cudaMemcpyKind kind);
__host__ cudaError_t attnlab_occupancy(int* blocks, const void* kernel, int block_size,
                                       __SIZE_TYPE__ shared_bytes);
}

template <typename T>
__host__ cudaError_t cudaMalloc(T** pointer, __SIZE_TYPE__ bytes) {
  return cudaMalloc(reinterpret_cast<void**>(pointer), bytes);
}
template <typename T>
__host__ cudaError_t cudaMallocHost(T** pointer, __SIZE_TYPE__ bytes) {
  return cudaMallocHost(reinterpret_cast<void**>(pointer), bytes);
}
template <typename T>
__host__ cudaError_t cudaHostAlloc(T** pointer, __SIZE_TYPE__ bytes, unsigned int flags) {
  return cudaHostAlloc(reinterpret_cast<void**>(pointer), bytes, flags);
}
template <typename T>
__host__ cudaError_t cudaMallocManaged(T** pointer, __SIZE_TYPE__ bytes, unsigned int flags) {
  return cudaMallocManaged(reinterpret_cast<void**>(pointer), bytes, flags);
}
template <typename T>
__host__ cudaError_t cudaMallocAsync(T** pointer, __SIZE_TYPE__ bytes, cudaStream_t stream) {
  return cudaMallocAsync(reinterpret_cast<void**>(pointer), bytes, stream);
}
template <typename T>
__host__ cudaError_t cudaMemcpyToSymbol(const T& symbol, const void* from, __SIZE_TYPE__ bytes,
                                        __SIZE_TYPE__ offset, cudaMemcpyKind kind) {
  return attnlab_copy_to_symbol(&symbol, from, bytes, offset, kind);
}
template <typename T>
__host__ cudaError_t cudaMemcpyFromSymbol(void* to, const T& symbol, __SIZE_TYPE__ bytes,
                                          __SIZE_TYPE__ offset, cudaMemcpyKind kind) {
  return attnlab_copy_from_symbol(to, &symbol, bytes, offset, kind);
}
template <typename Kernel>
__host__ cudaError_t cudaFuncSetAttribute(Kernel*, cudaFuncAttribute, int) {
  return cudaSuccess;
}
template <typename Kernel>
__host__ cudaError_t cudaFuncSetCacheConfig(Kernel*, cudaFuncCache) {
  return cudaSuccess;
}
template <typename Kernel>
__host__ cudaError_t cudaLaunchKernel(Kernel* kernel, dim3 grid, dim3 block, void** arguments,
                                      __SIZE_TYPE__ shared_bytes, cudaStream_t stream) {
  return cudaLaunchKernel(reinterpret_cast<const void*>(kernel), grid, block, arguments,
                          shared_bytes, stream);
}
template <typename Kernel>
__host__ cudaError_t cudaLaunchCooperativeKernel(Kernel* kernel, dim3 grid, dim3 block,
                                                 void** arguments, __SIZE_TYPE__ shared_bytes,
                                                 cudaStream_t stream) {
  return cudaLaunchCooperativeKernel(reinterpret_cast<const void*>(kernel), grid, block, arguments,
                                     shared_bytes, stream);
}
template <typename Kernel>
__host__ cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel kernel,
                                                                   int block_size,
                                                                   __SIZE_TYPE__ shared_bytes) {
  return attnlab_occupancy(blocks, reinterpret_cast<const void*>(kernel), block_size, shared_bytes);
}
template <typename Kernel>
__host__ cudaError_t cudaOccupancyMaxPotentialBlockSize(int* grid, int* block, Kernel kernel,
                                                        __SIZE_TYPE__ shared_bytes, int) {
  int blocks = 0;
  *block = 1024;
  const cudaError_t error =
      attnlab_occupancy(&blocks, reinterpret_cast<const void*>(kernel), *block, shared_bytes);
  *grid = 132 * blocks;
  return error;
}
