// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/syntax/parsed.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

TEST_CASE("a kernel has parameters with sizes and alignments") {
  const Module module = module_of(R"(
.visible .entry k(
	.param .u64 .ptr .global .align 16 k_param_0,
	.param .align 8 .b8 k_param_1[32],
	.param .f32 k_param_2
) { ret; })");
  const Function& k = *module.find_function("k");
  CHECK((k.is_entry && k.has_body && k.linkage == Linkage::kVisible && k.ptx_line == 5));
  REQUIRE(k.parameters.size() == 3);
  CHECK((k.parameters[0].size_bytes == 8 && k.parameters[0].align_bytes == 8));
  CHECK((k.parameters[1].size_bytes == 32 && k.parameters[1].align_bytes == 8));
  CHECK((k.parameters[2].type == ScalarType::kF32 && k.parameters[2].name == "k_param_2"));
  CHECK(k.variables.size() == 3);
}

TEST_CASE("a kernel's directives are kept") {
  const Module module = module_of(R"(
.entry a() .maxntid 128, 2, 4 .minnctapersm 3 .maxnreg 64 { ret; }
.entry b() .reqntid 32 .maxnreg 168 .pragma "nounroll"; .noreturn { ret; }
.entry c() .explicitcluster .reqnctapercluster 2, 1 .maxclusterrank 8 { ret; }
.entry d { ret; })");
  using Extents = std::array<std::uint32_t, 3>;
  const KernelDirectives a = module.find_function("a")->directives;
  CHECK((a.max_threads == Extents{128, 2, 4} && a.required_threads == Extents{0, 0, 0}));
  CHECK((a.min_blocks_per_sm == 3 && a.max_registers == 64));
  const KernelDirectives b = module.find_function("b")->directives;
  CHECK((b.required_threads == Extents{32, 1, 1} && b.max_registers == 168));
  CHECK(module.find_function("c")->directives.cluster_blocks == Extents{2, 1, 1});
  CHECK(module.find_function("d")->directives.cluster_blocks == Extents{0, 0, 0});
}

TEST_CASE("a declaration and its definition are one function") {
  const Module module = module_of(R"(
.visible .func (.param .b32 r) f(.param .b64 a);
.extern .func g(.param .b32 a);
.visible .func (.param .b32 r) f(.param .b64 b) { ret; }
.visible .func (.param .b32 r) f(.param .b64 c);)");
  REQUIRE(module.functions.size() == 2);
  CHECK(module.functions[0].has_body);
  CHECK(module.functions[0].parameters[0].name == "b");
  CHECK((!module.functions[1].has_body && module.functions[1].linkage == Linkage::kExtern));
}

TEST_CASE("a function's variables are results, parameters, then its body's") {
  const Module module = module_of(R"(
.func (.param .b32 r) f(.param .b64 a, .param .b8 b[3])
{ .local .align 8 .b8 depot[64]; .shared .f32 tile[4][4]; { .param .b64 argument; } ret; })");
  const auto& variables = module.functions[0].variables;
  REQUIRE(variables.size() == 6);
  CHECK((variables[0].name == "r" && variables[1].name == "a" && variables[2].name == "b"));
  CHECK((variables[3].space == StateSpace::kLocal && variables[3].size_bytes == 64));
  CHECK((variables[4].space == StateSpace::kShared && variables[4].size_bytes == 64));
  CHECK((variables[5].space == StateSpace::kParam && variables[5].name == "argument"));
}

TEST_CASE("register parameters are the first registers") {
  const Module module = module_of(
      ".func (.reg .b32 r) f(.param .b32 a, .reg .f64 b) { .reg .b32 t; mov.b32 t, r; ret; }");
  const auto& registers = module.functions[0].registers;
  REQUIRE(registers.size() == 3);
  CHECK((registers[0].name == "r" && registers[1].name == "b" && registers[2].name == "t"));
  CHECK(registers[1].type == ScalarType::kF64);
}

TEST_CASE("a direct call names results, function and arguments") {
  const Module module = kernel_of(R"(
{ // callseq 0, 0
.param .b64 param0;
.param .b32 retval0;
call.uni (retval0),
f,
(
param0, 7
);
}
call g; call.uni h, (%r1);)",
                                  R"(
.func (.param .b32 r) f(.param .b64 a, .param .b32 b) { ret; }
.func g() { ret; } .func h(.param .b32 a);)");
  const Function& k = *module.find_function("k");
  REQUIRE(k.calls.size() == 3);
  CHECK((k.instructions[0].name == "call" && k.instructions[0].call == 0));
  CHECK(k.instructions[0].operands.empty());
  const Call& first = k.calls[0];
  CHECK(first.callee.symbol.kind == SymbolKind::kFunction);
  CHECK(module.functions.at(static_cast<std::size_t>(first.callee.symbol.index)).name == "f");
  REQUIRE((first.results.size() == 1 && first.arguments.size() == 2));
  CHECK(first.results[0].symbol.kind == SymbolKind::kFunctionVariable);
  CHECK(first.arguments[1].bits == 7);
  CHECK(first.prototype == -1);
  CHECK((k.calls[1].arguments.empty() && k.calls[1].results.empty()));
  CHECK(k.calls[2].arguments.at(0).kind == OperandKind::kRegister);
  CHECK(k.calls[2].callee.name == "h");
}

TEST_CASE("an indirect call has a prototype") {
  const Module module = kernel_of(R"(
prototype_7 : .callprototype (.param .b32 _) _ (.param .b64 _, .param .align 4 .b8 _[12]);
prototype_8 : .callprototype ()_ ();
{ .param .b64 a; .param .b32 r; call (r), %rd7, (a, a), prototype_7; }
call %rd8, prototype_8;)");
  const Function& k = module.functions[0];
  REQUIRE((k.prototypes.size() == 2 && k.calls.size() == 2));
  CHECK(k.prototypes[0].name == "prototype_7");
  CHECK(k.prototypes[0].results.size() == 1);
  CHECK(k.prototypes[0].parameters.at(1).size_bytes == 12);
  CHECK(k.calls[0].callee.kind == OperandKind::kRegister);
  CHECK((k.calls[0].prototype == 0 && k.calls[1].prototype == 1));
}

TEST_CASE("a list of call targets knows its functions") {
  const Module module = kernel_of("targets: .calltargets f, g; call %rd1, targets; ret;",
                                  ".func g() { ret; } .func f() { ret; }");
  const Prototype& prototype = module.functions[0].prototypes.at(0);
  REQUIRE(prototype.targets.size() == 2);
  CHECK(module.functions.at(static_cast<std::size_t>(prototype.targets[0])).name == "f");
  CHECK(module.functions.at(static_cast<std::size_t>(prototype.targets[1])).name == "g");
}

TEST_CASE("an indirect branch has a list of labels") {
  const Module module =
      kernel_of("list: .branchtargets L0, L1, L0; brx.idx %r1, list; L0: ret; L1: exit;");
  const Function& k = module.functions[0];
  CHECK(operand(module, 1).kind == OperandKind::kLabelList);
  REQUIRE((operand(module, 1).index == 0 && k.label_lists.size() == 1));
  CHECK(k.label_lists[0] == std::vector<int>{0, 1, 0});
  CHECK((k.labels[0].instruction == 1 && k.labels[1].instruction == 2));
}

TEST_CASE("instructions know their line and what .loc said before them") {
  const Module module = kernel_of(R"(mov.u32 %r1, 1;
.loc	2 41 7
mov.u32 %r1,
  2;
.loc 1 30 3, function_name $L__info_string0+12, inlined_at 2 52 3
mov.u32 %r1, 3;
.loc 1 0 3
{ mov.u32 %r1, 4; })",
                                  ".func f() { ret; }\n.file 1 \"a.cu\"");
  const auto& instructions = module.functions[0].instructions;
  CHECK((instructions[0].location.ptx_line == 7 && instructions[0].location.file == 0));
  CHECK((instructions[1].location.ptx_line == 9 && instructions[1].location.file == 2));
  CHECK((instructions[1].location.line == 41 && instructions[1].location.inlined_file == 0));
  CHECK((instructions[2].location.line == 30 && instructions[2].location.inlined_file == 2));
  CHECK(instructions[2].location.inlined_line == 52);
  CHECK((instructions[3].location.line == 0 && instructions[3].location.inlined_file == 0));
  CHECK(module.find_function("f")->instructions[0].location.file == 0);
  REQUIRE(module.files.size() == 3);
  CHECK((module.files[1] == "a.cu" && module.files[2].empty()));
}
