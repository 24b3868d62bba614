// SPDX-License-Identifier: MIT
// attnlab verify: model and emulator against the recorded digests.
#include <catch2/catch_test_macros.hpp>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

std::size_t problems_on_file(const std::string& rung) {
  const json recording = json::parse(read_file(ATTNLAB_SOURCE_DIR "/kernels/recorded/h200.json"));
  return recording.at("rungs").at(rung).size();
}

TEST_CASE("verify --json holds the rung that is named to every recorded problem") {
  const std::string rung = "flash_fwd/01_tiled";
  const Outcome outcome = attnlab({"verify", "--rung", rung, "--json"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const json report = outcome.json();
  REQUIRE(report.size() == 1);
  const json& row = report.at(rung);
  CHECK(row.at("problems").get<std::size_t>() >= 60);
  CHECK(row.at("recorded") == problems_on_file(rung));
  CHECK(row.at("different").empty());

  // The emulator runs the small problems, by the PTX of every compiler that was built in.
  CHECK(row.at("emulated").get<std::size_t>() >= 40);
  CHECK(row.at("emulated") < row.at("problems"));
  const std::vector<std::string> executors = row.at("executors");
  CHECK(executors.front() == "model");
  CHECK(executors.at(1).starts_with("emulator "));
  CHECK(executors.back() == "recorded");
}

TEST_CASE("verify --all emulates every problem", "[.evidence]") {
  const Outcome outcome = attnlab({"verify", "--all", "--json"});
  CHECK(outcome.status == 0);
  const json report = outcome.json();
  for (const auto& [rung, row] : report.items()) {
    INFO(rung);
    CHECK(row.at("emulated") == row.at("problems"));
    CHECK(row.at("different").empty());
  }
}

TEST_CASE("verify tells what was compared with what") {
  const Outcome outcome = attnlab({"verify", "--rung", "standard/01_three_pass"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  for (const char* piece :
       {"recorded: NVIDIA H200", "standard/01_three_pass", "0 different", "model = emulator "}) {
    INFO(outcome.out);
    INFO(piece);
    CHECK(outcome.out.find(piece) != std::string::npos);
  }
  CHECK(outcome.out.find("flash_fwd") == std::string::npos);
}

TEST_CASE("without a GPU, verify --record writes nothing and exits 3") {
  if (gpu_is_here()) SKIP("a GPU is here");
  const ScratchFolder folder;
  const Outcome outcome = attnlab({"verify", "--record", folder.file("h200.json")});
  CHECK(outcome.status == 3);
  CHECK(fault_of_refusal(outcome) == "none");
  CHECK(outcome.err.find("there is none here: no ") != std::string::npos);
  CHECK(folder.names().empty());
}

TEST_CASE("verify refuses options that would be passed over or lose recorded digests") {
  const ScratchFolder folder;
  const std::string path = folder.file("h200.json");
  const std::string rung = "flash_fwd/01_tiled";
  const std::vector<std::vector<std::string>> refused = {
      {"verify", "--arithmetic", "--jobs", "2"},
      {"verify", "--arithmetic", "--rung", rung},
      {"verify", "--rung", rung, "--record", path}};
  for (const std::vector<std::string>& words : refused) {
    const Outcome outcome = attnlab(words);
    INFO(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
  }
  CHECK(folder.names().empty());
}

}  // namespace
}  // namespace attnlab::tests
