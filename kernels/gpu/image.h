// SPDX-License-Identifier: MIT
// Which of a kernel file's images (kernels/device_code.cmake) a GPU runs.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/embed/embedded_file.h"

namespace attnlab::gpu {

struct ComputeCapability {
  int major = 0;
  int minor = 0;

  constexpr int number() const { return 10 * major + minor; }
  bool operator==(const ComputeCapability&) const = default;
};

// Who compiled the device code.
enum class Compiler { kNvcc, kClang };

struct ImageChoice {
  const embed::EmbeddedFile* file = nullptr;
  Compiler compiler = Compiler::kNvcc;
  // What the code was written for: __CUDA_ARCH__ / 10 and its last digit.
  ComputeCapability target;
  // PTX assembled by the driver: its bits are not verified.
  bool jitted = false;
};

// The best image of the kernel file `name` ("probe/arithmetic") for a GPU, among files named
// NAME.COMPILER.sm_80.cubin, NAME.COMPILER.sm_90a.cubin, NAME.COMPILER.ptx (for compute
// capability 8.0) and NAME.COMPILER.compute_90.ptx:
//   1. machine code of the GPU's own architecture: sm_90a on 9.0 only (its "a" does not carry
//   over),
//      sm_80 on every 8.x; nvcc's before clang's;
//   2. else the PTX of the highest target the GPU can run, nvcc's before clang's, marked `jitted`.
// Throws GpuError, naming the GPU's compute capability, where nothing fits.
ImageChoice choose_image(ComputeCapability gpu, std::span<const embed::EmbeddedFile> files,
                         std::string_view name);

// The same among one compiler's images.
ImageChoice choose_image(ComputeCapability gpu, std::span<const embed::EmbeddedFile> files,
                         std::string_view name, Compiler compiler);

// "machine code by nvcc for 9.0" or "PTX by clang, assembled by the driver: bits not verified".
std::string describe(const ImageChoice& choice);

// The compiler that made the images of this build, "nvcc 13.0.88"; "" where it was not there.
std::string compiler_version(Compiler compiler);

}  // namespace attnlab::gpu
