// SPDX-License-Identifier: MIT
// Progress of long work, on standard error and only where that is a terminal.
#pragma once

#include <string>

namespace attnlab::cli {

class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();  // leaves no trace on the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Shows "what: done/total detail", at most ten times a second.
  void show(std::size_t done, std::size_t total, const std::string& detail);

 private:
  std::string what_;
  bool on_terminal_;
  double last_shown_seconds_ = -1;
};

}  // namespace attnlab::cli
