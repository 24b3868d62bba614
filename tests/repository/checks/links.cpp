// SPDX-License-Identifier: MIT
#include "tests/repository/checks/links.h"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>
#include <regex>
#include <set>

namespace attnlab::repository {
namespace {

// A line of prose: what stands between fences of code is blank, and so is `code` in a line.
std::vector<std::string> prose_lines(std::string_view markdown) {
  static const std::regex inline_code("`[^`]*`");
  std::vector<std::string> prose;
  bool in_code = false;
  for (std::string_view line : lines_of(markdown)) {
    const std::size_t text = line.find_first_not_of(' ');
    const bool fence = text != std::string_view::npos && begins_with(line.substr(text), "```");
    in_code = in_code != fence;
    const bool shown = !in_code && !fence;
    prose.push_back(shown ? std::regex_replace(std::string(line), inline_code, "``") : "");
  }
  return prose;
}

std::set<std::string> anchors_of(std::string_view markdown) {
  std::set<std::string> anchors;
  bool in_code = false;
  for (std::string_view line : lines_of(markdown)) {
    if (begins_with(line, "```")) in_code = !in_code;
    const std::size_t text = line.find_first_not_of('#');
    if (in_code || text == 0 || text == std::string_view::npos || line[text] != ' ') continue;
    const std::string anchor = anchor_of(line.substr(text + 1));
    // A second heading of the same words gets a number.
    std::string unique = anchor;
    for (int count = 1; !anchors.insert(unique).second; ++count) {
      unique = fmt::format("{}-{}", anchor, count);
    }
  }
  return anchors;
}

bool is_there(const Tree& tree, const std::string& path) {
  if (path.empty() || path == "." || tree.count(path) > 0) return true;
  const std::string folder = ends_with(path, "/") ? path : path + "/";
  const auto next = tree.lower_bound(folder);
  return next != tree.end() && begins_with(next->first, folder);
}

// Why the link in this file leads nowhere; empty where it leads somewhere.
std::string fault_of_link(const Tree& tree, const std::string& file, const std::string& link) {
  static const std::regex other_site("[A-Za-z][A-Za-z0-9+.-]*:.*");
  if (std::regex_match(link, other_site)) return {};
  const std::size_t hash = link.find('#');
  const std::string target = link.substr(0, hash);
  namespace fs = std::filesystem;
  const std::string path =
      target.empty() ? file
                     : (fs::path(folder_of(file)) / target).lexically_normal().generic_string();
  if (!is_there(tree, path)) return fmt::format("{} is not there", path);
  const auto found = tree.find(path);
  if (hash == std::string::npos || found == tree.end() || !ends_with(path, ".md")) return {};
  const std::string anchor = link.substr(hash + 1);
  if (anchors_of(found->second).count(anchor) > 0) return {};
  return fmt::format("{} has no heading #{}", path, anchor);
}

}  // namespace

std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80) {
      anchor += static_cast<char>(std::tolower(byte));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

Faults link_faults(const Tree& tree) {
  static const std::regex link(R"(\]\(\s*<?([^)>\s]+)>?[^)]*\)|^\s*\[[^\]]+\]:\s*(\S+))");
  Faults faults;
  for (const auto& [path, text] : tree) {
    if (!ends_with(path, ".md")) continue;
    const std::vector<std::string> lines = prose_lines(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string& line = lines[i];
      for (std::sregex_iterator it(line.begin(), line.end(), link), end; it != end; ++it) {
        const std::string target = (*it)[1].matched ? (*it)[1].str() : (*it)[2].str();
        const std::string fault = fault_of_link(tree, path, target);
        if (!fault.empty()) {
          faults.push_back(fmt::format("{}:{}: link {}: {}", path, i + 1, target, fault));
        }
      }
    }
  }
  return faults;
}

}  // namespace attnlab::repository
