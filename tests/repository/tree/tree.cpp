// SPDX-License-Identifier: MIT
#include "tests/repository/tree/tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/repository/tree/process.h"

namespace attnlab::repository {
namespace {

namespace fs = std::filesystem;

std::string read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

// What git tracks or would add; empty where there is no repository or no git.
std::vector<std::string> names_by_git(const fs::path& root) {
  const Finished git = run_process(
      {"git", "-C", root.string(), "ls-files", "-z", "--cached", "--others", "--exclude-standard"});
  // A folder inside some other repository lists that one's files, which are not ours to judge.
  if (git.status != 0 || !fs::exists(root / ".git")) return {};
  std::vector<std::string> names;
  std::istringstream stream(git.out);
  for (std::string name; std::getline(stream, name, '\0');) names.push_back(name);
  return names;
}

// The root's folders that .gitignore names as "/folder/", and git's own.
std::set<std::string> ignored_folders(const fs::path& root) {
  std::set<std::string> folders = {".git"};
  std::ifstream file(root / ".gitignore");
  for (std::string line; std::getline(file, line);) {
    if (line.size() > 2 && line.front() == '/' && line.back() == '/') {
      folders.insert(line.substr(1, line.size() - 2));
    }
  }
  return folders;
}

std::vector<std::string> names_by_walk(const fs::path& root) {
  std::vector<std::string> names;
  const std::set<std::string> ignored = ignored_folders(root);
  const auto follow = fs::directory_options::follow_directory_symlink;
  for (auto it = fs::recursive_directory_iterator(root, follow); it != fs::end(it); ++it) {
    const std::string name = it->path().lexically_relative(root).generic_string();
    if (it->is_directory()) {
      if (ignored.count(name) > 0) it.disable_recursion_pending();
    } else {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace

Tree read_tree(const fs::path& root) {
  std::vector<std::string> names = names_by_git(root);
  if (names.empty()) names = names_by_walk(root);
  Tree tree;
  for (const std::string& name : names) {
    if (fs::is_regular_file(root / name)) tree[name] = read_bytes(root / name);
  }
  return tree;
}

const Tree& this_repository() {
  static const Tree tree = read_tree(ATTNLAB_SOURCE_DIR);
  return tree;
}

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool is_header(std::string_view path) {
  return ends_with(path, ".h") || ends_with(path, ".cuh");
}

bool is_device_source(std::string_view path) {
  return ends_with(path, ".cu") || ends_with(path, ".cuh");
}

bool is_source(std::string_view path) {
  return is_header(path) || is_device_source(path) || ends_with(path, ".cpp");
}

bool is_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos;
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::string listed(const Faults& faults) {
  if (faults.empty()) return "none";
  std::string text;
  for (const std::string& fault : faults) text += fault + "\n";
  return text;
}

}  // namespace attnlab::repository
