// SPDX-License-Identifier: MIT
// The reader of PTX, on texts written for it: what it must find, and what it must leave alone.
#include "tests/kernels/ptx_text.h"

#include <catch2/catch_test_macros.hpp>

using attnlab::kernels::test::arithmetic_opcodes;
using attnlab::kernels::test::ptx_entries;
using attnlab::kernels::test::ptx_faults;
using attnlab::kernels::test::PtxEntry;

namespace {

using Texts = std::vector<std::string>;

const char* const kTwoEntries = R"(
.version 8.0
.visible .entry first_kernel(
	.param .u64 first_kernel_param_0,
	.param .u64 .ptr .global .align 4 first_kernel_param_1,
	.param .f32 first_kernel_param_2
)
.maxntid 128, 1, 1                      // @first_kernel
{
	.reg .f32 	%f<3>;
	.loc	1 42 0                          // kernel.cu:42:0
	ld.param.f32 	%f1, [first_kernel_param_2];
$L__BB0_1:                              // mul.f32 in a comment
	@%p1 mul.rn.f32 	%f2, %f1, %f1;
	@!%p1 bra 	$L__BB0_1;
	{ // callseq 0
	fma.rn.f32 	%f2, %f1, %f1, %f2;
	}
	mul.rn.f32 	%f2, %f1, %f1;
	mul.lo.s32 	%r1, %r2, %r3;
	ret;
}
.visible .entry second_kernel()
{
	ex2.approx.f32 	%f2, %f1;
	ret;
}
)";

Texts faults_of(const std::string& statement) {
  return ptx_faults(".entry k()\n{\n\t" + statement + ";\n}\n");
}

}  // namespace

TEST_CASE("entry points are read with their parameters, threads and opcodes") {
  const std::vector<PtxEntry> entries = ptx_entries(kTwoEntries);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].name == "first_kernel");
  CHECK(entries[0].parameter_types == Texts{"u64", "u64", "f32"});
  CHECK(entries[0].max_threads == 128);
  CHECK(entries[0].opcodes == std::map<std::string, int>{{"ld.param.f32", 1},
                                                         {"mul.rn.f32", 2},
                                                         {"bra", 1},
                                                         {"fma.rn.f32", 1},
                                                         {"mul.lo.s32", 1},
                                                         {"ret", 1}});
  CHECK(entries[1].name == "second_kernel");
  CHECK(entries[1].parameter_types.empty());
  CHECK(entries[1].max_threads == 0);
  CHECK(entries[1].opcodes.at("ex2.approx.f32") == 1);
}

TEST_CASE("floating-point arithmetic is told from moves and integers") {
  CHECK(arithmetic_opcodes(ptx_entries(kTwoEntries)) ==
        Texts{"ex2.approx.f32", "fma.rn.f32", "mul.rn.f32"});
}

TEST_CASE("clean PTX has no fault") {
  CHECK(ptx_faults(kTwoEntries).empty());
  for (const char* clean :
       {"add.rn.f32 %f1, %f2, %f3", "add.s32 %r1, %r2, %r3", "mul.wide.s32 %rd1, %r1, %r2",
        "div.rn.f32 %f1, %f2, %f3", "div.s32 %r1, %r2, %r3", "rcp.rn.f32 %f1, %f2",
        "lg2.approx.f32 %f1, %f2", "max.f32 %f1, %f2, %f3", "atom.add.u32 %r1, [%rd1], 1"}) {
    CHECK(faults_of(clean).empty());
  }
}

TEST_CASE("a bare multiplication or addition is found, predicated or not") {
  for (const char* name : {"mul.f32", "add.f32", "sub.f32", "mad.f32", "mul.f64", "add.f16x2"}) {
    const Texts expected = {std::string(name) + " has no rounding: ptxas may fuse it"};
    CHECK(faults_of(std::string(name) + " %f1, %f2, %f3") == expected);
    CHECK(faults_of("@%p3 " + std::string(name) + " %f1, %f2, %f3") == expected);
  }
}

TEST_CASE("a bare multiplication planted in a whole kernel is found") {
  std::string planted = kTwoEntries;
  const std::size_t place = planted.find("mul.rn.f32 \t%f2, %f1, %f1;\n\tmul.lo");
  REQUIRE(place != std::string::npos);
  planted.replace(place, 10, "mul.f32");
  CHECK(ptx_faults(planted) == Texts{"mul.f32 has no rounding: ptxas may fuse it"});
}

TEST_CASE("flushing, approximate division and floating-point atomics are found") {
  CHECK(faults_of("fma.rn.ftz.f32 %f1, %f2, %f3, %f4").size() == 1);
  CHECK(faults_of("ex2.approx.ftz.f32 %f1, %f2").size() == 1);
  CHECK(faults_of("div.approx.f32 %f1, %f2, %f3").size() == 1);
  CHECK(faults_of("div.full.f32 %f1, %f2, %f3").size() == 1);
  CHECK(faults_of("rcp.approx.f32 %f1, %f2").size() == 1);
  CHECK(faults_of("sqrt.approx.f32 %f1, %f2").size() == 1);
  CHECK(faults_of("red.global.add.f32 [%rd1], %f2").size() == 1);
  CHECK(faults_of("atom.global.add.f64 %fd1, [%rd1], %fd2").size() == 1);
}
