// SPDX-License-Identifier: MIT
// Text made to be slow, deep or large: refused in one sentence, or read in linear time.
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <functional>

#include "sim/ptx/syntax/declaration/variable.h"
#include "tests/ptx/syntax/parsed.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

// part(0) part(1) … part(times - 1)
std::string numbered(int times, const std::function<std::string(std::string)>& part) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part(std::to_string(i));
  return text;
}

// A megabyte takes tenths of a second; what grows with its square takes minutes.
template <typename Work>
void check_quick(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

}  // namespace

TEST_CASE("nesting is refused at a limit, however deep it goes") {
  constexpr int kDeep = 1000000;
  CHECK(contains(kernel_refusal(repeated("{", kDeep)), "7:33: blocks nest deeper than 32"));
  for (const char* part : {"(", "-", "~", "!("}) {
    CHECK(contains(kernel_refusal("mov.u32 %r1, " + repeated(part, kDeep)),
                   "this expression nests deeper than 64"));
  }
  CHECK(contains(module_refusal(".global .b8 a[2] = " + repeated("{", kDeep)),
                 "expected an initial value"));
  CHECK(contains(module_refusal(".global .b8 a" + repeated("[1]", kDeep)),
                 "an array has more than 8 dimensions"));
  CHECK(contains(kernel_refusal("mov.b64 " + repeated("{", kDeep)), "expected an operand"));
}

TEST_CASE("nesting up to the limit is read") {
  CHECK(kernel_refusal(repeated("{", 32) + "ret;" + repeated("}", 32)).empty());
  CHECK(
      kernel_refusal("mov.u32 %r1, " + repeated("(", 63) + "1" + repeated(")", 63) + ";").empty());
  CHECK(module_refusal(".global .b8 a[1][1][1][1][1][1][1][1] = {{{{{{{{1}}}}}}}};").empty());
}

TEST_CASE("a section's braces may nest as they like") {
  CHECK(module_refusal(".section .a " + repeated("{", 100000) + repeated("}", 100000)).empty());
}

TEST_CASE("a function has at most a million registers") {
  const std::string sentence = "this function declares more than 1000000 registers";
  CHECK(contains(kernel_refusal(".reg .b32 %x<2000000000>;"), "7:11: with '%x' " + sentence));
  CHECK(contains(kernel_refusal(".reg .b32 %x<999966>, %y;"), "7:23: with '%y' " + sentence));
  CHECK(kernel_refusal(".reg .b32 %x<999966>;").empty());
  CHECK(contains(kernel_refusal(".reg .b32 %x<5000000000>;"),
                 "a number of registers is 5000000000, it must be an integer up to 4294967295"));
}

TEST_CASE("a variable has at most 2^40 bytes") {
  CHECK(module_of(".global .b8 a[1099511627776];").variables[0].size_bytes == kMaxVariableBytes);
  for (const char* declarator : {"a[137438953473]", "a[1048576][1048576]",
                                 "a[1099511627776][1099511627776][1099511627776]"}) {
    CHECK(contains(module_refusal(".global .b64 " + std::string(declarator) + ";"),
                   "4:14: 'a' is larger than 2^40 bytes"));
  }
  CHECK(contains(module_refusal(".global .b8 a[1099511627777];"), "an array's extent is"));
}

TEST_CASE("a short text cannot ask for much initialised memory") {
  CHECK(module_of(".global .b8 a[67108864] = {1};").variables[0].initial.size() == 67108864);
  const std::string sentence = "the initialised variables of this module take more than";
  CHECK(contains(module_refusal(".global .b8 a[67108865] = {1};"), sentence));
  CHECK(contains(module_refusal(".global .b8 a[67108864] = {1}, b = 1;"), "with 'b' " + sentence));
  CHECK(contains(module_refusal(".global .b8 a[][1099511627776] = {{1}};"), sentence));
}

TEST_CASE("a message repeats the beginning of a long name only") {
  const std::string sentence = kernel_refusal("mov.u32 %r1, %" + std::string(1000000, 'x') + ";");
  CHECK(contains(sentence, "xxx…' is neither declared here"));
  CHECK(sentence.size() < 200);
}

TEST_CASE("a hundred thousand names of a kind are read in linear time") {
  constexpr int kMany = 100000;
  const auto number = [](const char* before, const char* after) {
    return [=](const std::string& i) { return before + i + after; };
  };
  const std::string texts[] = {
      numbered(kMany, number("bra L", ";\n")) + numbered(kMany, number("L", ":\n")) + "ret;",
      numbered(kMany, number("L", ":\n")) + numbered(kMany, number("bra L", ";\n")),
      numbered(kMany, number("{ L", ": bra OUT; }\n")) + "OUT: ret;",
      repeated("{", 32) + numbered(kMany, number("bra L", ";\n")) + repeated("}", 32) +
          numbered(kMany, number("L", ":\n")),
      numbered(kMany, number(".reg .b32 %x", "_<3>;\n")) +
          numbered(kMany, number("mov.b32 %x", "_2, 0;\n")),
      numbered(32, number("{ .reg .b32 %y", "<3>, z;\n")) + repeated("mov.b32 %r1, 1;\n", kMany) +
          repeated("}", 32),
      numbered(kMany, number("{ .param .b32 a; st.param.b32 [a], ", "; }\n")),
      "T: .branchtargets " + numbered(kMany, number("L", ", ")) + "L0;\n" +
          numbered(kMany, number("L", ":\n")),
  };
  for (const std::string& text : texts) {
    INFO(text.substr(0, 60));
    check_quick([&] { CHECK(kernel_refusal(text).empty()); });
  }
}

TEST_CASE("a hundred thousand declarations of a module are read in linear time") {
  constexpr int kMany = 100000;
  const std::string texts[] = {
      repeated(".func f(.param .b32 a);\n", kMany),
      repeated(".extern .global .b32 a;\n", kMany),
      numbered(kMany, [](const std::string& i) { return ".func f" + i + "() { ret; }\n"; }),
      numbered(kMany, [](const std::string& i) { return ".global .b64 a" + i + " = b;\n"; }) +
          ".global .b64 b;",
      numbered(kMany,
               [](const std::string&) { return ".section .s { .b8 1 }\n.file 65535 \"a\"\n"; }),
  };
  for (const std::string& text : texts) {
    INFO(text.substr(0, 60));
    check_quick([&] { CHECK(module_refusal(text).empty()); });
  }
}
