// SPDX-License-Identifier: MIT
// printf, assert, trap.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

// A string as PTX writes it: .b8 name[] = {…, 0}.
std::string string_variable(const std::string& name, const std::string& text) {
  std::string bytes;
  for (const char c : text) bytes += std::to_string(static_cast<int>(c)) + ",";
  return ".global .b8 " + name + "[" + std::to_string(text.size() + 1) + "] = {" + bytes + "0};\n";
}

// The head of a module that prints `format`; in its kernel `arguments` stores to [depot].
std::string printing(const std::string& format, const std::string& arguments) {
  return ".extern .func (.param .b32 r) vprintf(.param .b64 f, .param .b64 a);\n"
         ".global .align 8 .b8 zeros[256];\n" +
         string_variable("format", format) + string_variable("word", "word") + R"(
.visible .entry k() {
  .local .align 8 .b8 depot[64]; .reg .b32 %r<9>; .reg .b64 %d<9>; .reg .f64 %g<9>; .reg .pred %p;
  .param .b64 p0; .param .b64 p1; .param .b32 q;
  mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x;
  mov.u64 %d0, depot; cvta.local.u64 %d1, %d0;
  mov.u64 %d2, format; cvta.global.u64 %d2, %d2;
  mov.u64 %d3, word;
)" + arguments +
         R"(
  st.param.b64 [p0], %d2; st.param.b64 [p1], %d1;
  call (q), vprintf, (p0, p1);
  ret;
})";
}

std::string printed(const std::string& format, const std::string& arguments) {
  Emulation emulation(printing(format, arguments));
  return emulation.run(threads(1), {}).printed;
}

}  // namespace

TEST_CASE("printf formats as C does") {
  CHECK(printed("%d %u %x %c %5d|%-5d|%05d %%\n",
                "st.local.u32 [%d0], -7; st.local.u32 [%d0+4], -7; st.local.u32 [%d0+8], 48879;"
                "st.local.u32 [%d0+12], 65; st.local.u32 [%d0+16], 42; st.local.u32 [%d0+20], 42;"
                "st.local.u32 [%d0+24], 42;") == "-7 4294967289 beef A    42|42   |00042 %\n");
  CHECK(printed("%lld %llu %lx %d",
                "st.local.u64 [%d0], -5; st.local.u64 [%d0+8], -1;"
                "st.local.u64 [%d0+16], -1; st.local.u32 [%d0+24], 3;") ==
        "-5 18446744073709551615 ffffffffffffffff 3");
  CHECK(printed("%d %f %e %5.2f %g",
                "st.local.u32 [%d0], 1; st.local.f64 [%d0+8], 0d3FF8000000000000;"
                "st.local.f64 [%d0+16], 0dC0F86A0000000000;"
                "st.local.f64 [%d0+24], 0d400921FB54442D18;"
                "st.local.f64 [%d0+32], 0d7FF0000000000000;") ==
        "1 1.500000 -1.000000e+05  3.14 inf");
  CHECK(printed("<%s> <%.2s> <%6s>",
                "st.local.u64 [%d0], %d3; st.local.u64 [%d0+8], %d3;"
                "st.local.u64 [%d0+16], %d3;") == "<word> <wo> <  word>");
  CHECK(printed("%s %p", "st.local.u64 [%d0], 0; st.local.u64 [%d0+8], 255;") == "(null) 0xff");
  CHECK(printed("%*d|%.*f",
                "st.local.u32 [%d0], 4; st.local.u32 [%d0+4], 9;"
                "st.local.u32 [%d0+8], 1; st.local.f64 [%d0+16], 0d3FF8000000000000;") ==
        "   9|1.5");
  const std::string digits = printed("%.300f", "st.local.f64 [%d0], 0d7FEFFFFFFFFFFFFF;");
  CHECK(digits.size() == 309 + 1 + 300);
}

TEST_CASE("what blocks print comes out in the order of blocks, on any number of workers") {
  Emulation emulation(printing("%d.%d ", R"(
    st.local.u32 [%d0], %r1; st.local.u32 [%d0+4], %r0;
    sub.u32 %r2, 50, %r1; mul.lo.u32 %r2, %r2, 500;
  BUSY: sub.u32 %r2, %r2, 1; setp.gt.s32 %p, %r2, 0; @%p bra BUSY;)"));
  std::string expected;
  for (int block = 0; block < 50; ++block) {
    for (int thread = 0; thread < 3; ++thread) {
      expected += std::to_string(block) + "." + std::to_string(thread) + " ";
    }
  }
  for (const int workers : {1, 2, 7}) {
    LaunchOptions options;
    options.workers = workers;
    CHECK(emulation.run(threads(3, 50), {}, options).printed == expected);
  }
}

TEST_CASE("a hostile format costs neither the host's memory nor its time") {
  CHECK(printed("%999999999d|%.999999999f|%5", "").size() < 1000);
  CHECK(printed("%1.2.3d|%-+ #0-+ #0d|%..d", "").size() < 1000);
  CHECK(printed("%*d", "st.local.u32 [%d0], 2000000000;").size() < 1000);
  CHECK(printed("%n%n%hhn%k%", "") == "");
  std::string numbers;
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    numbers += "%d,";
    expected += i < 32 ? "0," : "%d,";
  }
  CHECK(printed(numbers, "mov.u64 %d1, zeros; cvta.global.u64 %d1, %d1;") == expected);
}

TEST_CASE("a block that prints without an end is cut off, and ends by its budget") {
  Emulation emulation(printing("%999d%999d%999d", R"(
  L:
    st.param.b64 [p0], %d2; st.param.b64 [p1], %d1;
    call (q), vprintf, (p0, p1);
    bra.uni L;)"));
  const KernelFault fault = emulation.fault(threads(32), {}, small_budget(2000000));
  CHECK(fault.kind == FaultKind::kBudget);
  CHECK(fault.printed.size() < 1100000);
  CHECK(fault.printed.find("[this block printed more than 1 MiB; the rest is not shown]") !=
        std::string::npos);
}

TEST_CASE(
    "many blocks that print much leave the text of the first ones, on any number of workers") {
  Emulation emulation(printing("%.0d%999d%999d%999d", R"(
    mov.u64 %d1, zeros; cvta.global.u64 %d1, %d1;)"));
  std::string first;
  for (const int workers : {1, 7}) {
    LaunchOptions options;
    options.workers = workers;
    const std::string text = emulation.run(threads(256, 40), {}, options).printed;
    CHECK(text.size() < (17u << 20));
    CHECK(text.find("[blocks printed more than 16 MiB; the rest is not shown]") !=
          std::string::npos);
    if (first.empty()) first = text;
    CHECK((text == first));
  }
}

TEST_CASE("a format that is no string is a fault of the kernel") {
  const auto kind_of = [](const std::string& arguments) {
    Emulation emulation(printing("%d %s", arguments));
    return emulation.fault(threads(1), {}).kind;
  };
  CHECK(kind_of("mov.u64 %d2, 0;") == FaultKind::kNullPointer);
  CHECK(kind_of("st.local.u64 [%d0+8], 1;") == FaultKind::kNullPointer);
  CHECK(kind_of("add.u64 %d1, %d1, 2;") == FaultKind::kOutOfBounds);
  CHECK(kind_of("mov.u64 %d1, 0;") == FaultKind::kNullPointer);
}

TEST_CASE("an assertion that fails says which, and where") {
  Emulation emulation(
      ".extern .func __assertfail(.param .b64 m, .param .b64 f, .param .b32 l, .param .b64 n,"
      " .param .b64 s);\n" +
      string_variable("message", "x < 3") + string_variable("file", "demo.cu") +
      string_variable("name", "void k()") + R"(
.visible .entry k() {
  .reg .b32 %r<4>; .reg .b64 %d<4>; .reg .pred %p;
  .param .b64 a; .param .b64 b; .param .b32 c; .param .b64 d; .param .b64 e;
  mov.u32 %r0, %tid.x;
  setp.lt.u32 %p, %r0, 40;
  @%p ret;
  mov.u64 %d0, message; st.param.b64 [a], %d0; mov.u64 %d0, file; st.param.b64 [b], %d0;
  mov.u64 %d0, name; st.param.b64 [d], %d0; st.param.b32 [c], 17; st.param.b64 [e], 1;
  call.uni __assertfail, (a, b, c, d, e);
})");
  const KernelFault fault = emulation.fault(threads(64, 2), {});
  CHECK(fault.kind == FaultKind::kAssertion);
  CHECK(fault.sentence == "assertion failed: x < 3 (demo.cu:17)");
  CHECK(fault.place.thread[0] == 40);
  CHECK(fault.place.block[0] == 0);
}

TEST_CASE("a trap ends the run, what was printed before is kept") {
  Emulation emulation(printing("block %d ",
                               "st.local.u32 [%d0], %r1; setp.ne.u32 %p, %r1, 0;"
                               "@%p bra GO; GO:") +
                      "");
  CHECK(emulation.run(threads(1, 3), {}).printed == "block 0 block 1 block 2 ");
  Emulation trapping(printing("block %d ", R"(
    st.local.u32 [%d0], %r1; setp.eq.u32 %p, %r1, 2;
    @%p trap;)"));
  for (const int workers : {1, 3}) {
    LaunchOptions options;
    options.workers = workers;
    const KernelFault fault = trapping.fault(threads(1, 5), {}, options);
    CHECK(fault.kind == FaultKind::kTrap);
    CHECK(fault.place.block[0] == 2);
    CHECK(fault.printed == "block 0 block 1 ");
  }
}

TEST_CASE("the runtime's functions take the parameters they have and no others") {
  const char* calls[] = {
      ".extern .func vprintf(.param .b64 f, .param .b64 a); .visible .entry k() {"
      " .param .b64 p; .param .b64 q; call vprintf, (p, q); }",
      ".extern .func (.param .b32 r) vprintf(.param .b64 f); .visible .entry k() {"
      " .param .b64 p; .param .b32 q; call (q), vprintf, (p); }",
      ".extern .func __assertfail(); .visible .entry k() { call __assertfail, (); }",
  };
  for (const char* text : calls) CHECK_THROWS_AS(Emulation(text), std::runtime_error);
}
