// SPDX-License-Identifier: MIT
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace attnlab::tests {

struct CommandResult {
  int status = -1;   // exit status, or -1 where a signal ended it
  std::string text;  // standard output and standard error
};

// Runs a line of the shell to its end.
inline CommandResult run_command(const std::string& line) {
  FILE* pipe = popen(("exec 2>&1; " + line).c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no process for: " + line);
  CommandResult result;
  std::array<char, 4096> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.text.append(buffer.data(), count);
  }
  const int state = pclose(pipe);
  if (WIFEXITED(state)) result.status = WEXITSTATUS(state);
  return result;
}

}  // namespace attnlab::tests
