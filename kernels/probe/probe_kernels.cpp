// SPDX-License-Identifier: MIT
#include "kernels/probe/probe_kernels.h"

#include "attnlab_probe_images.h"

namespace attnlab::probe {
namespace {

using gpu::Buffer;

static_assert(sizeof(numerics::MmaTile) == kTileWords * sizeof(std::uint32_t));
static_assert(offsetof(numerics::MmaTile, b) == kTileFirstB * sizeof(std::uint32_t));
static_assert(offsetof(numerics::MmaTile, c) == kTileFirstC * sizeof(std::uint32_t));

constexpr unsigned int kThreads = 256;  // of a block

// Blocks of kThreads that cover `threads`.
gpu::LaunchShape covering(std::size_t threads) {
  const std::size_t blocks = (threads + kThreads - 1) / kThreads;
  return {.grid = {static_cast<unsigned int>(blocks)}, .block = {kThreads}};
}

gpu::ImageChoice choose(const gpu::Device& device, const std::string& name,
                        std::optional<gpu::Compiler> compiler) {
  const gpu::ComputeCapability capability = device.properties().compute_capability;
  if (compiler) return gpu::choose_image(capability, probe_images(), name, *compiler);
  return gpu::choose_image(capability, probe_images(), name);
}

template <typename T>
Buffer uploaded(const gpu::Device& device, const char* name, std::span<const T> data) {
  Buffer buffer(device, name, data.size_bytes());
  buffer.upload(data);
  return buffer;
}

// The results, once the guard zones around them are found whole.
Words downloaded(const Buffer& out) {
  out.check_guards();
  Words words(out.bytes() / sizeof(std::uint32_t));
  out.download(std::span(words));
  return words;
}

}  // namespace

std::span<const embed::EmbeddedFile> probe_images() {
  return embed::attnlab_probe_images();
}

ProbeKernels::LoadedImage::LoadedImage(const gpu::Device& device, const std::string& name,
                                       std::optional<gpu::Compiler> compiler)
    : choice(choose(device, name, compiler)), module(device, choice.file->bytes) {}

ProbeKernels::ProbeKernels(const gpu::Device& device, std::optional<gpu::Compiler> compiler)
    : device_(device),
      arithmetic_(device, "probe/arithmetic", compiler),
      inputs_(device, "probe/inputs", compiler) {}

bool ProbeKernels::available(numerics::MufuOp op) const {
  const std::uint32_t zero = 0;
  return mufu(op, std::span(&zero, 1))[0] != kNotCompiled;
}

Words ProbeKernels::run_list(const std::string& kernel, numerics::MufuOp op,
                             std::span<const std::uint32_t> inputs) const {
  if (inputs.empty()) return {};
  const Buffer in = uploaded(device_, "inputs", inputs);
  const Buffer out(device_, "results", inputs.size_bytes());
  arithmetic_.module.kernel(kernel).run(
      covering(inputs.size()),
      {static_cast<int>(op), in, out, static_cast<std::uint32_t>(inputs.size())});
  return downloaded(out);
}

Words ProbeKernels::mufu(numerics::MufuOp op, std::span<const std::uint32_t> inputs) const {
  return run_list("mufu_list_kernel", op, inputs);
}

Words ProbeKernels::mufu_model(numerics::MufuOp op, std::span<const std::uint32_t> inputs) const {
  return run_list("mufu_model_kernel", op, inputs);
}

Words ProbeKernels::ftz(FtzOp op, std::span<const std::uint32_t> a,
                        std::span<const std::uint32_t> b, std::span<const std::uint32_t> c) const {
  if (a.empty()) return {};
  const Buffer in_a = uploaded(device_, "a", a);
  const Buffer in_b = uploaded(device_, "b", b);
  const Buffer in_c = uploaded(device_, "c", c);
  const Buffer out(device_, "results", a.size_bytes());
  arithmetic_.module.kernel("ftz_probe_kernel")
      .run(covering(a.size()),
           {static_cast<int>(op), in_a, in_b, in_c, out, static_cast<std::uint32_t>(a.size())});
  return downloaded(out);
}

Words ProbeKernels::mma(numerics::MmaFormat format,
                        std::span<const numerics::MmaTile> tiles) const {
  if (tiles.empty()) return {};
  const Buffer in = uploaded(device_, "tiles", tiles);
  const Buffer out(device_, "D", tiles.size() * numerics::kOutputsPerTile * sizeof(std::uint32_t));
  arithmetic_.module.kernel("mma_kernel")
      .run(covering(tiles.size() * 32),
           {static_cast<int>(format), in, out, static_cast<std::uint32_t>(tiles.size())});
  return downloaded(out);
}

Words ProbeKernels::problem_inputs(problem::Distribution distribution, std::uint64_t seed,
                                   problem::InputTensor tensor, std::int64_t first,
                                   std::uint32_t count) const {
  if (count == 0) return {};
  const Buffer out(device_, "elements", count * sizeof(std::uint32_t));
  inputs_.module.kernel("problem_inputs_kernel")
      .run(covering(count), {static_cast<int>(distribution), seed,
                             static_cast<std::uint32_t>(tensor), first, out, count});
  return downloaded(out);
}

void ProbeKernels::sweep(numerics::MufuOp op, std::uint32_t first_input, const Buffer& out,
                         std::uint32_t count, const gpu::Stream& stream) const {
  arithmetic_.module.kernel("mufu_sweep_kernel")
      .launch(covering(count), {static_cast<int>(op), first_input, out, count}, &stream);
}

}  // namespace attnlab::probe
