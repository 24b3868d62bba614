// SPDX-License-Identifier: MIT
#include "tests/oracle/fp32_attention.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>

#include "sim/numerics/formats.h"
#include "sim/numerics/mufu.h"

namespace attnlab::tests {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kLog2E = std::numbers::log2e_v<float>;
constexpr float kLn2 = std::numbers::ln2_v<float>;

float pairwise(std::span<const float> terms) {
  if (terms.size() == 1) return terms[0];
  const std::size_t half = terms.size() / 2;
  return pairwise(terms.first(half)) + pairwise(terms.subspan(half));
}

// start + sum of a_i b_i.
float sum_of_products(float start, std::span<const float> a, std::span<const float> b,
                      const Evaluation& how) {
  if (how.order == SumOrder::kPairwise && !a.empty()) {
    std::vector<float> terms(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) terms[i] = a[i] * b[i];
    return start + pairwise(terms);
  }
  float sum = start;
  for (std::size_t step = 0; step < a.size(); ++step) {
    const std::size_t i = how.order == SumOrder::kDescending ? a.size() - 1 - step : step;
    sum = how.fused ? std::fma(a[i], b[i], sum) : sum + a[i] * b[i];
  }
  return sum;
}

// The running state of one row.
struct State {
  float m = -kInf;
  float l = 0;
  std::vector<float> o;  // (D)
};

// exp(x), or 2^x where scores are in base 2, by the special function unit.
float exponential(float x, const Evaluation& how) {
  return numerics::exp2_approx(how.base2 ? x : x * kLog2E);
}

// Takes the keys of one tile into the state: s are their scores, v their rows, transposed (D,
// keys).
void take_tile(State& state, std::span<const float> s, const std::vector<std::vector<float>>& v,
               const Evaluation& how) {
  float m = state.m;
  for (const float score : s) m = std::fmax(m, score);
  if (m == -kInf && std::none_of(s.begin(), s.end(), [](float x) { return std::isnan(x); })) return;
  const float r = state.m == -kInf ? 0.0f : exponential(state.m - m, how);
  std::vector<float> p, p_rounded;
  for (const float score : s) {
    p.push_back(exponential(score - m, how));
    const bool rounded = how.fault == Fault::kBf16Weights;
    p_rounded.push_back(rounded ? numerics::f32_from_bf16(numerics::bf16_from_f32(p.back()))
                                : p.back());
  }
  const std::vector<float> ones(s.size(), 1.0f);
  state.m = m;
  state.l = sum_of_products(state.l * r, p, ones, how);
  for (std::size_t c = 0; c < state.o.size(); ++c) {
    const float old = how.fault == Fault::kLostRescale ? state.o[c] : state.o[c] * r;
    state.o[c] = sum_of_products(old, p_rounded, v[c], how);
  }
}

int keys_read(const problem::Problem& problem, int row, Fault fault) {
  const int visible = visible_keys(problem, row);
  if (fault == Fault::kDroppedKey) return std::max(0, visible - 1);
  if (fault == Fault::kExtraKey) return std::min(problem.len_kv, visible + 1);
  return visible;
}

State attend(const problem::Problem& problem, std::span<const float> q, std::span<const float> k,
             std::span<const float> v, int keys, const Evaluation& how) {
  const auto depth = static_cast<std::size_t>(problem.head_dim);
  const float scale = how.fault == Fault::kNoScale ? 1.0f : softmax_scale(problem);
  const float factor = how.base2 ? scale * kLog2E : scale;
  State state;
  state.o.assign(depth, 0.0f);
  const int tile = how.tile == 0 ? std::max(1, keys) : how.tile;
  for (int first = 0; first < keys; first += tile) {
    std::vector<float> s;
    std::vector<std::vector<float>> columns(depth);
    for (int j = first; j < std::min(keys, first + tile); ++j) {
      const std::size_t at = static_cast<std::size_t>(j) * depth;
      s.push_back(sum_of_products(0.0f, q, k.subspan(at, depth), how) * factor);
      for (std::size_t c = 0; c < depth; ++c) columns[c].push_back(v[at + c]);
    }
    take_tile(state, s, columns, how);
  }
  return state;
}

}  // namespace

Fp32Result fp32_attention(const problem::Problem& problem, const problem::Inputs& inputs,
                          const Evaluation& how) {
  const auto depth = static_cast<std::size_t>(problem.head_dim);
  const std::size_t kv_size = static_cast<std::size_t>(problem.len_kv) * depth;
  Fp32Result out;
  for (std::int64_t index = 0; index < lse_elements(problem); ++index) {
    const auto head = static_cast<int>(index / problem.len_q);
    const int kv_head =
        head / problem.heads * problem.kv_heads + kv_head_of(problem, head % problem.heads);
    const auto row = static_cast<int>(index % problem.len_q);
    const std::span<const float> k(inputs.k), v(inputs.v), q(inputs.q);
    const std::size_t at = static_cast<std::size_t>(kv_head) * kv_size;
    const State state = attend(problem, q.subspan(static_cast<std::size_t>(index) * depth, depth),
                               k.subspan(at, kv_size), v.subspan(at, kv_size),
                               keys_read(problem, row, how.fault), how);
    const bool empty = state.m == -kInf && state.l == 0;
    for (const float o : state.o) out.o.push_back(empty ? 0.0f : o / state.l);
    const float log_sum = numerics::log2_approx(state.l) * kLn2;
    const float m_nat = how.base2 ? state.m * kLn2 : state.m;
    out.lse_nat.push_back(empty ? -kInf : m_nat + log_sum);
  }
  return out;
}

}  // namespace attnlab::tests
