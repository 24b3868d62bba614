// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/gpu/buffer.h"
#include "kernels/probe/instructions/form_kernel.h"
#include "kernels/probe/instructions/run_forms.h"

namespace attnlab::probe {
namespace {

Outcome run_one(const gpu::Device& device, const gpu::Kernel& kernel, const Form& form) {
  const Values& operands = operands_of(form);
  const std::size_t count = tuple_count(form.operands);
  Outcome outcome;
  outcome.results.assign(form.results.size() * count, 0);
  gpu::Buffer in(device, "operands", operands.size() * sizeof(operands[0]));
  gpu::Buffer out(device, "results", outcome.results.size() * sizeof(outcome.results[0]));
  in.upload(std::span<const std::uint64_t>(operands));
  out.upload(std::span<const std::uint64_t>(outcome.results));
  gpu::LaunchShape shape;
  shape.grid.x = static_cast<unsigned int>(count / kThreadsPerBlock);
  shape.block.x = kThreadsPerBlock;
  kernel.run(shape, {in, out});
  out.download(std::span<std::uint64_t>(outcome.results));
  in.check_guards();
  out.check_guards();
  return outcome;
}

std::vector<Outcome> run_module(const gpu::Device& device, std::span<const Form> forms) {
  const gpu::Module module(device, form_module(forms));
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    outcomes.push_back(run_one(device, module.kernel(entry_name(i)), forms[i]));
  }
  return outcomes;
}

}  // namespace

std::vector<Outcome> run_on_gpu(const gpu::Device& device, std::span<const Form> forms) {
  device.make_current();
  try {
    return run_module(device, forms);
  } catch (const gpu::GpuError& error) {
    if (forms.size() <= 1) return {{.results = {}, .failure = error.what()}};
  }
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    outcomes.push_back(run_on_gpu(device, forms.subspan(i, 1)).front());
  }
  return outcomes;
}

}  // namespace attnlab::probe
