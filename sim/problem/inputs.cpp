// SPDX-License-Identifier: MIT
#include "sim/problem/inputs.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>

namespace attnlab::problem {
namespace {

std::vector<float> make_tensor(const Problem& problem, InputTensor tensor, std::int64_t elements) {
  std::vector<float> out(static_cast<std::size_t>(elements));
  const std::size_t blocks = (out.size() + 3) / 4;
  constexpr std::size_t kGrain = 4096;  // blocks a task: a fraction of a millisecond
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, blocks, kGrain),
                    [&](const tbb::blocked_range<std::size_t>& range) {
                      for (std::size_t block = range.begin(); block != range.end(); ++block) {
                        const InputBlock four =
                            input_block(problem.distribution, problem.seed, tensor, block);
                        const std::size_t first = 4 * block;
                        const std::size_t count = std::min<std::size_t>(4, out.size() - first);
                        for (std::size_t i = 0; i < count; ++i) {
                          out[first + i] = rounded_to(problem.dtype, four.value[i]);
                        }
                      }
                    });
  return out;
}

// Gives the first shared_prefix tokens of sequence 0 to every other sequence.
void share_prefix(const Problem& problem, std::vector<float>& tensor) {
  const std::int64_t head_elements = std::int64_t{problem.len_kv} * problem.head_dim;
  for (std::int64_t head = problem.kv_heads; head < problem.batch * problem.kv_heads; ++head) {
    std::copy_n(tensor.data() + head % problem.kv_heads * head_elements,
                std::int64_t{problem.shared_prefix} * problem.head_dim,
                tensor.data() + head * head_elements);
  }
}

}  // namespace

Inputs make_inputs(const Problem& problem) {
  Inputs inputs{make_tensor(problem, InputTensor::kQ, q_elements(problem)),
                make_tensor(problem, InputTensor::kK, kv_elements(problem)),
                make_tensor(problem, InputTensor::kV, kv_elements(problem))};
  share_prefix(problem, inputs.k);
  share_prefix(problem, inputs.v);
  return inputs;
}

std::vector<float> make_output_gradient(const Problem& problem) {
  return make_tensor(problem, InputTensor::kGradO, q_elements(problem));
}

}  // namespace attnlab::problem
