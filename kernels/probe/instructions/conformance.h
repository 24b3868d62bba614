// SPDX-License-Identifier: MIT
// Instruction conformance: every form of forms/forms.h on a GPU, recorded as digests, and the
// emulator held to them, on the GPU's machine result by result, anywhere else digest by digest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/gpu/device.h"
#include "kernels/probe/instructions/forms/forms.h"
#include "kernels/probe/instructions/recorded_instructions.h"
#include "kernels/probe/instructions/run_forms.h"
#include "kernels/probe/progress.h"

namespace attnlab::probe {

// How the results of one form differ.
struct FormDifference {
  struct Example {
    std::vector<std::uint64_t> operands, gpu, emulator;
  };
  std::string form;
  std::string failure;  // where one side could not run it
  std::size_t tuples = 0;
  std::size_t different = 0;
  std::vector<Example> examples;  // the first kExamples
};
inline constexpr std::size_t kExamples = 8;

// Nothing where both ran and are equal.
std::optional<FormDifference> compare(const Form& form, const Outcome& gpu,
                                      const Outcome& emulator);
// Several lines: the form, the count, a line an example with all values in hexadecimal.
std::string describe(const FormDifference& difference);

std::string digest_of(const Outcome& outcome);

// Runs all forms on the GPU; with `differences` on the emulator too. A form that the GPU could not
// run is not in the record, and is a difference.
RecordedInstructions record_instructions(const gpu::Device& device,
                                         std::vector<FormDifference>* differences,
                                         const Progress& progress = {});

// The whole run on this machine's GPU: `record` is where the record is written, unless empty.
// Throws NoGpu where there is none.
struct ConformanceOptions {
  std::string record;
  bool against_emulator = true;
  Progress progress;
};
struct ConformanceResult {
  std::string gpu;
  std::size_t forms = 0;
  std::vector<FormDifference> differences;
};
ConformanceResult run_instruction_conformance(const ConformanceOptions& options);

// Runs forms on the emulator; one sentence for each that differs from the record, is not in it, or
// does not run. run: in place of the emulator, for tests of this checker.
using RunForms = std::function<std::vector<Outcome>(std::span<const Form>)>;
std::vector<std::string> check_emulator(const RecordedInstructions& record,
                                        std::span<const Form> forms, const RunForms& run,
                                        const Progress& progress = {});
std::vector<std::string> check_emulator(const RecordedInstructions& record,
                                        std::span<const Form> forms, const Progress& progress = {});

}  // namespace attnlab::probe
