// SPDX-License-Identifier: MIT
// Lines of a source file, for reports.
#pragma once

#include <string>
#include <vector>

namespace attnlab::cli {

struct NumberedLine {
  int number = 0;
  std::string text;
};

// The line and so many before and behind it; empty where the file cannot be read.
std::vector<NumberedLine> lines_around(const std::string& file, int line, int around);

}  // namespace attnlab::cli
