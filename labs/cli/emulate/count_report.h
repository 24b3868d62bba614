// SPDX-License-Identifier: MIT
// What was counted: totals with Nsight Compute's names, and the source, line by line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sim/ptx/count/counter.h"

namespace attnlab::cli {

// Totals that are not zero, then the lines that were executed; at most 120 columns.
std::string count_text(const ptx::Counter& counter);

// Everything; of lines what is not zero.
nlohmann::ordered_json count_json(const ptx::Counter& counter);

}  // namespace attnlab::cli
