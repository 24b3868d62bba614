// SPDX-License-Identifier: MIT
// What all commands of `attnlab` share: exit statuses, and how they are added to the command line.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <stdexcept>
#include <string>

namespace attnlab::cli {

enum ExitStatus : int {
  kDone = 0,         // as asked
  kCheckFailed = 1,  // a wrong answer, bits that differ
  kBadInput = 2,     // bad usage or input; one sentence said why
  kMissing = 3,      // something that is needed is not here
};

// Something that is needed is not here. The text is one sentence for the user.
struct Missing : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A command's work: runs after its options were parsed and returns the exit status.
using Work = std::function<int()>;

// A check for options that name a file: an empty name is a slip (an unset variable, say).
inline std::string refuse_empty(const std::string& name) {
  return name.empty() ? "needs a file name, and this is empty" : "";
}

// Each adds one command with its options to the program and sets `work` where it is chosen.
void add_demo_command(CLI::App& program, Work& work);
void add_list_command(CLI::App& program, Work& work);
void add_run_command(CLI::App& program, Work& work);
void add_emulate_command(CLI::App& program, Work& work);
void add_log_command(CLI::App& program, Work& work);
void add_verify_command(CLI::App& program, Work& work);
void add_bench_command(CLI::App& program, Work& work);
void add_doctor_command(CLI::App& program, Work& work);

}  // namespace attnlab::cli
