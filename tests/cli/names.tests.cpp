// SPDX-License-Identifier: MIT
// Unknown names: each is refused in one sentence that suggests the nearest.
#include <catch2/catch_test_macros.hpp>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

struct Refusal {
  Arguments arguments;
  std::vector<std::string> pieces;  // of the sentence
};

void check_refused(const Refusal& refusal) {
  const Outcome outcome = attnlab(refusal.arguments);
  INFO(command_line(refusal.arguments) << "\n" << outcome.err);
  CHECK(outcome.status == 2);
  CHECK(fault_of_refusal(outcome) == "none");
  for (const std::string& piece : refusal.pieces) {
    INFO(piece);
    CHECK(outcome.err.find(piece) != std::string::npos);
  }
}

TEST_CASE("an unknown name is answered with the nearest") {
  const std::string rung = "flash_fwd/01_tiled";
  const std::vector<Refusal> refusals = {
      {{"rnu"}, {"\"rnu\"", "did you mean \"run\""}},
      {{"verfiy"}, {"did you mean \"verify\""}},
      {{"rnu", "list"}, {"command \"rnu\" is unknown", "did you mean \"run\""}},
      {{"list", "--jsn"}, {"\"--jsn\"", "did you mean \"--json\""}},
      {{"run", rung, "--heds", "3"}, {"\"--heds\"", "did you mean \"--heads\""}},
      {{"run", rung, "--heds=3"}, {"\"--heds\"", "did you mean \"--heads\""}},
      {{"run", "--hepl"}, {"did you mean \"--help\""}},
      {{"demo", "--otu", "x"}, {"did you mean \"--out\""}},
      {{"log", "--recovr", "x"}, {"did you mean \"--recover\""}},
      {{"verify", "--rnug", "x"}, {"did you mean \"--rung\""}},
      {{"doctor", "--jason"}, {"did you mean \"--json\""}},
      {{"run", "flash_fwd/01_tild"}, {"\"flash_fwd/01_tild\"", "did you mean \"" + rung + "\""}},
      {{"run", "standard/01_threepass"}, {"did you mean \"standard/01_three_pass\""}},
      {{"verify", "--rung", "flash/01_tiled"}, {"did you mean \"" + rung + "\""}},
      {{"run", rung, "--gpu-model", "h20"}, {"--gpu-model \"h20\"", "did you mean \"h200\""}},
      {{"run", rung, "--gpu-model", "A10"}, {"did you mean \"a100\""}},
      {{"run", rung, "--dtype", "f61"}, {"--dtype \"f61\"", "did you mean \"f16\""}},
      {{"run", rung, "--dist", "nromal"}, {"--dist \"nromal\"", "did you mean \"normal\""}},
      {{"run", rung, "--on", "modle"}, {"--on \"modle\"", "did you mean \"model\""}},
      {{"run", rung, "--on", "emulatro"}, {"did you mean \"emulator\""}},
      {{"emulat"}, {"did you mean \"emulate\""}},
      {{"run", rung, "--on", "model,gqu"}, {"--on \"gqu\"", "did you mean \"gpu\""}},
      {{"list", "rung"}, {"kind \"rung\"", "did you mean \"rungs\""}},
      {{"list", "gpus,rnugs"}, {"\"rnugs\"", "did you mean \"rungs\""}},
  };
  for (const Refusal& refusal : refusals) check_refused(refusal);
}

TEST_CASE("a word too many or too few is named") {
  const std::string rung = "flash_fwd/01_tiled";
  const std::vector<Refusal> refusals = {
      {{"run"}, {"attnlab: run needs RUNG", "attnlab run --help"}},
      {{"log"}, {"attnlab: log needs FILE", "attnlab log --help"}},
      {{"run", rung, "list"}, {"\"list\" is more than `attnlab run` takes"}},
      {{"doctor", "now"}, {"\"now\" is more than `attnlab doctor` takes"}},
      {{"run", rung, "--heads"}, {"--heads needs a value"}},
      {{"run", rung, "--heads="}, {"--heads needs a value"}},
      {{"run", rung, "--heads", "--json"}, {"attnlab: --heads "}},
      {{"run", rung, "--heads", "2", "--heads", "3"}, {"--heads is given more than once"}},
      {{"run", rung, "--causal=0"}, {"--causal takes no value"}},
      {{"list", "--json=false"}, {"--json takes no value"}},
      {{"run", rung, "--on", "model,model"}, {"--on names model more than once"}},
      {{"--json", "list"}, {"--json goes behind the command: attnlab list --json"}},
      {{"--jsno", "list"}, {"did you mean \"--json\""}},
  };
  for (const Refusal& refusal : refusals) check_refused(refusal);
}

TEST_CASE("an option with a list does not swallow the rung behind it") {
  const Outcome outcome = attnlab({"run", "--on", "model", "flash_fwd/01_tiled", "--json"});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
}

TEST_CASE("a name with control characters stays on one line and moves no cursor") {
  const Outcome outcome = attnlab({"run", "flash\n\x1b[2Jfwd\r"});
  CHECK(outcome.status == 2);
  CHECK(fault_of_refusal(outcome) == "none");
  CHECK(outcome.err.find('\x1b') == std::string::npos);
  CHECK(outcome.err.find('\r') == std::string::npos);
}

TEST_CASE("a file's name that is not UTF-8 still gives one JSON document") {
  const ScratchFolder folder;
  const std::string path = folder.file("caf\xe9.alog");
  const Outcome run = attnlab({"run", "flash_fwd/01_tiled", "--len-q", "8", "--log", path});
  REQUIRE(run.status == 0);
  const Outcome log = attnlab({"log", path, "--json"});
  INFO(log.err);
  CHECK(log.status == 0);
  CHECK(log.json().at("rung") == "flash_fwd/01_tiled");
}

}  // namespace
}  // namespace attnlab::tests
