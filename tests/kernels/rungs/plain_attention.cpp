// SPDX-License-Identifier: MIT
#include "tests/kernels/rungs/plain_attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attnlab::kernels::test {
namespace {

using problem::Inputs;
using problem::Problem;

// One row of S over the keys that it sees, rounded.
std::vector<float> scores_of(const Problem& problem, const float* q, const float* k,
                             problem::KeyRange keys) {
  const float scale = problem::softmax_scale(problem);
  std::vector<float> scores;
  for (int key = keys.first; key < keys.last; ++key) {
    float sum = 0;
    for (int c = 0; c < problem.head_dim; ++c) {
      sum += q[c] * k[std::int64_t{key} * problem.head_dim + c];
    }
    scores.push_back(problem::rounded_to(problem.dtype, sum * scale));
  }
  return scores;
}

// The row as probabilities, rounded.
void softmax(problem::DataType dtype, std::vector<float>& row) {
  float maximum = -std::numeric_limits<float>::infinity();
  for (const float score : row) maximum = std::fmax(maximum, score);
  if (maximum == -std::numeric_limits<float>::infinity()) maximum = 0;
  float sum = 0;
  for (float& value : row) {
    value = std::exp(value - maximum);
    sum += value;
  }
  for (float& value : row) {
    value = sum == 0 ? 0.0f : problem::rounded_to(dtype, value / sum);
  }
}

}  // namespace

std::vector<float> plain_probabilities(const Problem& problem, const Inputs& inputs,
                                       std::int64_t row) {
  const std::int64_t d = problem.head_dim;
  const auto head = static_cast<int>(row / problem.len_q);
  const int batch = head / problem.heads;
  const std::int64_t kv_head =
      std::int64_t{batch} * problem.kv_heads + problem::kv_head_of(problem, head % problem.heads);
  const problem::KeyRange keys =
      problem::visible_range(problem, batch, static_cast<int>(row % problem.len_q));
  std::vector<float> p = scores_of(problem, inputs.q.data() + row * d,
                                   inputs.k.data() + kv_head * problem.len_kv * d, keys);
  softmax(problem.dtype, p);
  return p;
}

std::vector<float> plain_attention(const Problem& problem, const Inputs& inputs) {
  const std::int64_t d = problem.head_dim;
  std::vector<float> o;
  for (std::int64_t row = 0; row < problem::lse_elements(problem); ++row) {
    const auto head = static_cast<int>(row / problem.len_q);
    const int batch = head / problem.heads;
    const std::int64_t kv_head =
        std::int64_t{batch} * problem.kv_heads + problem::kv_head_of(problem, head % problem.heads);
    const std::int64_t first = kv_head * problem.len_kv * d;
    const problem::KeyRange keys =
        problem::visible_range(problem, batch, static_cast<int>(row % problem.len_q));
    const std::vector<float> p = plain_probabilities(problem, inputs, row);
    for (int column = 0; column < d; ++column) {
      float sum = 0;
      for (int key = keys.first; key < keys.last; ++key) {
        sum += p[key - keys.first] * inputs.v[first + key * d + column];
      }
      o.push_back(problem::rounded_to(problem.dtype, sum));
    }
  }
  return o;
}

}  // namespace attnlab::kernels::test
