// SPDX-License-Identifier: MIT
// What an answer's bits do not depend on: the GPU and its order of time, the query tile, other
// heads and batches, sharing of K and V.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>

#include "sim/model/flash_fwd/01_tiled.h"
#include "tests/model/model_runs.h"

using namespace attnlab;
using namespace attnlab::model;
using problem::Distribution;
using problem::Mask;
using test::run_model;
using test::same_bits;
using test::shape;

namespace {

// A GPU that deals, stalls and finishes blocks in another order.
machine::GpuSpec shuffled_gpu(int sm_count, std::uint32_t seed) {
  std::mt19937 random(seed);
  machine::GpuSpec gpu = machine::gpu_spec("h200");
  gpu.sm_count = sm_count;
  gpu.max_blocks_per_sm = 1 + static_cast<int>(random() % 8);
  gpu.device_bandwidth_bytes_per_second = 1e9 * (1 + random() % 5000);
  gpu.device_latency_cycles = static_cast<int>(random() % 5000);
  gpu.fp32_fma_per_cycle_per_sm = 1 + static_cast<int>(random() % 200);
  gpu.mufu_per_cycle_per_sm = 1 + static_cast<int>(random() % 64);
  return gpu;
}

std::vector<float> slice(const std::vector<float>& tensor, std::int64_t parts, std::int64_t part) {
  const std::int64_t size = static_cast<std::int64_t>(tensor.size()) / parts;
  return {tensor.begin() + part * size, tensor.begin() + (part + 1) * size};
}

// K or V with every head repeated for each query head of its group.
std::vector<float> repeated_heads(const std::vector<float>& tensor, const Problem& problem) {
  std::vector<float> out;
  for (int batch = 0; batch < problem.batch; ++batch) {
    for (int head = 0; head < problem.heads; ++head) {
      const std::vector<float> one =
          slice(tensor, std::int64_t{problem.batch} * problem.kv_heads,
                std::int64_t{batch} * problem.kv_heads + problem::kv_head_of(problem, head));
      out.insert(out.end(), one.begin(), one.end());
    }
  }
  return out;
}

std::vector<Problem> some_problems() {
  Problem full = shape(6, 2, 75, 101, 40);
  full.batch = 2;
  Problem causal = shape(4, 4, 130, 66, 64, Mask::kCausal);
  Problem adversarial = shape(4, 1, 90, 97, 33, Mask::kCausal);
  adversarial.batch = 2;
  adversarial.distribution = Distribution::kAdversarial;
  return {full, causal, adversarial};
}

}  // namespace

TEST_CASE("the order of time never changes the numbers or the counts") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : some_problems()) {
      const Inputs inputs = problem::make_inputs(problem);
      const ModelResult expected = run_model(*rung, problem, inputs);
      std::vector<machine::GpuSpec> gpus = {machine::gpu_spec("a100"), machine::gpu_spec("h100"),
                                            shuffled_gpu(1, 5), shuffled_gpu(7, 6),
                                            shuffled_gpu(2, 7)};
      std::vector<std::uint64_t> cycles = {expected.cycles};
      for (const machine::GpuSpec& gpu : gpus) {
        const ModelResult result = run(*rung, problem, inputs, gpu, nullptr);
        CHECK(test::same_outputs(result, expected));
        CHECK(result.counters == expected.counters);
        cycles.push_back(result.cycles);
      }
      std::sort(cycles.begin(), cycles.end());
      CHECK(std::unique(cycles.begin(), cycles.end()) == cycles.end());  // the time does change
    }
  }
}

TEST_CASE("the query tile never changes the bits") {
  for (Problem problem : some_problems()) {
    const ModelResult expected = run_model(flash_fwd_tiled(), problem);
    for (int tile_q : {16, 32, 64}) {
      problem.tile_q = tile_q;
      CHECK(test::same_outputs(run_model(flash_fwd_tiled(), problem), expected));
    }
  }
}

TEST_CASE("a head's answer is the one it has alone") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : some_problems()) {
      const Inputs inputs = problem::make_inputs(problem);
      const ModelResult together = run_model(*rung, problem, inputs);
      const int q_heads = problem.batch * problem.heads;
      const int kv_heads = problem.batch * problem.kv_heads;
      Problem alone = problem;
      alone.batch = alone.heads = alone.kv_heads = 1;
      for (int head = 0; head < q_heads; ++head) {
        const int kv_head = head / problem.heads * problem.kv_heads +
                            problem::kv_head_of(problem, head % problem.heads);
        const ModelResult result =
            run_model(*rung, alone,
                      {slice(inputs.q, q_heads, head), slice(inputs.k, kv_heads, kv_head),
                       slice(inputs.v, kv_heads, kv_head)});
        CHECK(same_bits(result.workspace[Tensor::kO],
                        slice(together.workspace[Tensor::kO], q_heads, head)));
        CHECK(same_bits(result.workspace[Tensor::kLse],
                        slice(together.workspace[Tensor::kLse], q_heads, head)));
      }
    }
  }
}

TEST_CASE("grouped queries answer as if K and V were repeated for each of them") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : some_problems()) {
      const Inputs inputs = problem::make_inputs(problem);
      Problem repeated = problem;
      repeated.kv_heads = problem.heads;
      CHECK(test::same_outputs(run_model(*rung, problem, inputs),
                               run_model(*rung, repeated,
                                         {inputs.q, repeated_heads(inputs.k, problem),
                                          repeated_heads(inputs.v, problem)})));
    }
  }
}

TEST_CASE("more queries before a causal row do not change it") {
  for (const RungModel* rung : test::all_models()) {
    const Problem many = shape(1, 1, 70, 90, 32, Mask::kCausal);
    const Inputs inputs = problem::make_inputs(many);
    const ModelResult of_many = run_model(*rung, many, inputs);
    Problem last = many;
    last.len_q = 1;  // sees all 90 keys, as the last of many does
    const ModelResult of_last =
        run_model(*rung, last, {slice(inputs.q, 70, 69), inputs.k, inputs.v});
    CHECK(same_bits(of_last.workspace[Tensor::kO], slice(of_many.workspace[Tensor::kO], 70, 69)));
    CHECK(of_last.workspace[Tensor::kLse][0] == of_many.workspace[Tensor::kLse][69]);
  }
}

TEST_CASE("watching a run changes neither outputs nor counters nor time") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : some_problems()) {
      const Inputs inputs = problem::make_inputs(problem);
      const ModelResult alone = run_model(*rung, problem, inputs);
      test::EventRecorder recorder;
      const ModelResult watched = run(*rung, problem, inputs, machine::gpu_spec("h200"), &recorder);
      CHECK(test::same_outputs(watched, alone));
      CHECK(watched.counters == alone.counters);
      CHECK(watched.cycles == alone.cycles);
      CHECK(recorder.events.size() > 100);
    }
  }
}
