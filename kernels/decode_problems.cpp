// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "kernels/verification_problems.h"

namespace attnlab::kernels {
namespace {

using problem::DataType;
using problem::Distribution;
using problem::Mask;

struct CacheShape {
  int batch, heads, kv_heads, len_kv, head_dim;
};

// Each of these is run four times: in every stored type, with lengths of its own or not, under a
// window or not, and once on adversarial inputs.
constexpr CacheShape kShapes[] = {
    {1, 1, 1, 0, 64},      // no keys at all
    {1, 1, 1, 1, 1},       // a single element
    {1, 2, 1, 63, 64},     // one less than a tile
    {1, 2, 2, 64, 64},     // a tile
    {1, 4, 2, 65, 64},     // one more than a tile
    {2, 4, 4, 127, 17},    // rows that are no whole vectors
    {2, 3, 1, 129, 40},    // MQA
    {1, 8, 2, 200, 128},   // GQA: four query heads share a K/V head
    {3, 6, 2, 257, 96},    //
    {1, 4, 1, 511, 80},    //
    {2, 2, 2, 300, 256},   // the largest head dimension
    {1, 5, 1, 130, 255},   // and one less; a group that is no multiple of four
    {1, 7, 1, 100, 128},   //
    {2, 16, 2, 190, 128},  // a group of eight
    {4, 4, 2, 333, 64},    //
    {1, 12, 2, 1000, 128}, {1, 2, 2, 77, 32}, {2, 8, 8, 96, 2},  // narrow heads
};

constexpr std::array kSplits = {0, 1, 2, 3, 7, 20, 64};
constexpr std::array kPageSizes = {0, 1, 2, 7, 16, 32, 64, 128, 256};
constexpr std::array kTypes = {DataType::kF32, DataType::kF16, DataType::kBf16};

// Lengths from 0 to len_kv, no two alike if there is room.
std::vector<int> different_lengths(const CacheShape& shape, std::uint64_t seed) {
  std::vector<int> lengths;
  for (int sequence = 0; sequence < shape.batch; ++sequence) {
    const auto length = (std::uint64_t(shape.len_kv) * (2 * sequence + 1) + 13 * seed) /
                        (2 * std::uint64_t(shape.batch));
    lengths.push_back(static_cast<int>(length % (shape.len_kv + 1)));
  }
  return lengths;
}

Problem cache_problem(const CacheShape& shape, int variant, std::uint64_t seed) {
  Problem problem;
  problem.batch = shape.batch;
  problem.heads = shape.heads;
  problem.kv_heads = shape.kv_heads;
  problem.len_q = 1;
  problem.len_kv = shape.len_kv;
  problem.head_dim = shape.head_dim;
  problem.dtype = variant == 3 ? DataType::kF32 : kTypes[seed % kTypes.size()];
  problem.distribution = variant == 3    ? Distribution::kAdversarial
                         : seed % 2 == 0 ? Distribution::kNormal
                                         : Distribution::kUniform;
  if (variant == 1 || variant == 3) problem.lengths = different_lengths(shape, seed);
  if (variant == 2) {
    problem.mask = Mask::kWindow;
    problem.window = 1 + static_cast<int>(seed * 29 % 150);
  }
  problem.splits = kSplits[seed % kSplits.size()];
  problem.page_size = kPageSizes[seed % kPageSizes.size()];
  problem.seed = seed;
  return problem;
}

// Leaves out what the rung has no use for.
void fit_to(const Rung& rung, Problem& problem) {
  const model::Capabilities& can = rung.model->can;
  if (!can.splits) problem.splits = 0;
  if (!can.pages) problem.page_size = problem.shared_prefix = 0;
  if (std::find(can.masks.begin(), can.masks.end(), problem.mask) == can.masks.end()) {
    problem.mask = Mask::kNone;
    problem.window = 0;
  }
}

// As much of the cache as all sequences have, in common.
void share_prefix(Problem& problem) {
  int shortest = problem.len_kv;
  for (int sequence = 0; sequence < problem.batch; ++sequence) {
    shortest = std::min(shortest, length_of(problem, sequence));
  }
  problem.shared_prefix = shortest;
}

std::vector<Problem> cache_problems() {
  std::vector<Problem> problems;
  std::uint64_t seed = 1;
  for (const CacheShape& shape : kShapes) {
    for (int variant = 0; variant < 4; ++variant) {
      problems.push_back(cache_problem(shape, variant, seed));
      if (shape.batch > 1 && seed % 2 == 0) share_prefix(problems.back());
      ++seed;
    }
  }
  return problems;
}

}  // namespace

std::vector<Problem> decode_problems(const Rung& rung) {
  std::vector<Problem> problems = cache_problems();
  // A long context, and many sequences.
  Problem long_context = cache_problem({1, 8, 2, 8192, 128}, 0, 1000);
  long_context.splits = 32;
  problems.push_back(long_context);
  problems.push_back(cache_problem({16, 8, 8, 700, 64}, 1, 1001));
  for (Problem& problem : problems) fit_to(rung, problem);
  return problems;
}

std::vector<Problem> paged_write_problems(const Rung& rung) {
  std::vector<Problem> problems = cache_problems();
  for (Problem& problem : problems) {
    // One new token, as in decoding, or several, some of which a short sequence does not have.
    problem.len_q = problem.seed % 3 == 0 ? 1 : static_cast<int>(problem.seed * 7 % 40) + 1;
    problem.shared_prefix = 0;  // two sequences would write the same slots
    fit_to(rung, problem);
  }
  return problems;
}

}  // namespace attnlab::kernels
