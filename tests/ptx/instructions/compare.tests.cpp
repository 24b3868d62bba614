// SPDX-License-Identifier: MIT
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/numerics/formats.h"
#include "tests/ptx/instructions/run_instruction.h"

namespace attnlab::ptx::testing {
namespace {

using Values = std::vector<std::uint64_t>;
constexpr std::size_t kRows = 1000;

// Two columns with equal and nearly equal pairs among them.
std::vector<Column> pairs(const std::string& type, int bits) {
  std::vector<Column> columns = {{type, operands(bits, kRows, 1)},
                                 {type, operands(bits, kRows, 2)}};
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  for (std::size_t i = 0; i < kRows; i += 4) {
    columns[1].values[i] = columns[0].values[i] ^ (i % 16 == 4 ? 1 : i % 16 == 8 ? sign : 0);
  }
  return columns;
}

using Test = std::function<bool(std::uint64_t, std::uint64_t)>;
void check(const std::string& text, const std::vector<Column>& columns, const Test& expected) {
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction(text, "pred", columns, isa);
    for (std::size_t i = 0; i < kRows; ++i) {
      const std::uint64_t a = columns[0].values[i];
      const std::uint64_t b = columns[1].values[i];
      if (results[i] != (expected(a, b) ? 1u : 0u)) FAIL(text << " of " << a << " and " << b);
    }
  }
}

// The six comparisons of the type whose numbers `read` makes of patterns.
template <class Read>
void check_six(const std::string& type, int bits, const Read& read) {
  const std::vector<Column> columns = pairs("b" + std::to_string(bits), bits);
  const auto run = [&](const std::string& compare, auto holds) {
    check("setp." + compare + "." + type + " %d, %a, %b;", columns,
          [&](std::uint64_t a, std::uint64_t b) { return holds(read(a), read(b)); });
  };
  run("eq", [](auto a, auto b) { return a == b; });
  run("lt", [](auto a, auto b) { return a < b; });
  run("le", [](auto a, auto b) { return a <= b; });
  run("gt", [](auto a, auto b) { return a > b; });
  run("ge", [](auto a, auto b) { return a >= b; });
  // Of floats, ne is false where one is NaN.
  run("ne", [](auto a, auto b) { return a == a && b == b && a != b; });
}

TEST_CASE("integers are compared with their type's sign", "[sim][ptx]") {
  check_six("u16", 16, [](std::uint64_t x) { return static_cast<std::uint16_t>(x); });
  check_six("s16", 16, [](std::uint64_t x) { return static_cast<std::int16_t>(x); });
  check_six("u32", 32, [](std::uint64_t x) { return static_cast<std::uint32_t>(x); });
  check_six("s32", 32, [](std::uint64_t x) { return static_cast<std::int32_t>(x); });
  check_six("u64", 64, [](std::uint64_t x) { return x; });
  check_six("s64", 64, [](std::uint64_t x) { return static_cast<std::int64_t>(x); });
  check("setp.lo.u32 %d, %a, %b;", pairs("b32", 32),
        [](std::uint64_t a, std::uint64_t b) { return a < b; });
  check("setp.hs.u64 %d, %a, %b;", pairs("b64", 64),
        [](std::uint64_t a, std::uint64_t b) { return a >= b; });
}

float f32(std::uint64_t x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x));
}
float f16(std::uint64_t x) {
  return numerics::f32_from_f16(static_cast<std::uint16_t>(x));
}
float bf16(std::uint64_t x) {
  return numerics::f32_from_bf16(static_cast<std::uint16_t>(x));
}

TEST_CASE("floats are compared as IEEE 754 has it, in every format", "[sim][ptx]") {
  check_six("f32", 32, f32);
  check_six("f64", 64, [](std::uint64_t x) { return std::bit_cast<double>(x); });
  check_six("f16", 16, f16);
  check_six("bf16", 16, bf16);
  check_six("ftz.f32", 32,
            [](std::uint64_t x) { return std::fabs(f32(x)) < 0x1p-126f ? 0.0f : f32(x); });
}

TEST_CASE("unordered comparisons are true where a NaN is", "[sim][ptx]") {
  const std::vector<Column> columns = pairs("b32", 32);
  const auto run = [&](const std::string& compare, const std::function<bool(float, float)>& holds) {
    check("setp." + compare + ".f32 %d, %a, %b;", columns, [&](std::uint64_t a, std::uint64_t b) {
      return std::isnan(f32(a)) || std::isnan(f32(b)) || holds(f32(a), f32(b));
    });
  };
  run("equ", [](float a, float b) { return a == b; });
  run("neu", [](float a, float b) { return a != b; });
  run("ltu", [](float a, float b) { return a < b; });
  run("leu", [](float a, float b) { return a <= b; });
  run("gtu", [](float a, float b) { return a > b; });
  run("geu", [](float a, float b) { return a >= b; });
  run("nan", [](float, float) { return false; });
  check("setp.num.f32 %d, %a, %b;", columns, [](std::uint64_t a, std::uint64_t b) {
    return !std::isnan(f32(a)) && !std::isnan(f32(b));
  });
}

TEST_CASE("a paired setp gives the opposite too, each combined with the predicate", "[sim][ptx]") {
  const std::vector<Column> columns = {
      {"b32", {1, 1, 2, 2}}, {"b32", {2, 2, 1, 1}}, {"pred", {0, 1, 0, 1}}};
  const auto run = [&](const std::string& text) {
    return run_instructions(text, {"pred", "pred"}, columns);
  };
  CHECK(run("setp.lt.s32 %d|%q, %a, %b;") == std::vector<Values>{{1, 1, 0, 0}, {0, 0, 1, 1}});
  CHECK(run("setp.lt.and.s32 %d|%q, %a, %b, %c;") ==
        std::vector<Values>{{0, 1, 0, 0}, {0, 0, 0, 1}});
  CHECK(run("setp.lt.or.s32 %d|%q, %a, %b, !%c;") ==
        std::vector<Values>{{1, 1, 1, 0}, {1, 0, 1, 1}});
  CHECK(run("setp.lt.xor.s32 %d|%q, %a, %b, %c;") ==
        std::vector<Values>{{1, 0, 0, 1}, {0, 1, 1, 0}});
}

TEST_CASE("a destination may be an operand or the guard", "[sim][ptx]") {
  const std::vector<Column> columns = {
      {"b32", {1, 1, 2, 2}}, {"b32", {2, 2, 1, 1}}, {"pred", {0, 1, 0, 1}}};
  const auto results = run_instructions(
      "mov.pred %d, %c; setp.eq.s32 %q, 0, 1; @%d setp.lt.xor.s32 %d|%q, %a, %b, %d;",
      {"pred", "pred"}, columns);
  CHECK(results == std::vector<Values>{{0, 0, 0, 1}, {0, 1, 0, 0}});
}

TEST_CASE("a packed setp gives a predicate for each half", "[sim][ptx]") {
  // 1.0 and 2.0 in f16 and bf16.
  const std::vector<Column> halves = {{"b32", {0x3c004000u, 0x7e003c00u}},
                                      {"b32", {0x40003c00u, 0x3c003c00u}}};
  CHECK(run_instructions("setp.lt.f16x2 %d|%q, %a, %b;", {"pred", "pred"}, halves) ==
        std::vector<Values>{{0, 0}, {1, 0}});
  const std::vector<Column> brains = {{"b32", {0x3f804000u}}, {"b32", {0x40003f80u}}};
  CHECK(run_instructions("setp.gt.bf16x2 %d|%q, %a, %b;", {"pred", "pred"}, brains) ==
        std::vector<Values>{{1}, {0}});
}

TEST_CASE("set writes ones or 1.0", "[sim][ptx]") {
  const std::vector<Column> columns = {{"b32", {1, 3}}, {"b32", {2, 2}}};
  CHECK(run_instruction("set.lt.u32.u32 %d, %a, %b;", "b32", columns) == Values{0xffffffffu, 0});
  CHECK(run_instruction("set.lt.f32.s32 %d, %a, %b;", "b32", columns) == Values{0x3f800000u, 0});
  const std::vector<Column> halves = {{"b32", {0x3c004000u}}, {"b32", {0x40003c00u}}};
  CHECK(run_instruction("set.lt.f16x2.f16x2 %d, %a, %b;", "b32", halves) == Values{0x3c000000u});
  CHECK(run_instruction("set.ne.u32.f16x2 %d, %a, %b;", "b32", halves) == Values{0xffffffffu});
}

TEST_CASE("selection by predicate and by sign", "[sim][ptx]") {
  const std::vector<Column> columns = {{"b64", {10, 20}}, {"b64", {30, 40}}, {"pred", {1, 0}}};
  CHECK(run_instruction("selp.b64 %d, %a, %b, %c;", "b64", columns) == Values{10, 40});
  const std::vector<Column> by_float = {{"b32", {1, 1, 1, 1}},
                                        {"b32", {2, 2, 2, 2}},
                                        {"b32", {0x80000000u, 0x80000001u, 0x7fc00000u, 0}}};
  CHECK(run_instruction("slct.u32.f32 %d, %a, %b, %c;", "b32", by_float) == Values{1, 2, 2, 1});
  CHECK(run_instruction("slct.ftz.u32.f32 %d, %a, %b, %c;", "b32", by_float) == Values{1, 1, 2, 1});
  CHECK(run_instruction("slct.u32.s32 %d, %a, %b, %c;", "b32", by_float) == Values{2, 2, 1, 1});
}

TEST_CASE("testp asks for a float's class, copysign moves its sign", "[sim][ptx]") {
  const Column a = {"b32", {0, 0x80000001u, 0x3f800000u, 0xff800000u, 0x7fc00000u}};
  const auto is = [&](const std::string& test) {
    return run_instruction("testp." + test + ".f32 %d, %a;", "pred", {a});
  };
  CHECK(is("finite") == Values{1, 1, 1, 0, 0});
  CHECK(is("infinite") == Values{0, 0, 0, 1, 0});
  CHECK(is("number") == Values{1, 1, 1, 1, 0});
  CHECK(is("notanumber") == Values{0, 0, 0, 0, 1});
  CHECK(is("normal") == Values{1, 0, 1, 0, 0});  // zeros count as normal (PTX ISA)
  CHECK(is("subnormal") == Values{0, 1, 0, 0, 0});
  CHECK(run_instruction("copysign.f32 %d, %a, %b;", "b32",
                        {{"b32", {0x80000000u, 0}}, {"b32", {0x3f800000u, 0xbf800000u}}}) ==
        Values{0xbf800000u, 0x3f800000u});
}

}  // namespace
}  // namespace attnlab::ptx::testing
