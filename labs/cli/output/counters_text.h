// SPDX-License-Identifier: MIT
// Counters and styles as text and JSON.
#pragma once

#include <fmt/color.h>

#include <nlohmann/json.hpp>
#include <string>

#include "kernels/registry.h"
#include "sim/machine/counters.h"

namespace attnlab::cli {

// The style itself where standard output is a terminal (and NO_COLOR is not set), else none.
fmt::text_style styled_if_terminal(fmt::text_style style);

// "1.50 GB", "35.3 MB": powers of ten, three digits.
std::string readable_bytes(double bytes);

nlohmann::ordered_json counters_json(const kernels::Rung& rung, const machine::Counters& counters);

// A table: bytes by level and tensor, operations.
void print_counters(const kernels::Rung& rung, const machine::Counters& counters);

}  // namespace attnlab::cli
