// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/source_lines.h"

#include <fstream>

namespace attnlab::cli {

std::vector<NumberedLine> lines_around(const std::string& file, int line, int around) {
  constexpr std::size_t kMaxLineBytes = 400;
  std::ifstream stream(file);
  std::vector<NumberedLine> lines;
  std::string text;
  for (int number = 1; number <= line + around && std::getline(stream, text); ++number) {
    if (number >= line - around) lines.push_back({number, text.substr(0, kMaxLineBytes)});
  }
  return lines;
}

}  // namespace attnlab::cli
