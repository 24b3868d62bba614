// SPDX-License-Identifier: MIT
#include "tests/repository/checks/layout.h"

#include <catch2/catch_test_macros.hpp>

namespace attnlab::repository {
namespace {

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "int a;\n";
  return text;
}

TEST_CASE("a file that is too long is found") {
  CHECK(length_faults({{"sim/a.cpp", lines(500)}}).empty());
  CHECK(length_faults({{"sim/a.cpp", lines(501)}}).size() == 1);
  CHECK(length_faults({{"tests/a.tests.cpp", lines(600)}}).empty());
  CHECK(length_faults({{"tests/a.tests.cpp", lines(601)}}).size() == 1);
  CHECK(length_faults({{"kernels/a.cu", lines(501)}}).size() == 1);
  CHECK(length_faults({{"docs/a.md", lines(2000)}}).empty());
  CHECK(length_warnings({{"sim/a.cpp", lines(300)}}).empty());
  CHECK(length_warnings({{"sim/a.cpp", lines(301)}}).size() == 1);
}

TEST_CASE("a folder with too many sources is found") {
  Tree tree;
  for (char letter = 'a'; letter < 'a' + 14; ++letter) {
    const std::string base = std::string("sim/big/") + letter;
    tree[base + ".h"] = tree[base + ".cpp"] = "";
  }
  tree["sim/big/CMakeLists.txt"] = tree["sim/big/deeper/z.h"] = "";
  CHECK(listed(folder_faults(tree)) == "none");
  tree["sim/big/z.h"] = "";
  CHECK(folder_faults(tree) == Faults{"sim/big: 15 sources; the limit is 14"});
}

TEST_CASE("a name in the root that does not belong there is found") {
  CHECK(top_level_faults({{"README.md", ""}, {"sim/a.h", ""}, {".ci/run", ""}}).empty());
  CHECK(top_level_faults({{"notes.txt", ""}}).size() == 1);
  CHECK(top_level_faults({{"scripts/a.sh", ""}, {"scripts/b.sh", ""}}).size() == 1);
}

TEST_CASE("a source without the licence's line is found") {
  const std::string head = "// SPDX-License-Identifier: MIT\n";
  CHECK(first_line_faults({{"sim/a.h", head + "#pragma once\n"}, {"docs/a.md", "text"}}).empty());
  for (const char* name : {"a.h", "a.cpp", "a.cu", "a.cuh"}) {
    INFO(name);
    CHECK(first_line_faults({{name, "\n" + head}}).size() == 1);
    CHECK(first_line_faults({{name, ""}}).size() == 1);
  }
}

TEST_CASE("a header without #pragma once is found") {
  CHECK(pragma_once_faults({{"a.h", "// x\n#pragma once\n"}, {"a.cpp", ""}}).empty());
  CHECK(pragma_once_faults({{"a.h", "// #pragma once\n"}}).size() == 1);
  CHECK(pragma_once_faults({{"a.cuh", ""}}).size() == 1);
}

TEST_CASE("no source of this repository is too long") {
  const Faults warnings = length_warnings(this_repository());
  if (!warnings.empty()) WARN("longer than a file should be:\n" << listed(warnings));
  CHECK(listed(length_faults(this_repository())) == "none");
}

TEST_CASE("no folder of this repository holds too many sources") {
  CHECK(listed(folder_faults(this_repository())) == "none");
}

TEST_CASE("the root of this repository holds what belongs there") {
  CHECK(listed(top_level_faults(this_repository())) == "none");
}

TEST_CASE("every source of this repository begins with its licence's line") {
  CHECK(listed(first_line_faults(this_repository())) == "none");
}

TEST_CASE("every header of this repository is read once") {
  CHECK(listed(pragma_once_faults(this_repository())) == "none");
}

}  // namespace
}  // namespace attnlab::repository
