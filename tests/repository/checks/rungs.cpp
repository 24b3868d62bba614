// SPDX-License-Identifier: MIT
#include "tests/repository/checks/rungs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>
#include <set>

#include "tests/repository/checks/comments.h"

namespace attnlab::repository {
namespace {

constexpr const char* kTable = "docs/rungs.md";

std::string kernel_of(const RungName& rung) {
  return "kernels/" + rung.name + ".cu";
}

// The table's rows, by the rung that their first cell names in `code`.
std::map<std::string, std::string> table_rows(const Tree& tree) {
  static const std::regex row(R"(\|\s*`([a-z0-9_]+/[0-9]{2}_[a-z0-9_]+)`\s*\|.*)");
  std::map<std::string, std::string> rows;
  const auto table = tree.find(kTable);
  if (table == tree.end()) return rows;
  for (std::string_view line : lines_of(table->second)) {
    const std::string text(line);
    std::smatch match;
    if (std::regex_match(text, match, row)) rows[match[1].str()] = text;
  }
  return rows;
}

Faults faults_of_row(const RungName& rung, const std::string& row) {
  Faults faults;
  for (const std::string& part :
       {rung.idea, "(../" + kernel_of(rung) + ")", "(../sim/model/" + rung.name + ".cpp)"}) {
    if (row.find(part) == std::string::npos) {
      faults.push_back(
          fmt::format("{}: the row of {} does not hold \"{}\"", kTable, rung.name, part));
    }
  }
  return faults;
}

}  // namespace

Faults rung_faults(const Tree& tree, const std::vector<RungName>& registry) {
  static const std::regex numbered_kernel(R"(kernels/([a-z0-9_]+/[0-9]{2}_[a-z0-9_]+)\.cu)");
  Faults faults;
  std::set<std::string> known;
  const std::map<std::string, std::string> rows = table_rows(tree);
  for (const RungName& rung : registry) {
    known.insert(rung.name);
    for (const std::string& path :
         {kernel_of(rung), "sim/model/" + rung.name + ".cpp", "sim/model/" + rung.name + ".h"}) {
      if (tree.count(path) == 0) faults.push_back(path + ": a rung's file that is not there");
    }
    const auto row = rows.find(rung.name);
    if (row == rows.end()) {
      faults.push_back(fmt::format("{}: has no row for {}", kTable, rung.name));
      continue;
    }
    for (const std::string& fault : faults_of_row(rung, row->second)) faults.push_back(fault);
  }
  for (const auto& [name, row] : rows) {
    if (known.count(name) == 0) faults.push_back(fmt::format("{}: {} is no rung", kTable, name));
  }
  for (const auto& [path, text] : tree) {
    std::smatch match;
    if (std::regex_match(path, match, numbered_kernel) && known.count(match[1].str()) == 0) {
      faults.push_back(path + ": a numbered kernel that is not in the registry");
    }
  }
  return faults;
}

Faults kernel_header_faults(const Tree& tree, const std::vector<RungName>& registry) {
  constexpr std::array kFields = {"Computes",   "Shapes",   "Mapping", "Memory", "Numerics",
                                  "Synchronis", "Requires", "Changed", "See"};
  Faults faults;
  for (const RungName& rung : registry) {
    const auto kernel = tree.find(kernel_of(rung));
    if (kernel == tree.end()) continue;
    const std::vector<CommentLine> comments = comment_lines(kernel->second);
    for (const char* field : kFields) {
      const bool there = std::any_of(comments.begin(), comments.end(), [&](const auto& comment) {
        return begins_with(comment.text, field);
      });
      if (!there) {
        faults.push_back(fmt::format("{}: its header has no field {}", kernel->first, field));
      }
    }
  }
  return faults;
}

}  // namespace attnlab::repository
