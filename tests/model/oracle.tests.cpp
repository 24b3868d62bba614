// SPDX-License-Identifier: MIT
// The common answer is also a good one: every model stays within fp32's rigorous bound around the
// float64 oracle, and planted faults do not.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "kernels/verification_problems.h"
#include "sim/model/flash_fwd/01_tiled.h"
#include "sim/model/standard/01_three_pass.h"
#include "sim/oracle/error_bound.h"
#include "tests/model/model_runs.h"

using namespace attnlab;
using namespace attnlab::model;
using oracle::BoundReport;
using problem::Mask;
using test::run_model;
using test::shape;

namespace {

// How often a row's sum is brought to a new maximum, at most.
int rescales(const RungModel& rung, const Problem& problem) {
  if (&rung == &standard_three_pass()) return 0;
  if (&rung != &flash_fwd_tiled()) return oracle::kAnyNumberOfRescales;
  const int tile_kv = tile_kv_of(rung, problem);
  return std::max(0, (problem.len_kv + tile_kv - 1) / tile_kv - 1);
}

// What the oracle says of a problem, and how far an answer may be from it.
struct Judge {
  Judge(const RungModel& rung, const Problem& asked, const Inputs& inputs)
      : problem(asked),
        reference(oracle::forward(asked, inputs)),
        bound(oracle::fp32_error_bound(asked, inputs, reference, rescales(rung, asked))) {}

  BoundReport hold(const ModelResult& result) const {
    return check_bound(problem, result.workspace[Tensor::kO], result.workspace[Tensor::kLse],
                       reference, bound);
  }

  Problem problem;
  oracle::ForwardResult reference;
  oracle::ErrorBound bound;
};

BoundReport hold(const RungModel& rung, const Problem& problem) {
  const Inputs inputs = problem::make_inputs(problem);
  return Judge(rung, problem, inputs).hold(run_model(rung, problem, inputs));
}

// The rows whose bound a fault of the program breaks: the model of `wrong` is held to the oracle of
// `asked` on the same inputs.
std::int64_t violations_of(const RungModel& rung, const Problem& asked, const Problem& wrong) {
  const Inputs inputs = problem::make_inputs(asked);
  return Judge(rung, asked, inputs).hold(run_model(rung, wrong, inputs)).violations;
}

// The problems small enough for every day.
void hold_family(const std::string& family) {
  constexpr std::int64_t kManyOperations = 40'000'000;
  REQUIRE_FALSE(kernels::rungs_of(family).empty());
  for (const kernels::Rung& rung : kernels::rungs_of(family)) {
    for (const Problem& problem : kernels::verification_problems(rung)) {
      if (problem::q_elements(problem) * problem.len_kv > kManyOperations) continue;
      INFO(rung.name << ": " << problem::describe(problem));
      const BoundReport report = hold(*rung.model, problem);
      CHECK(report.violations == 0);
      CHECK(report.worst_ratio <= 1);
    }
  }
}

}  // namespace

TEST_CASE("standard attention answers every verification problem within the bound") {
  hold_family("standard");
}

TEST_CASE("flash attention answers every verification problem within the bound") {
  hold_family("flash_fwd");
}

TEST_CASE("decode answers every verification problem within the bound") {
  hold_family("decode");
}

TEST_CASE("random problems are answered within the bound") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : test::random_problems(*rung, 50, 100)) {
      INFO(rung->name << ": " << problem::describe(problem));
      CHECK(hold(*rung, problem).violations == 0);
    }
  }
}

TEST_CASE("one wrong element of O or LSE is found, and where it is") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(4, 2, 50, 70, 32, Mask::kCausal);
    const Inputs inputs = problem::make_inputs(problem);
    const Judge judge(*rung, problem, inputs);
    const ModelResult good = run_model(*rung, problem, inputs);
    REQUIRE(judge.hold(good).violations == 0);

    ModelResult wrong_o = good;
    wrong_o.workspace[Tensor::kO][(3 * 50 + 17) * 32 + 5] += 1e-3f;
    CHECK(judge.hold(wrong_o).violations == 1);
    CHECK(judge.hold(wrong_o).worst == oracle::OutputElement{0, 3, 17, 5});

    ModelResult wrong_lse = good;
    wrong_lse.workspace[Tensor::kLse][2 * 50 + 49] += 1e-3f;
    CHECK(judge.hold(wrong_lse).violations == 1);
    CHECK(judge.hold(wrong_lse).worst == oracle::OutputElement{0, 2, 49, -1});

    ModelResult poisoned = good;
    poisoned.workspace[Tensor::kO][0] = std::nanf("");
    CHECK(judge.hold(poisoned).violations == 1);
  }
}

TEST_CASE("a forgotten mask is found in every row that it concerns") {
  for (const RungModel* rung : test::all_models()) {
    const Problem causal = shape(1, 1, 64, 64, 32, Mask::kCausal);
    const Problem full = shape(1, 1, 64, 64, 32);
    CHECK(violations_of(*rung, causal, full) > 63 * 16);
  }
}

TEST_CASE("heads that share the wrong K and V are found") {
  for (const RungModel* rung : test::all_models()) {
    const Problem grouped = shape(4, 2, 40, 40, 32);
    const Inputs inputs = problem::make_inputs(grouped);
    // Heads 1 and 2 change places: head % kv_heads instead of head / group.
    const std::size_t head = 40 * 32;
    Inputs swapped = inputs;
    std::swap_ranges(swapped.q.begin() + head, swapped.q.begin() + 2 * head,
                     swapped.q.begin() + 2 * head);
    const Judge judge(*rung, grouped, inputs);
    CHECK(judge.hold(run_model(*rung, grouped, swapped)).violations > 2 * 40 * 16);
  }
}

TEST_CASE("a wrong softmax scale is found") {
  for (const RungModel* rung : test::all_models()) {
    // Scores 1 in 1000 too large, as a scale rounded to f16 may be.
    const Problem problem = shape(1, 1, 64, 128, 64);
    const Inputs inputs = problem::make_inputs(problem);
    Inputs scaled = inputs;
    for (float& q : scaled.q) q *= 1.001f;
    const Judge judge(*rung, problem, inputs);
    CHECK(judge.hold(run_model(*rung, problem, scaled)).violations > 64 * 32);
  }
}

TEST_CASE("a dropped last key is found") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(1, 1, 40, 65, 32);
    const Inputs inputs = problem::make_inputs(problem);
    Inputs shorter = inputs;
    shorter.k.resize(64 * 32);
    shorter.v.resize(64 * 32);
    Problem wrong = problem;
    wrong.len_kv = 64;
    const Judge judge(*rung, problem, inputs);
    CHECK(judge.hold(run_model(*rung, wrong, shorter)).violations > 40 * 16);
  }
}

TEST_CASE("tiles in the wrong place are found: V's keys in another order than K's") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(1, 1, 40, 96, 32);
    const Inputs inputs = problem::make_inputs(problem);
    Inputs rotated = inputs;
    std::rotate(rotated.v.begin(), rotated.v.begin() + 32 * 32, rotated.v.end());
    const Judge judge(*rung, problem, inputs);
    CHECK(judge.hold(run_model(*rung, problem, rotated)).violations > 40 * 16);
  }
}
