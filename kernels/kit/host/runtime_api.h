// SPDX-License-Identifier: MIT
// The CUDA runtime as host code sees it, declared so that a file with both kinds of code can be
// read: only its kernels are compiled, nothing here is ever called.
#pragma once

#include "kernels/kit/host/runtime_types.h"

// clang turns kernel<<<grid, block>>>(...) into a call of this one.
extern "C" __host__ unsigned int __cudaPushCallConfiguration(dim3 grid, dim3 block,
                                                             __SIZE_TYPE__ shared_bytes = 0,
                                                             void* stream = nullptr);
extern "C" __host__ cudaError_t cudaConfigureCall(dim3 grid, dim3 block,
                                                  __SIZE_TYPE__ shared_bytes = 0,
                                                  cudaStream_t stream = nullptr);

extern "C" {

// Errors.
__host__ const char* cudaGetErrorName(cudaError_t error);
__host__ const char* cudaGetErrorString(cudaError_t error);
__host__ cudaError_t cudaGetLastError();
__host__ cudaError_t cudaPeekAtLastError();

// Devices.
__host__ cudaError_t cudaDeviceSynchronize();
__host__ cudaError_t cudaDeviceReset();
__host__ cudaError_t cudaGetDevice(int* device);
__host__ cudaError_t cudaSetDevice(int device);
__host__ cudaError_t cudaSetDeviceFlags(unsigned int flags);
__host__ cudaError_t cudaGetDeviceCount(int* count);
__host__ cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
__host__ cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
__host__ cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache configuration);
__host__ cudaError_t cudaDeviceSetLimit(cudaLimit limit, __SIZE_TYPE__ value);
__host__ cudaError_t cudaDeviceGetLimit(__SIZE_TYPE__* value, cudaLimit limit);
__host__ cudaError_t cudaDeviceCanAccessPeer(int* can, int device, int peer);
__host__ cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned int flags);
__host__ cudaError_t cudaDriverGetVersion(int* version);
__host__ cudaError_t cudaRuntimeGetVersion(int* version);
__host__ cudaError_t cudaMemGetInfo(__SIZE_TYPE__* free_bytes, __SIZE_TYPE__* total_bytes);

// Memory.
__host__ cudaError_t cudaMalloc(void** pointer, __SIZE_TYPE__ bytes);
__host__ cudaError_t cudaMallocHost(void** pointer, __SIZE_TYPE__ bytes);
__host__ cudaError_t cudaHostAlloc(void** pointer, __SIZE_TYPE__ bytes, unsigned int flags);
__host__ cudaError_t cudaMallocManaged(void** pointer, __SIZE_TYPE__ bytes,
                                       unsigned int flags = cudaMemAttachGlobal);
__host__ cudaError_t cudaMallocAsync(void** pointer, __SIZE_TYPE__ bytes, cudaStream_t stream);
__host__ cudaError_t cudaMallocPitch(void** pointer, __SIZE_TYPE__* pitch, __SIZE_TYPE__ width,
                                     __SIZE_TYPE__ height);
__host__ cudaError_t cudaFree(void* pointer);
__host__ cudaError_t cudaFreeAsync(void* pointer, cudaStream_t stream);
__host__ cudaError_t cudaFreeHost(void* pointer);
__host__ cudaError_t cudaHostRegister(void* pointer, __SIZE_TYPE__ bytes, unsigned int flags);
__host__ cudaError_t cudaHostUnregister(void* pointer);
__host__ cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned int flags);
__host__ cudaError_t cudaMemcpy(void* to, const void* from, __SIZE_TYPE__ bytes,
                                cudaMemcpyKind kind);
__host__ cudaError_t cudaMemcpyAsync(void* to, const void* from, __SIZE_TYPE__ bytes,
                                     cudaMemcpyKind kind, cudaStream_t stream = nullptr);
__host__ cudaError_t cudaMemcpy2D(void* to, __SIZE_TYPE__ to_pitch, const void* from,
                                  __SIZE_TYPE__ from_pitch, __SIZE_TYPE__ width,
                                  __SIZE_TYPE__ height, cudaMemcpyKind kind);
__host__ cudaError_t cudaMemset(void* pointer, int value, __SIZE_TYPE__ bytes);
__host__ cudaError_t cudaMemsetAsync(void* pointer, int value, __SIZE_TYPE__ bytes,
                                     cudaStream_t stream = nullptr);
__host__ cudaError_t cudaMemPrefetchAsync(const void* pointer, __SIZE_TYPE__ bytes, int device,
                                          cudaStream_t stream = nullptr);
__host__ cudaError_t cudaMemAdvise(const void* pointer, __SIZE_TYPE__ bytes,
                                   cudaMemoryAdvise advice, int device);

// Streams and events.
__host__ cudaError_t cudaStreamCreate(cudaStream_t* stream);
__host__ cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned int flags);
__host__ cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned int flags,
                                                  int priority);
__host__ cudaError_t cudaStreamDestroy(cudaStream_t stream);
__host__ cudaError_t cudaStreamSynchronize(cudaStream_t stream);
__host__ cudaError_t cudaStreamQuery(cudaStream_t stream);
__host__ cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event,
                                         unsigned int flags = 0);
__host__ cudaError_t cudaEventCreate(cudaEvent_t* event);
__host__ cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned int flags);
__host__ cudaError_t cudaEventDestroy(cudaEvent_t event);
__host__ cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream = nullptr);
__host__ cudaError_t cudaEventSynchronize(cudaEvent_t event);
__host__ cudaError_t cudaEventQuery(cudaEvent_t event);
__host__ cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t stop);

// Launches and the profiler.
__host__ cudaError_t cudaLaunchKernel(const void* kernel, dim3 grid, dim3 block, void** arguments,
                                      __SIZE_TYPE__ shared_bytes = 0,
                                      cudaStream_t stream = nullptr);
__host__ cudaError_t cudaLaunchCooperativeKernel(const void* kernel, dim3 grid, dim3 block,
                                                 void** arguments, __SIZE_TYPE__ shared_bytes = 0,
                                                 cudaStream_t stream = nullptr);
__host__ cudaError_t cudaProfilerStart();
__host__ cudaError_t cudaProfilerStop();

}  // extern "C"

// The forms that C++ adds: typed pointers, kernels, and device variables by name.
template <typename T>
__host__ cudaError_t cudaMalloc(T** pointer, __SIZE_TYPE__ bytes);
template <typename T>
__host__ cudaError_t cudaMallocHost(T** pointer, __SIZE_TYPE__ bytes);
template <typename T>
__host__ cudaError_t cudaHostAlloc(T** pointer, __SIZE_TYPE__ bytes, unsigned int flags);
template <typename T>
__host__ cudaError_t cudaMallocManaged(T** pointer, __SIZE_TYPE__ bytes,
                                       unsigned int flags = cudaMemAttachGlobal);
template <typename T>
__host__ cudaError_t cudaMallocAsync(T** pointer, __SIZE_TYPE__ bytes, cudaStream_t stream);
template <typename T>
__host__ cudaError_t cudaMallocPitch(T** pointer, __SIZE_TYPE__* pitch, __SIZE_TYPE__ width,
                                     __SIZE_TYPE__ height);
template <typename T>
__host__ cudaError_t cudaMemcpyToSymbol(const T& symbol, const void* from, __SIZE_TYPE__ bytes,
                                        __SIZE_TYPE__ offset = 0,
                                        cudaMemcpyKind kind = cudaMemcpyHostToDevice);
template <typename T>
__host__ cudaError_t cudaMemcpyFromSymbol(void* to, const T& symbol, __SIZE_TYPE__ bytes,
                                          __SIZE_TYPE__ offset = 0,
                                          cudaMemcpyKind kind = cudaMemcpyDeviceToHost);
template <typename T>
__host__ cudaError_t cudaGetSymbolAddress(void** pointer, const T& symbol);
template <typename Kernel>
__host__ cudaError_t cudaFuncSetAttribute(Kernel* kernel, cudaFuncAttribute attribute, int value);
template <typename Kernel>
__host__ cudaError_t cudaFuncSetCacheConfig(Kernel* kernel, cudaFuncCache configuration);
template <typename Kernel>
__host__ cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, Kernel* kernel);
template <typename Kernel>
__host__ cudaError_t cudaLaunchKernel(Kernel* kernel, dim3 grid, dim3 block, void** arguments,
                                      __SIZE_TYPE__ shared_bytes = 0,
                                      cudaStream_t stream = nullptr);
template <typename Kernel>
__host__ cudaError_t cudaLaunchCooperativeKernel(Kernel* kernel, dim3 grid, dim3 block,
                                                 void** arguments, __SIZE_TYPE__ shared_bytes = 0,
                                                 cudaStream_t stream = nullptr);
template <typename Kernel>
__host__ cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Kernel kernel,
                                                                   int block_size,
                                                                   __SIZE_TYPE__ shared_bytes);
template <typename Kernel>
__host__ cudaError_t cudaOccupancyMaxPotentialBlockSize(int* grid, int* block, Kernel kernel,
                                                        __SIZE_TYPE__ shared_bytes = 0,
                                                        int block_size_limit = 0);
