// SPDX-License-Identifier: MIT
// The CUDA driver API, opened at run time: the same program starts where there is no driver, and
// says so. No CUDA header is needed; the declarations below are ours.
// See the CUDA Driver API reference; a name here is the name there.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "kernels/gpu/gpu_error.h"

namespace attnlab::gpu {

using Result = int;                        // CUresult
using DevicePointer = unsigned long long;  // CUdeviceptr
using DeviceHandle = int;                  // CUdevice
using ContextHandle = struct ContextTag*;
using ModuleHandle = struct ModuleTag*;
using FunctionHandle = struct FunctionTag*;
using StreamHandle = struct StreamTag*;
using EventHandle = struct EventTag*;

inline constexpr Result kSuccess = 0;          // CUDA_SUCCESS
inline constexpr Result kErrorNoDevice = 100;  // CUDA_ERROR_NO_DEVICE

// CUdevice_attribute, the ones that are read.
enum class DeviceAttribute : int {
  kMaxThreadsPerBlock = 1,
  kMaxBlockDimX = 2,
  kMaxBlockDimY = 3,
  kMaxBlockDimZ = 4,
  kMaxGridDimX = 5,
  kMaxGridDimY = 6,
  kMaxGridDimZ = 7,
  kMultiprocessorCount = 16,
  kComputeCapabilityMajor = 75,
  kComputeCapabilityMinor = 76,
  kMaxSharedMemoryPerBlockOptin = 97
};

// CUfunction_attribute.
enum class FunctionAttribute : int {
  kStaticSharedBytes = 1,
  kLocalBytes = 3,
  kRegisters = 4,
  kMaxDynamicSharedBytes = 8
};

// CUjit_option.
enum class JitOption : int {
  kErrorLogBuffer = 5,
  kErrorLogBufferSizeBytes = 6,
  kOptimizationLevel = 7
};

class Driver;

// One entry point. Called, it throws GpuError unless the driver says success.
template <typename... Parameters>
class DriverCall {
 public:
  void operator()(Parameters... arguments) const;

  // The bare call, for destructors and for callers with a better sentence.
  Result attempt(Parameters... arguments) const { return function_(arguments...); }

  bool available() const { return function_ != nullptr; }

 private:
  friend class Driver;
  using Function = Result (*)(Parameters...);
  // `symbol` is the library's, with the "_v2" of a signature that once changed.
  explicit DriverCall(const char* symbol) : symbol_(symbol) {}
  const char* symbol_;
  const Driver* driver_ = nullptr;
  Function function_ = nullptr;
};

class Driver {
 public:
  // The machine's driver, opened and started once, or nullptr; then why_absent() is the reason as
  // one sentence. The environment's ATTNLAB_LIBCUDA names another library in its place.
  static const Driver* instance();
  static const std::string& why_absent();

  // Opens and starts the library at `path`; "" means the usual names. Throws NoGpu with one
  // sentence.
  static std::unique_ptr<const Driver> open(const std::string& path = "");

  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Throws GpuError with the call's name, the error's name and its text.
  void check(Result result, const std::string& call) const;
  // "CUDA_ERROR_OUT_OF_MEMORY (out of memory)".
  std::string describe(Result result) const;
  int device_count() const;
  // "580.82.07 (CUDA 13.0)"; the first part only where the kernel module tells it.
  std::string version_text() const;

  DriverCall<unsigned int> cuInit{"cuInit"};
  DriverCall<int*> cuDriverGetVersion{"cuDriverGetVersion"};
  DriverCall<Result, const char**> cuGetErrorName{"cuGetErrorName"};
  DriverCall<Result, const char**> cuGetErrorString{"cuGetErrorString"};
  DriverCall<int*> cuDeviceGetCount{"cuDeviceGetCount"};
  DriverCall<DeviceHandle*, int> cuDeviceGet{"cuDeviceGet"};
  DriverCall<char*, int, DeviceHandle> cuDeviceGetName{"cuDeviceGetName"};
  DriverCall<int*, DeviceAttribute, DeviceHandle> cuDeviceGetAttribute{"cuDeviceGetAttribute"};
  DriverCall<std::size_t*, DeviceHandle> cuDeviceTotalMem{"cuDeviceTotalMem_v2"};
  DriverCall<ContextHandle*, DeviceHandle> cuDevicePrimaryCtxRetain{"cuDevicePrimaryCtxRetain"};
  DriverCall<DeviceHandle> cuDevicePrimaryCtxRelease{"cuDevicePrimaryCtxRelease_v2"};
  DriverCall<ContextHandle> cuCtxSetCurrent{"cuCtxSetCurrent"};
  DriverCall<> cuCtxSynchronize{"cuCtxSynchronize"};
  DriverCall<ModuleHandle*, const void*, unsigned int, JitOption*, void**> cuModuleLoadDataEx{
      "cuModuleLoadDataEx"};
  DriverCall<ModuleHandle> cuModuleUnload{"cuModuleUnload"};
  DriverCall<FunctionHandle*, ModuleHandle, const char*> cuModuleGetFunction{"cuModuleGetFunction"};
  DriverCall<int*, FunctionAttribute, FunctionHandle> cuFuncGetAttribute{"cuFuncGetAttribute"};
  DriverCall<FunctionHandle, FunctionAttribute, int> cuFuncSetAttribute{"cuFuncSetAttribute"};
  // From CUDA 12.4 on; may be missing (available()).
  DriverCall<FunctionHandle, std::size_t, std::size_t*, std::size_t*> cuFuncGetParamInfo{
      "cuFuncGetParamInfo"};
  DriverCall<FunctionHandle, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int,
             unsigned int, unsigned int, StreamHandle, void**, void**>
      cuLaunchKernel{"cuLaunchKernel"};
  DriverCall<std::size_t*, std::size_t*> cuMemGetInfo{"cuMemGetInfo_v2"};
  DriverCall<DevicePointer*, std::size_t> cuMemAlloc{"cuMemAlloc_v2"};
  DriverCall<DevicePointer> cuMemFree{"cuMemFree_v2"};
  DriverCall<void**, std::size_t, unsigned int> cuMemHostAlloc{"cuMemHostAlloc"};
  DriverCall<void*> cuMemFreeHost{"cuMemFreeHost"};
  DriverCall<DevicePointer, const void*, std::size_t> cuMemcpyHtoD{"cuMemcpyHtoD_v2"};
  DriverCall<void*, DevicePointer, std::size_t> cuMemcpyDtoH{"cuMemcpyDtoH_v2"};
  DriverCall<void*, DevicePointer, std::size_t, StreamHandle> cuMemcpyDtoHAsync{
      "cuMemcpyDtoHAsync_v2"};
  DriverCall<DevicePointer, DevicePointer, std::size_t> cuMemcpyDtoD{"cuMemcpyDtoD_v2"};
  DriverCall<DevicePointer, unsigned int, std::size_t> cuMemsetD32{"cuMemsetD32_v2"};
  DriverCall<StreamHandle*, unsigned int> cuStreamCreate{"cuStreamCreate"};
  DriverCall<StreamHandle> cuStreamDestroy{"cuStreamDestroy_v2"};
  DriverCall<StreamHandle> cuStreamSynchronize{"cuStreamSynchronize"};
  DriverCall<EventHandle*, unsigned int> cuEventCreate{"cuEventCreate"};
  DriverCall<EventHandle> cuEventDestroy{"cuEventDestroy_v2"};
  DriverCall<EventHandle, StreamHandle> cuEventRecord{"cuEventRecord"};
  DriverCall<EventHandle> cuEventSynchronize{"cuEventSynchronize"};
  DriverCall<float*, EventHandle, EventHandle> cuEventElapsedTime{"cuEventElapsedTime"};

 private:
  Driver() = default;
  template <typename... Calls>
  void resolve(void* library, Calls&... calls);
  void resolve_all(void* library);
  void start();
};

template <typename... Parameters>
void DriverCall<Parameters...>::operator()(Parameters... arguments) const {
  const Result result = function_(arguments...);
  if (result != kSuccess) driver_->check(result, symbol_);
}

}  // namespace attnlab::gpu
