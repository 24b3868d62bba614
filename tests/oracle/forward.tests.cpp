// SPDX-License-Identifier: MIT
#include <tbb/global_control.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/oracle/oracle.h"

using namespace attnlab;
using oracle::ForwardResult;
using problem::Inputs;
using problem::Mask;
using problem::Problem;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Problem shape(int heads, int kv_heads, int len_q, int len_kv, int head_dim,
              Mask mask = Mask::kNone) {
  Problem problem;
  problem.heads = heads;
  problem.kv_heads = kv_heads;
  problem.len_q = len_q;
  problem.len_kv = len_kv;
  problem.head_dim = head_dim;
  problem.mask = mask;
  return problem;
}

bool near(double a, double b, double tolerance = 1e-13) {
  return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

bool near(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return near(x, y); });
}

// Rows [first, first + count) of a tensor whose rows are head_dim long.
std::vector<float> rows(const std::vector<float>& tensor, int head_dim, int first, int count) {
  const auto begin = tensor.begin() + std::ptrdiff_t{first} * head_dim;
  return {begin, begin + std::ptrdiff_t{count} * head_dim};
}

}  // namespace

// head_dim 1 has scale 1. Scores 0 and ln 3 give the weights 1/4 and 3/4.
TEST_CASE("two keys with scores 0 and ln 3 are weighed one to three") {
  const float log3 = std::log(3.0f);
  const ForwardResult out =
      oracle::forward(shape(1, 1, 1, 2, 1), {{1.0f}, {0.0f, log3}, {8.0f, 16.0f}});
  CHECK(near(out.o[0], 14.0, 1e-7));
  CHECK(near(out.lse_nat[0], std::log(4.0), 1e-7));
}

TEST_CASE("the score of a head of four has the scale one half") {
  // q.k is 4 and 0, so the scores are 2 and 0.
  const Inputs inputs = {{1, 1, 1, 1}, {1, 1, 1, 1, 1, -1, 1, -1}, {1, 2, 3, 4, 0, 0, 0, 8}};
  const ForwardResult out = oracle::forward(shape(1, 1, 1, 2, 4), inputs);
  const double p = std::exp(2.0) / (std::exp(2.0) + 1);
  CHECK(near(out.o, {p, 2 * p, 3 * p, 4 * p + 8 * (1 - p)}));
  CHECK(near(out.lse_nat[0], std::log(std::exp(2.0) + 1)));
}

TEST_CASE("equal keys average the values") {
  const Inputs inputs = {{0.5f}, {2, 2, 2, 2}, {1, 2, 3, 10}};
  const ForwardResult out = oracle::forward(shape(1, 1, 1, 4, 1), inputs);
  CHECK(near(out.o[0], 4.0));
  CHECK(near(out.lse_nat[0], 1 + std::log(4.0)));
}

TEST_CASE("the causal mask lets query i of n see i + 1 + len_kv - len_q keys") {
  // All scores are 0, so a row's output is the mean of what it sees: of 1, 2, 4, 8, 16.
  const Inputs inputs = {{0, 0, 0}, {0, 0, 0, 0, 0}, {1, 2, 4, 8, 16}};
  const ForwardResult out = oracle::forward(shape(1, 1, 3, 5, 1, Mask::kCausal), inputs);
  CHECK(near(out.o, {7.0 / 3, 15.0 / 4, 31.0 / 5}));
  CHECK(near(out.lse_nat, {std::log(3.0), std::log(4.0), std::log(5.0)}));
}

TEST_CASE("rows that see nothing have O = 0 and LSE = -inf") {
  const double minus_infinity = -std::numeric_limits<double>::infinity();
  const Inputs inputs = {{1, 1, 1, 1}, {0, 0}, {3, 5}};
  const ForwardResult causal = oracle::forward(shape(1, 1, 4, 2, 1, Mask::kCausal), inputs);
  CHECK(causal.o == std::vector<double>{0, 0, 3, 4});
  CHECK(causal.lse_nat[0] == minus_infinity);
  CHECK(causal.lse_nat[1] == minus_infinity);
  CHECK(causal.lse_nat[2] == 0);
  const ForwardResult no_keys = oracle::forward(shape(1, 1, 2, 0, 1), {{1, kNan}, {}, {}});
  CHECK(no_keys.o == std::vector<double>{0, 0});
  CHECK(no_keys.lse_nat == std::vector<double>{minus_infinity, minus_infinity});
}

TEST_CASE("a masked key takes no part, whatever it holds") {
  const Inputs clean = {{1, 2}, {1, 0}, {3, 7}};
  const Inputs poisoned = {{1, 2}, {1, kNan}, {3, kInf}};
  const Problem problem = shape(1, 1, 2, 2, 1, Mask::kCausal);
  CHECK(oracle::forward(problem, poisoned).o[0] == oracle::forward(problem, clean).o[0]);
  CHECK(std::isnan(oracle::forward(problem, poisoned).o[1]));
}

TEST_CASE("a row of scores -inf counts as empty, one such score as weight zero") {
  const Problem problem = shape(1, 1, 1, 2, 1);
  const ForwardResult all = oracle::forward(problem, {{1}, {-kInf, -kInf}, {3, kNan}});
  CHECK(all.o[0] == 0);
  CHECK(all.lse_nat[0] == -std::numeric_limits<double>::infinity());
  const ForwardResult one = oracle::forward(problem, {{1}, {2, -kInf}, {3, 5}});
  CHECK(one.o[0] == 3);
  CHECK(one.lse_nat[0] == 2);
  // Weight zero still meets its value: 0 * inf.
  CHECK(std::isnan(oracle::forward(problem, {{1}, {2, -kInf}, {3, kInf}}).o[0]));
}

TEST_CASE("NaN in gives NaN out, and so does a score of +inf") {
  const Problem problem = shape(1, 1, 1, 2, 1);
  for (const Inputs& inputs : {Inputs{{kNan}, {1, 2}, {3, 5}}, Inputs{{1}, {kNan, 2}, {3, 5}},
                               Inputs{{1}, {-kInf, kNan}, {3, 5}}, Inputs{{1}, {kInf, 2}, {3, 5}},
                               Inputs{{0}, {kInf, 2}, {3, 5}}}) {
    const ForwardResult out = oracle::forward(problem, inputs);
    CHECK(std::isnan(out.o[0]));
    CHECK(std::isnan(out.lse_nat[0]));
  }
  // A NaN in V reaches its own column only, and not the LSE.
  const ForwardResult out = oracle::forward(shape(1, 1, 1, 1, 2), {{1, 1}, {0, 0}, {kNan, 5}});
  CHECK(std::isnan(out.o[0]));
  CHECK(out.o[1] == 5);
  CHECK(out.lse_nat[0] == 0);
}

TEST_CASE("adding a constant to every score moves LSE by it and leaves O") {
  // A fifth column of K equal for all keys adds q4 * 2 * scale to every score of a row.
  const Problem problem = shape(2, 2, 9, 31, 5);
  Inputs inputs = make_inputs(problem);
  const auto scale = static_cast<double>(softmax_scale(problem));
  for (std::size_t i = 4; i < inputs.k.size(); i += 5) inputs.k[i] = 2;
  Inputs shifted = inputs;
  for (std::size_t i = 4; i < inputs.q.size(); i += 5) shifted.q[i] = inputs.q[i] + 64;
  const ForwardResult a = oracle::forward(problem, inputs);
  const ForwardResult b = oracle::forward(problem, shifted);
  for (std::size_t i = 0; i < a.lse_nat.size(); ++i) {
    const double step =
        static_cast<double>(shifted.q[5 * i + 4]) - static_cast<double>(inputs.q[5 * i + 4]);
    CHECK(near(b.lse_nat[i], a.lse_nat[i] + 2 * scale * step));
  }
  for (std::size_t i = 0; i < a.o.size(); ++i) CHECK(near(a.o[i], b.o[i], 1e-12));
}

TEST_CASE("huge scores neither overflow nor lose the largest") {
  const ForwardResult out =
      oracle::forward(shape(1, 1, 1, 3, 1), {{1000}, {1000, -1000, 999}, {1, 2, 3}});
  CHECK(out.o[0] == 1);
  CHECK(out.lse_nat[0] == 1e6);
}

TEST_CASE("permuting keys and values together changes nothing") {
  const Problem problem = shape(1, 1, 7, 40, 8);
  const Inputs inputs = make_inputs(problem);
  Inputs permuted = inputs;
  permuted.k.clear();
  permuted.v.clear();
  for (int j = 0; j < problem.len_kv; ++j) {
    const int from = j * 13 % problem.len_kv;  // 13 and 40 share no factor
    for (const float x : rows(inputs.k, 8, from, 1)) permuted.k.push_back(x);
    for (const float x : rows(inputs.v, 8, from, 1)) permuted.v.push_back(x);
  }
  const ForwardResult a = oracle::forward(problem, inputs);
  const ForwardResult b = oracle::forward(problem, permuted);
  CHECK(near(a.o, b.o));
  CHECK(near(a.lse_nat, b.lse_nat));
}

TEST_CASE("grouped queries equal repeated key heads, in every batch") {
  Problem grouped = shape(6, 2, 5, 9, 4, Mask::kCausal);
  grouped.batch = 3;
  Problem repeated = grouped;
  repeated.kv_heads = 6;
  const Inputs inputs = make_inputs(grouped);
  Inputs copied;
  copied.q = inputs.q;
  for (int batch = 0; batch < 3; ++batch) {
    for (const int kv_head : {0, 0, 0, 1, 1, 1}) {
      const int first = (batch * 2 + kv_head) * grouped.len_kv;
      for (const float x : rows(inputs.k, 4, first, grouped.len_kv)) copied.k.push_back(x);
      for (const float x : rows(inputs.v, 4, first, grouped.len_kv)) copied.v.push_back(x);
    }
  }
  const ForwardResult a = oracle::forward(grouped, inputs);
  const ForwardResult b = oracle::forward(repeated, copied);
  CHECK(near(a.o, b.o));
  CHECK(near(a.lse_nat, b.lse_nat));
}

TEST_CASE("attention over two halves of the keys, weighed by their LSE, is attention over all") {
  const Problem all = shape(1, 1, 6, 50, 8);
  Problem left = all, right = all;
  left.len_kv = 17;
  right.len_kv = 33;
  const Inputs in = make_inputs(all);
  const ForwardResult whole = oracle::forward(all, in);
  const ForwardResult a = oracle::forward(left, {in.q, rows(in.k, 8, 0, 17), rows(in.v, 8, 0, 17)});
  const ForwardResult b =
      oracle::forward(right, {in.q, rows(in.k, 8, 17, 33), rows(in.v, 8, 17, 33)});
  for (std::size_t i = 0; i < whole.o.size(); ++i) {
    const double wa = std::exp(a.lse_nat[i / 8] - whole.lse_nat[i / 8]);
    const double wb = std::exp(b.lse_nat[i / 8] - whole.lse_nat[i / 8]);
    CHECK(near(wa + wb, 1.0));
    CHECK(near(wa * a.o[i] + wb * b.o[i], whole.o[i]));
  }
}

TEST_CASE("one thread and four threads give the same bits, forward") {
  const Problem problem = shape(4, 2, 100, 130, 24, Mask::kCausal);
  const Inputs inputs = make_inputs(problem);
  const auto with_threads = [&](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return oracle::forward(problem, inputs);
  };
  const ForwardResult one = with_threads(1);
  const ForwardResult four = with_threads(4);
  CHECK(one.o == four.o);
  CHECK(one.lse_nat == four.lse_nat);
}

TEST_CASE("inputs of another size than the problem's are refused") {
  CHECK_THROWS_AS(oracle::forward(shape(1, 1, 2, 2, 1), {{1}, {1, 2}, {3, 4}}), problem::BadInput);
  CHECK_THROWS_AS(oracle::forward(shape(1, 1, 1, 2, 1), {{1}, {1, 2}, {3}}), problem::BadInput);
}
TEST_CASE("a window leaves each query its last keys, and a sequence's length ends them") {
  // One column, K = 0: every weight is equal and O is the mean of the V that a row sees.
  problem::Problem problem = shape(1, 1, 3, 5, 1, Mask::kWindow);
  problem.window = 2;
  const Inputs inputs = {{1, 1, 1}, {0, 0, 0, 0, 0}, {1, 2, 4, 8, 16}};
  const ForwardResult out = oracle::forward(problem, inputs);
  CHECK(near(out.o, {(2.0 + 4) / 2, (4.0 + 8) / 2, (8.0 + 16) / 2}));
  CHECK(near(out.lse_nat, {std::log(2.0), std::log(2.0), std::log(2.0)}));
  problem.mask = Mask::kNone;
  problem.window = 0;
  problem.lengths = {3};
  const ForwardResult shorter = oracle::forward(problem, inputs);
  CHECK(near(shorter.o, {7.0 / 3, 7.0 / 3, 7.0 / 3}));
  problem.lengths = {0};
  CHECK(oracle::forward(problem, inputs).o == std::vector<double>{0, 0, 0});
}
