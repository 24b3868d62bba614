// SPDX-License-Identifier: MIT
#include "sim/oracle/error.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace attnlab;
using oracle::compare;
using oracle::ErrorReport;
using oracle::ForwardResult;
using oracle::OutputElement;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Two batches of two heads of one row of two columns.
problem::Problem small() {
  problem::Problem problem;
  problem.batch = 2;
  problem.heads = problem.kv_heads = 2;
  problem.len_q = 1;
  problem.head_dim = 2;
  return problem;
}

const std::vector<float> kLse = {1, 2, 3, 4};
const ForwardResult kReference = {{1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 3, 4}};

}  // namespace

TEST_CASE("equal outputs have no error") {
  const ErrorReport report =
      compare(small(), std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}, kLse, kReference);
  CHECK(report.max_abs_error == 0);
  CHECK(report.rel_l2_error == 0);
  CHECK(report.lse_max_abs_error == 0);
  CHECK(report.mismatches == 0);
  CHECK(report.kind_differences == 0);
}

TEST_CASE("the largest error is found, with its place") {
  const ErrorReport report = compare(small(), std::vector<float>{1, 2, 3, 4.5f, 5, 9, 7, 8},
                                     std::vector<float>{1, 2.25f, 3, 4}, kReference);
  CHECK(report.max_abs_error == 3);
  CHECK(report.worst == OutputElement{1, 0, 0, 1});
  CHECK(std::abs(report.rel_l2_error - std::sqrt(9.25 / 204)) <= 1e-15);
  CHECK(report.lse_max_abs_error == 0.25);
  CHECK(report.mismatches == 0);
}

TEST_CASE("a NaN or an infinity in place of a number is a mismatch and not an error of size 0") {
  for (const float poison : {kNan, kInf, -kInf}) {
    const ErrorReport report =
        compare(small(), std::vector<float>{1, 2, poison, 4, 5, 6, 7, 8.5f}, kLse, kReference);
    CHECK(report.mismatches == 1);
    CHECK(report.worst == OutputElement{0, 1, 0, 0});
    CHECK(report.max_abs_error == 0.5);
  }
}

TEST_CASE("a number where the reference is NaN is a mismatch") {
  ForwardResult reference = kReference;
  reference.o[7] = std::numeric_limits<double>::quiet_NaN();
  const ErrorReport report =
      compare(small(), std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}, kLse, reference);
  CHECK(report.mismatches == 1);
  CHECK(report.worst == OutputElement{1, 1, 0, 1});
}

TEST_CASE("in O, a NaN for an infinity is noted and is no mismatch") {
  ForwardResult reference = kReference;
  reference.o[0] = std::numeric_limits<double>::infinity();
  reference.o[1] = std::numeric_limits<double>::quiet_NaN();
  const ErrorReport report =
      compare(small(), std::vector<float>{kNan, kNan, 3, 4, 5, 6, 7, 8}, kLse, reference);
  CHECK(report.mismatches == 0);
  CHECK(report.kind_differences == 1);
}

TEST_CASE("in LSE, every difference in kind is a mismatch") {
  const std::vector<float> o = {1, 2, 3, 4, 5, 6, 7, 8};
  ForwardResult reference = kReference;
  reference.lse_nat[2] = -std::numeric_limits<double>::infinity();
  CHECK(compare(small(), o, std::vector<float>{1, 2, -kInf, 4}, reference).mismatches == 0);
  for (const float wrong : {kNan, kInf, 0.0f}) {
    const ErrorReport report = compare(small(), o, std::vector<float>{1, 2, wrong, 4}, reference);
    CHECK(report.mismatches == 1);
    CHECK(report.worst == OutputElement{1, 0, 0, -1});
  }
}

TEST_CASE("an error against a zero reference is infinite relative to it") {
  const ForwardResult zeros = {std::vector<double>(8, 0.0), {1, 2, 3, 4}};
  const std::vector<float> o = {0, 0, 0, 1, 0, 0, 0, 0};
  CHECK(std::isinf(compare(small(), o, kLse, zeros).rel_l2_error));
}

TEST_CASE("outputs of another size are refused") {
  CHECK_THROWS_AS(compare(small(), std::vector<float>(7), kLse, kReference), problem::BadInput);
  CHECK_THROWS_AS(compare(small(), std::vector<float>(8), std::vector<float>(3), kReference),
                  problem::BadInput);
}
