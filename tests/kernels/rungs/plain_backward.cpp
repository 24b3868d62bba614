// SPDX-License-Identifier: MIT
#include "tests/kernels/rungs/plain_backward.h"

#include "tests/kernels/rungs/plain_attention.h"

namespace attnlab::kernels::test {

using problem::Inputs;
using problem::Problem;

Gradients plain_backward(const Problem& problem, const Inputs& inputs,
                         const std::vector<float>& grad_o) {
  const std::int64_t d = problem.head_dim;
  const auto rounded = [&](float value) { return problem::rounded_to(problem.dtype, value); };
  const float scale = problem::softmax_scale(problem);
  Gradients gradients;
  gradients.dq.resize(inputs.q.size());
  gradients.dk.resize(inputs.k.size());
  gradients.dv.resize(inputs.v.size());
  for (std::int64_t row = 0; row < problem::lse_elements(problem); ++row) {
    const auto head = static_cast<int>(row / problem.len_q);
    const int batch = head / problem.heads;
    const std::int64_t kv_head =
        std::int64_t{batch} * problem.kv_heads + problem::kv_head_of(problem, head % problem.heads);
    const std::int64_t first = kv_head * problem.len_kv * d;
    const problem::KeyRange keys =
        problem::visible_range(problem, batch, static_cast<int>(row % problem.len_q));
    const std::vector<float> p = plain_probabilities(problem, inputs, row);

    std::vector<float> dp;
    float p_dp = 0;
    for (int key = keys.first; key < keys.last; ++key) {
      float sum = 0;
      for (int c = 0; c < d; ++c) sum += grad_o[row * d + c] * inputs.v[first + key * d + c];
      dp.push_back(rounded(sum));
      p_dp += p[key - keys.first] * dp.back();
    }
    for (int key = keys.first; key < keys.last; ++key) {
      const float p_key = p[key - keys.first];
      const float ds = rounded(p_key * (dp[key - keys.first] - p_dp));
      for (int c = 0; c < d; ++c) {
        const std::int64_t element = first + key * d + c;
        gradients.dv[element] += p_key * grad_o[row * d + c];
        gradients.dk[element] += ds * inputs.q[row * d + c];
        gradients.dq[row * d + c] += ds * inputs.k[element];
      }
    }
  }
  for (float& value : gradients.dq) value = rounded(value * scale);
  for (float& value : gradients.dk) value = rounded(value * scale);
  for (float& value : gradients.dv) value = rounded(value);
  return gradients;
}

}  // namespace attnlab::kernels::test
