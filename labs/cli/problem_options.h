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

  // The problem asked for; what is not said is chosen so that a rung of at most `most_queries` can do
  // it. Throws problem::BadInput for an unknown name.
  problem::Problem problem(int most_queries) const;

 private:
  problem::Problem problem_;
  bool causal_ = false;
  std::optional<int> kv_heads_;  // as many as heads, if not given
  std::optional<int> len_q_;     // 128, if not given, or what the rung can do
  std::optional<int> len_kv_;    // as long as len_q, if not given; 128 if neither is
  std::string dtype_ = "f32";
  std::string distribution_ = "normal";
};

}  // namespace attnlab::cli
