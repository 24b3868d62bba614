// SPDX-License-Identifier: MIT
// Executes forms, on a GPU or on the emulator.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/gpu/device.h"
#include "kernels/probe/instructions/forms/forms.h"
#include "sim/numerics/bulk.h"

namespace attnlab::probe {

// What became of one form.
struct Outcome {
  Values results;       // result-major, like operands; empty where it did not run
  std::string failure;  // why it did not run
};

// All forms have one architecture. The driver assembles the PTX; where it refuses the module, each
// form is tried alone. The device is made current in the calling thread.
std::vector<Outcome> run_on_gpu(const gpu::Device& device, std::span<const Form> forms);

// isa: of the host, the fastest if none is given.
std::vector<Outcome> run_on_emulator(std::span<const Form> forms,
                                     std::optional<numerics::Isa> isa = {});

// make_operands(form.operands), made once for each list of types. Thread-safe.
const Values& operands_of(const Form& form);

}  // namespace attnlab::probe
