// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/ptx/instructions/run_instruction.h"

namespace attnlab::ptx::testing {
namespace {

__extension__ using Int128 = __int128;
using Values = std::vector<std::uint64_t>;
constexpr std::size_t kRows = 1000;

struct IntegerType {
  std::string name;
  int bits;
  bool is_signed;
};
const IntegerType kTypes[] = {{"u16", 16, false}, {"s16", 16, true},  {"u32", 32, false},
                              {"s32", 32, true},  {"u64", 64, false}, {"s64", 64, true}};

std::string register_of(int bits) {
  return "b" + std::to_string(bits);
}

// The number that a pattern stands for, and the pattern of a number.
Int128 number(std::uint64_t pattern, const IntegerType& type) {
  const Int128 value = pattern;
  const Int128 modulus = static_cast<Int128>(1) << type.bits;
  return type.is_signed && value >= modulus / 2 ? value - modulus : value;
}
std::uint64_t pattern(Int128 value, int bits) {
  return static_cast<std::uint64_t>(value) & (~std::uint64_t{0} >> (64 - bits));
}

using Formula = std::function<Int128(Int128 a, Int128 b, Int128 c)>;

// Compares an instruction with a formula of unlimited integers, cut to the result's width.
void check(const std::string& text, const IntegerType& type, int result_bits, int sources,
           const Formula& formula) {
  std::vector<Column> columns;
  for (int i = 0; i < sources; ++i) {
    const int bits = i == 2 ? result_bits : type.bits;
    columns.push_back({register_of(bits), operands(bits, kRows, static_cast<std::uint64_t>(i))});
  }
  const IntegerType addend = {"", result_bits, type.is_signed};
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction(text, register_of(result_bits), columns, isa);
    for (std::size_t i = 0; i < kRows; ++i) {
      const Int128 a = number(columns[0].values[i], type);
      const Int128 b = sources > 1 ? number(columns[1].values[i], type) : 0;
      const Int128 c = sources > 2 ? number(columns[2].values[i], addend) : 0;
      const std::uint64_t expected = pattern(formula(a, b, c), result_bits);
      if (results[i] != expected) {
        FAIL(text << " of " << columns[0].values[i] << " … gives " << results[i] << ", not "
                  << expected);
      }
    }
  }
}

Int128 high(Int128 a, Int128 b, int bits) {
  if (bits < 64) return a * b >> bits;
  // Halves of 32 bits, floor by floor: the product of two 64-bit numbers does not fit.
  const Int128 b_low = b & 0xffffffffu;
  const Int128 b_high = (b - b_low) >> 32;
  return (a * b_high + (a * b_low >> 32)) >> 32;
}

TEST_CASE("integer sums, products and differences are cut to the width", "[sim][ptx]") {
  for (const IntegerType& type : kTypes) {
    const std::string end = "." + type.name + " %d, %a, %b;";
    const std::string end3 = "." + type.name + " %d, %a, %b, %c;";
    const int bits = type.bits;
    check("add" + end, type, bits, 2, [](Int128 a, Int128 b, Int128) { return a + b; });
    check("sub" + end, type, bits, 2, [](Int128 a, Int128 b, Int128) { return a - b; });
    check("mul.hi" + end, type, bits, 2,
          [&](Int128 a, Int128 b, Int128) { return high(a, b, bits); });
    check("mad.hi" + end3, type, bits, 3,
          [&](Int128 a, Int128 b, Int128 c) { return high(a, b, bits) + c; });
    check("sad" + end3, type, bits, 3,
          [](Int128 a, Int128 b, Int128 c) { return c + (a < b ? b - a : a - b); });
    check("min" + end, type, bits, 2, [](Int128 a, Int128 b, Int128) { return a < b ? a : b; });
    check("max" + end, type, bits, 2, [](Int128 a, Int128 b, Int128) { return a > b ? a : b; });
    // Unsigned, so that no product leaves 128 bits.
    const auto product = [](Int128 a, Int128 b, Int128) {
      return static_cast<Int128>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
    };
    check("mul.lo" + end, type, bits, 2, product);
    check("mad.lo" + end3, type, bits, 3,
          [&](Int128 a, Int128 b, Int128 c) { return product(a, b, 0) + c; });
  }
}

TEST_CASE("wide products have twice the operands' width", "[sim][ptx]") {
  for (int i = 0; i < 4; ++i) {
    const IntegerType& type = kTypes[i];
    check("mul.wide." + type.name + " %d, %a, %b;", type, 2 * type.bits, 2,
          [](Int128 a, Int128 b, Int128) { return a * b; });
    check("mad.wide." + type.name + " %d, %a, %b, %c;", type, 2 * type.bits, 3,
          [](Int128 a, Int128 b, Int128 c) { return a * b + c; });
  }
}

TEST_CASE("a division by zero gives all ones", "[sim][ptx]") {
  for (const IntegerType& type : kTypes) {
    const std::string end = "." + type.name + " %d, %a, %b;";
    check("div" + end, type, type.bits, 2,
          [](Int128 a, Int128 b, Int128) { return b == 0 ? -1 : a / b; });
    check("rem" + end, type, type.bits, 2,
          [](Int128 a, Int128 b, Int128) { return b == 0 ? -1 : a % b; });
  }
  CHECK(run_instruction("div.s32 %d, %a, %b;", "b32",
                        {{"b32", {0x80000000u, 7}}, {"b32", {0xffffffffu, 0}}}) ==
        Values{0x80000000u, 0xffffffffu});
}

TEST_CASE("the least number's absolute value and opposite are itself", "[sim][ptx]") {
  for (const IntegerType& type : kTypes) {
    if (!type.is_signed) continue;
    check("abs." + type.name + " %d, %a;", type, type.bits, 1,
          [](Int128 a, Int128, Int128) { return a < 0 ? -a : a; });
    check("neg." + type.name + " %d, %a;", type, type.bits, 1,
          [](Int128 a, Int128, Int128) { return -a; });
  }
}

Int128 saturated(Int128 value) {
  return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value;
}
Int128 low24(Int128 a, bool is_signed) {
  return number(static_cast<std::uint64_t>(a) & 0xffffffu, {"", 24, is_signed});
}

TEST_CASE("saturated s32 arithmetic stops at the ends", "[sim][ptx]") {
  const IntegerType& s32 = kTypes[3];
  check("add.sat.s32 %d, %a, %b;", s32, 32, 2,
        [](Int128 a, Int128 b, Int128) { return saturated(a + b); });
  check("sub.sat.s32 %d, %a, %b;", s32, 32, 2,
        [](Int128 a, Int128 b, Int128) { return saturated(a - b); });
  check("mad.hi.sat.s32 %d, %a, %b, %c;", s32, 32, 3,
        [](Int128 a, Int128 b, Int128 c) { return saturated((a * b >> 32) + c); });
  check("mad24.hi.sat.s32 %d, %a, %b, %c;", s32, 32, 3, [](Int128 a, Int128 b, Int128 c) {
    return saturated((low24(a, true) * low24(b, true) >> 16) + c);
  });
  check("min.relu.s32 %d, %a, %b;", s32, 32, 2, [](Int128 a, Int128 b, Int128) {
    const Int128 least = a < b ? a : b;
    return least < 0 ? 0 : least;
  });
}

TEST_CASE("24-bit products take the low 24 bits of each operand", "[sim][ptx]") {
  for (const IntegerType& type : {kTypes[2], kTypes[3]}) {
    const auto product = [&](Int128 a, Int128 b) {
      return low24(a, type.is_signed) * low24(b, type.is_signed);
    };
    check("mul24.lo." + type.name + " %d, %a, %b;", type, 32, 2,
          [&](Int128 a, Int128 b, Int128) { return product(a, b); });
    check("mul24.hi." + type.name + " %d, %a, %b;", type, 32, 2,
          [&](Int128 a, Int128 b, Int128) { return product(a, b) >> 16; });
    check("mad24.lo." + type.name + " %d, %a, %b, %c;", type, 32, 3,
          [&](Int128 a, Int128 b, Int128 c) { return product(a, b) + c; });
    check("mad24.hi." + type.name + " %d, %a, %b, %c;", type, 32, 3,
          [&](Int128 a, Int128 b, Int128 c) { return (product(a, b) >> 16) + c; });
  }
}

// Two words of a 128-bit number by the carry, against 128-bit arithmetic.
void check_carry(const std::string& text, const std::function<Int128(Int128, Int128)>& formula) {
  const Column low_a = {"b64", operands(64, kRows, 1)};
  const Column low_b = {"b64", operands(64, kRows, 2)};
  const Column high_a = {"b64", operands(64, kRows, 3)};
  const Column high_b = {"b64", operands(64, kRows, 4)};
  for (const numerics::Isa isa : supported_isas()) {
    const auto results =
        run_instructions(text, {"b64", "b64"}, {low_a, low_b, high_a, high_b}, isa);
    for (std::size_t i = 0; i < kRows; ++i) {
      const auto word = [](std::uint64_t high_part, std::uint64_t low_part) {
        return static_cast<Int128>(high_part) << 64 | low_part;
      };
      const Int128 expected =
          formula(word(high_a.values[i], low_a.values[i]), word(high_b.values[i], low_b.values[i]));
      if (word(results[1][i], results[0][i]) != expected) FAIL(text << ", row " << i);
    }
  }
}

TEST_CASE("the carry joins words", "[sim][ptx]") {
  __extension__ using Uint128 = unsigned __int128;
  check_carry("add.cc.u64 %d, %a, %b; addc.u64 %q, %c, %e;", [](Int128 a, Int128 b) {
    return static_cast<Int128>(static_cast<Uint128>(a) + static_cast<Uint128>(b));
  });
  check_carry("sub.cc.u64 %d, %a, %b; subc.u64 %q, %c, %e;", [](Int128 a, Int128 b) {
    return static_cast<Int128>(static_cast<Uint128>(a) - static_cast<Uint128>(b));
  });
}

TEST_CASE("a carry that is read and written passes through a middle word", "[sim][ptx]") {
  // 2^64 - 1 + 1 in words of 32 bits; the third word's sum says whether a carry came out.
  const std::string text = "add.cc.u32 %d, %a, %b; addc.cc.u32 %d, %a, %c; addc.u32 %q, %c, %c;";
  const auto results = run_instructions(
      text, {"b32", "b32"}, {{"b32", {0xffffffffu, 1}}, {"b32", {1, 1}}, {"b32", {0, 0}}});
  CHECK(results == std::vector<Values>{{0, 1}, {1, 0}});
  // madc: (a * b).lo + c carries into (a * b).hi + e.
  const auto product = run_instructions(
      "mad.lo.cc.u32 %d, %a, %b, %c; madc.hi.u32 %q, %a, %b, %e;", {"b32", "b32"},
      {{"b32", {0xffffffffu}}, {"b32", {0xffffffffu}}, {"b32", {0xffffffffu}}, {"b32", {5}}});
  // (2^32 - 1)^2 + (2^32 - 1) + 5 * 2^32 = 2^64 + 4 * 2^32: low word 0, high word 4.
  CHECK(product == std::vector<Values>{{0}, {4}});
}

TEST_CASE("the carry of a subtraction is set where nothing is borrowed", "[sim][ptx]") {
  const auto results =
      run_instructions("sub.cc.u32 %d, %a, %b; addc.u32 %q, %c, %c;", {"b32", "b32"},
                       {{"b32", {5, 2}}, {"b32", {2, 5}}, {"b32", {0, 0}}});
  CHECK(results[1] == Values{1, 0});
}

TEST_CASE("packed 16-bit halves are independent", "[sim][ptx]") {
  const Column a = {"b32", {0xffff0001u, 0x80007fffu}};
  const Column b = {"b32", {0x00010002u, 0x00010001u}};
  CHECK(run_instruction("add.u16x2 %d, %a, %b;", "b32", {a, b}) ==
        Values{0x00000003u, 0x80018000u});
  CHECK(run_instruction("min.s16x2 %d, %a, %b;", "b32", {a, b}) ==
        Values{0xffff0001u, 0x80000001u});
  CHECK(run_instruction("min.u16x2 %d, %a, %b;", "b32", {a, b}) ==
        Values{0x00010001u, 0x00010001u});
  CHECK(run_instruction("min.relu.s16x2 %d, %a, %b;", "b32", {a, b}) ==
        Values{0x00000001u, 0x00000001u});
}

TEST_CASE("dot products of bytes take each operand's sign from its type", "[sim][ptx]") {
  const std::vector<Column> columns = {
      {"b32", {0xff010203u}}, {"b32", {0x80ff0102u}}, {"b32", {10}}};
  // Bytes from the left: 255|-1, 1, 2, 3 and 128|-128, 255|-1, 1, 2.
  CHECK(run_instruction("dp4a.u32.u32 %d, %a, %b, %c;", "b32", columns) ==
        Values{10 + 255 * 128 + 255 + 2 + 6});
  CHECK(run_instruction("dp4a.s32.s32 %d, %a, %b, %c;", "b32", columns) ==
        Values{10 + 128 - 1 + 2 + 6});
  // 16-bit halves of a: 0xff01 and 0x0203; low bytes of b: 2 for the lower, 1 for the upper.
  CHECK(run_instruction("dp2a.lo.u32.u32 %d, %a, %b, %c;", "b32", columns) ==
        Values{10 + 0x0203 * 2 + 0xff01});
  CHECK(run_instruction("dp2a.hi.s32.s32 %d, %a, %b, %c;", "b32", columns) ==
        Values{pattern(10 - 0x0203 + (0xff01 - 0x10000) * -128, 32)});
}

}  // namespace
}  // namespace attnlab::ptx::testing
