// SPDX-License-Identifier: MIT
// Standard input, output and error as a program finds them: open, closed, full.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace attnlab::cli {

// Occupies those of the three streams that are closed, so that no file of ours gets their number
// and is printed into. Writing to a standard output that was closed still fails.
void occupy_closed_streams();

// Prints one JSON document. Bytes that are not UTF-8 (in a file's name, say) become U+FFFD.
void print_json(const nlohmann::ordered_json& json);

// Brings what was printed to its destination. Why that failed, or empty.
std::string flush_standard_output();

}  // namespace attnlab::cli
