// SPDX-License-Identifier: MIT
#include "tests/repository/checks/tools.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>

namespace attnlab::repository {
namespace {

namespace fs = std::filesystem;

// A folder with these files, removed at the end.
class FolderOf {
 public:
  explicit FolderOf(const Tree& files) {
    std::string name = (fs::temp_directory_path() / "attnlab_tools_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root = name;
    for (const auto& [path, text] : files) std::ofstream(root / path) << text;
  }
  ~FolderOf() { fs::remove_all(root); }

  fs::path root;
};

const fs::path kStyle = fs::path(ATTNLAB_SOURCE_DIR) / ".clang-format";

TEST_CASE("shell scripts are known by their first line or their name") {
  const Tree tree = {
      {"attnlab", "#!/usr/bin/env bash\n"}, {"a.bash", "x() {\n}\n"},      {"run", "#!/bin/sh\n"},
      {"a.py", "#!/usr/bin/env python3\n"}, {"a.md", "text about bash\n"}, {"empty", ""}};
  CHECK(shell_scripts(tree) == std::vector<std::string>{"a.bash", "attnlab", "run"});
}

TEST_CASE("a script that bash cannot parse is found") {
  const FolderOf folder(
      {{"good.bash", "if true; then echo yes; fi\n"}, {"bad.bash", "if true; then echo yes\n"}});
  const Faults faults = script_faults(folder.root, {"good.bash", "bad.bash"});
  REQUIRE(faults.size() == 1);
  CHECK(begins_with(faults[0], "bad.bash: "));
  CHECK(script_faults(folder.root, {"missing.bash"}).size() == 1);
}

TEST_CASE("every script of this repository parses") {
  const std::vector<std::string> scripts = shell_scripts(this_repository());
  CHECK(scripts.size() >= 2);
  CHECK(listed(script_faults(ATTNLAB_SOURCE_DIR, scripts)) == "none");
}

TEST_CASE("a source that is not formatted is found") {
  if (clang_format_program().empty()) SKIP("clang-format 14 is not here");
  const FolderOf folder({{"good.cpp", "int f() {\n  return 1;\n}\n"},
                         {"bad.cpp", "int f()\n{ return   1 ;}\n"},
                         {"bad.cu", "__global__ void  f_kernel( int*a ){}\n"}});
  CHECK(format_faults(folder.root, {"good.cpp"}, kStyle).empty());
  CHECK(format_faults(folder.root, {"good.cpp", "bad.cpp", "bad.cu"}, kStyle) ==
        Faults{"bad.cpp: clang-format would change it", "bad.cu: clang-format would change it"});
  CHECK(format_faults(folder.root, {"missing.cpp"}, kStyle).size() == 1);
}

TEST_CASE("every source of this repository is formatted") {
  if (clang_format_program().empty()) SKIP("clang-format 14 is not here");
  std::vector<std::string> sources;
  for (const auto& [path, text] : this_repository()) {
    if (is_source(path)) sources.push_back(path);
  }
  CHECK(listed(format_faults(ATTNLAB_SOURCE_DIR, sources, kStyle)) == "none");
}

}  // namespace
}  // namespace attnlab::repository
