// SPDX-License-Identifier: MIT
#include "tests/repository/checks/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace attnlab::repository {
namespace {

constexpr std::size_t kAdvisedLines = 300;
constexpr std::size_t kMostLines = 500;
constexpr std::size_t kMostLinesOfTest = 600;
constexpr std::size_t kMostInFolder = 14;

template <typename Limit>
Faults longer_than(const Tree& tree, Limit limit) {
  Faults faults;
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    const std::size_t lines = lines_of(text).size();
    if (lines > limit(path)) {
      faults.push_back(fmt::format("{}: {} lines; the limit is {}", path, lines, limit(path)));
    }
  }
  return faults;
}

}  // namespace

Faults length_faults(const Tree& tree) {
  return longer_than(tree, [](const std::string& path) {
    return begins_with(path, "tests/") ? kMostLinesOfTest : kMostLines;
  });
}

Faults length_warnings(const Tree& tree) {
  return longer_than(tree, [](const std::string&) { return kAdvisedLines; });
}

Faults folder_faults(const Tree& tree) {
  std::map<std::string, std::set<std::string>> units;
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    const std::string name(name_of(path));
    units[std::string(folder_of(path))].insert(name.substr(0, name.rfind('.')));
  }
  Faults faults;
  for (const auto& [folder, names] : units) {
    if (names.size() > kMostInFolder) {
      faults.push_back(
          fmt::format("{}: {} sources; the limit is {}", folder, names.size(), kMostInFolder));
    }
  }
  return faults;
}

Faults top_level_faults(const Tree& tree) {
  static const std::set<std::string> known = {"CMakeLists.txt",
                                              "CMakePresets.json",
                                              "LICENSE",
                                              "README.md",
                                              "attnlab",
                                              "docs",
                                              "kernels",
                                              "labs",
                                              "sim",
                                              "tests",
                                              "viz",
                                              ".ci",
                                              ".clang-format",
                                              ".clang-tidy",
                                              ".gitignore"};
  std::set<std::string> names;
  for (const auto& [path, text] : tree) names.insert(path.substr(0, path.find('/')));
  Faults faults;
  for (const std::string& name : names) {
    if (known.count(name) == 0) faults.push_back(name + ": does not belong in the root");
  }
  return faults;
}

Faults first_line_faults(const Tree& tree) {
  Faults faults;
  for (const auto& [path, text] : tree) {
    if (is_source(path) && !begins_with(text, "// SPDX-License-Identifier: MIT\n")) {
      faults.push_back(path + ":1: is not // SPDX-License-Identifier: MIT");
    }
  }
  return faults;
}

Faults pragma_once_faults(const Tree& tree) {
  Faults faults;
  for (const auto& [path, text] : tree) {
    if (!is_header(path)) continue;
    const std::vector<std::string_view> lines = lines_of(text);
    if (std::find(lines.begin(), lines.end(), "#pragma once") == lines.end()) {
      faults.push_back(path + ": a header without #pragma once");
    }
  }
  return faults;
}

}  // namespace attnlab::repository
