// SPDX-License-Identifier: MIT
#include "tests/repository/checks/text.h"

#include <catch2/catch_test_macros.hpp>

namespace attnlab::repository {
namespace {

// Put together here, so that this file does not hold what the checks look for.
const std::string kHome = std::string("/ho") + "me/";
const std::string kWork = std::string("/wo") + "rk/";
const std::string kRoot = std::string("/ro") + "ot/";

TEST_CASE("a mark of unfinished work is found in every kind of file") {
  for (const std::string mark : {"TO"
                                 "DO",
                                 "FIX"
                                 "ME",
                                 "X"
                                 "XX",
                                 "HA"
                                 "CK"}) {
    INFO(mark);
    CHECK(unfinished_work_faults({{"sim/a.cpp", "int a;\n// " + mark + ": later\n"}}) ==
          Faults{"sim/a.cpp:2: unfinished work: " + mark});
    CHECK(unfinished_work_faults({{"docs/a.md", mark + "(me) more"}}).size() == 1);
    CHECK(unfinished_work_faults({{"CMakeLists.txt", "#" + mark}}).size() == 1);
  }
}

TEST_CASE("words that hold such a mark, and bytes that are no text, pass") {
  CHECK(unfinished_work_faults({{"a.md", "HACKATHON, todos, mktemp name_XXXXXX"}}).empty());
  CHECK(unfinished_work_faults({{"a.png", std::string("\0TO"
                                                      "DO",
                                                      5)}})
            .empty());
}

TEST_CASE("a path into someone's own folder is found") {
  for (const std::string& line :
       {kHome + "ada/attnlab", "#include \"" + kWork + "x.h\"", "cd " + kRoot, "log=" + kHome + "x",
        "(" + kWork + "main)", "`" + kRoot + ".ssh`"}) {
    INFO(line);
    CHECK(machine_path_faults({{"docs/a.md", "text\n" + line + "\n"}}).size() == 1);
  }
}

TEST_CASE("a path inside the repository or a site passes") {
  for (const std::string& line :
       {"docs" + kHome + "x", "https://example.org" + kWork + "x", "../" + kRoot.substr(1),
        "$HOME" + kWork, std::string("/usr/local/cuda"), std::string("homework/")}) {
    INFO(line);
    CHECK(listed(machine_path_faults({{"docs/a.md", line}})) == "none");
  }
}

TEST_CASE("no file of this repository has a mark of unfinished work") {
  CHECK(listed(unfinished_work_faults(this_repository())) == "none");
}

TEST_CASE("no file of this repository names a path of one machine") {
  CHECK(listed(machine_path_faults(this_repository())) == "none");
}

}  // namespace
}  // namespace attnlab::repository
