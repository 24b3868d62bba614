// SPDX-License-Identifier: MIT
// The executor `emulator`: a rung's own PTX, from every compiler, gives the bits of model and H200.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "kernels/executors.h"
#include "kernels/recorded.h"
#include "kernels/verification_problems.h"

using namespace attnlab;
using namespace attnlab::kernels;

namespace {

constexpr std::int64_t kQuickProblem = 300'000;  // multiply-adds of Q K^T

bool is_quick(const Problem& problem) {
  return problem::q_elements(problem) * problem.len_kv <= kQuickProblem;
}

// Where the emulator differs from the model or from the recorded digest, by compiler and problem.
std::vector<std::string> differences(const Rung& rung, const std::vector<Problem>& problems) {
  std::vector<std::string> different;
  for (const Problem& problem : problems) {
    const problem::Inputs inputs = problem::make_inputs(problem);
    const std::string model = run_on_model(rung, problem, inputs, machine::gpu_spec("h200")).digest;
    const auto recorded = recorded_digest(shipped_recording(), rung.name, problem);
    for (const std::string& compiler : emulated_compilers(rung)) {
      const Execution emulator = run_on_emulator(rung, problem, inputs, {compiler});
      if (emulator.digest != model || emulator.digest != recorded) {
        different.push_back(compiler + ": " + problem::describe(problem));
      }
    }
  }
  return different;
}

// The problems of a rung; every rung offers more than 30 quick ones.
std::vector<Problem> problems_of(const Rung& rung, bool quick_only) {
  std::vector<Problem> problems = verification_problems(rung);
  if (quick_only) {
    std::erase_if(problems, [](const Problem& problem) { return !is_quick(problem); });
  }
  REQUIRE(problems.size() >= 30);
  return problems;
}

Problem ragged_problem(const Rung& rung) {
  Problem problem;
  problem.heads = 4;
  problem.kv_heads = 2;
  problem.len_q = std::min(45, rung.model->can.max_len_q);
  problem.len_kv = 70;
  problem.mask = problem::Mask::kCausal;
  if (!supports(rung, problem)) problem.mask = problem::Mask::kNone;
  return problem;
}

void hold_family(const std::string& family) {
  REQUIRE_FALSE(rungs_of(family).empty());
  for (const Rung& rung : rungs_of(family)) {
    INFO(rung.name);
    CHECK(differences(rung, problems_of(rung, true)) == std::vector<std::string>{});
  }
}

}  // namespace

TEST_CASE("the rungs of standard, emulated, give the models' and the H200's bits") {
  hold_family("standard");
}

TEST_CASE("the rungs of flash_fwd, emulated, give the models' and the H200's bits") {
  hold_family("flash_fwd");
}

TEST_CASE("the rungs of flash_bwd, emulated, give the models' and the H200's bits") {
  hold_family("flash_bwd");
}

TEST_CASE("the rungs of decode, emulated, give the models' and the H200's bits") {
  hold_family("decode");
}

TEST_CASE("the rungs of paged, emulated, give the models' and the H200's bits") {
  hold_family("paged");
}

TEST_CASE("every rung, emulated, gives the H200's bits on every problem", "[.evidence]") {
  for (const Rung& rung : rungs()) {
    INFO(rung.name);
    CHECK(differences(rung, problems_of(rung, false)) == std::vector<std::string>{});
  }
}

TEST_CASE("an emulated answer names the compiler, and where it ran") {
  for (const Rung& rung : rungs()) {
    const Problem problem = ragged_problem(rung);
    const problem::Inputs inputs = problem::make_inputs(problem);
    const std::vector<std::string> compilers = emulated_compilers(rung);
    REQUIRE_FALSE(compilers.empty());
    for (const std::string& compiler : compilers) {
      const Execution execution = run_on_emulator(rung, problem, inputs, {compiler, 1});
      CHECK(execution.executor == "emulator");
      CHECK(execution.where.find("PTX of " + compiler + " ") == 0);
      CHECK(execution.where.find("on 1 core,") != std::string::npos);
      CHECK_FALSE(execution.outputs.empty());
      for (const TensorSpec& spec : rung.model->tensors(problem)) {
        if (!is_output(spec)) continue;
        CHECK(numbers_of(execution.outputs, spec.tensor).size() == std::size_t(spec.elements));
      }
      CHECK(execution.digest == digest_of(execution.outputs));
      CHECK(execution.seconds > 0);
      CHECK(execution.note.empty());
      CHECK_FALSE(execution.counters.has_value());
    }
    CHECK(run_on_emulator(rung, problem, inputs).where.find("PTX of " + compilers.front()) == 0);
  }
}

TEST_CASE("the number of cores does not change the bits") {
  for (const Rung& rung : rungs()) {
    const Problem problem = ragged_problem(rung);
    const problem::Inputs inputs = problem::make_inputs(problem);
    std::set<std::string> digests;
    for (int workers : {0, 1, 2, 7}) {
      digests.insert(run_on_emulator(rung, problem, inputs, {"", workers}).digest);
    }
    CHECK(digests.size() == 1);
  }
}

TEST_CASE("other inputs give another digest") {
  Problem problem = ragged_problem(rungs().front());
  const std::string first =
      run_on_emulator(rungs().front(), problem, problem::make_inputs(problem)).digest;
  problem.seed = 2;
  CHECK(run_on_emulator(rungs().front(), problem, problem::make_inputs(problem)).digest != first);
}

TEST_CASE("PTX of a compiler that the program was built without is refused") {
  const Problem problem = ragged_problem(rungs().front());
  CHECK_THROWS_AS(run_on_emulator(rungs().front(), problem, problem::make_inputs(problem), {"tcc"}),
                  problem::BadInput);
}
