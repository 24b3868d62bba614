// SPDX-License-Identifier: MIT
// The short probe: does this GPU's arithmetic return the model's bits? A sample of each
// instruction, for `attnlab doctor`, in a second or two. The long answer is arithmetic_sweep.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernels/probe/probe_kernels.h"

namespace attnlab::probe {

// One difference between what the hardware returned and what the model says.
struct Difference {
  std::uint32_t input;  // its bits; of tiles and problem inputs, the index of the output
  std::uint32_t got;
  std::uint32_t want;
};
// "0x3f800000: got 0x7fffffff, want 0x40000000".
std::string describe(const Difference& difference);

enum class Verdict { kConfirmed, kDiffers, kNotSupported };

struct ProbeItem {
  std::string name;  // "ex2.approx.ftz.f32", "mma f16", "inputs normal", ...
  Verdict verdict = Verdict::kConfirmed;
  std::int64_t compared = 0;     // outputs
  std::int64_t differences = 0;  // of these
  std::optional<Difference> first;
};
// "ex2.approx.f32: confirmed (65536 outputs)", "mma bf16: differs in 3 of 524288 outputs, first
// 0x...", "tanh.approx.bf16: not supported".
std::string describe(const ProbeItem& item);

struct ProbeReport {
  std::string gpu;
  std::string driver;
  std::string code;     // which image ran: gpu::describe()
  bool jitted = false;  // then even confirmed items say nothing about other code
  std::vector<ProbeItem> items;

  bool all_confirmed() const;
};

// Special functions: 65,536 inputs each, in every binade, with zeros, infinities, NaN and
// subnormals among them; all inputs of a 16-bit form. Tensor cores: 4,096 tiles of each format,
// against the Hopper step, or Ampere's on compute capability 8.x. Then the integer models and the
// problem generator run on the device, and .ftz near 2^-126 by numerics::kGpuTininess.
ProbeReport probe_arithmetic(const ProbeKernels& kernels);
ProbeReport probe_arithmetic(const gpu::Device& device);

// What the probe tries of a function.
Words sample_inputs(numerics::MufuOp op);

// The tensor core that a GPU is modelled with.
numerics::TensorCoreSpec tensor_core_of(gpu::ComputeCapability capability);

}  // namespace attnlab::probe
