// SPDX-License-Identifier: MIT
#include "tests/repository/checks/links.h"

#include <catch2/catch_test_macros.hpp>

namespace attnlab::repository {
namespace {

Tree with_line(const std::string& line) {
  return {{"docs/a.md", "# First part\n\n" + line + "\n"},
          {"docs/b.md",
           "# B\n\n## 1. One *step*: `c`\n\n## Again\n\n## Again\n\n```\n# in code\n```\n"},
          {"docs/picture.svg", "<svg/>"},
          {"README.md", "# Top\n"}};
}

TEST_CASE("a link that leads somewhere passes") {
  for (const char* line : {
           "[b](b.md)",
           "[up](../README.md) and [down](b.md#1-one-step-c)",
           "[here](#first-part)",
           "[again](b.md#again) [twice](b.md#again-1)",
           "![picture](picture.svg \"a title\")",
           "[a folder](../docs)",
           "[a site](https://example.org/x) [mail](mailto:a@b.c)",
           "`[no](link.md)`",
           "a [word] (in brackets)",
           "[reference]: b.md",
       }) {
    INFO(line);
    CHECK(listed(link_faults(with_line(line))) == "none");
  }
}

TEST_CASE("a link that leads nowhere is found, by line") {
  for (const char* line : {
           "[b](c.md)",
           "[b](/docs/b.md)",
           "[b](b.md#no-such-part)",
           "[b](#no-such-part)",
           "[b](b.md#in-code)",
           "[b](b.md#again-2)",
           "[outside](../../secret.md)",
           "![picture](picture.png)",
           "[reference]: c.md",
           "good [b](b.md), bad [c](c.md)",
       }) {
    INFO(line);
    const Faults faults = link_faults(with_line(line));
    REQUIRE(faults.size() == 1);
    CHECK(begins_with(faults[0], "docs/a.md:3: link "));
  }
}

TEST_CASE("what stands between fences of code is no link") {
  CHECK(link_faults(with_line("```\n[b](c.md)\n```")).empty());
  CHECK(link_faults(with_line("```\n```\n[b](c.md)")).size() == 1);
}

TEST_CASE("every link of this repository's texts leads somewhere") {
  CHECK(listed(link_faults(this_repository())) == "none");
}

}  // namespace
}  // namespace attnlab::repository
