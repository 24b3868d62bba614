// SPDX-License-Identifier: MIT
#include "tests/repository/tree/tree.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/repository/tree/process.h"

namespace attnlab::repository {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const char* text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::vector<std::string> names_of(const Tree& tree) {
  std::vector<std::string> names;
  for (const auto& [path, text] : tree) names.push_back(path);
  return names;
}

// A folder with a build in it, which is no part of the repository.
class MadeUpFolder {
 public:
  MadeUpFolder() {
    std::string name = (fs::temp_directory_path() / "attnlab_tree_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root = name;
    write(root / ".gitignore", "/build/\n/out/\n");
    write(root / "README.md", "text\n");
    write(root / "sim/build/kept.h", "a folder of that name further down\n");
    write(root / "build/release/generated.h", "made\n");
    write(root / "out/log.json", "made\n");
  }
  ~MadeUpFolder() { fs::remove_all(root); }

  fs::path root;
  const std::vector<std::string> expected = {".gitignore", "README.md", "sim/build/kept.h"};
};

TEST_CASE("without git, the tree is every file outside the ignored folders") {
  const MadeUpFolder folder;
  const Tree tree = read_tree(folder.root);
  CHECK(names_of(tree) == folder.expected);
  CHECK(tree.at("README.md") == "text\n");
}

TEST_CASE("with git, the tree is what git tracks or would add, and is still there") {
  const MadeUpFolder folder;
  const std::string root = folder.root.string();
  if (run_process({"git", "-C", root, "init", "--quiet"}).status != 0) SKIP("git is not here");
  write(folder.root / "gone.md", "text\n");
  REQUIRE(run_process({"git", "-C", root, "add", "README.md", "gone.md"}).status == 0);
  fs::remove(folder.root / "gone.md");
  CHECK(names_of(read_tree(folder.root)) == folder.expected);
}

TEST_CASE("this repository's tree holds its parts and none of its builds") {
  const Tree& tree = this_repository();
  for (const char* path : {"CMakeLists.txt", "attnlab", "kernels/registry.cpp", ".clang-format",
                           "tests/repository/tree.tests.cpp"}) {
    INFO(path);
    CHECK(tree.count(path) == 1);
  }
  for (const auto& [path, text] : tree) {
    INFO(path);
    CHECK_FALSE(begins_with(path, "build/"));
  }
}

TEST_CASE("lines are counted with and without an end of the last") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("a\nb") == std::vector<std::string_view>{"a", "b"});
  CHECK(lines_of("a\n\nb\n") == std::vector<std::string_view>{"a", "", "b"});
}

TEST_CASE("paths are taken apart at their last slash") {
  CHECK(folder_of("sim/trace/event.h") == "sim/trace");
  CHECK(folder_of("README.md").empty());
  CHECK(name_of("sim/trace/event.h") == "event.h");
  CHECK(name_of("README.md") == "README.md");
}

}  // namespace
}  // namespace attnlab::repository
