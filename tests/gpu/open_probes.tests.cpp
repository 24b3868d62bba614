// SPDX-License-Identifier: MIT
#include "kernels/probe/open_probes.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "tests/gpu/fake/fake_driver.h"

using namespace attnlab;
using namespace attnlab::probe;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using gpu::fake;
using numerics::MmaFormat;
using numerics::Tininess;

namespace {

constexpr std::size_t kCases = 20000;

bool is_normal(std::uint32_t bits) {
  return (bits & 0x7f800000u) != 0 && (bits & 0x7f800000u) != 0x7f800000u;
}

std::map<std::string, std::string> answers_of_fake() {
  const auto driver = gpu::open_fake();
  const gpu::Device device(*driver);
  return run_open_probes(ProbeKernels(device), kCases);
}

}  // namespace

TEST_CASE("the cases' exact results lie within 2^-148 of 2^-126, on both sides and in both signs") {
  for (const FtzOp op : {FtzOp::kMul, FtzOp::kFma, FtzOp::kAdd, FtzOp::kCvt}) {
    CAPTURE(kFtzOpNames[static_cast<int>(op)]);
    const FtzCases cases = ftz_cases_near_smallest_normal(op, kCases, 7);
    REQUIRE(cases.a.size() == kCases);
    int below = 0;
    int negative = 0;
    int far = 0;
    for (std::size_t i = 0; i < kCases; ++i) {
      const auto a = static_cast<long double>(numerics::float_of_bits(cases.a[i]));
      const auto b = static_cast<long double>(numerics::float_of_bits(cases.b[i]));
      const auto c = static_cast<long double>(numerics::float_of_bits(cases.c[i]));
      long double exact = op == FtzOp::kAdd ? a + b : a * b + c;
      if (op == FtzOp::kCvt) {
        exact = static_cast<long double>(
            __builtin_bit_cast(double, (std::uint64_t{cases.b[i]} << 32) | cases.a[i]));
      }
      if (exact < 0) ++negative;
      if (std::fabs(exact) < 0x1p-126L) ++below;
      if (!(std::fabs(std::fabs(exact) - 0x1p-126L) <= 0x1p-147L)) ++far;
    }
    CHECK(far == 0);
    CHECK(below > static_cast<int>(kCases) / 4);
    CHECK(below < static_cast<int>(kCases));
    CHECK(negative > static_cast<int>(kCases) / 4);
    CHECK(negative < static_cast<int>(kCases) * 3 / 4);
  }
}

TEST_CASE("no operand of a case is subnormal, so that only the result can be flushed") {
  for (const FtzOp op : {FtzOp::kMul, FtzOp::kFma, FtzOp::kAdd}) {
    const FtzCases cases = ftz_cases_near_smallest_normal(op, kCases, 7);
    int subnormal = 0;
    for (std::size_t i = 0; i < kCases; ++i) {
      // A zero product (b = 0) and a zero c are part of the cases.
      if (!is_normal(cases.a[i])) ++subnormal;
      if (!is_normal(cases.b[i]) && (cases.b[i] & 0x7fffffffu) != 0) ++subnormal;
      if (!is_normal(cases.c[i]) && (cases.c[i] & 0x7fffffffu) != 0) ++subnormal;
    }
    CHECK(subnormal == 0);
  }
}

TEST_CASE("each pair of rules disagrees on an eighth of the cases, but for sums on none") {
  for (const FtzOp op : {FtzOp::kMul, FtzOp::kFma, FtzOp::kAdd, FtzOp::kCvt}) {
    CAPTURE(kFtzOpNames[static_cast<int>(op)]);
    const FtzCases cases = ftz_cases_near_smallest_normal(op, kCases, 3);
    int before_or_after = 0;
    int after_or_subnormal = 0;
    for (std::size_t i = 0; i < kCases; ++i) {
      const auto model = [&](Tininess rule) {
        return ftz_model(op, cases.a[i], cases.b[i], cases.c[i], rule);
      };
      const std::uint32_t after = model(Tininess::kAfterRounding);
      if (model(Tininess::kBeforeRounding) != after) ++before_or_after;
      if (model(Tininess::kAfterSubnormalRounding) != after) ++after_or_subnormal;
    }
    const int least = op == FtzOp::kAdd ? 0 : static_cast<int>(kCases) / 8;
    CHECK(before_or_after >= least);
    CHECK(after_or_subnormal >= least);
    if (op == FtzOp::kAdd) CHECK(before_or_after + after_or_subnormal == 0);
  }
}

TEST_CASE("the probe tells each rule from the other two on hardware that follows it") {
  for (const Tininess rule :
       {Tininess::kBeforeRounding, Tininess::kAfterRounding, Tininess::kAfterSubnormalRounding}) {
    fake().tininess = static_cast<int>(rule);
    const auto driver = gpu::open_fake();
    const gpu::Device device(*driver);
    const ProbeKernels kernels(device);
    for (const FtzOp op : {FtzOp::kMul, FtzOp::kFma, FtzOp::kCvt}) {
      const FtzCases cases = ftz_cases_near_smallest_normal(op, kCases, 11);
      const TininessCount count =
          count_tininess(op, cases, kernels.ftz(op, cases.a, cases.b, cases.c));
      CHECK(count.cases == static_cast<std::int64_t>(kCases));
      CHECK(count.distinguishing >= static_cast<std::int64_t>(kCases) / 4);
      for (std::size_t other = 0; other < 3; ++other) {
        const bool is_rule = static_cast<Tininess>(other) == rule;
        CHECK((count.matches[other] == count.cases) == is_rule);
      }
    }
  }
}

TEST_CASE("the answers name both questions for every operation and format") {
  const std::map<std::string, std::string> answers = answers_of_fake();
  for (const char* name : kFtzOpNames) {
    const std::string key = std::string("tininess of ") + name;
    REQUIRE(answers.count(key) == 1);
    CHECK_THAT(answers.at(key), StartsWith("20000 cases, "));
  }
  for (const char* format : numerics::kMmaFormatNames) {
    const std::string key = std::string("zero of mma ") + format + ": products -0, c -0";
    REQUIRE(answers.count(key) == 1);
    // The fake returns +0 for every zero sum.
    CHECK(answers.at(key) == "00000000; model 00000000");
  }
}

TEST_CASE("a tensor core whose outputs of one tile are not all the same is noticed") {
  fake().faulty_mma_format = static_cast<int>(MmaFormat::kBf16);
  const std::map<std::string, std::string> answers = answers_of_fake();
  CHECK_THAT(answers.at("zero of mma bf16: products -0, c -0"), ContainsSubstring(" and others"));
}

TEST_CASE("a tile of equal rows and columns holds what its case says") {
  for (const ZeroCase& zero : zero_cases()) {
    if (zero.name != "products -0 and +0, c -0") continue;
    const bool tf32 = zero.format == MmaFormat::kTf32;
    CHECK(zero.tile.c[127] == 0x80000000u);
    // Along a row of A the operands alternate: -0, +0; two of 16 bits share a word.
    CHECK(zero.tile.a[0] == (tf32 ? 0x80000000u : 0x00008000u));
    CHECK(zero.tile.a[1] == (tf32 ? 0u : 0x00008000u));
    CHECK(zero.tile.a[127] == (tf32 ? 0u : 0x00008000u));
    // B holds ones.
    const std::uint32_t one = zero.format == MmaFormat::kF16    ? 0x3c003c00u
                              : zero.format == MmaFormat::kBf16 ? 0x3f803f80u
                                                                : 0x3f800000u;
    CHECK(zero.tile.b[0] == one);
    CHECK(zero.tile.b[63] == one);
  }
}
