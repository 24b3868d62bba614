// SPDX-License-Identifier: MIT
#include "kernels/probe/probe.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/probe/open_probes.h"
#include "sim/numerics/bulk.h"
#include "sim/problem/input_element.h"

namespace attnlab::probe {
namespace {

using numerics::MmaFormat;
using numerics::MufuOp;

constexpr std::size_t kTiles = 4096;
constexpr std::size_t kFtzCases = std::size_t{1} << 16;
constexpr std::uint32_t kElements = 1u << 16;
constexpr std::uint64_t kSeed = 1;

// `index` names what an output came from.
template <typename Index>
ProbeItem compared(std::string name, const Words& got, const Words& want, Index index) {
  ProbeItem item;
  item.name = std::move(name);
  item.compared = static_cast<std::int64_t>(want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (got[i] == want[i]) continue;
    ++item.differences;
    if (!item.first) item.first = Difference{index(i), got[i], want[i]};
  }
  if (item.differences != 0) item.verdict = Verdict::kDiffers;
  return item;
}

std::uint32_t position(std::size_t i) {
  return static_cast<std::uint32_t>(i);
}

// The instruction, and its integer model on the device, against the model on the host.
void probe_function(const ProbeKernels& kernels, MufuOp op, ProbeReport* report) {
  const std::string name = numerics::kMufuOpNames[static_cast<int>(op)];
  const Words inputs = sample_inputs(op);
  Words want(inputs.size());
  numerics::bulk().mufu(op, inputs.data(), want.data(), want.size());
  const auto input = [&](std::size_t i) { return inputs[i]; };
  if (kernels.available(op)) {
    report->items.push_back(compared(name, kernels.mufu(op, inputs), want, input));
  } else {
    ProbeItem missing;
    missing.name = name;
    missing.verdict = Verdict::kNotSupported;
    report->items.push_back(missing);
  }
  report->items.push_back(
      compared("model of " + name, kernels.mufu_model(op, inputs), want, input));
}

ProbeItem probe_mma(const ProbeKernels& kernels, MmaFormat format) {
  const numerics::TensorCoreSpec spec =
      tensor_core_of(kernels.device().properties().compute_capability);
  std::vector<numerics::MmaTile> tiles(kTiles);
  numerics::make_mma_tiles(format, 0, tiles.size(), tiles.data());
  Words want(kTiles * numerics::kOutputsPerTile);
  for (std::size_t t = 0; t < kTiles; ++t) {
    numerics::model_mma_tile(format, tiles[t], &want[t * numerics::kOutputsPerTile], spec);
  }
  const std::string name =
      fmt::format("mma {}", numerics::kMmaFormatNames[static_cast<int>(format)]);
  return compared(name, kernels.mma(format, tiles), want, position);
}

ProbeItem probe_ftz(const ProbeKernels& kernels, FtzOp op) {
  const FtzCases cases = ftz_cases_near_smallest_normal(op, kFtzCases, kSeed);
  Words want(cases.a.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    want[i] = ftz_model(op, cases.a[i], cases.b[i], cases.c[i], numerics::kGpuTininess);
  }
  return compared(kFtzOpNames[static_cast<int>(op)], kernels.ftz(op, cases.a, cases.b, cases.c),
                  want, position);
}

ProbeItem probe_inputs(const ProbeKernels& kernels, problem::Distribution distribution,
                       const char* name) {
  Words want(kElements);
  for (std::uint32_t i = 0; i < kElements; ++i) {
    want[i] =
        numerics::bits_of(problem::input_element(distribution, kSeed, problem::InputTensor::kQ, i));
  }
  const Words got =
      kernels.problem_inputs(distribution, kSeed, problem::InputTensor::kQ, 0, kElements);
  return compared(fmt::format("inputs {}", name), got, want, position);
}

}  // namespace

std::string describe(const Difference& difference) {
  return fmt::format("{:#010x}: got {:#010x}, want {:#010x}", difference.input, difference.got,
                     difference.want);
}

std::string describe(const ProbeItem& item) {
  if (item.verdict == Verdict::kNotSupported) return item.name + ": not supported";
  if (item.verdict == Verdict::kConfirmed) {
    return fmt::format("{}: confirmed ({} outputs)", item.name, item.compared);
  }
  return fmt::format("{}: differs in {} of {} outputs, first {}", item.name, item.differences,
                     item.compared, describe(*item.first));
}

bool ProbeReport::all_confirmed() const {
  return std::all_of(items.begin(), items.end(),
                     [](const ProbeItem& item) { return item.verdict == Verdict::kConfirmed; });
}

Words sample_inputs(MufuOp op) {
  constexpr std::uint32_t kCount = 1u << 16;
  constexpr std::uint32_t kPerBinade = kCount / 512;
  constexpr std::uint32_t kEdges[] = {0, 1, 0x7fffffu, 0x400000u};
  Words inputs(kCount);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const std::uint32_t binade = i / kPerBinade;  // sign and exponent field
    const std::uint32_t draw = i % kPerBinade;
    const std::uint32_t fraction =
        draw < std::size(kEdges) ? kEdges[draw] : (draw * 0x9e3779b1u + binade * 0x85ebca6bu) >> 9;
    inputs[i] = numerics::is_16_bit(op) ? i : (binade << 23) | fraction;
  }
  return inputs;
}

numerics::TensorCoreSpec tensor_core_of(gpu::ComputeCapability capability) {
  return capability.major == 8 ? numerics::kAmpereTensorCore : numerics::kHopperTensorCore;
}

ProbeReport probe_arithmetic(const ProbeKernels& kernels) {
  using problem::Distribution;
  ProbeReport report;
  report.gpu = kernels.device().properties().name;
  report.driver = kernels.device().properties().driver;
  report.code = gpu::describe(kernels.image());
  report.jitted = kernels.image().jitted;
  for (int op = 0; op < numerics::kMufuOpCount; ++op) {
    probe_function(kernels, static_cast<MufuOp>(op), &report);
  }
  for (const MmaFormat format : {MmaFormat::kF16, MmaFormat::kBf16, MmaFormat::kTf32}) {
    report.items.push_back(probe_mma(kernels, format));
  }
  for (int op = 0; op < kFtzOpCount; ++op) {
    report.items.push_back(probe_ftz(kernels, static_cast<FtzOp>(op)));
  }
  report.items.push_back(probe_inputs(kernels, Distribution::kNormal, "normal"));
  report.items.push_back(probe_inputs(kernels, Distribution::kUniform, "uniform"));
  report.items.push_back(probe_inputs(kernels, Distribution::kAdversarial, "adversarial"));
  return report;
}

ProbeReport probe_arithmetic(const gpu::Device& device) {
  return probe_arithmetic(ProbeKernels(device));
}

}  // namespace attnlab::probe
