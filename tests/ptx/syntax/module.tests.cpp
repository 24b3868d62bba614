// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>
#include <utility>

#include "tests/ptx/syntax/parsed.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

TEST_CASE("the preamble names version and target") {
  const Module module = parse(".version 9.0 .target sm_90a, debug\n.address_size 64", "a.ptx");
  CHECK(module.version == "9.0");
  CHECK(module.target == "sm_90a");
  CHECK(module.functions.empty());
}

TEST_CASE("a module that is moved keeps its names") {
  Module first = module_of(".visible .entry kernel_with_a_long_name() { ret; }");
  const Module second = std::move(first);
  REQUIRE(second.find_function("kernel_with_a_long_name") != nullptr);
  CHECK(second.functions[0].instructions[0].text == "ret;");
  CHECK(second.find_function("ret") == nullptr);
}

TEST_CASE("comments of both kinds stand anywhere") {
  const Module module = module_of("/* .global .b32 a; \n */ .global // .b32\n.b32 /**/ b;");
  REQUIRE(module.variables.size() == 1);
  CHECK(module.variables[0].name == "b");
  CHECK(module.variables[0].ptx_line == 6);
}

TEST_CASE("comments and strings may hold a path in any alphabet") {
  const Module module = module_of("// \xc3\xa9\n.file 1 \"sources/jos\xc3\xa9/a.cu\"");
  CHECK(module.files.at(1) == "sources/jos\xc3\xa9/a.cu");
}

TEST_CASE("variables have space, type, alignment, size and linkage") {
  const Module module = module_of(R"(
.visible .global .align 16 .v4 .f32 a[3];
.extern .shared .align 128 .b8 dynamic[];
.const .f64 b;
.weak .global .u16 c[4][8][0x10];
.common .global .b32 d;
.global .attribute(.managed) .s64 e, f[2];)");
  REQUIRE(module.variables.size() == 7);
  const Variable& a = *module.find_variable("a");
  CHECK((a.space == StateSpace::kGlobal && a.type == ScalarType::kF32 && a.vector == 4));
  CHECK((a.align_bytes == 16 && a.size_bytes == 48 && a.linkage == Linkage::kVisible));
  const Variable& dynamic = *module.find_variable("dynamic");
  CHECK((dynamic.unsized && dynamic.size_bytes == 0 && dynamic.align_bytes == 128));
  CHECK((dynamic.space == StateSpace::kShared && dynamic.linkage == Linkage::kExtern));
  const Variable& b = *module.find_variable("b");
  CHECK((b.space == StateSpace::kConst && b.align_bytes == 8 && b.size_bytes == 8));
  CHECK(module.find_variable("c")->size_bytes == 1024);
  CHECK(module.find_variable("c")->linkage == Linkage::kWeak);
  CHECK(module.find_variable("d")->linkage == Linkage::kCommon);
  CHECK(module.find_variable("e")->size_bytes == 8);
  CHECK(module.find_variable("f")->size_bytes == 16);
  CHECK(module.find_variable("g") == nullptr);
}

TEST_CASE("a vector is aligned to all of it, an array to its element") {
  const Module module = module_of(".global .v2 .f32 a; .global .u16 b[8];");
  CHECK(module.variables[0].align_bytes == 8);
  CHECK(module.variables[1].align_bytes == 2);
}

TEST_CASE("a definition replaces its extern declaration") {
  for (const char* text : {".extern .global .b32 a[2]; .visible .global .b32 a[2] = {1, 2};",
                           ".visible .global .b32 a[2] = {1, 2}; .extern .global .b32 a[2];"}) {
    const Module module = module_of(text);
    REQUIRE(module.variables.size() == 1);
    CHECK(module.variables[0].linkage == Linkage::kVisible);
    CHECK(module.variables[0].initial.size() == 8);
  }
}

TEST_CASE("files have the numbers that .file gives them, wherever it stands") {
  const Module module = module_of(
      ".visible .entry k() { ret; }\n.file 3 \"c.cu\"\n.file 1 \"a \\\"b\\\".cu\", 1700000000, 12");
  REQUIRE(module.files.size() == 4);
  CHECK(module.files[1] == "a \\\"b\\\".cu");
  CHECK(module.files[2].empty());
  CHECK(module.files[3] == "c.cu");
}

TEST_CASE("sections of debug information are passed over") {
  const Module module = module_of(R"(
.section .debug_str {
$L__info_string0:
.b8 95,90,78,0
.b64 $L__tmp1-$L__tmp0 {nested}
}
	.section	.debug_loc	{	}
.global .b32 after;)");
  REQUIRE(module.variables.size() == 1);
  CHECK(module.variables[0].name == "after");
}

TEST_CASE("a module's pragma changes nothing") {
  CHECK(module_of(".pragma \"nounroll\", \"other\"; .global .b32 a;").variables.size() == 1);
}
