// SPDX-License-Identifier: MIT
// The witness is the host's own fp64 in the rounding mode of the instruction; NaN results are an
// H200's, measured.
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/ptx/instructions/run_instruction.h"

namespace attnlab::ptx::testing {
namespace {

using Values = std::vector<std::uint64_t>;
constexpr std::size_t kRows = 4000;

double f64(std::uint64_t x) {
  return std::bit_cast<double>(x);
}

std::vector<Column> numbers(int count) {
  std::vector<Column> columns;
  for (int i = 0; i < count; ++i) {
    columns.push_back({"b64", operands(64, kRows, static_cast<std::uint64_t>(i))});
  }
  for (std::size_t i = 0; i < kRows; ++i) {
    for (Column& column : columns) {
      std::uint64_t& x = column.values[i];
      constexpr std::uint64_t kRest = 0x800fffffffffffffu;
      if (i % 4 == 1) x = (x & kRest) | 0x3fe0000000000000u | (x & 0x0030000000000000u);
      if (i % 4 == 2) x = (x & kRest) | 0x1fe0000000000000u | (x & 0x0030000000000000u);
    }
    if (count == 3 && i % 4 == 3) {
      const double product = f64(columns[0].values[i]) * f64(columns[1].values[i]);
      columns[2].values[i] = std::bit_cast<std::uint64_t>(-product);
    }
  }
  return columns;
}

using Formula = std::function<double(double, double, double)>;

void check(const std::string& text, const std::vector<Column>& columns, int mode,
           const Formula& formula) {
  const auto at = [&](std::size_t k, std::size_t i) {
    return k < columns.size() ? f64(columns[k].values[i]) : 0.0;
  };
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction(text, "b64", columns, isa);
    for (std::size_t i = 0; i < kRows; ++i) {
      std::fesetround(mode);
      const volatile double expected = formula(at(0, i), at(1, i), at(2, i));
      std::fesetround(FE_TONEAREST);
      const double result = f64(results[i]);
      const bool same = std::isnan(expected)
                            ? std::isnan(result)
                            : results[i] == std::bit_cast<std::uint64_t>(double{expected});
      if (!same) {
        FAIL(text << " of " << at(0, i) << ", " << at(1, i) << ", " << at(2, i) << " gives "
                  << result << ", not " << expected);
      }
    }
  }
}

struct Mode {
  std::string name;
  int host;
};
const Mode kModes[] = {
    {"rn", FE_TONEAREST}, {"rz", FE_TOWARDZERO}, {"rm", FE_DOWNWARD}, {"rp", FE_UPWARD}};

// Volatile, so that nothing is computed before the mode is set.
double sum(double a, double b) {
  const volatile double x = a;
  return x + b;
}
double product(double a, double b) {
  const volatile double x = a;
  return x * b;
}
double quotient(double a, double b) {
  const volatile double x = a;
  return x / b;
}
double root(double a) {
  const volatile double x = a;
  return std::sqrt(x);
}

TEST_CASE("fp64 arithmetic rounds as its instruction says", "[sim][ptx]") {
  const std::vector<Column> two = numbers(2);
  const std::vector<Column> three = numbers(3);
  for (const Mode& mode : kModes) {
    const auto text = [&](const std::string& name, const std::string& rest) {
      return name + "." + mode.name + ".f64 %d, %a" + rest + ";";
    };
    check(text("add", ", %b"), two, mode.host,
          [](double a, double b, double) { return sum(a, b); });
    check(text("sub", ", %b"), two, mode.host,
          [](double a, double b, double) { return sum(a, -b); });
    check(text("mul", ", %b"), two, mode.host,
          [](double a, double b, double) { return product(a, b); });
    check(text("fma", ", %b, %c"), three, mode.host,
          [](double a, double b, double c) { return std::fma(a, b, c); });
    check(text("div", ", %b"), two, mode.host,
          [](double a, double b, double) { return quotient(a, b); });
    check(text("rcp", ""), {two[0]}, mode.host,
          [](double a, double, double) { return quotient(1.0, a); });
    check(text("sqrt", ""), {two[0]}, mode.host, [](double a, double, double) { return root(a); });
  }
}

TEST_CASE("the host's rounding mode is its own again after an instruction", "[sim][ptx]") {
  run_instruction("add.rp.f64 %d, %a, %b;", "b64", {{"b64", {1}}, {"b64", {2}}});
  CHECK(std::fegetround() == FE_TONEAREST);
}

TEST_CASE("fp64 passes a NaN on: the second operand's, then the third's, then the first's",
          "[sim][ptx]") {
  constexpr std::uint64_t kA = 0x7ff000000000000au;  // signalling: comes back quiet
  constexpr std::uint64_t kB = 0xfff800000000000bu;
  constexpr std::uint64_t kC = 0x7ff800000000000cu;
  constexpr std::uint64_t kOne = 0x3ff0000000000000u;
  constexpr std::uint64_t kQuietA = 0x7ff800000000000au;
  const std::vector<Column> columns = {
      {"b64", {kA, kA, kOne, kA}}, {"b64", {kB, kOne, kOne, kB}}, {"b64", {kC, kC, kC, kOne}}};
  CHECK(run_instruction("fma.rn.f64 %d, %a, %b, %c;", "b64", columns) == Values{kB, kC, kC, kB});
  const std::vector<Column> two = {columns[0], columns[1]};
  CHECK(run_instruction("add.rn.f64 %d, %a, %b;", "b64", two) ==
        Values{kB, kQuietA, 0x4000000000000000u, kB});
  CHECK(run_instruction("div.rn.f64 %d, %a, %b;", "b64", two) ==
        Values{kQuietA, kQuietA, kOne, kQuietA});
  CHECK(run_instruction("max.f64 %d, %a, %b;", "b64", two) == Values{kB, kOne, kOne, kB});
  CHECK(run_instruction("neg.f64 %d, %a;", "b64", {{"b64", {kB, kA, kOne}}}) ==
        Values{kB, kQuietA, 0xbff0000000000000u});
}

TEST_CASE("an invalid fp64 operation gives the negative quiet NaN", "[sim][ptx]") {
  constexpr std::uint64_t kInfinity = 0x7ff0000000000000u;
  constexpr std::uint64_t kInvalid = 0xfff8000000000000u;
  CHECK(run_instruction("mul.rn.f64 %d, %a, %b;", "b64", {{"b64", {kInfinity}}, {"b64", {0}}}) ==
        Values{kInvalid});
  CHECK(run_instruction("sub.rn.f64 %d, %a, %a;", "b64", {{"b64", {kInfinity}}}) ==
        Values{kInvalid});
  CHECK(run_instruction("sqrt.rn.f64 %d, %a;", "b64", {{"b64", {0xbff0000000000000u}}}) ==
        Values{kInvalid});
}

TEST_CASE("fp64 minimum and maximum ignore one NaN and order zeros", "[sim][ptx]") {
  constexpr std::uint64_t kMinusZero = 0x8000000000000000u;
  const std::vector<Column> columns = {{"b64", {kMinusZero, 0x7ff8000000000000u, 5}},
                                       {"b64", {0, 7, kMinusZero}}};
  CHECK(run_instruction("min.f64 %d, %a, %b;", "b64", columns) ==
        Values{kMinusZero, 7, kMinusZero});
  CHECK(run_instruction("max.f64 %d, %a, %b;", "b64", columns) == Values{0, 7, 5});
}

}  // namespace
}  // namespace attnlab::ptx::testing
