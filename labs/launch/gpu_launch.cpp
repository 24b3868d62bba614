// SPDX-License-Identifier: MIT
#include "labs/launch/gpu_launch.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "labs/cli/host_memory.h"
#include "labs/cli/whole_number.h"
#include "sim/problem/problem.h"

namespace attnlab::launch {
namespace {

using problem::BadInput;

// An allocation of exactly the array's size, with nothing around it and nothing in it.
class DeviceArray {
 public:
  DeviceArray(const gpu::Device& device, const cli::Argument& argument) : device_(device) {
    const gpu::Driver& driver = device.driver();
    driver.check(driver.cuMemAlloc.attempt(&address_, argument.size_bytes()),
                 fmt::format("allocating {} bytes for {}", argument.size_bytes(), argument.name));
  }
  ~DeviceArray() { device_.driver().cuMemFree.attempt(address_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  gpu::DevicePointer address() const { return address_; }
  void upload(std::span<const std::byte> bytes) const {
    device_.driver().cuMemcpyHtoD(address_, bytes.data(), bytes.size());
  }
  void download(std::span<std::byte> bytes) const {
    device_.driver().cuMemcpyDtoH(bytes.data(), address_, bytes.size());
  }

 private:
  const gpu::Device& device_;
  gpu::DevicePointer address_ = 0;
};

// "8", "8,4", "8,4,2".
gpu::Dim3 parse_extent(const std::string& option, const std::string& text) {
  gpu::Dim3 extent;
  unsigned int* const sizes[] = {&extent.x, &extent.y, &extent.z};
  std::size_t read = 0;
  std::istringstream parts(text + ",");
  for (std::string part; std::getline(parts, part, ','); ++read) {
    if (read == std::size(sizes)) {
      throw BadInput(fmt::format("{} {} is not X[,Y,Z]", option, text));
    }
    *sizes[read] = cli::parse_whole_number<unsigned int>(option, part, 1, INT32_MAX);
  }
  return extent;
}

std::string bytes_of_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) {
    throw BadInput(fmt::format("cannot read {}: it is a folder", path));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw BadInput(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  if (bytes.empty()) throw BadInput(fmt::format("{} is empty", path));
  return bytes;
}

// Gpu-side launches take numbers of 4 and 8 bytes.
void require_passable(const std::vector<cli::Argument>& arguments) {
  for (const cli::Argument& argument : arguments) {
    if (argument.is_array() || argument.size_bytes() >= 4) continue;
    throw BadInput(
        fmt::format("--arg {}: a single number is passed to a GPU in 4 or 8 bytes; {} has {}",
                    argument.written, cli::name_of(argument.type), argument.size_bytes()));
  }
}

template <typename Number>
gpu::Parameter scalar(const cli::Argument& argument) {
  Number number = 0;
  std::memcpy(&number, argument.bytes.data(), sizeof(number));
  return number;
}

// A launch's place on the GPU: one allocation an array, in the arguments' order.
class Arrays {
 public:
  Arrays(const gpu::Device& device, Launched& run) : run_(run) {
    for (const cli::Argument& argument : run.arguments) {
      if (argument.is_array()) arrays_.emplace_back(device, argument);
    }
  }

  std::vector<gpu::Parameter> parameters() const {
    std::vector<gpu::Parameter> parameters;
    auto array = arrays_.begin();
    for (const cli::Argument& argument : run_.arguments) {
      if (argument.is_array()) {
        parameters.emplace_back((array++)->address());
      } else {
        parameters.push_back(argument.size_bytes() == 4 ? scalar<std::uint32_t>(argument)
                                                        : scalar<std::uint64_t>(argument));
      }
    }
    return parameters;
  }

  void upload(bool unwritten_too) const {
    each([&](const DeviceArray& array, const cli::Argument& argument) {
      if (!argument.poisoned || unwritten_too) array.upload(run_.memory.bytes(argument.address));
    });
  }

  void download() const {
    each([&](const DeviceArray& array, const cli::Argument& argument) {
      array.download(run_.memory.bytes(argument.address));
    });
  }

 private:
  template <typename Action>
  void each(Action action) const {
    auto array = arrays_.begin();
    for (const cli::Argument& argument : run_.arguments) {
      if (argument.is_array()) action(*array++, argument);
    }
  }

  Launched& run_;
  std::deque<DeviceArray> arrays_;
};

gpu::Module load(const gpu::Device& device, const LaunchRequest& request,
                 const std::string& image) {
  try {
    return gpu::Module(device, image);
  } catch (const gpu::GpuError& error) {
    throw gpu::GpuError(fmt::format("{}: {}", request.image, error.what()), error.code());
  }
}

// An error with a code of the driver is the kernel's; one of ours is a refusal of the launch.
void run_kernel(const gpu::Kernel& kernel, const gpu::LaunchShape& shape,
                const std::vector<gpu::Parameter>& parameters) {
  try {
    kernel.run(shape, parameters);
  } catch (const gpu::GpuError& error) {
    if (error.code() == 0) throw;
    throw KernelFailed(error.what());
  }
}

}  // namespace

Launched launch(const LaunchRequest& request) {
  Launched run;
  run.shape = {parse_extent("--grid", request.grid), parse_extent("--block", request.block),
               request.dynamic_shared_bytes};
  run.arguments = cli::parse_arguments(request.arguments, cli::available_memory_bytes());
  require_passable(run.arguments);
  const std::string image = bytes_of_file(request.image);
  cli::place_arguments(run.arguments, run.memory);

  const auto device = gpu::Device::open_first();
  run.gpu = device->properties().name;
  run.driver = device->properties().driver;
  const gpu::Module module = load(*device, request, image);
  const gpu::Kernel kernel = module.kernel(request.kernel);
  run.static_shared_bytes = kernel.static_shared_bytes();
  const Arrays arrays(*device, run);
  for (int i = 0; i < request.repeat; ++i) {
    arrays.upload(request.fill);
    run_kernel(kernel, run.shape, arrays.parameters());
  }
  if (request.copy_back) arrays.download();
  return run;
}

}  // namespace attnlab::launch
