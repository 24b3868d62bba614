// SPDX-License-Identifier: MIT
// The closed form of a rung's cost is what a run of its program counts, to the last byte and
// operation.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "kernels/verification_problems.h"
#include "sim/model/flash_fwd/01_tiled.h"
#include "sim/model/standard/01_three_pass.h"
#include "tests/model/model_runs.h"

using namespace attnlab;
using namespace attnlab::model;
using machine::Counters;
using machine::Traffic;
using problem::Distribution;
using problem::Mask;
using test::run_model;
using test::shape;

namespace {

// Whether the count is the same whatever the inputs hold: a row whose every score is -inf is not
// divided and has no logarithm, which the closed form cannot know.
bool data_independent(const Problem& problem) {
  return problem.distribution != Distribution::kAdversarial;
}

Traffic times(const Traffic& traffic, std::uint64_t factor) {
  return {traffic.read_bytes * factor, traffic.written_bytes * factor};
}

Counters times(Counters counters, std::uint64_t factor) {
  for (Traffic* traffic : {&counters.shared, &counters.global, &counters.device}) {
    *traffic = times(*traffic, factor);
  }
  for (Traffic& traffic : counters.global_by_tensor) traffic = times(traffic, factor);
  for (Traffic& traffic : counters.device_by_tensor) traffic = times(traffic, factor);
  counters.fma *= factor;
  counters.add_mul *= factor;
  counters.mufu *= factor;
  counters.blocks *= factor;
  return counters;
}

// Problems whose every tensor of one batch fills whole sectors and whole blocks of 4 rows.
std::vector<Problem> sector_aligned_problems(const RungModel& rung) {
  std::vector<Problem> problems = test::random_problems(rung, 31, 20);
  for (Problem& problem : problems) {
    problem.batch = 1;
    problem.len_q = (problem.len_q + 7) / 8 * 8;
    problem.head_dim = (problem.head_dim + 7) / 8 * 8;
  }
  return problems;
}

// Compares closed form and count wherever the form can know; returns on how many problems.
int check_verification_problems(const std::string& name) {
  const kernels::Rung& rung = kernels::find_rung(name);
  int checked = 0;
  for (const Problem& problem : kernels::verification_problems(rung)) {
    if (!data_independent(problem)) continue;
    INFO(problem::describe(problem));
    CHECK(rung.model->cost(problem) == run_model(*rung.model, problem).counters);
    ++checked;
  }
  return checked;
}

std::int64_t bytes_of(const std::vector<float>& tensor) {
  return static_cast<std::int64_t>(tensor.size() * sizeof(float));
}

}  // namespace

TEST_CASE("standard attention's closed form equals the count on the verification problems") {
  CHECK(check_verification_problems("standard/01_three_pass") >= 25);
}

TEST_CASE("flash attention's closed form equals the count on the verification problems") {
  CHECK(check_verification_problems("flash_fwd/01_tiled") >= 25);
}

TEST_CASE("the closed form equals the count on random problems") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : test::random_problems(*rung, 30, 250)) {
      INFO(rung->name << ": " << problem::describe(problem));
      CHECK(rung->cost(problem) == run_model(*rung, problem).counters);
    }
  }
}

TEST_CASE("the comparison of counters sees every one of them") {
  const Counters counters = standard_three_pass().cost(shape(1, 1, 8, 8, 8));
  int changes = 0;
  const auto seen = [&](auto change) {
    Counters changed = counters;
    change(changed);
    CHECK_FALSE(changed == counters);
    ++changes;
  };
  seen([](Counters& c) { ++c.fma; });
  seen([](Counters& c) { ++c.add_mul; });
  seen([](Counters& c) { ++c.mufu; });
  seen([](Counters& c) { ++c.blocks; });
  seen([](Counters& c) { ++c.shared.read_bytes; });
  seen([](Counters& c) { ++c.shared.written_bytes; });
  seen([](Counters& c) { ++c.global.read_bytes; });
  seen([](Counters& c) { ++c.device.written_bytes; });
  seen([](Counters& c) { ++c.global_by_tensor[2].read_bytes; });
  seen([](Counters& c) { ++c.device_by_tensor[6].written_bytes; });
  CHECK(changes == 10);
}

// One head, 64 queries and keys, D = 32, query tiles of 32: 2 query tiles, 2 key tiles of 32.
TEST_CASE("flash attention's cost of a small problem, by hand") {
  const Counters cost = flash_fwd_tiled().cost(shape(1, 1, 64, 64, 32));
  const std::uint64_t matrix = 64 * 32 * 4;  // bytes of Q, K, V or O
  CHECK(cost.blocks == 2);
  CHECK(cost.global == Traffic{matrix + 2 * 2 * matrix, matrix + 64 * 4});  // K and V once a tile
  CHECK(cost.device == Traffic{3 * matrix, matrix + 64 * 4});
  // S and P V; l of 64 rows at 2 key tiles, in 32 lanes.
  CHECK(cost.fma == 2 * 64 * 64 * 32 + 64 * 2 * 32);
  // Two exponentials a lane, row and key tile; one logarithm a row.
  CHECK(cost.mufu == 64 * 2 * 2 * 32 + 64);
  // Q tiles once, K and V tiles for each of 2 x 2 tile pairs.
  CHECK(cost.shared.written_bytes == matrix + 4 * 2 * (32 * 32 * 4));
}

TEST_CASE("standard attention's cost of a small problem, by hand") {
  const Counters cost = standard_three_pass().cost(shape(1, 1, 64, 64, 32));
  const std::uint64_t matrix = 64 * 32 * 4;  // bytes of Q, K, V or O
  const std::uint64_t scores = 64 * 64 * 4;  // bytes of S or P
  CHECK(cost.blocks == 4 + 16 + 2);          // tile pairs, 4 rows each, query tiles
  // Q and K twice (once a tile pair), S three times, P once, V once a query tile; S, P, LSE, O.
  CHECK(cost.global ==
        Traffic{4 * matrix + 3 * scores + scores + 2 * matrix, 2 * scores + 64 * 4 + matrix});
  // Behind a cache each launch reads every tensor once: Q, K; S; P, V.
  CHECK(cost.device == Traffic{3 * matrix + 2 * scores, 2 * scores + 64 * 4 + matrix});
  CHECK(cost.fma == 2 * 64 * 64 * 32 + 64);  // and one for each row's LSE
  CHECK(cost.mufu == 2 * 64 * 64 + 64);      // every weight twice, a logarithm a row
}

TEST_CASE("a causal mask leaves the scores' cost and takes from the output's") {
  for (const RungModel* rung : test::all_models()) {
    const Counters full = rung->cost(shape(1, 1, 64, 64, 32));
    const Counters causal = rung->cost(shape(1, 1, 64, 64, 32, Mask::kCausal));
    CHECK(causal.global == full.global);
    CHECK(full.fma - causal.fma == 64 * 63 / 2 * 32);  // the pairs above the diagonal
  }
}

TEST_CASE("two batches cost exactly twice one, in the closed form and in the count") {
  for (const RungModel* rung : test::all_models()) {
    for (Problem problem : sector_aligned_problems(*rung)) {
      INFO(rung->name << ": " << problem::describe(problem));
      const Counters one_cost = rung->cost(problem);
      const Counters one_count = run_model(*rung, problem).counters;
      problem.batch = 2;
      CHECK(rung->cost(problem) == times(one_cost, 2));
      CHECK(run_model(*rung, problem).counters == times(one_count, 2));
    }
  }
}

TEST_CASE("the lecture's table is 1024 times the cost of one of its heads") {
  for (const RungModel* rung : test::all_models()) {
    Problem lecture = shape(16, 16, 1024, 1024, 64);
    lecture.batch = 64;
    CHECK(rung->cost(lecture) == times(rung->cost(shape(1, 1, 1024, 1024, 64)), 64 * 16));
  }
}

TEST_CASE("the query tile changes the traffic of K and V only") {
  Problem problem = shape(2, 1, 128, 96, 40);
  std::vector<Counters> costs;
  for (int tile_q : flash_fwd_tiled().can.tile_q) {
    problem.tile_q = tile_q;
    costs.push_back(flash_fwd_tiled().cost(problem));
    const std::uint64_t keys_read = 2 * (128 / tile_q) * 96 * 40 * 4;
    CHECK(costs.back().global_by_tensor[1].read_bytes == keys_read);
    CHECK(costs.back().global_by_tensor[2].read_bytes == keys_read);
    CHECK(costs.back().device == costs.front().device);
    CHECK(costs.back().fma == costs.front().fma);
  }
  CHECK(costs.size() == 3);
}

TEST_CASE("the memory plan is what a run allocates") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : test::random_problems(*rung, 33, 50)) {
      const Inputs inputs = problem::make_inputs(problem);
      const Workspace workspace = make_workspace(*rung, problem, inputs);
      const MemoryPlan plan = memory_of(*rung, problem);
      CHECK(plan.input_bytes == bytes_of(inputs.q) + bytes_of(inputs.k) + bytes_of(inputs.v));
      CHECK(plan.output_bytes ==
            bytes_of(workspace[Tensor::kO]) + bytes_of(workspace[Tensor::kLse]));
      CHECK(plan.scratch_bytes ==
            bytes_of(workspace[Tensor::kS]) + bytes_of(workspace[Tensor::kP]));
    }
  }
}

TEST_CASE("memory grows with N for flash attention and with N^2 for standard attention") {
  const auto bytes = [](const RungModel& rung, int n) {
    return memory_of(rung, shape(1, 1, n, n, 64)).total_bytes();
  };
  for (int n : {1024, 4096, 65536}) {
    CHECK(bytes(flash_fwd_tiled(), 2 * n) == 2 * bytes(flash_fwd_tiled(), n));
    CHECK(memory_of(standard_three_pass(), shape(1, 1, n, n, 64)).scratch_bytes ==
          2 * std::int64_t{n} * n * 4);
  }
}
