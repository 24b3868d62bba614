// SPDX-License-Identifier: MIT
// A libcuda.so.1 for tests; see fake_cuda.h. Its kernels are written from the probe kernels'
// headers, with the reference arithmetic one value at a time, not with the bulk operations that the
// probes compare against.
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "sim/numerics/fp32.h"
#include "tests/gpu/fake/fake_kernels.h"

namespace {

FakeCuda control = {};
std::mutex mutex;
std::map<std::uintptr_t, std::size_t> allocations;

FakeCuda fresh_control() {
  FakeCuda fresh = {};
  fresh.device_count = 1;
  fresh.compute_capability = 90;
  fresh.memory_limit_bytes = std::size_t{1} << 32;
  fresh.faulty_mufu_op = -1;
  fresh.faulty_mma_format = -1;
  fresh.tininess = static_cast<int>(attnlab::numerics::kGpuTininess);
  return fresh;
}

const FakeKernel& kernel_of(void* function) {
  return *static_cast<FakeKernel*>(function);
}

constexpr int kInvalidValue = 1;
constexpr int kOutOfMemory = 2;
constexpr int kInvalidImage = 200;
constexpr int kNotFound = 500;

}  // namespace

extern "C" {

FakeCuda* fake_cuda() {
  static const bool reset = (control = fresh_control(), true);
  (void)reset;
  return &control;
}

int cuInit(unsigned int) {
  return fake_cuda()->init_result;
}
int cuDriverGetVersion(int* version) {
  *version = 13000;
  return 0;
}
int cuGetErrorName(int error, const char** name) {
  static const std::map<int, const char*> names = {
      {2, "CUDA_ERROR_OUT_OF_MEMORY"},           {100, "CUDA_ERROR_NO_DEVICE"},
      {200, "CUDA_ERROR_INVALID_IMAGE"},         {500, "CUDA_ERROR_NOT_FOUND"},
      {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},       {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"},
      {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"}};
  const auto found = names.find(error);
  *name = found == names.end() ? nullptr : found->second;
  return found == names.end() ? kInvalidValue : 0;
}
int cuGetErrorString(int error, const char** text) {
  *text = error == kOutOfMemory ? "out of memory" : "some text";
  return 0;
}
int cuDeviceGetCount(int* count) {
  *count = control.device_count;
  return 0;
}
int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return 0;
}
int cuDeviceGetName(char* name, int length, int) {
  std::strncpy(name, "Fake H200", static_cast<std::size_t>(length));
  return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int) {
  // Numbers of CUdevice_attribute in cuda.h; the values are those of an H200.
  const std::map<int, int> values = {{1, 1024},
                                     {2, 1024},
                                     {3, 1024},
                                     {4, 64},
                                     {5, 2147483647},
                                     {6, 65535},
                                     {7, 65535},
                                     {16, 132},
                                     {75, control.compute_capability / 10},
                                     {76, control.compute_capability % 10},
                                     {97, 232448}};
  const auto found = values.find(attribute);
  if (found == values.end()) return kInvalidValue;
  *value = found->second;
  return 0;
}
int cuDeviceTotalMem_v2(std::size_t* bytes, int) {
  *bytes = control.memory_limit_bytes;
  return 0;
}
int cuDevicePrimaryCtxRetain(void** context, int) {
  *context = &control;
  return 0;
}
int cuDevicePrimaryCtxRelease_v2(int) {
  return 0;
}
int cuCtxSetCurrent(void*) {
  return 0;
}
int cuCtxSynchronize() {
  return control.synchronize_result;
}

int cuModuleLoadDataEx(void** module, const void* image, unsigned int count, int* options,
                       void** values) {
  // Accepts machine code (ELF) and PTX; of anything else it complains into the log.
  const std::string start(static_cast<const char*>(image), 4);
  *module = &control;
  if (start ==
          "\x7f"
          "ELF" ||
      start.compare(0, 2, "//") == 0) {
    return 0;
  }
  for (unsigned int i = 0; i < count; ++i) {
    if (options[i] == 5) std::strcpy(static_cast<char*>(values[i]), "line 1: syntax error");
  }
  return kInvalidImage;
}
int cuModuleUnload(void*) {
  return 0;
}
int cuModuleGetFunction(void** function, void*, const char* name) {
  for (const FakeKernel& kernel : fake_kernels()) {
    if (kernel.name != name) continue;
    *function = const_cast<FakeKernel*>(&kernel);
    return 0;
  }
  return kNotFound;
}
int cuFuncGetAttribute(int* value, int, void*) {
  *value = 0;
  return 0;
}
int cuFuncSetAttribute(void*, int attribute, int value) {
  if (attribute != 8) return kInvalidValue;
  control.allowed_dynamic_shared_bytes = static_cast<std::size_t>(value);
  return 0;
}
int cuFuncGetParamInfo(void* function, std::size_t index, std::size_t* offset, std::size_t* bytes) {
  const FakeKernel& kernel = kernel_of(function);
  if (index >= kernel.parameter_bytes.size()) return kInvalidValue;
  *offset = 0;
  *bytes = kernel.parameter_bytes[index];
  return 0;
}
int cuLaunchKernel(void* function, unsigned int grid_x, unsigned int grid_y, unsigned int grid_z,
                   unsigned int block_x, unsigned int block_y, unsigned int block_z,
                   unsigned int shared_bytes, void*, void** parameters, void**) {
  if (control.launch_result != 0) return control.launch_result;
  {
    const std::lock_guard lock(mutex);
    ++control.launches;
    const unsigned int grid[] = {grid_x, grid_y, grid_z};
    const unsigned int block[] = {block_x, block_y, block_z};
    std::memcpy(control.grid, grid, sizeof grid);
    std::memcpy(control.block, block, sizeof block);
    control.dynamic_shared_bytes = shared_bytes;
  }
  kernel_of(function).run(parameters);
  return 0;
}

int cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
  *total = control.memory_limit_bytes;
  *free = control.memory_limit_bytes / 2;
  return 0;
}
int cuMemAlloc_v2(std::uintptr_t* address, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  if (control.alloc_result != 0) return control.alloc_result;
  if (bytes > control.memory_limit_bytes) return kOutOfMemory;
  *address = reinterpret_cast<std::uintptr_t>(std::malloc(bytes));
  allocations[*address] = bytes;
  ++control.live_allocations;
  return 0;
}
int cuMemFree_v2(std::uintptr_t address) {
  const std::lock_guard lock(mutex);
  if (allocations.erase(address) == 0) return kInvalidValue;
  std::free(reinterpret_cast<void*>(address));
  --control.live_allocations;
  return 0;
}
int cuMemHostAlloc(void** data, std::size_t bytes, unsigned int) {
  if (control.pin_result != 0) return control.pin_result;
  *data = std::malloc(bytes);
  return 0;
}
int cuMemFreeHost(void* data) {
  std::free(data);
  return 0;
}
int cuMemcpyHtoD_v2(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  return 0;
}
int cuMemcpyDtoH_v2(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  return 0;
}
int cuMemcpyDtoHAsync_v2(void* to, const void* from, std::size_t bytes, void*) {
  std::memcpy(to, from, bytes);
  return 0;
}
int cuMemcpyDtoD_v2(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  return 0;
}
int cuMemsetD32_v2(unsigned int* to, unsigned int value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = value;
  return 0;
}
int cuStreamCreate(void** stream, unsigned int) {
  *stream = &control;
  return 0;
}
int cuStreamDestroy_v2(void*) {
  return 0;
}
int cuStreamSynchronize(void*) {
  return control.synchronize_result;
}
int cuEventCreate(void** event, unsigned int) {
  *event = &control;
  return 0;
}
int cuEventDestroy_v2(void*) {
  return 0;
}
int cuEventRecord(void*, void*) {
  return 0;
}
int cuEventSynchronize(void*) {
  return 0;
}
int cuEventElapsedTime(float* milliseconds, void*, void*) {
  *milliseconds = 1.5f;
  return 0;
}

}  // extern "C"
