// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/conformance.h"

#include <fmt/format.h>

#include <map>

#include "kernels/probe/instructions/parallel.h"

namespace attnlab::probe {
namespace {

// Tuple `t` of a list of `parts` values each.
std::vector<std::uint64_t> tuple_of(const Values& values, std::size_t parts, std::size_t t) {
  const std::size_t count = values.size() / parts;
  std::vector<std::uint64_t> tuple;
  for (std::size_t i = 0; i < parts; ++i) tuple.push_back(values[i * count + t]);
  return tuple;
}

std::string in_hexadecimal(const std::vector<std::uint64_t>& values) {
  std::string text;
  for (const std::uint64_t value : values) text += fmt::format(" {:x}", value);
  return text;
}

using Modules = std::vector<std::span<const Form>>;

std::vector<std::string> flattened(const std::vector<std::vector<std::string>>& lists) {
  std::vector<std::string> all;
  for (const std::vector<std::string>& list : lists)
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace

std::optional<FormDifference> compare(const Form& form, const Outcome& gpu,
                                      const Outcome& emulator) {
  FormDifference difference;
  difference.form = form.name;
  difference.tuples = tuple_count(form.operands);
  if (!gpu.failure.empty() || !emulator.failure.empty()) {
    difference.failure =
        gpu.failure.empty() ? "the emulator: " + emulator.failure : "the GPU: " + gpu.failure;
    return difference;
  }
  if (gpu.results == emulator.results) return {};
  const Values& operands = operands_of(form);
  const std::size_t parts = form.results.size();
  for (std::size_t t = 0; t < difference.tuples; ++t) {
    std::vector<std::uint64_t> want = tuple_of(gpu.results, parts, t);
    std::vector<std::uint64_t> got = tuple_of(emulator.results, parts, t);
    if (want == got) continue;
    ++difference.different;
    if (difference.examples.size() == kExamples) continue;
    difference.examples.push_back(
        {tuple_of(operands, form.operands.size(), t), std::move(want), std::move(got)});
  }
  return difference;
}

std::string describe(const FormDifference& difference) {
  if (!difference.failure.empty()) {
    return fmt::format("{}: {}\n", difference.form, difference.failure);
  }
  std::string text = fmt::format("{}: {} of {} differ\n", difference.form, difference.different,
                                 difference.tuples);
  for (const FormDifference::Example& example : difference.examples) {
    text += fmt::format("   {}  gpu{}  emulator{}\n", in_hexadecimal(example.operands),
                        in_hexadecimal(example.gpu), in_hexadecimal(example.emulator));
  }
  return text;
}

std::string digest_of(const Outcome& outcome) {
  return digest_of_bytes(std::as_bytes(std::span(outcome.results)));
}

RecordedInstructions record_instructions(const gpu::Device& device,
                                         std::vector<FormDifference>* differences,
                                         const Progress& progress) {
  const Modules modules = modules_of(all_forms());
  std::vector<RecordedInstructions> parts(modules.size());
  std::vector<std::vector<FormDifference>> found(modules.size());
  ProgressCounter counter(progress, "instructions", modules.size());
  in_parallel(modules.size(), 0, [&](std::size_t m) {
    const std::span<const Form> forms = modules[m];
    const std::vector<Outcome> gpu = run_on_gpu(device, forms);
    std::vector<Outcome> emulator(forms.size());
    if (differences != nullptr) emulator = run_on_emulator(forms);
    for (std::size_t i = 0; i < forms.size(); ++i) {
      if (gpu[i].failure.empty()) parts[m].forms.emplace_back(forms[i].name, digest_of(gpu[i]));
      if (differences == nullptr) continue;
      if (auto difference = compare(forms[i], gpu[i], emulator[i])) {
        found[m].push_back(std::move(*difference));
      }
    }
    counter.one_more();
  });
  RecordedInstructions record = record_of<RecordedInstructions>(device);
  for (std::size_t m = 0; m < modules.size(); ++m) {
    record.forms.insert(record.forms.end(), parts[m].forms.begin(), parts[m].forms.end());
    if (differences == nullptr) continue;
    differences->insert(differences->end(), found[m].begin(), found[m].end());
  }
  return record;
}

ConformanceResult run_instruction_conformance(const ConformanceOptions& options) {
  const auto device = gpu::Device::open_first();
  ConformanceResult result;
  result.gpu = device->properties().name;
  result.forms = all_forms().size();
  const RecordedInstructions record = record_instructions(
      *device, options.against_emulator ? &result.differences : nullptr, options.progress);
  if (!options.record.empty()) write(record, options.record);
  return result;
}

std::vector<std::string> check_emulator(const RecordedInstructions& record,
                                        std::span<const Form> forms, const RunForms& run,
                                        const Progress& progress) {
  const std::map<std::string, std::string> recorded(record.forms.begin(), record.forms.end());
  const Modules modules = modules_of(forms);
  std::vector<std::vector<std::string>> sentences(modules.size());
  ProgressCounter counter(progress, "instructions", modules.size());
  in_parallel(modules.size(), 0, [&](std::size_t m) {
    const std::vector<Outcome> outcomes = run(modules[m]);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const std::string& name = modules[m][i].name;
      const auto digest = recorded.find(name);
      if (!outcomes[i].failure.empty()) {
        sentences[m].push_back(fmt::format("{}: {}", name, outcomes[i].failure));
      } else if (digest == recorded.end()) {
        sentences[m].push_back(fmt::format("{} is not in the record", name));
      } else if (digest->second != digest_of(outcomes[i])) {
        sentences[m].push_back(fmt::format("{}: the results are not the recorded ones", name));
      }
    }
    counter.one_more();
  });
  return flattened(sentences);
}

std::vector<std::string> check_emulator(const RecordedInstructions& record,
                                        std::span<const Form> forms, const Progress& progress) {
  return check_emulator(
      record, forms, [](std::span<const Form> part) { return run_on_emulator(part); }, progress);
}

}  // namespace attnlab::probe
