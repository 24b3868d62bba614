// SPDX-License-Identifier: MIT
#include "kernels/gpu/driver.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <type_traits>
#include <utility>

namespace attnlab::gpu {
namespace {

// Where drivers put the library; the folders are those of container runtimes and of WSL, which the
// loader does not always search.
constexpr const char* kUsualNames[] = {"libcuda.so.1", "/usr/local/nvidia/lib64/libcuda.so.1",
                                       "/usr/local/nvidia/lib/libcuda.so.1",
                                       "/usr/lib/wsl/lib/libcuda.so.1"};

// The library is never closed: a started NVIDIA driver does not survive being unloaded.
void* open_library(const std::string& path) {
  if (!path.empty()) {
    if (void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    throw NoGpu(fmt::format("no NVIDIA driver: {} was not found ({})", path, dlerror()));
  }
  for (const char* name : kUsualNames) {
    if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
  }
  throw NoGpu("no NVIDIA driver: libcuda.so.1 was not found");
}

struct Installation {
  std::unique_ptr<const Driver> driver;
  std::string why_absent;
};

Installation install() {
  const char* path = std::getenv("ATTNLAB_LIBCUDA");
  try {
    return {Driver::open(path != nullptr ? path : ""), ""};
  } catch (const NoGpu& reason) {
    return {nullptr, reason.what()};
  }
}

const Installation& installation() {
  static const Installation installed = install();
  return installed;
}

}  // namespace

const Driver* Driver::instance() {
  return installation().driver.get();
}

const std::string& Driver::why_absent() {
  return installation().why_absent;
}

std::unique_ptr<const Driver> Driver::open(const std::string& path) {
  std::unique_ptr<Driver> driver(new Driver);
  driver->resolve_all(open_library(path));
  driver->start();
  return driver;
}

template <typename... Calls>
void Driver::resolve(void* library, Calls&... calls) {
  const auto resolve_one = [&](auto& call) {
    using Function = typename std::remove_reference_t<decltype(call)>::Function;
    call.driver_ = this;
    call.function_ = reinterpret_cast<Function>(dlsym(library, call.symbol_));
  };
  (resolve_one(calls), ...);
}

void Driver::resolve_all(void* library) {
  const auto resolve_needed = [&](auto&... calls) {
    resolve(library, calls...);
    for (const auto& [found, symbol] : {std::pair(calls.available(), calls.symbol_)...}) {
      if (found) continue;
      throw NoGpu(fmt::format("the NVIDIA driver is too old: its library has no {}", symbol));
    }
  };
  resolve_needed(cuInit, cuDriverGetVersion, cuGetErrorName, cuGetErrorString, cuDeviceGetCount,
                 cuDeviceGet, cuDeviceGetName, cuDeviceGetAttribute, cuDeviceTotalMem,
                 cuDevicePrimaryCtxRetain, cuDevicePrimaryCtxRelease, cuCtxSetCurrent,
                 cuCtxSynchronize, cuModuleLoadDataEx, cuModuleUnload, cuModuleGetFunction,
                 cuFuncGetAttribute, cuFuncSetAttribute, cuLaunchKernel, cuMemGetInfo, cuMemAlloc,
                 cuMemFree, cuMemHostAlloc, cuMemFreeHost, cuMemcpyHtoD, cuMemcpyDtoH,
                 cuMemcpyDtoHAsync, cuMemcpyDtoD, cuMemsetD32, cuStreamCreate, cuStreamDestroy,
                 cuStreamSynchronize, cuEventCreate, cuEventDestroy, cuEventRecord,
                 cuEventSynchronize, cuEventElapsedTime);
  resolve(library, cuFuncGetParamInfo);
}

void Driver::start() {
  const Result started = cuInit.attempt(0);
  if (started == kErrorNoDevice) {
    throw NoGpu("an NVIDIA driver is here but no GPU: cuInit says " + describe(started), started);
  }
  if (started != kSuccess) {
    throw NoGpu("the NVIDIA driver does not start: cuInit failed: " + describe(started), started);
  }
  int devices = 0;
  const Result counted = cuDeviceGetCount.attempt(&devices);
  if (counted != kSuccess) {
    throw NoGpu(
        "the NVIDIA driver does not list its GPUs: cuDeviceGetCount failed: " + describe(counted),
        counted);
  }
  if (devices == 0) throw NoGpu("an NVIDIA driver is here but no GPU: it lists 0 devices");
}

std::string Driver::describe(Result result) const {
  const char* name = nullptr;
  const char* text = nullptr;
  if (cuGetErrorName.attempt(result, &name) != kSuccess || name == nullptr) {
    return fmt::format("error {}", result);
  }
  if (cuGetErrorString.attempt(result, &text) != kSuccess || text == nullptr) return name;
  return fmt::format("{} ({})", name, text);
}

void Driver::check(Result result, const std::string& call) const {
  if (result == kSuccess) return;
  const std::string name = call.ends_with("_v2") ? call.substr(0, call.size() - 3) : call;
  throw GpuError(name + " failed: " + describe(result), result);
}

int Driver::device_count() const {
  int count = 0;
  cuDeviceGetCount(&count);
  return count;
}

std::string Driver::version_text() const {
  int version = 0;
  cuDriverGetVersion(&version);
  std::string cuda = fmt::format("CUDA {}.{}", version / 1000, version % 1000 / 10);
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.82.07  Wed ..."
  std::ifstream module("/proc/driver/nvidia/version");
  for (std::string word; module >> word;) {
    const bool version_like = word.find_first_not_of("0123456789.") == std::string::npos;
    if (version_like && word.find('.') != std::string::npos) {
      return fmt::format("{} ({})", word, cuda);
    }
  }
  return cuda;
}

}  // namespace attnlab::gpu
