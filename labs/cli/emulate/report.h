// SPDX-License-Identifier: MIT
// What an emulated launch gave, for people and as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "labs/cli/emulate/emulation.h"

namespace attnlab::cli {

nlohmann::ordered_json report_json(const EmulateOptions& options, Emulation& run);

// What the kernel printed, then a summary; a fault goes to standard error.
void print_report(const EmulateOptions& options, Emulation& run);

}  // namespace attnlab::cli
