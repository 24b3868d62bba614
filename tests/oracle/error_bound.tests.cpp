// SPDX-License-Identifier: MIT
// The bound is honest: fp32 in any order stays within it. It is useful: faults do not.
#include "sim/oracle/error_bound.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/numerics/mufu.h"
#include "tests/oracle/fp32_attention.h"

using namespace attnlab;
using oracle::BoundReport;
using oracle::ErrorBound;
using problem::Distribution;
using problem::Inputs;
using problem::Mask;
using problem::Problem;
using tests::Evaluation;
using tests::Fault;
using tests::SumOrder;

namespace {

Problem shape(int len_q, int len_kv, int head_dim, Mask mask = Mask::kNone,
              Distribution distribution = Distribution::kNormal) {
  Problem problem;
  problem.len_q = len_q;
  problem.len_kv = len_kv;
  problem.head_dim = head_dim;
  problem.mask = mask;
  problem.distribution = distribution;
  return problem;
}

Problem grouped(Problem problem) {
  problem.batch = 2;
  problem.heads = 4;
  problem.kv_heads = 2;
  return problem;
}

int rescales(const Problem& problem, const Evaluation& how) {
  return how.tile == 0 ? 0 : (problem.len_kv + how.tile - 1) / how.tile - 1;
}

BoundReport hold(const Problem& problem, const Inputs& inputs, const Evaluation& how) {
  const oracle::ForwardResult reference = oracle::forward(problem, inputs);
  const tests::Fp32Result computed = tests::fp32_attention(problem, inputs, how);
  const ErrorBound bound = fp32_error_bound(problem, inputs, reference, rescales(problem, how));
  return check_bound(problem, computed.o, computed.lse_nat, reference, bound);
}

std::vector<Evaluation> evaluations() {
  std::vector<Evaluation> out;
  for (const SumOrder order : {SumOrder::kAscending, SumOrder::kDescending, SumOrder::kPairwise}) {
    for (const bool base2 : {false, true}) {
      for (const int tile : {0, 1, 32}) {
        out.push_back({order, base2, order == SumOrder::kDescending, tile, Fault::kNone});
      }
    }
  }
  return out;
}

// Queries this much longer make logits of tens or hundreds and a one-hot softmax.
Inputs with_longer_queries(Inputs inputs, float factor) {
  for (float& q : inputs.q) q *= factor;
  return inputs;
}

}  // namespace

TEST_CASE("fp32 attention stays within the bound, in every order and base, fused or not") {
  for (const Evaluation& how : evaluations()) {
    for (const Problem& problem :
         {shape(40, 200, 64), grouped(shape(17, 33, 13, Mask::kCausal)),
          shape(40, 30, 32, Mask::kCausal), shape(8, 70, 256), shape(5, 1, 1), shape(3, 0, 8),
          shape(40, 100, 48, Mask::kNone, Distribution::kUniform)}) {
      const BoundReport report = hold(problem, make_inputs(problem), how);
      CHECK(report.violations == 0);
      CHECK(report.worst_ratio <= 1);
    }
  }
}

TEST_CASE("fp32 attention stays within the bound for large logits") {
  const Problem problem = shape(40, 128, 64);
  for (const Evaluation& how : evaluations()) {
    for (const float factor : {10.0f, 80.0f, 1000.0f}) {
      const Inputs inputs = with_longer_queries(make_inputs(problem), factor);
      CHECK(hold(problem, inputs, how).violations == 0);
    }
  }
}

TEST_CASE("fp32 attention stays within the bound for adversarial inputs") {
  for (const Evaluation& how : evaluations()) {
    for (Problem problem :
         {grouped(shape(24, 64, 64, Mask::kNone, Distribution::kAdversarial)),
          grouped(shape(24, 150, 16, Mask::kCausal, Distribution::kAdversarial))}) {
      for (problem.seed = 1; problem.seed <= 2; ++problem.seed) {
        CHECK(hold(problem, make_inputs(problem), how).violations == 0);
      }
    }
  }
}

TEST_CASE("at a thousand keys the bound is small, and not far above what fp32 does") {
  const Problem problem = shape(16, 1024, 64);
  const Inputs inputs = make_inputs(problem);
  const ErrorBound bound = fp32_error_bound(problem, inputs, oracle::forward(problem, inputs), 15);
  CHECK(*std::max_element(bound.o.begin(), bound.o.end()) <= 2e-4);
  CHECK(*std::max_element(bound.lse_nat.begin(), bound.lse_nat.end()) <= 2e-4);
  const BoundReport report = hold(problem, inputs, {.tile = 64});
  CHECK(report.violations == 0);
  CHECK(report.worst_ratio >= 1e-3);
}

TEST_CASE("more rescales never tighten the bound, and any number is the loosest") {
  const Problem problem = shape(4, 100, 32);
  const Inputs inputs = make_inputs(problem);
  const oracle::ForwardResult reference = oracle::forward(problem, inputs);
  const ErrorBound none = fp32_error_bound(problem, inputs, reference, 0);
  const ErrorBound some = fp32_error_bound(problem, inputs, reference, 3);
  const ErrorBound any = fp32_error_bound(problem, inputs, reference);
  for (std::size_t i = 0; i < none.o.size(); ++i) {
    CHECK(none.o[i] < some.o[i]);
    CHECK(some.o[i] < any.o[i]);
  }
}

TEST_CASE("a forgotten scale breaks the bound") {
  const Problem problem = shape(16, 256, 64);
  CHECK(hold(problem, make_inputs(problem), {.fault = Fault::kNoScale}).violations > 1000);
}

TEST_CASE("weights rounded to bf16 break the bound, even at a thousand keys") {
  for (const int len_kv : {64, 256, 1024}) {
    const Problem problem = shape(16, len_kv, 64);
    const Evaluation how = {.tile = 64, .fault = Fault::kBf16Weights};
    CHECK(hold(problem, make_inputs(problem), how).violations > 0);
  }
}

TEST_CASE("a dropped key breaks the bound in every row that sees keys") {
  const Problem problem = shape(64, 64, 64, Mask::kCausal);
  const BoundReport report = hold(problem, make_inputs(problem), {.fault = Fault::kDroppedKey});
  CHECK(report.violations > 64);
}

TEST_CASE("a mask off by one breaks the bound") {
  const Problem problem = shape(64, 64, 64, Mask::kCausal);
  CHECK(hold(problem, make_inputs(problem), {.fault = Fault::kExtraKey}).violations > 63);
}

TEST_CASE("a lost rescale of the output breaks the bound") {
  const Problem problem = shape(16, 128, 64);
  const Evaluation how = {.tile = 32, .fault = Fault::kLostRescale};
  CHECK(hold(problem, make_inputs(problem), how).violations > 0);
}

TEST_CASE("a NaN for a number, and a number for a NaN, break the bound") {
  const Problem problem = shape(2, 3, 2);
  const Inputs inputs = make_inputs(problem);
  oracle::ForwardResult reference = oracle::forward(problem, inputs);
  const ErrorBound bound = fp32_error_bound(problem, inputs, reference);
  tests::Fp32Result out = tests::fp32_attention(problem, inputs, {});
  const auto violations = [&] {
    return check_bound(problem, out.o, out.lse_nat, reference, bound).violations;
  };
  CHECK(violations() == 0);
  out.o[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK(violations() == 1);
  reference.o[3] = std::numeric_limits<double>::infinity();
  CHECK(violations() == 0);  // no number on both sides
  out.lse_nat[1] = -std::numeric_limits<float>::infinity();
  CHECK(violations() == 1);
  reference.lse_nat[1] = std::numeric_limits<double>::quiet_NaN();
  CHECK(violations() == 1);  // LSE's kinds must be equal
}

TEST_CASE("an output of another size than the reference's is refused") {
  const Problem problem = shape(2, 3, 2);
  const Inputs inputs = make_inputs(problem);
  const oracle::ForwardResult reference = oracle::forward(problem, inputs);
  const ErrorBound bound = fp32_error_bound(problem, inputs, reference);
  CHECK_THROWS_AS(
      check_bound(problem, std::vector<float>(4), std::vector<float>(1), reference, bound),
      problem::BadInput);
}

TEST_CASE("a row that sees nothing must be exactly zero") {
  const Problem problem = shape(2, 1, 2, Mask::kCausal);
  const Inputs inputs = make_inputs(problem);
  const oracle::ForwardResult reference = oracle::forward(problem, inputs);
  const ErrorBound bound = fp32_error_bound(problem, inputs, reference);
  tests::Fp32Result out = tests::fp32_attention(problem, inputs, {});
  CHECK(check_bound(problem, out.o, out.lse_nat, reference, bound).violations == 0);
  out.o[0] = 0x1p-149f;
  CHECK(check_bound(problem, out.o, out.lse_nat, reference, bound).violations == 1);
}

TEST_CASE("the special function unit is as good as the bound takes it to be") {
  int wrong = 0;
  // ex2: every 97th float of [-126, -2^-30], relative 2^-22.
  for (std::uint32_t bits = numerics::bits_of(0x1p-30f); bits <= numerics::bits_of(126.0f);
       bits += 97) {
    const float x = -numerics::float_of_bits(bits);
    const double exact = std::exp2(static_cast<double>(x));
    const double error = std::abs(static_cast<double>(numerics::exp2_approx_ftz(x)) - exact);
    if (!(error <= 0x1p-22 * exact)) ++wrong;
  }
  CHECK(wrong == 0);
  // lg2 of a sum of weights, 1 to 2^24: absolute 2^-22, relative where the logarithm is above 1.
  for (std::uint32_t bits = numerics::bits_of(1.0f); bits <= numerics::bits_of(0x1p24f);
       bits += 97) {
    const float x = numerics::float_of_bits(bits);
    const double exact = std::log2(static_cast<double>(x));
    const double error = std::abs(static_cast<double>(numerics::log2_approx(x)) - exact);
    if (!(error <= 0x1p-22 * std::max(1.0, exact))) ++wrong;
  }
  CHECK(wrong == 0);
  // rcp: every 97th float of one binade, one ulp.
  for (std::uint32_t bits = numerics::bits_of(1.0f); bits < numerics::bits_of(2.0f); bits += 97) {
    const double exact = 1 / static_cast<double>(numerics::float_of_bits(bits));
    const double value = static_cast<double>(numerics::rcp_approx(numerics::float_of_bits(bits)));
    if (!(std::abs(value - exact) <= 0x1p-23 * exact)) ++wrong;
  }
  CHECK(wrong == 0);
}
