// SPDX-License-Identifier: MIT
// A small event log that the program itself wrote.
#pragma once

#include <string>

#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {

// Runs flash_fwd/01_tiled on 2 heads of 40 queries and 50 keys with --log NAME in the folder.
// Returns the log's path. Throws where the run fails.
std::string write_small_log(const ScratchFolder& folder, const std::string& name);

}  // namespace attnlab::tests
