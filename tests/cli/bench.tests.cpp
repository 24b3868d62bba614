// SPDX-License-Identifier: MIT
// attnlab bench without a GPU: what was recorded, and its refusals.
#include <catch2/catch_test_macros.hpp>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

TEST_CASE("bench shows the recorded times, with floors that they were held against") {
  const Outcome outcome = attnlab({"bench", "--recorded"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  for (const char* piece : {"NVIDIA H200", "lecture: b64 h16 q1024 kv1024 d64 f32", "median ms",
                            "floor ms", "flash_fwd/01_tiled", "a copy moves"}) {
    INFO(piece);
    CHECK(outcome.out.find(piece) != std::string::npos);
  }
}

TEST_CASE("bench --json is the recording") {
  const json times = attnlab({"bench", "--recorded", "--json"}).json();
  CHECK(times == json::parse(read_file(ATTNLAB_SOURCE_DIR "/kernels/recorded/h200_times.json")));
}

TEST_CASE("bench refuses what it cannot do, and writes nothing") {
  const ScratchFolder folder;
  const std::string file = folder.file("times.json");
  const Outcome both = attnlab({"bench", "--rung", "flash_fwd/01_tiled", "--record", file});
  CHECK(both.status == 2);
  CHECK(both.err == "attnlab: --record writes the times of all rungs; leave out --rung\n");
  const Outcome unknown = attnlab({"bench", "--rung", "flash_fwd/1_tiled"});
  CHECK(unknown.status == 2);
  CHECK(unknown.err.find("did you mean \"flash_fwd/01_tiled\"") != std::string::npos);
  CHECK(attnlab({"bench", "--repeats", "0"}).status == 2);
  CHECK(folder.names().empty());
}

}  // namespace
}  // namespace attnlab::tests
