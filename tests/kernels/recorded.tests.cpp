// SPDX-License-Identifier: MIT
// Recordings: read back as written, refused where damaged, and complete as they ship.
#include "kernels/recorded.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>

#include "kernels/verification_problems.h"

using namespace attnlab;
using namespace attnlab::kernels;

namespace {

std::string shipped_text() {
  std::ifstream file(ATTNLAB_SOURCE_DIR "/kernels/recorded/h200.json");
  return {std::istreambuf_iterator<char>(file), {}};
}

Problem seeded(std::uint64_t seed) {
  Problem problem;
  problem.seed = seed;
  return problem;
}

Recording two_rungs() {
  return {"A \"GPU\"",
          "13.0",
          "nvcc 13.0.88, clang 19.1.7",
          "2026-01-31",
          {{"first/01_rung", {{seeded(1), "aa"}, {seeded(2), "bb"}}},
           {"second/01_rung", {{seeded(1), "cc"}}},
           {"third/01_rung", {}}}};
}

bool refused(const std::string& text) {
  try {
    recording_from_json(text);
  } catch (const problem::BadInput&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a recording is read back as it was written") {
  const Recording written = two_rungs();
  const Recording read = recording_from_json(recording_to_json(written));
  CHECK(read.gpu == written.gpu);
  CHECK(read.driver == written.driver);
  CHECK(read.compiler == written.compiler);
  CHECK(read.date == written.date);
  REQUIRE(read.rungs.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(read.rungs[i].rung == written.rungs[i].rung);
    REQUIRE(read.rungs[i].digests.size() == written.rungs[i].digests.size());
    for (std::size_t j = 0; j < read.rungs[i].digests.size(); ++j) {
      CHECK(read.rungs[i].digests[j].problem == written.rungs[i].digests[j].problem);
      CHECK(read.rungs[i].digests[j].digest == written.rungs[i].digests[j].digest);
    }
  }
  CHECK(recording_to_json(read) == recording_to_json(written));
}

TEST_CASE("a digest is found by rung and problem, and by nothing less") {
  const Recording recording = two_rungs();
  CHECK(recorded_digest(recording, "first/01_rung", seeded(2)) == "bb");
  CHECK(recorded_digest(recording, "second/01_rung", seeded(1)) == "cc");
  CHECK_FALSE(recorded_digest(recording, "second/01_rung", seeded(2)).has_value());
  CHECK_FALSE(recorded_digest(recording, "fourth/01_rung", seeded(1)).has_value());
  Problem tiled = seeded(1);
  tiled.tile_q = 16;
  CHECK_FALSE(recorded_digest(recording, "first/01_rung", tiled).has_value());
  CHECK_FALSE(recorded_digest(Recording{}, "first/01_rung", seeded(1)).has_value());
}

TEST_CASE("a recording cut off anywhere, or without one of its fields, is refused") {
  const std::string text = recording_to_json(two_rungs());
  for (std::size_t length = 0; length + 2 < text.size(); length += 7) {
    CHECK(refused(text.substr(0, length)));
  }
  for (const char* field : {"gpu", "driver", "compiler", "date", "rungs", "digest", "problem"}) {
    std::string renamed = text;
    renamed.replace(renamed.find("\"" + std::string(field) + "\"") + 1, 1, "_");
    CHECK(refused(renamed));
  }
  CHECK_FALSE(refused(text));
}

TEST_CASE("the recording that ships names its hardware, driver, compilers and date") {
  const Recording& recording = shipped_recording();
  CHECK(recording.gpu.find("H200") != std::string::npos);
  CHECK_FALSE(recording.driver.empty());
  CHECK(recording.compiler.find("nvcc") != std::string::npos);
  CHECK(recording.compiler.find("clang") != std::string::npos);
  REQUIRE(recording.date.size() == 10);
  CHECK(recording.date[4] == '-');
  CHECK(recording.date[7] == '-');
}

TEST_CASE("the recording that ships is laid out as a new one would be") {
  CHECK(recording_to_json(shipped_recording()) == shipped_text());
}

TEST_CASE("every verification problem of every rung is recorded, and nothing else") {
  const Recording& recording = shipped_recording();
  REQUIRE(recording.rungs.size() == rungs().size());
  for (const Rung& rung : rungs()) {
    const std::vector<Problem> problems = verification_problems(rung);
    for (const Problem& problem : problems) {
      CHECK(recorded_digest(recording, rung.name, problem).value_or("none").size() == 32);
    }
    const auto recorded = std::find_if(recording.rungs.begin(), recording.rungs.end(),
                                       [&](const auto& entry) { return entry.rung == rung.name; });
    REQUIRE(recorded != recording.rungs.end());
    CHECK(recorded->digests.size() == problems.size());
  }
}
