// SPDX-License-Identifier: MIT
// attnlab emulate --check and --seed: what a finding looks like, and what it does to the exit status.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/cli/program/process.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

const std::string kPlanted = ATTNLAB_SOURCE_DIR "/tests/check/planted/";

Outcome emulate(const std::string& file, const Arguments& launch, const Arguments& more) {
  Arguments arguments = {"emulate", kPlanted + file};
  arguments.insert(arguments.end(), launch.begin(), launch.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return attnlab(arguments);
}

const std::string kRace = "barrier/broadcast_without_barrier.cu";
const Arguments kRaceLaunch = {"--grid",           "1",     "--block", "64", "--arg",
                               "f32[64]=normal:1", "--arg", "f32[64]"};

}  // namespace

TEST_CASE("a race is told with both lines, its place, its cause and a remedy, and ends with 1") {
  const Outcome outcome = emulate(kRace, kRaceLaunch, {});
  INFO(outcome.err);
  CHECK(outcome.status == 1);
  for (const char* words :
       {"race-shared: broadcast_without_barrier:", "largest[0] of shared memory", "largest = m;",
        "out[t] = in[t] - largest;", "can cause: ", "try: add __syncthreads() after line 14"}) {
    INFO(words);
    CHECK(outcome.err.find(words) != std::string::npos);
  }
}

TEST_CASE("findings are in the JSON document, with both accesses") {
  const Outcome outcome = emulate(kRace, kRaceLaunch, {"--json"});
  CHECK(outcome.status == 1);
  const json findings = outcome.json().at("findings");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].at("kind") == "race-shared");
  CHECK(findings[0].at("place") == "largest[0]");
  CHECK(findings[0].at("first").at("line") == 14);
  CHECK(findings[0].at("second").at("line") == 16);
  CHECK(outcome.json().at("checker_bytes").get<int>() > 0);
}

TEST_CASE("only what was asked for is looked for") {
  for (const char* checks : {"none", "init", "sync", "init,sync"}) {
    INFO(checks);
    CHECK(emulate(kRace, kRaceLaunch, {"--check", checks}).status == 0);
  }
  for (const char* checks : {"races", "sync,races", "all"}) {
    INFO(checks);
    CHECK(emulate(kRace, kRaceLaunch, {"--check", checks}).status == 1);
  }
}

TEST_CASE("a check that does not exist is refused by name") {
  const Outcome outcome = emulate(kRace, kRaceLaunch, {"--check", "races,bounds"});
  CHECK(outcome.status == 2);
  CHECK(outcome.err.find("there is no check called \"bounds\"") != std::string::npos);
}

TEST_CASE("a race that one order of blocks hides shows in another") {
  const Arguments launch = {"--grid",       "2",     "--block",      "32",    "--arg",
                            "f32[64]=iota", "--arg", "f32[1]=zeros", "--arg", "i32[1]=zeros",
                            "--arg",        "f32[1]"};
  CHECK(emulate("flags/looked_at_once.cu", launch, {}).status == 0);
  CHECK(emulate("flags/looked_at_once.cu", launch, {"--seed", "1"}).status == 1);
}

}  // namespace attnlab::tests
