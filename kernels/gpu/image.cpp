// SPDX-License-Identifier: MIT
#include "kernels/gpu/image.h"

#include <fmt/format.h>

#include <optional>

#include "kernels/gpu/gpu_error.h"

namespace attnlab::gpu {
namespace {

constexpr Compiler kCompilers[] = {Compiler::kNvcc, Compiler::kClang};

std::string_view name_of(Compiler compiler) {
  return compiler == Compiler::kNvcc ? "nvcc" : "clang";
}

// One kind of image: what follows "NAME.COMPILER." and which GPUs can run it.
struct ImageKind {
  std::string_view suffix;
  ComputeCapability target;
  bool jitted;
};

// In order of preference.
constexpr ImageKind kKinds[] = {
    {"sm_90a.cubin", {9, 0}, false},
    {"sm_80.cubin", {8, 0}, false},
    {"compute_90.ptx", {9, 0}, true},
    {"ptx", {8, 0}, true},
};

bool can_run(ComputeCapability gpu, const ImageKind& kind) {
  if (kind.jitted) return gpu.number() >= kind.target.number();
  const bool specific = kind.suffix.find("a.") != std::string_view::npos;
  return specific ? gpu == kind.target
                  : gpu.major == kind.target.major && gpu.number() >= kind.target.number();
}

std::optional<ImageChoice> find_image(ComputeCapability gpu,
                                      std::span<const embed::EmbeddedFile> files,
                                      std::string_view name, std::span<const Compiler> compilers) {
  for (const ImageKind& kind : kKinds) {
    if (!can_run(gpu, kind)) continue;
    for (const Compiler compiler : compilers) {
      const std::string wanted = fmt::format("{}.{}.{}", name, name_of(compiler), kind.suffix);
      const embed::EmbeddedFile* file = embed::find(files, wanted);
      if (file != nullptr) return ImageChoice{file, compiler, kind.target, kind.jitted};
    }
  }
  return std::nullopt;
}

ImageChoice choose(ComputeCapability gpu, std::span<const embed::EmbeddedFile> files,
                   std::string_view name, std::span<const Compiler> compilers) {
  if (const auto choice = find_image(gpu, files, name, compilers)) return *choice;
  throw GpuError(fmt::format("no image of {} runs on compute capability {}.{}{}", name, gpu.major,
                             gpu.minor, gpu.major < 8 ? ": 8.0 or newer is needed" : ""));
}

}  // namespace

ImageChoice choose_image(ComputeCapability gpu, std::span<const embed::EmbeddedFile> files,
                         std::string_view name) {
  return choose(gpu, files, name, kCompilers);
}

ImageChoice choose_image(ComputeCapability gpu, std::span<const embed::EmbeddedFile> files,
                         std::string_view name, Compiler compiler) {
  return choose(gpu, files, name, std::span(&compiler, 1));
}

std::string describe(const ImageChoice& choice) {
  if (choice.jitted) {
    return fmt::format("PTX by {}, assembled by the driver: bits not verified",
                       name_of(choice.compiler));
  }
  return fmt::format("machine code by {} for {}.{}", name_of(choice.compiler), choice.target.major,
                     choice.target.minor);
}

std::string compiler_version(Compiler compiler) {
  return compiler == Compiler::kNvcc ? ATTNLAB_NVCC_VERSION : ATTNLAB_DEVICE_CLANG_VERSION;
}

}  // namespace attnlab::gpu
