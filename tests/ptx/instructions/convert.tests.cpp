// SPDX-License-Identifier: MIT
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cfenv>
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
__extension__ using Int128 = __int128;
constexpr std::size_t kRows = 2000;

struct IntegerType {
  std::string name;
  int bits;
  bool is_signed;
};
const IntegerType kTypes[] = {{"u8", 8, false},   {"s8", 8, true},    {"u16", 16, false},
                              {"s16", 16, true},  {"u32", 32, false}, {"s32", 32, true},
                              {"u64", 64, false}, {"s64", 64, true}};

int register_bits(int bits) {
  return bits < 16 ? 16 : bits;
}
std::string register_of(int bits) {
  return "b" + std::to_string(bits);
}
std::uint64_t low(Int128 value, int bits) {
  return static_cast<std::uint64_t>(value) & (~std::uint64_t{0} >> (64 - bits));
}
Int128 number(std::uint64_t pattern, const IntegerType& type) {
  const Int128 value = low(pattern, type.bits);
  const Int128 modulus = static_cast<Int128>(1) << type.bits;
  return type.is_signed && value >= modulus / 2 ? value - modulus : value;
}
Int128 clamped(Int128 value, const IntegerType& type) {
  const Int128 modulus = static_cast<Int128>(1) << type.bits;
  const Int128 least = type.is_signed ? -modulus / 2 : 0;
  const Int128 most = (type.is_signed ? modulus / 2 : modulus) - 1;
  return value < least ? least : value > most ? most : value;
}

void check(const std::string& text, int result_bits, const Column& a,
           const std::function<std::uint64_t(std::uint64_t)>& expected) {
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction(text, register_of(result_bits), {a}, isa);
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      if (results[i] != expected(a.values[i])) {
        FAIL(text << " of " << a.values[i] << " gives " << results[i] << ", not "
                  << expected(a.values[i]));
      }
    }
  }
}

TEST_CASE("integers are cut or extended, to the register where that is wider", "[sim][ptx]") {
  for (const IntegerType& to : kTypes) {
    for (const IntegerType& from : kTypes) {
      const std::string text = "cvt." + to.name + "." + from.name + " %d, %a;";
      const std::string saturating = "cvt.sat." + to.name + "." + from.name + " %d, %a;";
      for (const int wide_to : {16, 32, 64}) {
        for (const int wide_from : {16, 32, 64}) {
          if (wide_to < to.bits || wide_from < from.bits) continue;
          const Column a = {register_of(wide_from), operands(wide_from, 300, 1)};
          check(text, wide_to, a, [&](std::uint64_t x) {
            return low(number(low(number(x, from), to.bits), to), wide_to);
          });
          check(saturating, wide_to, a,
                [&](std::uint64_t x) { return low(clamped(number(x, from), to), wide_to); });
        }
      }
    }
  }
}

float f32(std::uint64_t x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x));
}
double f64(std::uint64_t x) {
  return std::bit_cast<double>(x);
}

struct Mode {
  std::string name;
  int host;
};
const Mode kModes[] = {
    {"n", FE_TONEAREST}, {"z", FE_TOWARDZERO}, {"m", FE_DOWNWARD}, {"p", FE_UPWARD}};

// f(x) computed in the host's rounding mode.
template <class F>
auto in_mode(int mode, F f) {
  std::fesetround(mode);
  const volatile auto result = f();
  std::fesetround(FE_TONEAREST);
  return result;
}

TEST_CASE("a float out of an integer's range gives the end, a NaN what the PTX ISA says",
          "[sim][ptx]") {
  for (const IntegerType& to : kTypes) {
    for (const Mode& mode : kModes) {
      const auto whole = [&](double x, bool long_takes_part) {
        if (std::isnan(x)) {
          const std::uint64_t top = std::uint64_t{1} << (to.bits - 1);
          return long_takes_part ? low(number(top, to), register_bits(to.bits)) : 0;
        }
        const double y = in_mode(mode.host, [&] { return std::nearbyint(x); });
        if (y >= 0x1p70)
          return low(clamped(static_cast<Int128>(1) << 70, to), register_bits(to.bits));
        if (y <= -0x1p70)
          return low(clamped(-(static_cast<Int128>(1) << 70), to), register_bits(to.bits));
        return low(clamped(static_cast<Int128>(y), to), register_bits(to.bits));
      };
      const std::string name = "cvt.r" + mode.name + "i." + to.name;
      check(name + ".f32 %d, %a;", register_bits(to.bits), {"b32", operands(32, kRows, 2)},
            [&](std::uint64_t x) { return whole(static_cast<double>(f32(x)), to.bits == 64); });
      check(name + ".f64 %d, %a;", register_bits(to.bits), {"b64", operands(64, kRows, 3)},
            [&](std::uint64_t x) { return whole(f64(x), true); });
      check(name + ".f16 %d, %a;", register_bits(to.bits), {"b16", operands(16, kRows, 4)},
            [&](std::uint64_t x) {
              const float half = numerics::f32_from_f16(static_cast<std::uint16_t>(x));
              return whole(static_cast<double>(half), to.bits == 64);
            });
    }
  }
}

template <class T>
T read(std::uint64_t x) {
  return static_cast<T>(x);
}

// cvt.mode.{f32,f64}.from, against the host's conversion of a T in that mode.
template <class T>
void check_from_integer(const std::string& from, int bits) {
  const Column a = {register_of(bits), operands(bits, kRows, 5)};
  for (const Mode& mode : kModes) {
    check("cvt.r" + mode.name + ".f32." + from + " %d, %a;", 32, a, [&](std::uint64_t x) {
      const volatile T value = read<T>(x);
      return std::uint64_t{std::bit_cast<std::uint32_t>(
          float{in_mode(mode.host, [&] { return static_cast<float>(value); })})};
    });
    check("cvt.r" + mode.name + ".f64." + from + " %d, %a;", 64, a, [&](std::uint64_t x) {
      const volatile T value = read<T>(x);
      return std::bit_cast<std::uint64_t>(
          double{in_mode(mode.host, [&] { return static_cast<double>(value); })});
    });
  }
}

TEST_CASE("integers become floats rounded once, in every mode", "[sim][ptx]") {
  check_from_integer<std::int16_t>("s16", 16);
  check_from_integer<std::uint16_t>("u16", 16);
  check_from_integer<std::int32_t>("s32", 32);
  check_from_integer<std::uint32_t>("u32", 32);
  check_from_integer<std::int64_t>("s64", 64);
  check_from_integer<std::uint64_t>("u64", 64);
}

TEST_CASE("64-bit integers become f16 and bf16 without a second rounding", "[sim][ptx]") {
  // 2049 + a hair below and above the midpoint of 2048 and 2050; half way between bf16 numbers.
  CHECK(run_instruction("cvt.rn.f16.u64 %d, %a;", "b16", {{"b64", {2049, 2051, 65519, 65520}}}) ==
        Values{0x6800u, 0x6802u, 0x7bffu, 0x7c00u});
  constexpr std::uint64_t kMidpoint = 0x8080000000000000u;  // 2^63 (1 + 2^-8)
  CHECK(run_instruction("cvt.rn.bf16.u64 %d, %a;", "b16",
                        {{"b64", {kMidpoint, kMidpoint + 1, kMidpoint - 1}}}) ==
        Values{0x5f00u, 0x5f01u, 0x5f00u});
}

TEST_CASE("f64 becomes f32 rounded once; the host's subnormals are the GPU's", "[sim][ptx]") {
  Column a = {"b64", operands(64, kRows, 6)};
  for (std::size_t i = 0; i < kRows; i += 2) {
    // Exponents of f32, subnormals included.
    const std::uint64_t exponent = 0x366 + i % 0x120;
    a.values[i] = (a.values[i] & 0x800fffffffffffffu) | exponent << 52;
  }
  for (const Mode& mode : kModes) {
    check("cvt.r" + mode.name + ".f32.f64 %d, %a;", 32, a, [&](std::uint64_t x) {
      const volatile double value = f64(x);
      return std::uint64_t{std::bit_cast<std::uint32_t>(
          float{in_mode(mode.host, [&] { return static_cast<float>(value); })})};
    });
  }
  // 2^-126 - 2^-151 is as good as 2^-126 to 24 bits; 2^-150 less is not.
  CHECK(run_instruction("cvt.rn.ftz.f32.f64 %d, %a;", "b32",
                        {{"b64",
                          {std::bit_cast<std::uint64_t>(0x1p-126 - 0x1p-151),
                           std::bit_cast<std::uint64_t>(0x1p-126 - 0x1p-150)}}}) ==
        Values{0x00800000u, 0});
}

TEST_CASE("f32 becomes f16, bf16 and tf32 as numerics has it, and widens exactly", "[sim][ptx]") {
  const Column a = {"b32", operands(32, kRows, 7)};
  check("cvt.rn.f16.f32 %d, %a;", 16, a,
        [](std::uint64_t x) { return numerics::f16_from_f32(f32(x)); });
  check("cvt.rz.f16.f32 %d, %a;", 16, a,
        [](std::uint64_t x) { return numerics::f16_from_f32_toward_zero(f32(x)); });
  check("cvt.rn.bf16.f32 %d, %a;", 16, a,
        [](std::uint64_t x) { return numerics::bf16_from_f32(f32(x)); });
  const Column h = {"b16", operands(16, kRows, 8)};
  check("cvt.f32.f16 %d, %a;", 32, h, [](std::uint64_t x) {
    return numerics::bits_of(numerics::f32_from_f16(static_cast<std::uint16_t>(x)));
  });
  // bf16's NaN keeps its pattern.
  check("cvt.f32.bf16 %d, %a;", 32, h, [](std::uint64_t x) { return x << 16; });
  check("cvt.rn.tf32.f32 %d, %a;", 32, a,
        [](std::uint64_t x) { return numerics::bits_of(numerics::tf32_from_f32(f32(x))); });
  check("cvt.rna.tf32.f32 %d, %a;", 32, a, [](std::uint64_t x) {
    return numerics::bits_of(numerics::tf32_from_f32_ties_away(f32(x)));
  });
}

TEST_CASE("two floats become a pair, the first the upper half", "[sim][ptx]") {
  const std::vector<Column> columns = {{"b32", {0x3f800000u, 0xbf800000u, 0x7f7fffffu}},
                                       {"b32", {0x40000000u, 0x7fc00000u, 0x477fffffu}}};
  const auto run = [&](const std::string& form) {
    return run_instruction("cvt." + form + ".f32 %d, %a, %b;", "b32", columns);
  };
  CHECK(run("rn.f16x2") == Values{0x3c004000u, 0xbc007fffu, 0x7c007c00u});
  CHECK(run("rz.f16x2") == Values{0x3c004000u, 0xbc007fffu, 0x7bff7bffu});
  CHECK(run("rn.relu.f16x2") == Values{0x3c004000u, 0x00007fffu, 0x7c007c00u});
  CHECK(run("rn.bf16x2") == Values{0x3f804000u, 0xbf807fffu, 0x7f804780u});
  CHECK(run("rz.relu.bf16x2") == Values{0x3f804000u, 0x00007fffu, 0x7f7f477fu});
}

TEST_CASE("8-bit floats: e4m3 ends at 448, e5m2 is the upper byte of f16", "[sim][ptx]") {
  // 1 and 448; 480 and -2^-9; NaN and 2^-10 (a tie with 0).
  const std::vector<Column> columns = {{"b32", {0x3f800000u, 0x43f00000u, 0x7fc00000u}},
                                       {"b32", {0x43e00000u, 0xbb000000u, 0x3a800000u}}};
  CHECK(run_instruction("cvt.rn.satfinite.e4m3x2.f32 %d, %a, %b;", "b16", columns) ==
        Values{0x387eu, 0x7e81u, 0x7f00u});
  CHECK(run_instruction("cvt.rn.f16x2.e4m3x2 %d, %a;", "b32",
                        {{"b16", {0x387eu, 0x8101u, 0x7fffu}}}) ==
        Values{0x3c005f00u, 0x98001800u, 0x7fff7fffu});
  CHECK(run_instruction("cvt.rn.f16x2.e5m2x2 %d, %a;", "b32",
                        {{"b16", {0x3c7cu, 0x8001u, 0x7dffu}}}) ==
        Values{0x3c007c00u, 0x80000100u, 0x7fff7fffu});
}

TEST_CASE("floats become whole in every direction", "[sim][ptx]") {
  const Column a = {"b32", operands(32, kRows, 9)};
  for (const Mode& mode : kModes) {
    check("cvt.r" + mode.name + "i.f32.f32 %d, %a;", 32, a, [&](std::uint64_t x) -> std::uint64_t {
      if (std::isnan(f32(x))) return 0x7fffffffu;
      return std::bit_cast<std::uint32_t>(
          float{in_mode(mode.host, [&] { return std::nearbyint(f32(x)); })});
    });
  }
}

TEST_CASE("a NaN on its way from and to f64 keeps sign and payload, as far as they fit",
          "[sim][ptx]") {
  CHECK(run_instruction("cvt.rn.f32.f64 %d, %a;", "b32", {{"b64", {0xfff0000020000001u}}}) ==
        Values{0xffc00001u});
  CHECK(run_instruction("cvt.rn.f16.f64 %d, %a;", "b16", {{"b64", {0xfff8040000000000u}}}) ==
        Values{0xfe01u});
  CHECK(run_instruction("cvt.f64.f32 %d, %a;", "b64", {{"b32", {0xff800001u}}}) ==
        Values{0xfff8000020000000u});
  CHECK(run_instruction("cvt.ftz.f64.f32 %d, %a;", "b64", {{"b32", {0xff800001u}}}) ==
        Values{0x7fffffffe0000000u});
}

TEST_CASE("cvt.pack saturates two numbers side by side", "[sim][ptx]") {
  const std::vector<Column> columns = {
      {"b32", {70000, 0xffffffffu}}, {"b32", {5, 0xffff0000u}}, {"b32", {0x12345678u, 0xabu}}};
  const std::vector<Column> two = {columns[0], columns[1]};
  CHECK(run_instruction("cvt.pack.sat.u16.s32 %d, %a, %b;", "b32", two) == Values{0xffff0005u, 0});
  CHECK(run_instruction("cvt.pack.sat.s16.s32 %d, %a, %b;", "b32", two) ==
        Values{0x7fff0005u, 0xffff8000u});
  CHECK(run_instruction("cvt.pack.sat.s8.s32.b32 %d, %a, %b, %c;", "b32", columns) ==
        Values{0x56787f05u, 0x00abff80u});
}

}  // namespace
}  // namespace attnlab::ptx::testing
