// SPDX-License-Identifier: MIT
// A GPU: its properties, its context, code on it and launches. Memory is in buffer.h.
//
// Every failure is a GpuError with one sentence. Objects that live on a device keep a reference to
// it and must go before it.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "kernels/gpu/driver.h"
#include "kernels/gpu/image.h"

namespace attnlab::gpu {

class Buffer;

struct Dim3 {
  unsigned int x = 1;
  unsigned int y = 1;
  unsigned int z = 1;
};

struct DeviceProperties {
  std::string name;
  ComputeCapability compute_capability;
  int sm_count = 0;
  std::int64_t memory_bytes = 0;
  int max_shared_bytes_per_block = 0;  // the opt-in limit: static and dynamic together
  int max_threads_per_block = 0;
  Dim3 max_grid;
  Dim3 max_block;
  std::string driver;  // "580.82.07 (CUDA 13.0)"
};

// The GPU's primary context, current in the thread that made this object.
class Device {
 public:
  explicit Device(const Driver& driver, int ordinal = 0);
  // The machine's first GPU; throws NoGpu with Driver::why_absent() where there is none.
  static std::unique_ptr<Device> open_first();
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const Driver& driver() const { return driver_; }
  const DeviceProperties& properties() const { return properties_; }
  std::int64_t free_memory_bytes() const;

  // Each further thread that uses the device calls this first.
  void make_current() const;
  // Waits for everything; a kernel that failed meanwhile is reported here.
  void synchronize() const;

 private:
  const Driver& driver_;
  DeviceHandle handle_ = 0;
  ContextHandle context_ = nullptr;
  DeviceProperties properties_;
};

// Work in order; several streams overlap. Each waits for what the default stream began before it.
class Stream {
 public:
  explicit Stream(const Device& device);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  void synchronize() const;
  StreamHandle handle() const { return handle_; }

 private:
  const Device& device_;
  StreamHandle handle_ = nullptr;
};

// A point in a stream, for timing. Without a stream: the default one.
class Event {
 public:
  explicit Event(const Device& device);
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  void record(const Stream* stream = nullptr);
  void synchronize() const;
  // Milliseconds on the GPU from `start` to this event; waits for both.
  float milliseconds_since(const Event& start) const;

 private:
  const Device& device_;
  EventHandle handle_ = nullptr;
};

// One kernel argument: a number of 4 or 8 bytes, or the address of a buffer's data. It is passed as
// it is: what a kernel takes as `float` must be given as float.
class Parameter {
 public:
  template <typename Number>
  requires(std::is_arithmetic_v<Number> && (sizeof(Number) == 4 || sizeof(Number) == 8))
      Parameter(Number value)
      : bytes_(sizeof(Number)) {
    std::memcpy(value_, &value, sizeof(Number));
  }
  Parameter(const Buffer& buffer);

  const void* value() const { return value_; }
  std::size_t bytes() const { return bytes_; }

 private:
  alignas(8) unsigned char value_[8] = {};
  std::size_t bytes_;
};

struct LaunchShape {
  Dim3 grid;
  Dim3 block;
  int dynamic_shared_bytes = 0;
};

// A __global__ function of a loaded module.
class Kernel {
 public:
  // Enqueues a launch. Refuses, with the number and the limit, an empty or oversized grid or block,
  // too much shared memory, and parameters that are not the kernel's (where the driver can tell).
  void launch(const LaunchShape& shape, std::span<const Parameter> parameters,
              const Stream* stream = nullptr) const;
  void launch(const LaunchShape& shape, std::initializer_list<Parameter> parameters,
              const Stream* stream = nullptr) const {
    launch(shape, std::span(parameters.begin(), parameters.size()), stream);
  }
  // A launch, and the wait for its end: what the kernel did wrong is thrown here, under its name.
  void run(const LaunchShape& shape, std::span<const Parameter> parameters) const;
  void run(const LaunchShape& shape, std::initializer_list<Parameter> parameters) const {
    run(shape, std::span(parameters.begin(), parameters.size()));
  }

  int registers() const;            // a thread
  int local_bytes() const;          // a thread: spills, arrays
  int static_shared_bytes() const;  // a block
  const std::string& name() const { return name_; }

 private:
  friend class Module;
  Kernel(const Device& device, FunctionHandle handle, std::string name)
      : device_(&device), handle_(handle), name_(std::move(name)) {}
  int attribute(FunctionAttribute attribute) const;
  void check_shape(const LaunchShape& shape) const;
  void check_parameters(std::span<const Parameter> parameters) const;

  const Device* device_;
  FunctionHandle handle_;
  std::string name_;
};

// How the driver assembles PTX: 0 as it is written, 4 with every optimisation.
enum class OptimizationLevel : std::uint8_t { kNone = 0, kFull = 4 };

// Code on the device: machine code, or PTX that the driver assembles now.
class Module {
 public:
  Module(const Device& device, std::string_view image,
         OptimizationLevel level = OptimizationLevel::kFull);
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  // The kernel declared extern "C" under this name.
  Kernel kernel(const std::string& name) const;

 private:
  const Device& device_;
  ModuleHandle handle_ = nullptr;
};

}  // namespace attnlab::gpu
