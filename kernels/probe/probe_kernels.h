// SPDX-License-Identifier: MIT
// The probe kernels (arithmetic.cu, inputs.cu) as functions of the host: lists of bit patterns in,
// lists of bit patterns out. Each call uploads, runs, checks the guard zones and downloads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/gpu/buffer.h"
#include "kernels/gpu/device.h"
#include "kernels/gpu/image.h"
#include "kernels/probe/arithmetic_probe.h"
#include "sim/numerics/record/arithmetic_digest.h"
#include "sim/problem/distribution.h"

namespace attnlab::probe {

using Words = std::vector<std::uint32_t>;

class ProbeKernels {
 public:
  // Loads the best image for the device, or the best of one compiler's. Throws GpuError.
  explicit ProbeKernels(const gpu::Device& device, std::optional<gpu::Compiler> compiler = {});

  const gpu::Device& device() const { return device_; }
  const gpu::ImageChoice& image() const { return arithmetic_.choice; }
  // Whether the loaded code has the instruction; asks the code.
  bool available(numerics::MufuOp op) const;

  // The special function unit's results, and the integer model's, evaluated on the device.
  Words mufu(numerics::MufuOp op, std::span<const std::uint32_t> inputs) const;
  Words mufu_model(numerics::MufuOp op, std::span<const std::uint32_t> inputs) const;
  // a, b and c have the same length; what an operation does not use is ignored. kCvt takes a
  // double: its low word in a, its high word in b.
  Words ftz(FtzOp op, std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
            std::span<const std::uint32_t> c) const;
  // D of each tile, 128 words.
  Words mma(numerics::MmaFormat format, std::span<const numerics::MmaTile> tiles) const;
  // Elements first ... first + count - 1 of a problem's tensor, as bits.
  Words problem_inputs(problem::Distribution distribution, std::uint64_t seed,
                       problem::InputTensor tensor, std::int64_t first, std::uint32_t count) const;

  // Enqueues out[i] = op(first_input + i) for i < count.
  void sweep(numerics::MufuOp op, std::uint32_t first_input, const gpu::Buffer& out,
             std::uint32_t count, const gpu::Stream& stream) const;

 private:
  struct LoadedImage {
    LoadedImage(const gpu::Device& device, const std::string& name,
                std::optional<gpu::Compiler> compiler);
    gpu::ImageChoice choice;
    gpu::Module module;
  };
  Words run_list(const std::string& kernel, numerics::MufuOp op,
                 std::span<const std::uint32_t> inputs) const;

  const gpu::Device& device_;
  LoadedImage arithmetic_;
  LoadedImage inputs_;
};

// Every image of the probe kernels that was built in, by both compilers.
std::span<const embed::EmbeddedFile> probe_images();

}  // namespace attnlab::probe
