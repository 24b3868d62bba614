// SPDX-License-Identifier: MIT
#include "kernels/gpu/device.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <iterator>
#include <utility>
#include <vector>

namespace attnlab::gpu {
namespace {

constexpr int kSharedBytesWithoutOptIn = 48 * 1024;

DeviceProperties read_properties(const Driver& driver, DeviceHandle device) {
  const auto read = [&](DeviceAttribute attribute) {
    int value = 0;
    driver.cuDeviceGetAttribute(&value, attribute, device);
    return value;
  };
  const auto read_size = [&](DeviceAttribute attribute) {
    return static_cast<unsigned int>(read(attribute));
  };
  using enum DeviceAttribute;
  std::array<char, 256> name = {};
  driver.cuDeviceGetName(name.data(), static_cast<int>(name.size()) - 1, device);
  std::size_t memory = 0;
  driver.cuDeviceTotalMem(&memory, device);
  DeviceProperties properties;
  properties.name = name.data();
  properties.compute_capability = {read(kComputeCapabilityMajor), read(kComputeCapabilityMinor)};
  properties.sm_count = read(kMultiprocessorCount);
  properties.memory_bytes = static_cast<std::int64_t>(memory);
  properties.max_shared_bytes_per_block = read(kMaxSharedMemoryPerBlockOptin);
  properties.max_threads_per_block = read(kMaxThreadsPerBlock);
  properties.max_grid = {read_size(kMaxGridDimX), read_size(kMaxGridDimY), read_size(kMaxGridDimZ)};
  properties.max_block = {read_size(kMaxBlockDimX), read_size(kMaxBlockDimY),
                          read_size(kMaxBlockDimZ)};
  properties.driver = driver.version_text();
  return properties;
}

void check_dimensions(const std::string& kernel, const char* what, const Dim3& size,
                      const Dim3& limit) {
  const std::pair<unsigned int, unsigned int> pairs[] = {
      {size.x, limit.x}, {size.y, limit.y}, {size.z, limit.z}};
  for (const auto& [have, most] : pairs) {
    if (have >= 1 && have <= most) continue;
    throw GpuError(fmt::format(
        "{}: a {} of {} x {} x {} cannot be launched: each must be from 1 to {} x {} x {}", kernel,
        what, size.x, size.y, size.z, limit.x, limit.y, limit.z));
  }
}

}  // namespace

Device::Device(const Driver& driver, int ordinal) : driver_(driver) {
  const int count = driver.device_count();
  if (ordinal < 0 || ordinal >= count) {
    throw NoGpu(fmt::format("there is no GPU {}: the driver lists {}", ordinal, count));
  }
  driver.cuDeviceGet(&handle_, ordinal);
  properties_ = read_properties(driver, handle_);
  driver.cuDevicePrimaryCtxRetain(&context_, handle_);
  const Result current = driver.cuCtxSetCurrent.attempt(context_);
  if (current == kSuccess) return;
  driver.cuDevicePrimaryCtxRelease.attempt(handle_);
  driver.check(current, "cuCtxSetCurrent");
}

std::unique_ptr<Device> Device::open_first() {
  const Driver* driver = Driver::instance();
  if (driver == nullptr) throw NoGpu(Driver::why_absent());
  return std::make_unique<Device>(*driver);
}

Device::~Device() {
  driver_.cuDevicePrimaryCtxRelease.attempt(handle_);
}

std::int64_t Device::free_memory_bytes() const {
  std::size_t free = 0;
  std::size_t total = 0;
  driver_.cuMemGetInfo(&free, &total);
  return static_cast<std::int64_t>(free);
}

void Device::make_current() const {
  driver_.cuCtxSetCurrent(context_);
}

void Device::synchronize() const {
  driver_.cuCtxSynchronize();
}

Stream::Stream(const Device& device) : device_(device) {
  device.driver().cuStreamCreate(&handle_, 0);
}

Stream::~Stream() {
  device_.driver().cuStreamDestroy.attempt(handle_);
}

void Stream::synchronize() const {
  device_.driver().cuStreamSynchronize(handle_);
}

Event::Event(const Device& device) : device_(device) {
  device.driver().cuEventCreate(&handle_, 0);
}

Event::~Event() {
  device_.driver().cuEventDestroy.attempt(handle_);
}

void Event::record(const Stream* stream) {
  device_.driver().cuEventRecord(handle_, stream != nullptr ? stream->handle() : nullptr);
}

void Event::synchronize() const {
  device_.driver().cuEventSynchronize(handle_);
}

float Event::milliseconds_since(const Event& start) const {
  start.synchronize();
  synchronize();
  float milliseconds = 0.0f;
  device_.driver().cuEventElapsedTime(&milliseconds, start.handle_, handle_);
  return milliseconds;
}

int Kernel::attribute(FunctionAttribute attribute) const {
  int value = 0;
  device_->driver().cuFuncGetAttribute(&value, attribute, handle_);
  return value;
}

int Kernel::registers() const {
  return attribute(FunctionAttribute::kRegisters);
}
int Kernel::local_bytes() const {
  return attribute(FunctionAttribute::kLocalBytes);
}
int Kernel::static_shared_bytes() const {
  return attribute(FunctionAttribute::kStaticSharedBytes);
}

void Kernel::check_shape(const LaunchShape& shape) const {
  const DeviceProperties& gpu = device_->properties();
  check_dimensions(name_, "grid", shape.grid, gpu.max_grid);
  check_dimensions(name_, "block", shape.block, gpu.max_block);
  const std::uint64_t threads =
      std::uint64_t{shape.block.x} * shape.block.y * shape.block.z;  // each is at most 1024
  if (threads > static_cast<std::uint64_t>(gpu.max_threads_per_block)) {
    throw GpuError(fmt::format("{}: a block of {} threads cannot be launched: the limit is {}",
                               name_, threads, gpu.max_threads_per_block));
  }
  const int most = gpu.max_shared_bytes_per_block - static_shared_bytes();
  if (shape.dynamic_shared_bytes < 0 || shape.dynamic_shared_bytes > most) {
    throw GpuError(
        fmt::format("{}: {} bytes of dynamic shared memory cannot be had: the limit on {} is {}",
                    name_, shape.dynamic_shared_bytes, gpu.name, most));
  }
}

void Kernel::check_parameters(std::span<const Parameter> parameters) const {
  const auto& info = device_->driver().cuFuncGetParamInfo;
  if (!info.available()) return;
  std::size_t offset = 0;
  std::size_t bytes = 0;
  std::size_t index = 0;
  // The driver tells the number of parameters only by refusing the one past the last, which
  // compute-sanitizer's memcheck reports as an API error (--report-api-errors no hides it).
  for (; info.attempt(handle_, index, &offset, &bytes) == kSuccess; ++index) {
    if (index >= parameters.size()) continue;
    if (parameters[index].bytes() == bytes) continue;
    throw GpuError(fmt::format("{}: parameter {} has {} bytes, not {}", name_, index + 1, bytes,
                               parameters[index].bytes()));
  }
  // A driver that says nothing of the first one cannot tell.
  if (index != 0 && index != parameters.size()) {
    throw GpuError(fmt::format("{} takes {} parameters, not {}", name_, index, parameters.size()));
  }
}

void Kernel::launch(const LaunchShape& shape, std::span<const Parameter> parameters,
                    const Stream* stream) const {
  check_shape(shape);
  check_parameters(parameters);
  const Driver& driver = device_->driver();
  if (shape.dynamic_shared_bytes + static_shared_bytes() > kSharedBytesWithoutOptIn) {
    driver.cuFuncSetAttribute(handle_, FunctionAttribute::kMaxDynamicSharedBytes,
                              shape.dynamic_shared_bytes);
  }
  std::vector<void*> values;
  values.reserve(parameters.size());
  for (const Parameter& parameter : parameters) {
    values.push_back(const_cast<void*>(parameter.value()));
  }
  const Result result = driver.cuLaunchKernel.attempt(
      handle_, shape.grid.x, shape.grid.y, shape.grid.z, shape.block.x, shape.block.y,
      shape.block.z, static_cast<unsigned int>(shape.dynamic_shared_bytes),
      stream != nullptr ? stream->handle() : nullptr, values.data(), nullptr);
  driver.check(result, "cuLaunchKernel of " + name_);
}

void Kernel::run(const LaunchShape& shape, std::span<const Parameter> parameters) const {
  launch(shape, parameters);
  const Driver& driver = device_->driver();
  driver.check(driver.cuCtxSynchronize.attempt(), "running " + name_);
}

Module::Module(const Device& device, std::string_view image, OptimizationLevel level)
    : device_(device) {
  // PTX must end with a zero, and the copy is aligned as machine code must be.
  const std::string terminated(image);
  std::array<char, 4096> log = {};
  JitOption options[] = {JitOption::kErrorLogBuffer, JitOption::kErrorLogBufferSizeBytes,
                         JitOption::kOptimizationLevel};
  void* values[] = {log.data(), std::bit_cast<void*>(log.size() - 1),
                    std::bit_cast<void*>(static_cast<std::uintptr_t>(level))};
  const Driver& driver = device.driver();
  const Result result = driver.cuModuleLoadDataEx.attempt(&handle_, terminated.data(),
                                                          std::size(options), options, values);
  if (result == kSuccess) return;
  const std::string said =
      log[0] != '\0' ? fmt::format("; the assembler says: {}", log.data()) : "";
  throw GpuError("cuModuleLoadDataEx failed: " + driver.describe(result) + said, result);
}

Module::~Module() {
  device_.driver().cuModuleUnload.attempt(handle_);
}

Kernel Module::kernel(const std::string& name) const {
  FunctionHandle function = nullptr;
  const Driver& driver = device_.driver();
  driver.check(driver.cuModuleGetFunction.attempt(&function, handle_, name.c_str()),
               "cuModuleGetFunction of " + name);
  return Kernel(device_, function, name);
}

}  // namespace attnlab::gpu
