// SPDX-License-Identifier: MIT
#include "tests/repository/checks/text.h"

#include <fmt/format.h>

#include <regex>

namespace attnlab::repository {
namespace {

Faults lines_that_hold(const Tree& tree, const std::regex& pattern, const char* what) {
  Faults faults;
  for (const auto& [path, text] : tree) {
    if (!is_text(text)) continue;
    const std::vector<std::string_view> lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::match_results<std::string_view::const_iterator> match;
      if (std::regex_search(lines[i].begin(), lines[i].end(), match, pattern)) {
        faults.push_back(fmt::format("{}:{}: {}: {}", path, i + 1, what, match.str()));
      }
    }
  }
  return faults;
}

}  // namespace

// The patterns are cut in pieces, so that this file does not hold what it looks for.
Faults unfinished_work_faults(const Tree& tree) {
  static const std::regex marks(
      "\\b(TO"
      "DO|FIX"
      "ME|X"
      "XX|HA"
      "CK)\\b");
  return lines_that_hold(tree, marks, "unfinished work");
}

Faults machine_path_faults(const Tree& tree) {
  static const std::regex paths(
      "(^|[^A-Za-z0-9_.$}~/-])/(work|home|root|Users)"
      "/[A-Za-z0-9_.]*");
  return lines_that_hold(tree, paths, "a path of one machine");
}

}  // namespace attnlab::repository
