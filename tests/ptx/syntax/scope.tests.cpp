// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/syntax/parsed.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

// The register that the first operand of an instruction of the kernel is.
const Register& destination(const Module& module, std::size_t instruction) {
  const Function& k = *module.find_function("k");
  const Operand& first = k.instructions.at(instruction).operands.at(0);
  return k.registers.at(static_cast<std::size_t>(first.index));
}

int target(const Module& module, std::size_t instruction) {
  const Function& k = *module.find_function("k");
  const Operand& operand = k.instructions.at(instruction).operands.at(0);
  CHECK(operand.kind == OperandKind::kLabel);
  return k.labels.at(static_cast<std::size_t>(operand.index)).instruction;
}

}  // namespace

TEST_CASE("only registers that are used are listed, in the order of their use") {
  const Module module =
      module_of(".entry k() { .reg .b32 %r<1000000>; add.s32 %r999999, %r7, %r999999; ret; }");
  const auto& registers = module.functions[0].registers;
  REQUIRE(registers.size() == 2);
  CHECK((registers[0].name == "%r999999" && registers[1].name == "%r7"));
  CHECK(registers[0].type == ScalarType::kB32);
}

TEST_CASE("a range of registers begins at 0 and ends before its count") {
  CHECK(kernel_refusal("mov.b32 %r0, %r9;").empty());
  CHECK(contains(kernel_refusal("mov.b32 %r0, %r10;"), "'%r10' is neither declared here"));
  CHECK(contains(kernel_refusal("mov.b32 %r0, %r09;"), "'%r09' is neither declared here"));
}

TEST_CASE("a range's name may end in a digit") {
  const Module module = module_of(
      ".entry k() { .reg .b32 %a<4>; .reg .f64 %a1<4>; mov.b32 %a1, 0; mov.f64 %a13, 0; }");
  CHECK(destination(module, 0).type == ScalarType::kB32);
  CHECK(destination(module, 1).type == ScalarType::kF64);
}

TEST_CASE("an inner register hides an outer one until its block ends") {
  const Module module = kernel_of(
      "mov.b32 %r1, 0; { .reg .b64 %r1; mov.b64 %r1, 0; { mov.b64 %r1, 0; } } mov.b32 %r1, 1;"
      "{ .reg .f64 %r<3>; mov.f64 %r1, 0; } { .reg .f64 %r<3>; mov.f64 %r1, 0; }");
  CHECK(destination(module, 0).type == ScalarType::kB32);
  CHECK(destination(module, 1).type == ScalarType::kB64);
  CHECK(&destination(module, 2) == &destination(module, 1));
  CHECK(&destination(module, 3) == &destination(module, 0));
  CHECK(destination(module, 4).type == ScalarType::kF64);
  CHECK(&destination(module, 5) != &destination(module, 4));
}

TEST_CASE("two calls may use the same names for their parameters") {
  const Module module =
      kernel_of("{ .param .b32 a; st.param.b32 [a], 1; } { .param .b64 a; st.param.b64 [a], 1; }");
  const Function& k = module.functions[0];
  REQUIRE(k.variables.size() == 3);
  const Operand& first = k.instructions[0].operands[0];
  const Operand& second = k.instructions[1].operands[0];
  CHECK((first.symbol.kind == SymbolKind::kFunctionVariable && first.symbol.index == 1));
  CHECK((second.symbol.kind == SymbolKind::kFunctionVariable && second.symbol.index == 2));
}

TEST_CASE("labels are found before and after the branch") {
  const Module module = kernel_of("TOP: bra END; bra TOP; ret; END:");
  CHECK(target(module, 0) == 3);
  CHECK(target(module, 1) == 0);
}

TEST_CASE("the label of the branch's own block wins, even where it comes later") {
  const Module module = kernel_of("L: mov.b32 %r1, 0; { bra L; L: ret; } { bra L; }");
  CHECK(target(module, 1) == 2);
  CHECK(target(module, 3) == 0);
}

TEST_CASE("inline assembly may use one label in two blocks") {
  const Module module = kernel_of(
      "{ .reg .pred p; setp.ne.b32 p, %r1, 0; @p bra L1; mov.u32 %r2, 1; L1: }\n"
      "{ .reg .pred p; setp.ne.b32 p, %r1, 0; @p bra L1; mov.u32 %r2, 1; L1: }");
  const Function& k = module.functions[0];
  REQUIRE((k.labels.size() == 2 && k.instructions.size() == 6));
  CHECK((target(module, 1) == 3 && target(module, 4) == 6));
  CHECK(k.instructions[1].guard != k.instructions[4].guard);
}

TEST_CASE("a block's label cannot be reached from outside") {
  CHECK(contains(kernel_refusal("bra L; { L: ret; }"), "'L' is not declared anywhere"));
}

TEST_CASE("a function's own name hides a module's variable") {
  const Module module =
      kernel_of("{ .shared .b32 s; ld.b32 %r1, [s]; } ld.b32 %r1, [s];", ".global .b32 s;");
  const auto& instructions = module.functions[0].instructions;
  CHECK(instructions[0].operands[1].symbol.kind == SymbolKind::kFunctionVariable);
  CHECK(instructions[1].operands[1].symbol.kind == SymbolKind::kModuleVariable);
}
