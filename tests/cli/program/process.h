// SPDX-License-Identifier: MIT
// The program `attnlab` as a user runs it: a process with arguments, two streams and a status.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace attnlab::tests {

using Arguments = std::vector<std::string>;

struct Outcome {
  int status = -1;       // exit status, or -1 where a signal ended the process
  int signal = 0;        // that signal, or 0
  std::string out = {};  // standard output
  std::string err = {};  // standard error

  // Standard output as one JSON document, with nothing before or after it but a line's end. Throws
  // nlohmann::json::exception where it is something else.
  nlohmann::json json() const { return nlohmann::json::parse(out); }
};

// Where the streams lead; what is sent elsewhere is not captured.
struct Streams {
  std::string out_path = {};  // a file in place of the capture: "/dev/full"
  std::string err_path = {};
  bool out_closed = false;          // as after `>&-`
  bool out_without_reader = false;  // a pipe whose reader has gone, as in `| head -0`
  Arguments environment = {};       // "NAME=value", added to this process's own
};

// Runs the program to its end; it is killed by SIGALRM after five minutes.
Outcome attnlab(const Arguments& arguments, const Streams& streams = {});

// Standard output of the program where it is a terminal.
std::string output_on_terminal(const Arguments& arguments, const Arguments& environment = {});

// What is wrong with a refusal: standard output must be empty and standard error one line that
// begins with "attnlab: ". "none" if nothing is.
std::string fault_of_refusal(const Outcome& outcome);

// Whether `attnlab doctor` finds a GPU that can be used.
bool gpu_is_here();

// "attnlab run flash_fwd/01_tiled --heads 0", for messages of tests.
std::string command_line(const Arguments& arguments);

}  // namespace attnlab::tests
