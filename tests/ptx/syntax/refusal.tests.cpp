// SPDX-License-Identifier: MIT
// Text that is not PTX, or not PTX that is read here: one sentence names place and reason.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/syntax/parsed.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

struct Case {
  std::string text;
  const char* sentence;  // with line and column
};

void check_all(const std::vector<Case>& cases, std::string (*refuse)(const std::string&)) {
  for (const Case& one : cases) {
    INFO(one.text);
    CHECK(refuse(one.text) == std::string("test.ptx:") + one.sentence);
  }
}

}  // namespace

TEST_CASE("a preamble that is missing or strange is refused") {
  check_all(
      {
          {"", "1:1: expected '.version' first, found the end of the text"},
          {"#include <a>", "1:1: '#' has no meaning in PTX"},
          {".version eight", "1:10: expected a version such as 8.0, found 'eight'"},
          {".version 8.0\n", "2:1: expected '.target' after '.version', found the end of the text"},
          {".version 8.0 .target gfx90", "1:22: the target is 'gfx90', it must begin with 'sm_'"},
          {".version 8.0 .target sm_80 .address_size 32", "1:42: addresses must have 64 bits"},
      },
      refusal);
}

TEST_CASE("bytes that are not PTX text are refused where they stand") {
  const std::string nul(1, '\0');
  const char* const in_text = "4:1: the byte 0x00 has no meaning in PTX";
  const char* const in_comment = "4:4: the text holds a NUL byte; PTX is plain text";
  check_all(
      {
          {nul, in_text},
          {"// " + nul, in_comment},
          {"/* " + nul + "*/", in_comment},
          {".file 1 \"" + nul + "\"", "4:10: the text holds a NUL byte; PTX is plain text"},
          {"\x1b[31m", "4:1: the byte 0x1b has no meaning in PTX"},
          {".global .b32 \xc3\xa9;", "4:14: the byte 0xc3 has no meaning in PTX"},
          {".global .b32 a = 'c';", "4:18: ''' has no meaning in PTX"},
          {"\n /* no end", "5:2: this comment has no end, '*/'"},
          {".file 1 \"a.cu\n\"", "4:9: this string has no end, '\"'"},
          {".file 1 \"\\", "4:9: this string has no end, '\"'"},
      },
      module_refusal);
}

TEST_CASE("declarations that do not hold together are refused") {
  check_all(
      {
          {".global .b32 a", "4:15: expected ';' after a declaration, found the end of the text"},
          {".global a;", "4:9: expected a type such as .b32, found 'a'"},
          {".global .pred a;",
           "4:10: predicates live in registers only, '.pred' has no size in memory"},
          {".global .texref a;", "4:10: expected a type such as .b32, found '.texref'"},
          {".global .align 3 .b32 a;", "4:16: an alignment is 3, it must be a power of two"},
          {".global .b32 a[];", "4:14: 'a' needs a size or initial values"},
          {".global .b32 a[0];", "4:16: an array's extent is 0, it must be at least 1"},
          {".global .b32 a[2][];", "4:19: expected an array's extent, found ']'"},
          {".global .b32 a; .const .b32 a;", "4:29: 'a' is defined twice in this module"},
          {".global .b32 f; .func f() { ret; }", "4:23: 'f' is defined twice in this module"},
          {".func f() { ret; } .global .b32 f;", "4:33: 'f' is defined twice in this module"},
          {".func f() { ret; } .func f() { ret; }", "4:26: 'f' is defined twice in this module"},
          {".func f();\n.func f(.param .b32 a) { ret; }",
           "5:7: 'f' has other results or parameters than in line 4"},
          {".local .b32 a;",
           "4:2: expected a function or a .global, .const or .shared variable, found '.local'"},
          {".alias f, g;",
           "4:2: expected a function or a .global, .const or .shared variable, found '.alias'"},
          {".section .debug {{}", "4:17: this '{' is never closed"},
          {".file 65536 \"a\"",
           "4:7: the number of '.file' is 65536, it must be an integer up to 65535"},
      },
      module_refusal);
}

TEST_CASE("initial values that do not fit are refused") {
  check_all(
      {
          {".global .b32 a = ;", "4:18: expected an initial value, found ';'"},
          {".global .b32 a[2] = {1, 2, 3};", "4:28: 'a' has 2 elements here, more are given"},
          {".global .b32 a[2] = {1,};", "4:24: expected an initial value, found '}'"},
          {".global .b32 a[2] = 3;",
           "4:21: expected '{' before the initial values of an array, found '3'"},
          {".global .b32 a[2][2] = {1, 2};",
           "4:25: expected '{' before the initial values of an array, found '1'"},
          {".global .f32 a = 1;", "4:18: an integer cannot be the initial value of a '.f32'"},
          {".global .u32 a = 1.0;",
           "4:18: a floating-point number cannot be the initial value of a '.u32'"},
          {".shared .b32 a = 1;", "4:16: 'a' cannot have an initial value: it is '.shared'"},
          {".extern .const .b32 a = 1;", "4:23: 'a' cannot have an initial value: it is '.extern'"},
          {".global .u64 a = b;", "4:18: 'b' is not declared anywhere"},
          {".global .u16 a = a;",
           "4:18: expected a number, an address does not fit a '.u16', found 'a'"},
          {".global .u8 a = 0xFF0(a);",
           "4:17: the mask '0xFF0' of an address must select one whole byte of it, for one element "
           "of a byte"},
          {".global .b32 a = 1/0;", "4:19: this expression divides by zero"},
          {".global .b32 a = 1.0 % 2.0;", "4:22: '%' needs two integers"},
          {".global .b32 a = 1+2.0;", "4:19: '+' needs two integers or two decimal floats"},
          {".global .b32 a = ~1.0;", "4:18: '~' needs an integer"},
      },
      module_refusal);
}

TEST_CASE("numbers that are none are refused") {
  check_all(
      {
          {"mov.u32 %r1, 09;", "7:14: '09' is not a number"},
          {"mov.u32 %r1, 0x;", "7:14: '0x' is not a number"},
          {"mov.u32 %r1, 1UL;", "7:14: '1UL' is not a number"},
          {"mov.u64 %rd1, 18446744073709551616;",
           "7:15: '18446744073709551616' does not fit 64 bits"},
          {"mov.f32 %f1, 0f3F80;",
           "7:14: '0f3F80' has 4 hexadecimal digits after '0f', a 32-bit float has 8"},
          {"mov.f32 %f1, 0f3F80000G;", "7:14: '0f3F80000G' is not a number"},
          {"mov.f32 %f1, 1e999;", "7:14: '1e999' is outside the range of a 64-bit float"},
          {"mov.f32 %f1, 1.2.3;", "7:14: '1.2.3' is not a number"},
      },
      kernel_refusal);
}

TEST_CASE("instructions that do not hold together are refused") {
  check_all(
      {
          {"ret", "8:1: expected an operand, found '}'"},
          {"mov.u32 %r1, 2\nret;", "8:1: expected ';' after an instruction, found 'ret'"},
          {";", "7:1: expected an instruction, a label, a declaration or '}', found ';'"},
          {"add.s32 %r1, %r2, ;", "7:19: expected an operand, found ';'"},
          {"mov.u32 %r1, %foo;",
           "7:14: '%foo' is neither declared here nor a special register of PTX"},
          {"mov.u32 %r1, %envreg32;",
           "7:14: '%envreg32' is neither declared here nor a special register of PTX"},
          {"mov.u32 %r1, %laneid.x;", "7:14: '%laneid' has no part '.x'"},
          {"mov.u32 %r1, %tid.q;", "7:14: '%tid' has no part '.q'"},
          {"mov.u64 %rd1, nowhere;", "7:15: 'nowhere' is not declared anywhere"},
          {"bra L; mov.u32 L, 1; .reg .b32 L;", "7:5: 'L' is used before it is declared"},
          {"ld.b32 %r1, [%rd1-8];", "7:18: a negative offset is written '+-', as in '[%rd1+-8]'"},
          {"ld.b32 %r1, [p+%r2];", "7:16: expected a number to add to 'p', found '%r2'"},
          {"ld.b32 %r1, [%rd1+%r2];", "7:19: expected a number to add to '%rd1', found '%r2'"},
          {"ld.b32 %r1, [1.0];", "7:14: '1.0' cannot be an address"},
          {"ld.b32 %r1, [%tid.x];", "7:14: '%tid.x' cannot be an address"},
          {"ld.b32 %r1, [%rd1;", "7:18: expected ']' after an address, found ';'"},
          {"ld.b32 %r1, p[1];", "7:14: expected an element of 'p' as 'name+bytes', found '['"},
          {"L: ld.b32 %r1, [L];", "7:17: 'L' is a label, it has no address"},
          {"mov.b64 {%r1, %r2, %rd1;",
           "7:24: expected '}' after the elements of a vector, found "
           "';'"},
          {"mov.b64 {{%r1}}, %rd1;", "7:10: expected an operand, found '{'"},
          {"mov.b32 %r1, -p;",
           "7:14: '-' stands before a register or a number only, 'p' is neither"},
          {"@%r1 ret;", "7:2: '%r1' is not a register of type .pred declared here"},
          {"@q ret;", "7:2: 'q' is not a register of type .pred declared here"},
          {"@%p1 { ret; }", "7:6: expected an instruction, found '{'"},
      },
      kernel_refusal);
}

TEST_CASE("bodies that do not hold together are refused") {
  check_all(
      {
          {"{ ret;", "5:1: the body of 'k' has no end, a '}' is missing"},
          {"L: L: ret;", "7:4: 'L' is declared twice in this block"},
          {".reg .b32 %r1;", "7:11: '%r1' is declared twice in this block"},
          {".reg .b32 %r<3>;", "7:11: '%r' is declared twice in this block"},
          {".reg .v4 .f32 v;",
           "7:7: vector registers are not supported; declare one for each element"},
          {".global .b32 a;", "7:2: a '.global' variable is declared outside of functions"},
          {".shared .b32 a[];", "7:14: 'a' needs a size inside a function"},
          {".local .b32 a = 3;", "7:15: expected ';' after a declaration, found '='"},
          {".maxntid 3",
           "7:2: expected a directive of a function's body, such as '.reg', found '.maxntid'"},
          {".loc 1 2", "8:1: expected the column of '.loc', found '}'"},
          {".loc 1 2 3, elsewhere 3",
           "7:13: '.loc' knows 'function_name' and 'inlined_at', not 'elsewhere'"},
          {"call p;", "7:6: 'p' is not a function or a register"},
          {"call f;", "7:6: 'f' is not declared anywhere"},
          {"call k, (%r1), f;",
           "7:16: 'f' must be placed before with '.callprototype' or '.calltargets'"},
          {"T: .calltargets f;", "7:17: 'f' is not declared anywhere"},
          {"T: .branchtargets L; brx.idx %r1, T;", "7:19: 'L' is not a label of this function"},
          {"T: .branchtargets T; ret;", "7:19: 'T' is not a label"},
          {"T: .callprototype f();",
           "7:19: expected '_' in the place of a function's name, found 'f'"},
          {"T: .callprototype _ (); mov.u32 %r1, T;", "7:38: 'T' is a prototype, it is no operand"},
      },
      kernel_refusal);
}

TEST_CASE("functions' headers that do not hold together are refused") {
  check_all(
      {
          {".entry (.param .b32 r) k() { ret; }", "4:8: a kernel ('.entry') has no results"},
          {".entry k(.b32 a) { ret; }",
           "4:11: expected a parameter, which begins with '.param', found '.b32'"},
          {".entry k(.param .b32 a, .param .b32 a) { ret; }",
           "4:37: 'a' is declared twice in this block"},
          {".entry k() .maxntid { ret; }", "4:21: expected an extent of .maxntid, found '{'"},
          {".entry k() .maxnreg 4294967296 { ret; }",
           "4:21: the number of .maxnreg is 4294967296, it must be an integer up to 4294967295"},
          {".entry k() .unknown { ret; }",
           "4:13: expected '{', ';' or a directive such as '.maxntid', found '.unknown'"},
          {".entry k() .pragma 3;", "4:20: expected a string after '.pragma', found '3'"},
          {".entry { ret; }", "4:8: expected the name of a function, found '{'"},
          {".entry k() { mov.u64 k, v; } .func f() { ret; } .global .u64 a = f+1.0;",
           "4:68: the offset of an address must be an integer"},
      },
      module_refusal);
}
