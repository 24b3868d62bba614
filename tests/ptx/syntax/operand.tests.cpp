// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/syntax/parsed.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

std::string_view register_name(const Module& module, const Operand& operand) {
  return module.find_function("k")->registers.at(static_cast<std::size_t>(operand.index)).name;
}

}  // namespace

TEST_CASE("an instruction is its name, modifiers and operands") {
  const Module module = kernel_of("@!%p1 ld.global.L2::128B.v2.f32 {%f1, %f2}, [%rd1+16]; ret;");
  const Instruction& load = first_instruction(module);
  CHECK(load.name == "ld");
  CHECK(load.modifiers == std::vector<std::string_view>{"global", "L2::128B", "v2", "f32"});
  CHECK(load.text == "@!%p1 ld.global.L2::128B.v2.f32 {%f1, %f2}, [%rd1+16];");
  CHECK(load.guard_negated);
  CHECK(module.functions[0].registers.at(static_cast<std::size_t>(load.guard)).name == "%p1");
  CHECK_FALSE(load.paired);
  REQUIRE(load.operands.size() == 2);
  const Operand& to = load.operands[0];
  CHECK((to.kind == OperandKind::kVector && to.elements.size() == 2));
  CHECK(register_name(module, to.elements[1]) == "%f2");
  const Operand& from = load.operands[1];
  CHECK((from.kind == OperandKind::kAddress && from.base == OperandKind::kRegister));
  CHECK((register_name(module, from) == "%rd1" && from.offset == 16));
  CHECK(module.functions[0].instructions[1].guard == -1);
}

TEST_CASE("modifiers may begin with a digit and join words") {
  const Module module = kernel_of(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes "
      "[%r6], [%rd5, {%r1, %r2}], [%r6+8];");
  const Instruction& copy = first_instruction(module);
  CHECK(copy.modifiers.at(3) == "2d");
  CHECK(copy.modifiers.at(4) == "shared::cluster");
  CHECK(copy.modifiers.at(6) == "mbarrier::complete_tx::bytes");
  const Operand& tensor = copy.operands.at(1);
  CHECK((tensor.kind == OperandKind::kAddress && tensor.base == OperandKind::kRegister));
  REQUIRE(tensor.elements.size() == 2);
  CHECK(register_name(module, tensor.elements[1]) == "%r2");
}

TEST_CASE("a register's second destination pairs with the first") {
  const Module module = kernel_of("shfl.sync.bfly.b32 %r1|%p1, %r2, 16, 31, -1;");
  CHECK(first_instruction(module).paired);
  REQUIRE(first_instruction(module).operands.size() == 6);
  CHECK(register_name(module, operand(module, 1)) == "%p1");
  CHECK(operand(module, 5).bits == ~std::uint64_t{0});
  CHECK(operand(module, 5).name == "-1");
}

TEST_CASE("an underscore discards") {
  const Module module = kernel_of("mov.b64 {%r1, _}, %rd1;");
  CHECK(operand(module, 0).elements.at(1).kind == OperandKind::kDiscard);
}

TEST_CASE("immediates are integers, floats and expressions") {
  struct Case {
    const char* text;
    ImmediateKind kind;
    std::uint64_t bits;
  };
  const Case cases[] = {
      {"42", ImmediateKind::kInteger, 42},
      {"0XfU", ImmediateKind::kInteger, 15},
      {"-8", ImmediateKind::kInteger, ~std::uint64_t{0} - 7},
      {"(1<<4)|3", ImmediateKind::kInteger, 19},
      {"~5", ImmediateKind::kInteger, ~std::uint64_t{5}},
      {"WARP_SZ-1", ImmediateKind::kInteger, 31},
      {"0f3FB8AA3B", ImmediateKind::kF32, 0x3fb8aa3b},
      {"0F7f800000", ImmediateKind::kF32, 0x7f800000},
      {"0dBFF0000000000000", ImmediateKind::kF64, 0xbff0000000000000},
      {"1.5", ImmediateKind::kF64, 0x3ff8000000000000},
      {"-1e3", ImmediateKind::kF64, 0xc08f400000000000},
      {"2.5E-1", ImmediateKind::kF64, 0x3fd0000000000000},
      {"4.9e-324", ImmediateKind::kF64, 1},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    const Module module = kernel_of("mov.b32 %r1, " + std::string(one.text) + ";");
    CHECK(operand(module, 1).kind == OperandKind::kImmediate);
    CHECK(operand(module, 1).immediate == one.kind);
    CHECK(operand(module, 1).bits == one.bits);
    CHECK(operand(module, 1).name == one.text);
  }
}

TEST_CASE("special registers keep their names") {
  for (const char* name :
       {"%tid.x", "%nctaid.z", "%laneid", "%clock64", "%lanemask_lt", "%envreg31", "%pm7_64",
        "%cluster_ctaid.y", "%globaltimer", "%ntid", "%reserved_smem_offset_1", "WARP_SZ"}) {
    INFO(name);
    const Module module = kernel_of("mov.u32 %r1, " + std::string(name) + ";");
    CHECK(operand(module, 1).kind == OperandKind::kSpecialRegister);
    CHECK(operand(module, 1).name == name);
  }
}

TEST_CASE("a minus or an exclamation mark negates a register") {
  const Module module = kernel_of("setp.lt.and.s32 %p1, -%r1, %r2, !%p2;");
  CHECK(operand(module, 1).negated);
  CHECK(operand(module, 1).name == "-%r1");
  CHECK_FALSE(operand(module, 2).negated);
  CHECK((operand(module, 3).negated && operand(module, 3).kind == OperandKind::kRegister));
}

TEST_CASE("an address is a register, a name or a number with an offset") {
  const Module module = kernel_of("st.v4 [%rd1], [%rd1+-8], [table+2*4], [table], [64], [64+8];",
                                  ".global .b32 table[4];");
  const auto& operands = first_instruction(module).operands;
  CHECK((operands[0].base == OperandKind::kRegister && operands[0].offset == 0));
  CHECK(operands[1].offset == -8);
  CHECK((operands[2].base == OperandKind::kSymbol && operands[2].offset == 8));
  CHECK(operands[2].symbol.kind == SymbolKind::kModuleVariable);
  CHECK((operands[3].symbol.index == 0 && operands[3].offset == 0));
  CHECK((operands[4].base == OperandKind::kImmediate && operands[4].bits == 64));
  CHECK(operands[5].bits == 72);
  for (const Operand& one : operands) CHECK(one.kind == OperandKind::kAddress);
}

TEST_CASE("a name is a parameter, a variable or a function") {
  const Module module = kernel_of(".shared .b8 mine[4]; mov.u64 p, mine, yours+4, f;",
                                  ".func f() { ret; } .global .b32 yours[2];");
  const auto& operands = first_instruction(module).operands;
  CHECK(operands[0].symbol.kind == SymbolKind::kFunctionVariable);
  CHECK(operands[0].symbol.index == 0);
  CHECK(operands[1].symbol.kind == SymbolKind::kFunctionVariable);
  CHECK(operands[1].symbol.index == 1);
  CHECK(operands[2].symbol.kind == SymbolKind::kModuleVariable);
  CHECK(operands[2].offset == 4);
  CHECK(operands[3].symbol.kind == SymbolKind::kFunction);
  CHECK(module.functions.at(static_cast<std::size_t>(operands[3].symbol.index)).name == "f");
  for (const Operand& one : operands) CHECK(one.kind == OperandKind::kSymbol);
}

TEST_CASE("a vector holds registers and immediates") {
  const Module module = kernel_of("mov.b32 %f1, {0, %r1};");
  const Operand& vector = operand(module, 1);
  CHECK(vector.elements.at(0).kind == OperandKind::kImmediate);
  CHECK(vector.elements.at(1).kind == OperandKind::kRegister);
  CHECK(vector.name == "{0, %r1}");
}
