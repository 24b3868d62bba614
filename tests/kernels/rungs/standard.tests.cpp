// SPDX-License-Identifier: MIT
// The rungs of standard: the same answer, at another cost.
#include <catch2/catch_test_macros.hpp>

#include "kernels/executors.h"
#include "kernels/verification_problems.h"

using namespace attnlab;
using namespace attnlab::kernels;

TEST_CASE("tiles in registers give the bits of the plain three passes") {
  const Rung& plain = find_rung("standard/01_three_pass");
  const Rung& tiles = find_rung("standard/02_register_tiles");
  int compared = 0;
  for (const Problem& problem : verification_problems(tiles)) {
    if (problem::q_elements(problem) * problem.len_kv > 4'000'000) continue;
    INFO(problem::describe(problem));
    const problem::Inputs inputs = problem::make_inputs(problem);
    CHECK(run_on_model(plain, problem, inputs, machine::gpu_spec("h200")).digest ==
          run_on_model(tiles, problem, inputs, machine::gpu_spec("h200")).digest);
    ++compared;
  }
  CHECK(compared >= 40);
}

TEST_CASE("larger tiles ask for K and V less often; S and P move all the same") {
  Problem problem;
  problem.heads = problem.kv_heads = 2;
  problem.len_q = problem.len_kv = 256;
  const machine::Counters plain = find_rung("standard/01_three_pass").model->cost(problem);
  const machine::Counters tiles = find_rung("standard/02_register_tiles").model->cost(problem);
  CHECK(plain.device == tiles.device);
  // Q, K and V; S and P are tensors 3 and 4.
  for (const std::size_t tensor : {0, 1, 2}) {
    CHECK(plain.global_by_tensor[tensor].read_bytes ==
          2 * tiles.global_by_tensor[tensor].read_bytes);
  }
  CHECK(plain.global_by_tensor[3] == tiles.global_by_tensor[3]);
  CHECK(plain.global_by_tensor[4] == tiles.global_by_tensor[4]);
  CHECK(tiles.shared.read_bytes * 2 < plain.shared.read_bytes);
}
