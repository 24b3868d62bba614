// SPDX-License-Identifier: MIT
// 20,000 mutants of a module that uses every part of the grammar: each parses to a valid module or
// is refused with a sentence. The same search without an end is tests/fuzz/parse_ptx.fuzz.cpp.
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>
#include <string_view>

#include "sim/ptx/syntax/parse.h"
#include "tests/ptx/syntax/valid_module.h"

using namespace attnlab::ptx;

namespace {

constexpr std::string_view kSeed = R"(//
.version 9.0
.target sm_90a
.address_size 64
.extern .func (.param .b32 func_retval0) vprintf(.param .b64 a, .param .b64 b);
.visible .func (.param .b32 r) f(.param .b32 a);
.extern .shared .align 16 .b8 dynamic[];
.global .align 8 .u64 table[4] = {97, f, generic(gi)+12, gi+4};
.visible .global .align 4 .u32 gi[2] = {5, -1};
.const .align 4 .b8 grid[2][3] = {{1}, {2, 0x3, 0b1}};
.global .u8 packed[3] = {0xFF(gi), 0xFF00(generic(gi)), 7};
.global .v2 .f32 pair = {1.5, 0f3F800000};
.visible .entry k(.param .u64 .ptr .global .align 4 p, .param .align 8 .b8 q[32])
.maxntid 128, 1, 1
.minnctapersm 2
{
  .reg .pred %p<4>; .reg .b32 %r<10>; .reg .f32 %f<10>; .reg .b64 %rd<10>;
  .local .align 8 .b8 depot[16];
  .loc 1 40 0
  ld.param.u64 %rd1, [p];
  mov.u32 %r1, %tid.x;
  setp.lt.and.s32 %p1|%p2, %r1, (1<<4)|3, !%p3;
  @!%p1 bra $L__BB0_2;
  .loc 1 30 3, function_name $L__info_string0+2, inlined_at 1 40 3
  ld.global.v4.f32 {%f1, %f2, %f3, _}, [%rd1+-16];
  { .reg .b32 t; mov.b32 t, %r1; L: shfl.sync.bfly.b32 %r2|%p2, t, 16, 31, -1; @%p2 bra L; }
list: .branchtargets $L__BB0_2, $L__BB0_3;
  brx.idx %r1, list;
$L__BB0_2:
prototype_0 : .callprototype (.param .b32 _) _ (.param .b32 _);
  { .param .b32 a; .param .b32 r; st.param.b32 [a], 1; call (r), %rd2, (a), prototype_0; }
  call.uni (%r3), f, (%r1);
  cp.async.bulk.tensor.2d.shared::cluster.global [%r6], [%rd5, {%r1, %r2}], [dynamic+8];
$L__BB0_3: ret; /* end */
}
.visible .func (.param .b32 r) f(.param .b32 a) { .pragma "nounroll"; trap; }
.section .debug_str { $L__info_string0: .b8 95,90,0 }
.file 1 "a.cu", 17, 12
)";

std::string mutated(std::mt19937& random) {
  const auto below = [&](std::size_t count) { return random() % count; };
  std::string text(kSeed);
  for (std::size_t changes = 1 + below(2); changes > 0; --changes) {
    const std::size_t at = below(text.size());
    const std::size_t from = below(text.size());
    const std::size_t length = 1 + below(24);
    switch (below(6)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text[at] = kSeed[below(kSeed.size())];
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(from, length));
        break;
      case 4:
        if (const auto digit = text.find_first_of("0123456789", at); digit != text.npos) {
          text[digit] = static_cast<char>('0' + below(10));
        }
        break;
      default:
        text.replace(at, length, text.substr(from, length));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("mutants of a module parse to valid modules or are refused with a sentence") {
  REQUIRE(test::is_valid(parse(std::string(kSeed), "seed")));
  std::mt19937 random(1);
  int parsed = 0;
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = mutated(random);
    try {
      if (!test::is_valid(parse(text, "mutant"))) FAIL(text);
      ++parsed;
    } catch (const SyntaxError& error) {
      if (!std::string_view(error.what()).starts_with("mutant:")) FAIL(text);
      ++refused;
    }
  }
  CHECK(parsed > 1000);
  CHECK(refused > 10000);
}

TEST_CASE("the check of a module finds what is out of range") {
  Module module = parse(std::string(kSeed), "seed");
  Function& k = module.functions.at(2);
  REQUIRE(k.name == "k");
  Operand& operand = k.instructions.at(0).operands.at(0);
  const int index = operand.index;
  operand.index = static_cast<int>(k.registers.size());
  CHECK_FALSE(test::is_valid(module));
  operand.index = index;
  CHECK(test::is_valid(module));
  k.label_lists.at(0).at(0) = -1;
  CHECK_FALSE(test::is_valid(module));
  k.label_lists.at(0).at(0) = 0;
  module.variables.at(1).initial.pop_back();
  CHECK_FALSE(test::is_valid(module));
}
