// SPDX-License-Identifier: MIT
// The witnesses are sim/numerics' one-value functions, which were held to an H200 over all inputs.
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/numerics/approx/division.h"
#include "sim/numerics/approx/f64_seeds.h"
#include "sim/numerics/mufu_model.h"
#include "tests/ptx/instructions/run_instruction.h"

namespace attnlab::ptx::testing {
namespace {

using numerics::MufuOp;
using Values = std::vector<std::uint64_t>;
constexpr std::size_t kRows = 4000;

TEST_CASE("every function of the special unit is the model's", "[sim][ptx]") {
  for (int i = 0; i < numerics::kMufuOpCount; ++i) {
    const auto op = static_cast<MufuOp>(i);
    const std::string name = numerics::kMufuOpNames[i];
    const bool is_short = i >= numerics::kFirst16BitMufuOp;
    const Column a = {is_short ? "b16" : "b32", operands(is_short ? 16 : 32, kRows, 5)};
    for (const numerics::Isa isa : supported_isas()) {
      const Values results = run_instruction(name + " %d, %a;", a.type, {a}, isa);
      for (std::size_t row = 0; row < kRows; ++row) {
        const auto x = static_cast<std::uint32_t>(a.values[row]);
        if (results[row] != numerics::mufu::evaluate(op, x)) FAIL(name << " of " << x);
      }
    }
  }
}

TEST_CASE("the packed functions are the scalar ones of each half", "[sim][ptx]") {
  const Column a = {"b32", operands(32, kRows, 6)};
  for (int i = numerics::kFirst16BitMufuOp; i < numerics::kMufuOpCount; ++i) {
    const auto op = static_cast<MufuOp>(i);
    const std::string name = std::string(numerics::kMufuOpNames[i]) + "x2";
    const Values results = run_instruction(name + " %d, %a;", "b32", {a});
    for (std::size_t row = 0; row < kRows; ++row) {
      const auto x = static_cast<std::uint32_t>(a.values[row]);
      const std::uint64_t expected =
          numerics::mufu::evaluate(op, x & 0xffffu) | numerics::mufu::evaluate(op, x >> 16) << 16;
      if (results[row] != expected) FAIL(name << " of " << x);
    }
  }
}

void check_division(const std::string& form, float (*divide)(float, float)) {
  const std::vector<Column> columns = {{"b32", operands(32, kRows, 7)},
                                       {"b32", operands(32, kRows, 8)}};
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction("div." + form + ".f32 %d, %a, %b;", "b32", columns, isa);
    for (std::size_t row = 0; row < kRows; ++row) {
      const float a = std::bit_cast<float>(static_cast<std::uint32_t>(columns[0].values[row]));
      const float b = std::bit_cast<float>(static_cast<std::uint32_t>(columns[1].values[row]));
      if (results[row] != numerics::bits_of(divide(a, b))) FAIL(form << " of " << a << " by " << b);
    }
  }
}

TEST_CASE("the fast divisions are numerics'", "[sim][ptx]") {
  check_division("approx", numerics::div_approx);
  check_division("approx.ftz", numerics::div_approx_ftz);
  check_division("full", numerics::div_full);
  check_division("full.ftz", numerics::div_full_ftz);
}

void check_seed(const std::string& name, std::uint64_t (*seed)(std::uint64_t)) {
  const Column a = {"b64", operands(64, kRows, 9)};
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction(name + ".f64 %d, %a;", "b64", {a}, isa);
    for (std::size_t row = 0; row < kRows; ++row) {
      if (results[row] != seed(a.values[row])) FAIL(name << " of " << a.values[row]);
    }
  }
}

TEST_CASE("the seeds of fp64 division are numerics'", "[sim][ptx]") {
  check_seed("rcp.approx.ftz", numerics::rcp_approx_ftz_f64);
  check_seed("rsqrt.approx.ftz", numerics::rsqrt_approx_ftz_f64);
  check_seed("rsqrt.approx", numerics::rsqrt_approx_f64);
}

}  // namespace
}  // namespace attnlab::ptx::testing
