// SPDX-License-Identifier: MIT
// One launch of a kernel from a file on this machine's GPU, with the arguments of `attnlab emulate`.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/gpu/device.h"
#include "labs/cli/emulate/argument.h"
#include "sim/ptx/emulator.h"

namespace attnlab::launch {

struct LaunchRequest {
  std::string image;   // machine code (.cubin) or PTX
  std::string kernel;  // its name in the image
  std::string grid, block;
  int dynamic_shared_bytes = 0;
  std::vector<std::string> arguments;  // as of `emulate --arg`
  int repeat = 1;                      // launches, each from the same content
  // Arrays without a value start as `emulate` has them, every byte 0xcb. Otherwise nothing writes
  // to them before the kernel does: a tool that watches the GPU's memory knows them as unwritten.
  bool fill = false;
  // After the run arrays are copied to the host. A tool may take that as a read of what the kernel
  // left unwritten.
  bool copy_back = true;
};

// What was launched, its arrays as the kernel left them in `memory`.
struct Launched {
  std::string gpu;     // "NVIDIA H200"
  std::string driver;  // "580.82.07 (CUDA 13.0)"
  gpu::LaunchShape shape;
  int static_shared_bytes = 0;
  std::vector<cli::Argument> arguments;
  ptx::DeviceMemory memory;
};

// The launch was made and the driver reports that the kernel failed.
class KernelFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws problem::BadInput for what can be refused without a GPU, gpu::NoGpu where there is none,
// gpu::GpuError where image, kernel, shape or arguments do not suit it, and KernelFailed.
Launched launch(const LaunchRequest& request);

}  // namespace attnlab::launch
