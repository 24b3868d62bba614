// SPDX-License-Identifier: MIT
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "kernels/probe/instructions/form_kernel.h"
#include "kernels/probe/instructions/run_forms.h"
#include "sim/ptx/emulator.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab::probe {
namespace {

Outcome run_one(const ptx::Module& module, const std::string& entry, const Form& form,
                const ptx::BuildOptions& options) {
  const Values& operands = operands_of(form);
  const std::size_t count = tuple_count(form.operands);
  Outcome outcome;
  outcome.results.assign(form.results.size() * count, 0);
  const std::size_t result_bytes = outcome.results.size() * sizeof(outcome.results[0]);
  ptx::DeviceMemory memory;
  const ptx::Address in = memory.allocate("operands", operands.size() * sizeof(operands[0]), 8);
  const ptx::Address out = memory.allocate("results", result_bytes, 8);
  std::memcpy(memory.bytes(in).data(), operands.data(), memory.bytes(in).size());
  std::memset(memory.bytes(out).data(), 0, result_bytes);
  const ptx::Program program = ptx::build(module, entry, memory, options);
  const std::vector<ptx::ArgumentBytes> arguments = {ptx::as_bytes(in), ptx::as_bytes(out)};
  const auto blocks = static_cast<std::uint32_t>(count / kThreadsPerBlock);
  ptx::LaunchOptions launch;
  launch.workers = 1;
  ptx::launch(program, {.grid = {blocks, 1, 1}, .block = {kThreadsPerBlock, 1, 1}},
              ptx::pack_arguments(program, arguments), memory, launch);
  std::memcpy(outcome.results.data(), memory.bytes(out).data(), result_bytes);
  return outcome;
}

}  // namespace

std::vector<Outcome> run_on_emulator(std::span<const Form> forms,
                                     std::optional<numerics::Isa> isa) {
  const ptx::Module module = ptx::parse(form_module(forms), "forms.ptx");
  ptx::BuildOptions options;
  options.name = "forms.ptx";
  options.isa = isa;
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    try {
      outcomes.push_back(run_one(module, entry_name(i), forms[i], options));
    } catch (const std::runtime_error& error) {
      outcomes.push_back({.results = {}, .failure = error.what()});
    }
  }
  return outcomes;
}

const Values& operands_of(const Form& form) {
  static std::mutex mutex;
  static std::map<std::vector<Draw>, std::unique_ptr<const Values>> made;
  const std::lock_guard lock(mutex);
  std::unique_ptr<const Values>& values = made[form.operands];
  if (values == nullptr) values = std::make_unique<const Values>(make_operands(form.operands));
  return *values;
}

}  // namespace attnlab::probe
