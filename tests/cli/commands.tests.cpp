// SPDX-License-Identifier: MIT
// What each command prints where all is well, as text and as JSON.
#include <catch2/catch_test_macros.hpp>

#include "tests/cli/program/process.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("list names every rung and every GPU") {
  const Outcome text = attnlab({"list"});
  CHECK(text.status == 0);
  CHECK(text.err.empty());
  for (const char* name :
       {"standard/01_three_pass", "flash_fwd/01_tiled", "a100", "h100", "h200"}) {
    INFO(name);
    CHECK(holds(text.out, name));
  }
}

TEST_CASE("list --json says what a rung supports and what a GPU is") {
  const Outcome outcome = attnlab({"list", "--json"});
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  const json list = outcome.json();
  REQUIRE(list.at("rungs").size() == 17);
  for (const json& rung : list.at("rungs")) {
    CHECK(rung.at("source") == "kernels/" + rung.at("name").get<std::string>() + ".cu");
    CHECK_FALSE(rung.at("idea").get<std::string>().empty());
    CHECK(rung.at("tile_q").is_array());
    CHECK(rung.at("tile_kv").is_array());
    CHECK(rung.at("max_head_dim") >= 128);
  }
  // Figures of NVIDIA's data sheets: SMs of the SXM parts.
  REQUIRE(list.at("gpus").size() == 3);
  for (const json& gpu : list.at("gpus")) {
    CHECK(gpu.at("sm_count") == (gpu.at("name") == "a100" ? 108 : 132));
  }
}

TEST_CASE("list shows only the kinds that are named, each once") {
  const json rungs = attnlab({"list", "rungs", "--json"}).json();
  CHECK(rungs.contains("rungs"));
  CHECK_FALSE(rungs.contains("gpus"));
  const json gpus = attnlab({"list", "gpus,gpus", "gpus", "--json"}).json();
  CHECK_FALSE(gpus.contains("rungs"));
  CHECK(gpus.at("gpus").size() == 3);
}

TEST_CASE("doctor reports each finding with a verdict, as text and as JSON") {
  const Outcome outcome = attnlab({"doctor", "--json"});
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  const json document = outcome.json();
  const Outcome text = attnlab({"doctor"});
  CHECK(text.status == 0);
  CHECK(text.err.empty());
  std::string seen;
  for (const json& finding : document.at("findings")) {
    const std::string what = finding.at("what");
    seen += what + "\n";
    INFO(what);
    CHECK((finding.at("verdict") == "ok" || finding.at("verdict") == "absent"));
    CHECK_FALSE(finding.at("detail").get<std::string>().empty());
    CHECK(holds(text.out, what));
  }
  for (const char* what : {"processor", "device compilers", "recorded bits", "GPU"}) {
    INFO(what);
    CHECK(holds(seen, what));
  }
}

TEST_CASE("without a command the program explains itself") {
  const Outcome outcome = attnlab({});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out == attnlab({"--help"}).out);
  CHECK(holds(outcome.out, "Exit status"));
}

}  // namespace
}  // namespace attnlab::tests
