// SPDX-License-Identifier: MIT
// Runs another program, found by PATH, to its end.
#pragma once

#include <string>
#include <vector>

namespace attnlab::repository {

struct Finished {
  int status = 127;  // 127 where the program was not found
  std::string out;   // standard output and standard error together
};

Finished run_process(const std::vector<std::string>& words);

}  // namespace attnlab::repository
