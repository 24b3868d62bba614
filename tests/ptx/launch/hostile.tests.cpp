// SPDX-License-Identifier: MIT
// PTX that is written to break the emulator: refused or ended with a fault, always.
#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "sim/ptx/instructions/instruction_decoder.h"
#include "sim/ptx/syntax/parse.h"
#include "tests/ptx/launch/emulation.h"
#include "tests/ptx/launch/mutants.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

const char* const kParameters = "(.param .u64 in, .param .u64 out, .param .u32 count)";

std::string kernel(const std::string& body, const std::string& before = "") {
  return before + "\n.visible .entry k" + kParameters +
         "{\n.reg .pred %p<4>; .reg .b16 %h<4>; .reg .b32 %r<8>; .reg .b64 %d<8>;\n" + body +
         "\nret; }";
}

std::string refusal(const std::string& text) {
  try {
    Emulation emulation(text);
  } catch (const DecodeError& error) {
    return error.what();
  } catch (const LaunchError& error) {
    return error.what();
  } catch (const SyntaxError& error) {
    return error.what();
  }
  return "";
}

bool refused_with(const std::string& text, const std::string& words) {
  const std::string sentence = refusal(text);
  INFO(sentence);
  CHECK(sentence.find(words) != std::string::npos);
  return sentence.find(words) != std::string::npos;
}

std::string repeated(const std::string& before, int count, const std::string& after) {
  std::string text;
  for (int i = 0; i < count; ++i) text += before + std::to_string(i) + after;
  return text;
}

double seconds_of(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  try {
    outcome_of(text);
  } catch (const std::bad_alloc&) {
    FAIL("out of memory");
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("a call gives what the callee takes, or is refused") {
  const std::string callee =
      ".func (.param .b64 r) f(.param .b64 x, .param .align 8 .b8 s[400]) { ret; }";
  const std::string variables =
      ".param .b64 a; .param .align 8 .b8 b[400]; .param .b64 q; .param .b32 n;";
  CHECK(refusal(kernel(variables + "call (q), f, (a, b);", callee)).empty());
  for (const char* call : {"call f, ();", "call (q), f, (a);", "call f, (a, b);",
                           "call (q), f, (b, a);", "call (n), f, (a, b);", "call (q), f, (n, b);",
                           "call (q, q), f, (a, b);", "call (q), f, (a, b, n);"}) {
    INFO(call);
    CHECK(refused_with(kernel(variables + call, callee), "with parameters of another shape"));
  }
  CHECK(refused_with(kernel(".shared .b64 a; call f, (a);", ".func f(.param .b64 x) { ret; }"),
                     "is no .param variable"));
}

TEST_CASE("kernels are no functions") {
  const std::string other =
      ".visible .entry other(.param .u64 a, .param .u64 b, .param .u64 c, "
      ".param .u64 d) { .reg .b64 %d; ld.param.u64 %d, [d]; ret; }";
  CHECK(refused_with(kernel("mov.u64 %d0, other;", other), "other is a kernel"));
  CHECK(refused_with(kernel("call other, ();", other), "parameters of another shape"));
  CHECK(refused_with(kernel("mov.u64 %d0, t;", other + ".global .u64 t = other;"),
                     "other is a kernel"));
  CHECK(outcome_of(kernel("mov.u64 %d0, k; P: .callprototype _ (); call %d0, (), P;")) ==
        Outcome::kFaulted);
}

TEST_CASE("a branch goes to a label, brx by a list, and nothing else") {
  CHECK(refused_with(kernel("T: .branchtargets A, A; A: bra T;"), "is no label of this function"));
  CHECK(refused_with(kernel("A: brx.idx %r0, A;"), "is no list of labels of this function"));
  CHECK(!refusal(kernel("bra %r0;")).empty());
  CHECK(!refusal(kernel("bra k;")).empty());
  CHECK(!refusal(kernel("T: .branchtargets A; A: @%p0 brx.idx %r0, T;")).empty());
}

TEST_CASE("the elements of a vector are as wide as each other") {
  const char* const bodies[] = {"ld.global.v2.u32 {%d1, %r1}, [%d0];",
                                "ld.global.v2.u32 {%r1, %d1}, [%d0];",
                                "ld.global.v2.u32 {%d1, _}, [%d0];",
                                "st.global.v2.u32 [%d0], {%d1, 5};",
                                "st.global.v2.u16 [%d0], {%h1, %r1};",
                                "mov.b64 %d1, {%d2, %d3};",
                                "mov.b64 {%d2, %d3}, %d1;",
                                "mov.b32 %r1, {%r2, %r3};",
                                "ld.global.v2.u32 {%r1, %r2, %r3}, [%d0];"};
  for (const char* body : bodies) {
    INFO(body);
    CHECK(!refusal(kernel(body)).empty());
  }
  CHECK(refusal(kernel("ld.global.v2.u32 {%r1, _}, [%d0]; st.global.v2.u32 [%d0], {%r1, 5};"))
            .empty());
}

TEST_CASE("parameters are read and written inside of their bytes") {
  const std::string variables = ".param .b32 a; .param .align 8 .b8 b[6]; .param .b8 c;";
  const char* const bodies[] = {"st.param.b32 [a+4], %r0;",
                                "st.param.b64 [a], %d0;",
                                "ld.param.b32 %r0, [a+-4];",
                                "ld.param.v4.b32 {%r0, %r1, %r2, %r3}, [b];",
                                "st.param.b32 [b+2], %r0;",
                                "ld.param.b8 %r0, [b+6];",
                                "ld.param.b8 %r0, [b+4294967296];",
                                "ld.param.b16 %h0, [b+1];",
                                "mov.u64 %d0, a;",
                                "st.param.u64 [count], %d0;"};
  for (const char* body : bodies) {
    INFO(body);
    CHECK(!refusal(kernel(variables + body)).empty());
  }
  CHECK(refusal(kernel(variables + "ld.param.b8 %r0, [c]; st.param.b16 [b+4], %h0;")).empty());
  CHECK(outcome_of(kernel("ld.param.u64 %d0, [count+2147483640];")) == Outcome::kFaulted);
  CHECK(outcome_of(kernel("ld.param.u32 %r0, [in+-2147483648];")) == Outcome::kFaulted);
}

TEST_CASE("alignments and sizes at the limits of 64 bits overflow nothing") {
  const char* const variables[] = {".shared .align 2147483648 .b8 s[4];",
                                   ".const .align 2147483648 .b8 s[4];",
                                   ".global .align 2147483648 .b8 s[4];",
                                   ".extern .shared .align 2147483648 .b8 s[];",
                                   ".shared .b8 pad[3]; .shared .align 1048576 .b8 s[4];",
                                   ".shared .b64 s[137438953472];",
                                   ".const .b64 s[137438953472];",
                                   ".global .b8 s[1073741825];"};
  for (const char* variable : variables) {
    INFO(variable);
    CHECK(seconds_of(kernel("mov.u64 %d0, s;", variable)) < 1);
  }
  for (const char* body : {".local .align 2147483648 .b8 a[4]; mov.u64 %d0, a;",
                           ".local .b8 x; .local .align 2147483648 .b8 a[4]; mov.u32 %r0, x;"
                           "mov.u64 %d0, a;",
                           ".shared .align 2147483648 .b8 a[4]; mov.u64 %d0, a;"}) {
    INFO(body);
    CHECK(seconds_of(kernel(body)) < 1);
  }
  CHECK(seconds_of(".visible .entry k(.param .align 2147483648 .b8 a[4], .param .align 2147483648 "
                   ".b8 b[4]) { ret; }") < 1);
}

TEST_CASE("a thousand functions with local memory each share what a thread has") {
  std::string before;
  std::string body;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "f" + std::to_string(i);
    before += ".func " + name + "() { .local .b8 a[500000]; .reg .b64 %d; mov.u64 %d, a; ret; }\n";
    body += "call " + name + ", ();\n";
  }
  CHECK(seconds_of(kernel(body, before)) < 5);
}

TEST_CASE("recursion with large frames and local memory fills its stack and nothing else") {
  for (const char* locals : {"", ".local .b8 a[4000]; mov.u64 %d0, a; st.local.u8 [%d0], 1;"}) {
    const std::string before = std::string(
                                   ".func f() { .reg .b64 %d<2>; .param .b8 p[4096];"
                                   "st.param.b8 [p], 1;") +
                               locals + " call f, (); ret; }";
    CHECK(outcome_of(kernel("call f, ();", before)) == Outcome::kFaulted);
  }
}

TEST_CASE("a text that is large in one way only is decoded in little time") {
  constexpr int kMany = 30000;
  const std::string texts[] = {
      // Branches over branches: many blocks, many registers that live long.
      kernel(repeated("setp.eq.u32 %p0, %r1, ", kMany, "; @%p0 bra END;\n") + "END:"),
      kernel(repeated("L", kMany, ": @%p0 bra END;\n") + "END:"),
      kernel(".reg .b32 %x<30000>;\n" + repeated("add.u32 %x", kMany, ", %r0, 1; @%p0 bra END;\n") +
             "END:\n" + repeated("add.u32 %r0, %r0, %x", kMany, ";\n")),
      // Backward chains, where data flow needs many passes.
      kernel("bra L29999;\n" + repeated("L", kMany, ": @%p0 bra END;\n") + "END:"),
      // One list of labels for many branches.
      kernel(repeated("A", 3000, ":\n") + "T: .branchtargets " + repeated("A", 2999, ", ") +
             "A2999;\n" + repeated("// ", 3000, "\nbrx.idx %r0, T;\n")),
      // Constants, calls, relocations.
      kernel(repeated("add.u32 %r0, %r0, ", kMany, ";\n")),
      kernel(repeated("call f", 3000, ", ();\n"), repeated(".func f", 3000, "() { ret; }\n")),
      kernel(
          "mov.u64 %d0, g0;", ".global .u64 g30000;\n" +
                                  [] {
                                    std::string chain;
                                    for (int i = 29999; i >= 0; --i) {
                                      chain += ".global .u64 g" + std::to_string(i) + " = g" +
                                               std::to_string(i + 1) + ";\n";
                                    }
                                    return chain;
                                  }()),
  };
  for (const std::string& text : texts) {
    INFO(text.substr(0, 300));
    CHECK(seconds_of(text) < 8);
  }
}
