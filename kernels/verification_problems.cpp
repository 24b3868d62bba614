// SPDX-License-Identifier: MIT
#include "kernels/verification_problems.h"

#include <array>

namespace attnlab::kernels {
namespace {

using problem::Distribution;
using problem::Mask;

constexpr std::array kDistributions = {Distribution::kNormal, Distribution::kUniform,
                                       Distribution::kAdversarial};

struct Shape {
  int batch, heads, kv_heads, len_q, len_kv, head_dim;
};

// Each of these is run with and without a causal mask, on one of the three distributions in turn,
// and once more on adversarial inputs.
constexpr Shape kShapes[] = {
    {1, 1, 1, 1, 1, 1},       // a single element
    {1, 1, 1, 1, 0, 64},      // no keys at all
    {1, 2, 2, 33, 0, 17},     // the same for ragged rows
    {1, 1, 1, 31, 31, 64},    // one less than a tile
    {1, 1, 1, 32, 32, 64},    // a tile
    {1, 1, 1, 33, 33, 64},    // one more than a tile
    {1, 2, 1, 7, 257, 64},    // few queries, many keys
    {1, 1, 1, 257, 7, 64},    // causal: most rows see nothing
    {2, 3, 3, 61, 67, 40},    // primes, a head dimension off the lanes
    {1, 6, 2, 100, 77, 64},   // GQA, len_q > len_kv
    {2, 8, 1, 45, 90, 32},    // MQA, len_kv = 2 len_q
    {3, 4, 2, 64, 128, 96},   // several batches
    {1, 2, 1, 128, 96, 128},  //
    {1, 2, 2, 65, 129, 80},   //
    {1, 1, 1, 70, 130, 256},  // the largest head dimension
    {1, 3, 1, 50, 50, 255},   // and one less
    {1, 1, 1, 40, 200, 2},    // narrow heads
    {1, 2, 2, 1, 1000, 128},  // one query, as in decoding
};

Problem problem_of(const Shape& shape, Mask mask, Distribution distribution, std::uint64_t seed) {
  Problem problem;
  problem.batch = shape.batch;
  problem.heads = shape.heads;
  problem.kv_heads = shape.kv_heads;
  problem.len_q = shape.len_q;
  problem.len_kv = shape.len_kv;
  problem.head_dim = shape.head_dim;
  problem.mask = mask;
  problem.distribution = distribution;
  problem.seed = seed;
  return problem;
}

// Every stored type but fp32, and a sliding window, on ragged problems.
void add_types_and_windows(const model::Capabilities& can, std::uint64_t& seed,
                           std::vector<Problem>& problems) {
  constexpr Shape kRagged[] = {{1, 4, 2, 75, 101, 64},  {2, 3, 1, 33, 70, 40},
                               {1, 2, 2, 100, 40, 128}, {1, 1, 1, 37, 0, 24},
                               {1, 2, 1, 65, 129, 72},  {1, 1, 1, 130, 130, 256},
                               {1, 2, 1, 20, 45, 64},   {2, 2, 2, 17, 31, 32}};
  for (const problem::DataType dtype : can.dtypes) {
    for (const Mask mask : can.masks) {
      if (dtype == problem::DataType::kF32 && mask != Mask::kWindow) continue;
      for (const Shape& shape : kRagged) {
        const bool adversarial = mask != Mask::kCausal && seed % 2 == 0;
        Problem problem = problem_of(
            shape, mask, adversarial ? Distribution::kAdversarial : kDistributions[seed % 2], seed);
        problem.dtype = dtype;
        if (mask == Mask::kWindow) problem.window = 1 + static_cast<int>(seed * 17 % 70);
        problems.push_back(problem);
        ++seed;
      }
    }
  }
}

// Every tile that the rung lets one choose, on a ragged problem of one stored type.
void add_tiles(const model::Capabilities& can, problem::DataType dtype, std::uint64_t& seed,
               std::vector<Problem>& problems) {
  Problem ragged = problem_of({1, 4, 2, 150, 170, 72}, Mask::kCausal, Distribution::kNormal, 0);
  ragged.dtype = dtype;
  for (const int tile_q : can.tile_q) {
    problems.push_back(ragged);
    problems.back().tile_q = tile_q;
    problems.back().seed = seed++;
  }
  if (can.tile_kv.size() < 2) return;
  for (const int tile_kv : can.tile_kv) {
    problems.push_back(ragged);
    problems.back().tile_kv = tile_kv;
    problems.back().seed = seed++;
  }
}

}  // namespace

std::vector<Problem> forward_problems(const Rung& rung) {
  std::vector<Problem> problems;
  std::uint64_t seed = 1;
  for (const Shape& shape : kShapes) {
    for (Mask mask : {Mask::kNone, Mask::kCausal}) {
      problems.push_back(problem_of(shape, mask, kDistributions[seed % 3], seed));
      ++seed;
      problems.push_back(problem_of(shape, mask, Distribution::kAdversarial, seed));
      ++seed;
    }
  }
  add_tiles(rung.model->can, problem::DataType::kF32, seed, problems);
  // The README's example, a lecture-sized head, and a long context.
  problems.push_back(problem_of({1, 6, 2, 1000, 777, 64}, Mask::kCausal, Distribution::kNormal, 1));
  problems.push_back(
      problem_of({1, 16, 16, 1024, 1024, 64}, Mask::kNone, Distribution::kNormal, 1));
  problems.push_back(problem_of({1, 1, 1, 512, 4096, 128}, Mask::kNone, Distribution::kNormal, 1));
  problems.push_back(
      problem_of({1, 1, 1, 2048, 2048, 64}, Mask::kCausal, Distribution::kUniform, 1));
  add_types_and_windows(rung.model->can, seed, problems);
  for (const problem::DataType dtype : rung.model->can.dtypes) {
    if (dtype != problem::DataType::kF32) add_tiles(rung.model->can, dtype, seed, problems);
  }
  std::erase_if(problems, [&rung](const Problem& problem) { return !supports(rung, problem); });
  return problems;
}

}  // namespace attnlab::kernels
