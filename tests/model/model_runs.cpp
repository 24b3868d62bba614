// SPDX-License-Identifier: MIT
#include "tests/model/model_runs.h"

#include <cstring>
#include <random>

#include "sim/model/flash_fwd/01_tiled.h"
#include "sim/model/standard/01_three_pass.h"

namespace attnlab::model::test {

using problem::Distribution;
using problem::Mask;

std::vector<const RungModel*> all_models() {
  return {&standard_three_pass(), &flash_fwd_tiled()};
}

ModelResult run_model(const RungModel& rung, const Problem& problem, const Inputs& inputs) {
  return run(rung, problem, inputs, machine::gpu_spec("h200"), nullptr);
}

ModelResult run_model(const RungModel& rung, const Problem& problem) {
  return run_model(rung, problem, problem::make_inputs(problem));
}

Problem shape(int heads, int kv_heads, int len_q, int len_kv, int head_dim, Mask mask) {
  Problem problem;
  problem.heads = heads;
  problem.kv_heads = kv_heads;
  problem.len_q = len_q;
  problem.len_kv = len_kv;
  problem.head_dim = head_dim;
  problem.mask = mask;
  return problem;
}

std::vector<Problem> random_problems(const RungModel& rung, std::uint32_t seed, int count) {
  std::mt19937 random(seed);
  const auto between = [&](int least, int most) {
    return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
  };
  std::vector<Problem> problems;
  for (int i = 0; i < count; ++i) {
    const int kv_heads = between(1, 3);
    Problem problem = shape(kv_heads * between(1, 3), kv_heads, between(1, 90), between(0, 100),
                            between(0, 9) == 0 ? between(200, 256) : between(1, 72),
                            between(0, 1) == 0 ? Mask::kNone : Mask::kCausal);
    problem.batch = between(1, 2);
    problem.distribution = between(0, 1) == 0 ? Distribution::kNormal : Distribution::kUniform;
    problem.seed = random();
    const int tiles = static_cast<int>(rung.can.tile_q.size());
    const int tile = between(-1, tiles - 1);  // -1: the rung's default
    if (tile >= 0) problem.tile_q = rung.can.tile_q[tile];
    problems.push_back(problem);
  }
  return problems;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

bool same_outputs(const ModelResult& a, const ModelResult& b) {
  return same_bits(a.workspace[Tensor::kO], b.workspace[Tensor::kO]) &&
         same_bits(a.workspace[Tensor::kLse], b.workspace[Tensor::kLse]);
}

}  // namespace attnlab::model::test
