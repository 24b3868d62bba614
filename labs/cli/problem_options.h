// SPDX-License-Identifier: MIT
// The options by which a problem is given on the command line.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "sim/problem/problem.h"

namespace attnlab::cli {

struct ProblemOptions {
  // Adds the options to a command; they write into this object, which must outlive the parse.
  void add_to(CLI::App& command);

  // The problem asked for. Throws problem::BadInput for an unknown name.
  problem::Problem problem() const;

 private:
  problem::Problem problem_;
  bool causal_ = false;
  std::optional<int> kv_heads_;  // as many as heads, if not given
  std::optional<int> len_kv_;    // as long as len_q, if not given
  std::string dtype_ = "f32";
  std::string distribution_ = "normal";
};

}  // namespace attnlab::cli
