// SPDX-License-Identifier: MIT
// What a kernel did wrong, for people and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "labs/cli/emulate/kernel_choice.h"
#include "sim/ptx/emulator.h"

namespace attnlab::cli {

// The report, and the lines of source around the faulting one, which is marked; several lines.
std::string fault_text(const ptx::KernelFault& fault, const KernelName& kernel);

nlohmann::ordered_json fault_json(const ptx::KernelFault& fault, const KernelName& kernel);

}  // namespace attnlab::cli
