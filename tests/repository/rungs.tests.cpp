// SPDX-License-Identifier: MIT
#include "tests/repository/checks/rungs.h"

#include <catch2/catch_test_macros.hpp>

#include "kernels/registry.h"

namespace attnlab::repository {
namespace {

const std::vector<RungName> kRegistry = {{"decode/01_split", "one idea"}};

Tree good_tree() {
  return {{"kernels/decode/01_split.cu",
           "// Computes x\n// Shapes x\n// Mapping x\n// Memory x\n// Numerics x\n"
           "// Synchronises x\n// Requires x\n// Changed x\n// See x\n"},
          {"sim/model/decode/01_split.cpp", ""},
          {"sim/model/decode/01_split.h", ""},
          {"docs/rungs.md",
           "| rung | idea |\n|---|---|\n| `decode/01_split` | one idea | "
           "[k](../kernels/decode/01_split.cu) | [m](../sim/model/decode/01_split.cpp) |\n"}};
}

TEST_CASE("a rung with its kernel, its model and its row passes") {
  CHECK(listed(rung_faults(good_tree(), kRegistry)) == "none");
  CHECK(listed(kernel_header_faults(good_tree(), kRegistry)) == "none");
}

TEST_CASE("a rung's file or row that is missing is found") {
  for (const char* path : {"kernels/decode/01_split.cu", "sim/model/decode/01_split.cpp",
                           "sim/model/decode/01_split.h", "docs/rungs.md"}) {
    INFO(path);
    Tree tree = good_tree();
    tree.erase(path);
    CHECK(rung_faults(tree, kRegistry).size() == 1);
  }
}

TEST_CASE("a row that tells another idea or links elsewhere is found") {
  for (const char* part : {"one idea", "../kernels/decode/01_split.cu", "01_split.cpp"}) {
    INFO(part);
    Tree tree = good_tree();
    std::string& table = tree["docs/rungs.md"];
    table.replace(table.find(part), 3, "xyz");
    CHECK(rung_faults(tree, kRegistry).size() == 1);
  }
}

TEST_CASE("a kernel or a row that the registry does not know is found") {
  Tree tree = good_tree();
  tree["kernels/decode/02_more.cu"] = "";
  CHECK(rung_faults(tree, kRegistry).size() == 1);
  tree["docs/rungs.md"] += "| `decode/03_most` | none |\n";
  CHECK(rung_faults(tree, kRegistry).size() == 2);
  tree["kernels/probe/arithmetic.cu"] = "";
  CHECK(rung_faults(tree, kRegistry).size() == 2);
}

TEST_CASE("a kernel's header that lacks a field is found") {
  Tree tree = good_tree();
  std::string& kernel = tree["kernels/decode/01_split.cu"];
  kernel.replace(kernel.find("// Memory"), 9, "// Memoir");
  CHECK(kernel_header_faults(tree, kRegistry) ==
        Faults{"kernels/decode/01_split.cu: its header has no field Memory"});
}

std::vector<RungName> this_registry() {
  std::vector<RungName> names;
  for (const kernels::Rung& rung : kernels::rungs()) names.push_back({rung.name, rung.idea});
  return names;
}

TEST_CASE("every rung of this repository has its kernel, its model and its row") {
  CHECK(this_registry().size() >= 2);
  CHECK(listed(rung_faults(this_repository(), this_registry())) == "none");
}

TEST_CASE("the header of every rung's kernel has its nine fields") {
  CHECK(listed(kernel_header_faults(this_repository(), this_registry())) == "none");
}

}  // namespace
}  // namespace attnlab::repository
