// SPDX-License-Identifier: MIT
// The witness of rounding searches the sorted finite numbers of the format for the nearest one to
// an exact value in 113 bits.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/numerics/formats.h"
#include "tests/ptx/instructions/run_instruction.h"

namespace attnlab::ptx::testing {
namespace {

using Values = std::vector<std::uint64_t>;
__extension__ using Wide = __float128;
constexpr std::size_t kRows = 3000;
constexpr std::uint64_t kNan = 0x7fffu;

struct HalfType {
  std::string name;
  float (*widen)(std::uint16_t);
  std::uint32_t infinity;
};
const HalfType kHalfTypes[] = {{"f16", numerics::f32_from_f16, 0x7c00u},
                               {"bf16", numerics::f32_from_bf16, 0x7f80u}};

// The pattern of the number nearest to |x|, ties to the even pattern; the numbers ascend with their
// patterns. Infinity stands where the next power of two would be.
std::uint64_t nearest(Wide x, const HalfType& type) {
  const Wide size = x < 0 ? -x : x;
  const auto value = [&](std::uint32_t pattern) {
    if (pattern < type.infinity)
      return static_cast<Wide>(type.widen(static_cast<std::uint16_t>(pattern)));
    const auto largest = static_cast<std::uint16_t>(type.infinity - 1);
    const auto before = static_cast<std::uint16_t>(type.infinity - 2);
    return 2 * static_cast<Wide>(type.widen(largest)) - static_cast<Wide>(type.widen(before));
  };
  if (size >= value(type.infinity)) return type.infinity;
  std::uint32_t low = 0;  // value(low) <= size < value(high)
  for (std::uint32_t high = type.infinity; high - low > 1;) {
    const std::uint32_t middle = (low + high) / 2;
    (value(middle) <= size ? low : high) = middle;
  }
  const Wide below = size - value(low);
  const Wide above = value(low + 1) - size;
  return above < below || (above == below && low % 2 == 1) ? low + 1 : low;
}

bool is_nan(Wide x) {
  return x != x;
}

using Formula = std::function<Wide(Wide, Wide, Wide)>;

void check(const std::string& name, const HalfType& type, int sources, const Formula& formula) {
  std::vector<Column> columns;
  for (int i = 0; i < sources; ++i) {
    columns.push_back({"b16", operands(16, kRows, static_cast<std::uint64_t>(i))});
    // bf16's range is wider than 113 bits: exponents near each other, so that sums are exact.
    if (type.name == "bf16") {
      for (std::uint64_t& x : columns.back().values) x = (x & 0x87ffu) | 0x3800u;
    }
  }
  const std::string text =
      name + "." + type.name + (sources == 3 ? " %d, %a, %b, %c;" : " %d, %a, %b;");
  const auto at = [&](int k, std::size_t i) {
    const std::uint64_t pattern = k < sources ? columns[static_cast<std::size_t>(k)].values[i] : 0;
    return static_cast<Wide>(type.widen(static_cast<std::uint16_t>(pattern)));
  };
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction(text, "b16", columns, isa);
    for (std::size_t i = 0; i < kRows; ++i) {
      const Wide exact = formula(at(0, i), at(1, i), at(2, i));
      const std::uint64_t size = is_nan(exact) ? kNan : nearest(exact, type);
      // A zero's sign is looked at apart.
      const std::uint64_t sign = exact < 0 ? 0x8000u : exact == 0 ? results[i] & 0x8000u : 0;
      if (results[i] != (size | sign)) {
        FAIL(text << " of " << columns[0].values[i] << ", " << columns[1].values[i] << " … gives "
                  << results[i] << ", not " << (size | sign));
      }
    }
  }
}

TEST_CASE("16-bit arithmetic is the exact result rounded once", "[sim][ptx]") {
  for (const HalfType& type : kHalfTypes) {
    check("add.rn", type, 2, [](Wide a, Wide b, Wide) { return a + b; });
    check("sub.rn", type, 2, [](Wide a, Wide b, Wide) { return a - b; });
    check("mul.rn", type, 2, [](Wide a, Wide b, Wide) { return a * b; });
    check("fma.rn", type, 3, [](Wide a, Wide b, Wide c) { return a * b + c; });
  }
}

TEST_CASE("a fused result that lies just beside a midpoint is not rounded twice", "[sim][ptx]") {
  // f16: 2049 is the midpoint of 2048 and 2050; 1 + 2^-10 and 1 - 2^-11 lead to both sides of it.
  const std::vector<Column> halves = {
      {"b16", {0x3c01u, 0x3bffu}}, {"b16", {0x3c00u, 0x3c00u}}, {"b16", {0x6800u, 0x6800u}}};
  CHECK(run_instruction("fma.rn.f16 %d, %a, %b, %c;", "b16", halves) == Values{0x6801u, 0x6800u});
  // bf16: 258 * 384 = 193.5 * 512 is a midpoint; an addend of +-2^-120 tips it, 0 leaves the even.
  const auto power = [](int e) { return static_cast<std::uint64_t>(e + 127) << 7; };
  const std::vector<Column> brains = {
      {"b16", {power(8) | 1, power(8) | 1, power(8) | 1}},           // 2^8 + 2
      {"b16", {power(8) | 0x40, power(8) | 0x40, power(8) | 0x40}},  // 384
      {"b16", {power(-120), power(-120) | 0x8000u, 0}}};
  CHECK(run_instruction("fma.rn.bf16 %d, %a, %b, %c;", "b16", brains) ==
        Values{power(16) | 66, power(16) | 65, power(16) | 66});
}

TEST_CASE("packed halves are computed apart, as the scalar instruction computes them",
          "[sim][ptx]") {
  const std::vector<Column> packed = {{"b32", operands(32, kRows, 1)},
                                      {"b32", operands(32, kRows, 2)},
                                      {"b32", operands(32, kRows, 3)}};
  std::vector<Column> low = packed;
  std::vector<Column> high = packed;
  for (std::size_t k = 0; k < 3; ++k) {
    low[k].type = high[k].type = "b16";
    for (std::size_t i = 0; i < kRows; ++i) {
      low[k].values[i] &= 0xffffu;
      high[k].values[i] >>= 16;
    }
  }
  for (const std::string type : {"f16", "bf16"}) {
    for (const std::string name : {"fma.rn", "fma.rn.relu"}) {
      const std::string end = " %d, %a, %b, %c;";
      const Values both = run_instruction(name + "." + type + "x2" + end, "b32", packed);
      const Values of_low = run_instruction(name + "." + type + end, "b16", low);
      const Values of_high = run_instruction(name + "." + type + end, "b16", high);
      for (std::size_t i = 0; i < kRows; ++i) {
        if (both[i] != (of_low[i] | of_high[i] << 16)) FAIL(name << "." << type << ", row " << i);
      }
    }
  }
}

TEST_CASE("a sum that cancels is +0, a negative product that vanishes -0", "[sim][ptx]") {
  const std::vector<Column> columns = {{"b16", {0x3c00u, 0x8000u, 0x0001u}},
                                       {"b16", {0xbc00u, 0x8000u, 0x8001u}}};
  CHECK(run_instruction("add.rn.f16 %d, %a, %b;", "b16", columns) == Values{0, 0x8000u, 0});
  CHECK(run_instruction("mul.rn.f16 %d, %a, %b;", "b16", columns) == Values{0xbc00u, 0, 0x8000u});
}

TEST_CASE("forms of 16-bit arithmetic: .ftz, .sat, .relu", "[sim][ptx]") {
  // 2^-14 / 2, subnormal; 2; -1; NaN.
  const std::vector<Column> columns = {{"b16", {0x0200u, 0x4000u, 0xbc00u, 0xfe00u}},
                                       {"b16", {0x3c00u, 0x3c00u, 0x3c00u, 0x3c00u}},
                                       {"b16", {0, 0, 0, 0}}};
  const auto fma = [&](const std::string& form) {
    return run_instruction("fma.rn" + form + ".f16 %d, %a, %b, %c;", "b16", columns);
  };
  CHECK(fma("") == Values{0x0200u, 0x4000u, 0xbc00u, kNan});
  CHECK(fma(".ftz") == Values{0, 0x4000u, 0xbc00u, kNan});
  CHECK(fma(".sat") == Values{0x0200u, 0x3c00u, 0, 0});
  CHECK(fma(".relu") == Values{0x0200u, 0x4000u, 0, kNan});
  CHECK(fma(".ftz.relu") == Values{0, 0x4000u, 0, kNan});
}

TEST_CASE("16-bit minimum, maximum, magnitude and sign", "[sim][ptx]") {
  const std::vector<Column> columns = {{"b16", {0x8000u, 0x7e01u, 0xfe00u, 0xc000u, 0x0001u}},
                                       {"b16", {0x0000u, 0x3c00u, 0x7d00u, 0x3c00u, 0x8000u}}};
  const auto run = [&](const std::string& name) {
    return run_instruction(name + ".f16 %d, %a, %b;", "b16", columns);
  };
  CHECK(run("min") == Values{0x8000u, 0x3c00u, kNan, 0xc000u, 0x8000u});
  CHECK(run("max") == Values{0, 0x3c00u, kNan, 0x3c00u, 1});
  CHECK(run("max.NaN") == Values{0, kNan, kNan, 0x3c00u, 1});
  CHECK(run("max.ftz") == Values{0, 0x3c00u, kNan, 0x3c00u, 0});
  CHECK(run("max.xorsign.abs") == Values{0x8000u, 0x3c00u, kNan, 0xc000u, 0x8001u});
  CHECK(run_instruction("neg.f16 %d, %a;", "b16", {columns[0]}) ==
        Values{0, kNan, kNan, 0x4000u, 0x8001u});
  CHECK(run_instruction("abs.bf16 %d, %a;", "b16", {{"b16", {0xbf80u, 0xff81u}}}) ==
        Values{0x3f80u, kNan});
}

}  // namespace
}  // namespace attnlab::ptx::testing
