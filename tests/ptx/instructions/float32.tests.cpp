// SPDX-License-Identifier: MIT
// The witness is the host's own fp32 in the rounding mode of the instruction, one value at a time.
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
constexpr std::uint32_t kNan = 0x7fffffffu;

float f32(std::uint64_t x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x));
}
std::uint32_t bits(float x) {
  return std::isnan(x) ? kNan : std::bit_cast<std::uint32_t>(x);
}

// Columns whose exponents often meet, so that sums cancel and products reach the ends.
std::vector<Column> numbers(int count) {
  std::vector<Column> columns;
  for (int i = 0; i < count; ++i) {
    columns.push_back({"b32", operands(32, kRows, static_cast<std::uint64_t>(i))});
  }
  for (std::size_t i = 0; i < kRows; ++i) {
    for (Column& column : columns) {
      std::uint64_t& x = column.values[i];
      if (i % 4 == 1) x = (x & 0x807fffffu) | 0x3f000000u | (x & 0x01800000u);
      if (i % 4 == 2) x = (x & 0x807fffffu) | 0x1f800000u | (x & 0x01800000u);
    }
    if (count == 3 && i % 4 == 3) {
      columns[2].values[i] = bits(-f32(columns[0].values[i]) * f32(columns[1].values[i]));
    }
  }
  return columns;
}

using Formula = std::function<float(float, float, float)>;

void check(const std::string& text, const std::vector<Column>& columns, int mode,
           const Formula& formula) {
  const auto at = [&](std::size_t k, std::size_t i) {
    return k < columns.size() ? f32(columns[k].values[i]) : 0.0f;
  };
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction(text, "b32", columns, isa);
    for (std::size_t i = 0; i < kRows; ++i) {
      std::fesetround(mode);
      const volatile float expected = formula(at(0, i), at(1, i), at(2, i));
      std::fesetround(FE_TONEAREST);
      if (results[i] != bits(expected)) {
        FAIL(text << " of " << at(0, i) << ", " << at(1, i) << ", " << at(2, i) << " gives "
                  << f32(results[i]) << ", not " << expected);
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
float sum(float a, float b) {
  const volatile float x = a;
  return x + b;
}
float product(float a, float b) {
  const volatile float x = a;
  return x * b;
}
float quotient(float a, float b) {
  const volatile float x = a;
  return x / b;
}
float root(float a) {
  const volatile float x = a;
  return std::sqrt(x);
}

TEST_CASE("fp32 arithmetic rounds as its instruction says", "[sim][ptx]") {
  const std::vector<Column> two = numbers(2);
  const std::vector<Column> three = numbers(3);
  for (const Mode& mode : kModes) {
    const auto text = [&](const std::string& name, const std::string& rest) {
      return name + "." + mode.name + ".f32 %d, %a" + rest + ";";
    };
    check(text("add", ", %b"), two, mode.host, [](float a, float b, float) { return sum(a, b); });
    check(text("sub", ", %b"), two, mode.host, [](float a, float b, float) { return sum(a, -b); });
    check(text("mul", ", %b"), two, mode.host,
          [](float a, float b, float) { return product(a, b); });
    check(text("fma", ", %b, %c"), three, mode.host,
          [](float a, float b, float c) { return std::fma(a, b, c); });
    check(text("div", ", %b"), two, mode.host,
          [](float a, float b, float) { return quotient(a, b); });
    check(text("rcp", ""), {two[0]}, mode.host,
          [](float a, float, float) { return quotient(1.0f, a); });
    check(text("sqrt", ""), {two[0]}, mode.host, [](float a, float, float) { return root(a); });
  }
}

TEST_CASE("a result is subnormal for .ftz by its value rounded to 24 bits", "[sim][ptx]") {
  // 2^-63 (1 - 2^-24) * 2^-63 = 2^-126 - 2^-150, a 24-bit number below the smallest normal one: 0.
  // 2^-63 (1 + 2^-23) * 2^-63 (1 - 2^-23) = 2^-126 (1 - 2^-46) rounds to 2^-126: kept.
  const std::uint32_t half = std::bit_cast<std::uint32_t>(0x1p-63f);
  const std::vector<Column> columns = {{"b32", {half - 1, half + 1, half - 1, half + 1}},
                                       {"b32", {half, half - 2, half, half - 2}},
                                       {"b32", {0, 0, 0x80000001u, 1}}};
  CHECK(run_instruction("mul.rn.ftz.f32 %d, %a, %b;", "b32", {columns[0], columns[1]}) ==
        Values{0, 0x00800000u, 0, 0x00800000u});
  CHECK(run_instruction("fma.rn.ftz.f32 %d, %a, %b, %c;", "b32", columns) ==
        Values{0, 0x00800000u, 0, 0x00800000u});
  // Cut to 24 bits the second is 2^-126 (1 - 2^-24), which is subnormal.
  CHECK(run_instruction("mul.rz.ftz.f32 %d, %a, %b;", "b32", {columns[0], columns[1]}) ==
        Values{0, 0, 0, 0});
}

TEST_CASE(".ftz makes subnormal operands and sums zeros of their sign", "[sim][ptx]") {
  const std::vector<Column> columns = {{"b32", {0x80000001u, 0x00800001u, 0x007fffffu}},
                                       {"b32", {0x3f800000u, 0x80800000u, 0x80000000u}}};
  CHECK(run_instruction("mul.rn.ftz.f32 %d, %a, %b;", "b32", columns) ==
        Values{0x80000000u, 0x80000000u, 0x80000000u});
  CHECK(run_instruction("add.rn.ftz.f32 %d, %a, %b;", "b32", columns) == Values{0x3f800000u, 0, 0});
  CHECK(run_instruction("neg.ftz.f32 %d, %a;", "b32", {columns[0]}) ==
        Values{0, 0x80800001u, 0x80000000u});
}

TEST_CASE(".sat limits to [0, 1] and makes NaN 0", "[sim][ptx]") {
  const std::vector<Column> columns = {
      {"b32", {0x3f800000u, 0xbf800000u, 0x7fc00000u, 0x3e800000u, 0x80000000u}},
      {"b32", {0x3f800000u, 0, 0, 0x3e800000u, 0x80000000u}}};
  CHECK(run_instruction("add.sat.f32 %d, %a, %b;", "b32", columns) ==
        Values{0x3f800000u, 0, 0, 0x3f000000u, 0});
}

TEST_CASE("fp32 minimum and maximum ignore one NaN, order zeros, and have forms", "[sim][ptx]") {
  const std::vector<Column> columns = {
      {"b32", {0x80000000u, 0x7fc00001u, 0xffc00000u, 0xc0000000u, 0x00000001u}},
      {"b32", {0x00000000u, 0x3f800000u, 0x7f800001u, 0x3f800000u, 0x80000000u}}};
  const auto run = [&](const std::string& name) {
    return run_instruction(name + ".f32 %d, %a, %b;", "b32", columns);
  };
  CHECK(run("min") == Values{0x80000000u, 0x3f800000u, kNan, 0xc0000000u, 0x80000000u});
  CHECK(run("max") == Values{0, 0x3f800000u, kNan, 0x3f800000u, 1});
  CHECK(run("max.NaN") == Values{0, kNan, kNan, 0x3f800000u, 1});
  CHECK(run("max.ftz") == Values{0, 0x3f800000u, kNan, 0x3f800000u, 0});
  CHECK(run("max.xorsign.abs") == Values{0x80000000u, 0x3f800000u, kNan, 0xc0000000u, 0x80000001u});
}

TEST_CASE("negation and magnitude make a NaN canonical", "[sim][ptx]") {
  const Column a = {"b32", {0xffc00001u, 0x3f800000u, 0x80000000u, 0x00000001u}};
  CHECK(run_instruction("neg.f32 %d, %a;", "b32", {a}) ==
        Values{kNan, 0xbf800000u, 0, 0x80000001u});
  CHECK(run_instruction("abs.f32 %d, %a;", "b32", {a}) == Values{kNan, 0x3f800000u, 0, 1});
}

}  // namespace
}  // namespace attnlab::ptx::testing
