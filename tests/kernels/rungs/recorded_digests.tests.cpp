// SPDX-License-Identifier: MIT
// The models give what an H200 gave, to the last bit, on every verification problem.
#include <catch2/catch_test_macros.hpp>

#include "kernels/executors.h"
#include "kernels/recorded.h"
#include "kernels/verification_problems.h"

using namespace attnlab;
using namespace attnlab::kernels;

namespace {

constexpr std::int64_t kManyOperations = 40'000'000;

std::int64_t multiplications(const Problem& problem) {
  return problem::q_elements(problem) * problem.len_kv;
}

// Problems of the rung on which the model's digest is not the recorded one.
std::vector<std::string> differences(const Recording& recording, const std::string& name,
                                     const std::vector<Problem>& problems) {
  const Rung& rung = find_rung(name);
  std::vector<std::string> different;
  for (const Problem& problem : problems) {
    const Execution model =
        run_on_model(rung, problem, problem::make_inputs(problem), machine::gpu_spec("h200"));
    if (recorded_digest(recording, name, problem) != model.digest) {
      different.push_back(problem::describe(problem));
    }
  }
  return different;
}

std::vector<Problem> problems_of_size(const Rung& rung, bool large) {
  std::vector<Problem> problems = verification_problems(rung);
  std::erase_if(problems, [&](const Problem& problem) {
    return (multiplications(problem) >= kManyOperations) != large;
  });
  if (!large) REQUIRE(problems.size() >= 60);
  return problems;
}

void hold_family_to_recorded(const std::string& family, bool large) {
  REQUIRE_FALSE(rungs_of(family).empty());
  for (const Rung& rung : rungs_of(family)) {
    INFO(rung.name);
    CHECK(differences(shipped_recording(), rung.name, problems_of_size(rung, large)) ==
          std::vector<std::string>{});
  }
}

}  // namespace

TEST_CASE("the rungs of standard give the H200's bits on every small problem") {
  hold_family_to_recorded("standard", false);
}

TEST_CASE("the rungs of standard give the H200's bits on every large problem") {
  hold_family_to_recorded("standard", true);
}

TEST_CASE("the rungs of flash_fwd give the H200's bits on every small problem") {
  hold_family_to_recorded("flash_fwd", false);
}

TEST_CASE("the rungs of flash_fwd give the H200's bits on every large problem", "[.evidence]") {
  hold_family_to_recorded("flash_fwd", true);
}

TEST_CASE("the rungs of flash_bwd give the H200's bits on every small problem") {
  hold_family_to_recorded("flash_bwd", false);
}

TEST_CASE("the rungs of flash_bwd give the H200's bits on every large problem", "[.evidence]") {
  hold_family_to_recorded("flash_bwd", true);
}

TEST_CASE("the rungs of decode give the H200's bits on every small problem") {
  hold_family_to_recorded("decode", false);
}

TEST_CASE("the rungs of decode give the H200's bits on every large problem", "[.evidence]") {
  hold_family_to_recorded("decode", true);
}

TEST_CASE("the rungs of paged give the H200's bits on every small problem") {
  hold_family_to_recorded("paged", false);
}

TEST_CASE("the rungs of paged give the H200's bits on every large problem", "[.evidence]") {
  hold_family_to_recorded("paged", true);
}

TEST_CASE("no family is left out of the cases above") {
  CHECK(families() ==
        std::vector<std::string>{"standard", "flash_fwd", "flash_bwd", "decode", "paged"});
}

TEST_CASE("a recorded digest with one digit changed is found, and so is one that is missing") {
  const std::string name = "flash_fwd/01_tiled";
  const std::vector<Problem> problems = problems_of_size(find_rung(name), false);
  Recording damaged = shipped_recording();
  for (RecordedRung& rung : damaged.rungs) {
    if (rung.rung != name) continue;
    char& digit = rung.digests[20].digest[31];
    digit = digit == '0' ? '1' : '0';
    rung.digests.erase(rung.digests.begin() + 30);
  }
  CHECK(differences(damaged, name, problems) ==
        std::vector<std::string>{problem::describe(problems[20]), problem::describe(problems[30])});
}

TEST_CASE("two rungs' digests differ: one rung's model is not held to the other's answer") {
  int different = 0;
  for (const Problem& problem : problems_of_size(find_rung("standard/01_three_pass"), false)) {
    if (recorded_digest(shipped_recording(), "standard/01_three_pass", problem) !=
        recorded_digest(shipped_recording(), "flash_fwd/01_tiled", problem)) {
      ++different;
    }
  }
  CHECK(different >= 50);
}
