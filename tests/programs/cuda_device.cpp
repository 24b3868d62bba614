// SPDX-License-Identifier: MIT
// The CUDA runtime's functions about errors, the device (an H200), streams and events. Everything
// is done when it is called, so streams keep their order by themselves; events read the host's clock.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>

#include "kernels/kit/host/runtime_api.h"
#include "sim/ptx/emulator.h"
#include "tests/programs/emulated_gpu.h"
#include "tests/programs/runtime_state.h"

using attnlab::programs::fail;
using Clock = std::chrono::steady_clock;

namespace attnlab::programs {
cudaError_t g_last_error = cudaSuccess;
}

struct CUevent_st {
  Clock::time_point time;
};

namespace {

// An H200 SXM's, as sim/machine/gpus/h200.json and the programming guide (9.0) give them.
cudaDeviceProp h200() {
  cudaDeviceProp p = {};
  std::strcpy(p.name, "NVIDIA H200 (emulated)");
  p.totalGlobalMem = 151397597184;
  p.sharedMemPerBlock = 48 * 1024;
  p.sharedMemPerBlockOptin = 227 * 1024;
  p.sharedMemPerMultiprocessor = 228 * 1024;
  p.totalConstMem = 64 * 1024;
  p.regsPerBlock = p.regsPerMultiprocessor = 65536;
  p.warpSize = 32;
  p.maxThreadsPerBlock = 1024;
  p.maxThreadsPerMultiProcessor = 2048;
  p.maxBlocksPerMultiProcessor = 32;
  p.maxThreadsDim[0] = p.maxThreadsDim[1] = 1024;
  p.maxThreadsDim[2] = 64;
  p.maxGridSize[0] = 2147483647;
  p.maxGridSize[1] = p.maxGridSize[2] = 65535;
  p.clockRate = 1980000;
  p.memoryClockRate = 3201000;
  p.memoryBusWidth = 6144;
  p.l2CacheSize = 52428800;
  p.major = 9;
  p.multiProcessorCount = 132;
  p.concurrentKernels = p.unifiedAddressing = p.managedMemory = p.cooperativeLaunch = 1;
  p.canMapHostMemory = 1;
  p.asyncEngineCount = 3;
  return p;
}

int attribute_of(const cudaDeviceProp& p, cudaDeviceAttr attribute) {
  if (attribute == cudaDevAttrMaxSharedMemoryPerBlock) return static_cast<int>(p.sharedMemPerBlock);
  if (attribute == cudaDevAttrMaxSharedMemoryPerBlockOptin) {
    return static_cast<int>(p.sharedMemPerBlockOptin);
  }
  if (attribute == cudaDevAttrMaxSharedMemoryPerMultiprocessor) {
    return static_cast<int>(p.sharedMemPerMultiprocessor);
  }
  const std::map<cudaDeviceAttr, int> others = {
      {cudaDevAttrMaxThreadsPerBlock, p.maxThreadsPerBlock},
      {cudaDevAttrWarpSize, p.warpSize},
      {cudaDevAttrClockRate, p.clockRate},
      {cudaDevAttrGpuOverlap, 1},
      {cudaDevAttrMultiProcessorCount, p.multiProcessorCount},
      {cudaDevAttrIntegrated, p.integrated},
      {cudaDevAttrCanMapHostMemory, p.canMapHostMemory},
      {cudaDevAttrComputeMode, p.computeMode},
      {cudaDevAttrMemoryClockRate, p.memoryClockRate},
      {cudaDevAttrGlobalMemoryBusWidth, p.memoryBusWidth},
      {cudaDevAttrL2CacheSize, p.l2CacheSize},
      {cudaDevAttrMaxThreadsPerMultiProcessor, p.maxThreadsPerMultiProcessor},
      {cudaDevAttrComputeCapabilityMajor, p.major},
      {cudaDevAttrComputeCapabilityMinor, p.minor},
      {cudaDevAttrMaxRegistersPerMultiprocessor, p.regsPerMultiprocessor},
      {cudaDevAttrCooperativeLaunch, p.cooperativeLaunch},
  };
  return others.at(attribute);
}

const std::map<cudaError_t, const char*> kErrorNames = {
    {cudaSuccess, "cudaSuccess"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation"},
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration"},
    {cudaErrorInvalidSymbol, "cudaErrorInvalidSymbol"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice"},
};

}  // namespace

// Functions that have nothing left to do.
#define ATTNLAB_DONE(declaration) \
  cudaError_t declaration {       \
    return cudaSuccess;           \
  }

extern "C" {

// Errors.
const char* cudaGetErrorName(cudaError_t error) {
  const auto found = kErrorNames.find(error);
  return found == kErrorNames.end() ? "cudaErrorUnknown" : found->second;
}
const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess ? "no error" : cudaGetErrorName(error);
}
cudaError_t cudaPeekAtLastError() {
  return attnlab::programs::g_last_error;
}
cudaError_t cudaGetLastError() {
  const cudaError_t error = attnlab::programs::g_last_error;
  attnlab::programs::g_last_error = cudaSuccess;
  return error;
}

// The device.
cudaError_t cudaDeviceSynchronize() {
  std::fflush(stdout);
  return cudaSuccess;
}
ATTNLAB_DONE(cudaDeviceReset())
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  return device == 0 ? cudaSuccess : fail(cudaErrorInvalidDevice);
}
ATTNLAB_DONE(cudaSetDeviceFlags(unsigned int))
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device != 0) return fail(cudaErrorInvalidDevice);
  *properties = h200();
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  if (device != 0) return fail(cudaErrorInvalidDevice);
  *value = attribute_of(h200(), attribute);
  return cudaSuccess;
}
ATTNLAB_DONE(cudaDeviceSetCacheConfig(cudaFuncCache))
ATTNLAB_DONE(cudaDeviceSetLimit(cudaLimit, std::size_t))
cudaError_t cudaDriverGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total_bytes) {
  *free_bytes = *total_bytes = h200().totalGlobalMem;
  return cudaSuccess;
}
// Blocks of one multiprocessor by threads and shared memory; registers are not counted.
cudaError_t attnlab_occupancy(int* blocks, const void* kernel, int block_size,
                              std::size_t shared_bytes) {
  const attnlab::ptx::Program& program = attnlab::programs::EmulatedGpu::instance().program(kernel);
  const std::size_t shared = shared_bytes + program.static_shared_bytes() + 1024;
  const int by_threads = 2048 / ((block_size + 31) / 32 * 32);
  const int by_shared = static_cast<int>(h200().sharedMemPerMultiprocessor / shared);
  *blocks = by_threads < by_shared ? by_threads : by_shared;
  if (*blocks > 32) *blocks = 32;
  return cudaSuccess;
}

// Streams and events.
cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  *stream = nullptr;
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned int) {
  return cudaStreamCreate(stream);
}
cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned int, int) {
  return cudaStreamCreate(stream);
}
ATTNLAB_DONE(cudaStreamDestroy(cudaStream_t))
cudaError_t cudaStreamSynchronize(cudaStream_t) {
  return cudaDeviceSynchronize();
}
ATTNLAB_DONE(cudaStreamQuery(cudaStream_t))
ATTNLAB_DONE(cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned int))
cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned int) {
  return cudaEventCreate(event);
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  event->time = Clock::now();
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t) {
  return cudaDeviceSynchronize();
}
ATTNLAB_DONE(cudaEventQuery(cudaEvent_t))
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t stop) {
  *milliseconds = std::chrono::duration<float, std::milli>(stop->time - start->time).count();
  return cudaSuccess;
}
ATTNLAB_DONE(cudaProfilerStart())
ATTNLAB_DONE(cudaProfilerStop())

#undef ATTNLAB_DONE

}  // extern "C"
