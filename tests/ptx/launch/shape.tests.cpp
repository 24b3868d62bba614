// SPDX-License-Identifier: MIT
// Launches that cannot be are refused before anything runs, in a sentence with the limit.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

std::string refusal(const LaunchShape& shape, const std::string& directives = "",
                    const std::string& body = "") {
  Emulation emulation(".visible .entry k() " + directives + " {" + body + " ret; }");
  try {
    emulation.run(shape, {});
  } catch (const LaunchError& error) {
    return error.what();
  }
  return "";
}

std::string build_refusal(const std::string& text) {
  try {
    Emulation emulation(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("grids and blocks have the sizes that the GPU has") {
  CHECK(refusal({{1, 1, 1}, {1024, 1, 1}, 0}).empty());
  CHECK(refusal({{1, 65535, 1}, {1, 1, 1}, 0}).empty());
  CHECK(refusal({{1, 1, 1}, {4, 4, 64}, 0}).empty());
  CHECK(contains(refusal({{0, 1, 1}, {1, 1, 1}, 0}), "a grid of 0 x 1 x 1 blocks"));
  CHECK(contains(refusal({{0x80000000u, 1, 1}, {1, 1, 1}, 0}), "x may be 1 to 2147483647"));
  CHECK(contains(refusal({{1, 65536, 1}, {1, 1, 1}, 0}), "y and z 1 to 65535"));
  CHECK(contains(refusal({{1, 1, 65536}, {1, 1, 1}, 0}), "1 x 1 x 65536"));
  CHECK(contains(refusal({{1, 1, 1}, {1025, 1, 1}, 0}), "blocks of 1025 x 1 x 1 threads"));
  CHECK(contains(refusal({{1, 1, 1}, {1, 1, 65}, 0}), "z 1 to 64"));
  CHECK(contains(refusal({{1, 1, 1}, {33, 32, 1}, 0}), "all together at most 1024"));
  CHECK(contains(refusal({{1, 1, 1}, {0, 1, 1}, 0}), "0 x 1 x 1"));
  CHECK(contains(refusal({{1, 1, 1}, {0xffffffffu, 0xffffffffu, 64}, 0}), "4294967295"));
}

TEST_CASE("shared memory, static and dynamic, has the GPU's limit") {
  CHECK(refusal({{1, 1, 1}, {1, 1, 1}, 227 * 1024}).empty());
  CHECK(contains(refusal({{1, 1, 1}, {1, 1, 1}, 227 * 1024 + 1}), "at most 232448"));
  CHECK(contains(refusal({{1, 1, 1}, {1, 1, 1}, 0xffffffffu}), "4294967295 dynamic"));
  const std::string array = ".shared .b8 s[1000]; .reg .b32 %r; mov.u32 %r, s;";
  CHECK(contains(refusal({{1, 1, 1}, {1, 1, 1}, 232448 - 1000}, "", array), "1008 static"));
}

TEST_CASE("launch bounds are kept") {
  CHECK(refusal({{1, 1, 1}, {128, 1, 1}, 0}, ".maxntid 16, 8").empty());
  CHECK(contains(refusal({{1, 1, 1}, {129, 1, 1}, 0}, ".maxntid 16, 8"), "at most 128 threads"));
  CHECK(refusal({{1, 1, 1}, {16, 8, 1}, 0}, ".reqntid 16, 8").empty());
  CHECK(contains(refusal({{1, 1, 1}, {8, 16, 1}, 0}, ".reqntid 16, 8"), "exactly 16 x 8 x 1"));
}

TEST_CASE("what no GPU has room for is refused before it costs the host memory or time") {
  const std::string kernel = ".visible .entry k";
  const auto body = [&](const std::string& text) { return kernel + "() {" + text + " ret; }"; };
  CHECK(contains(build_refusal(body(".local .b8 a[1099511627776]; .reg .b64 %d; mov.u64 %d, a;")),
                 "a thread has at most 524288"));
  CHECK(contains(build_refusal(body(".local .b8 a[400000]; .local .b8 b[400000]; .reg .b64 %d;"
                                    "mov.u64 %d, a; mov.u64 %d, b;")),
                 "`b` ends at byte 800000 of local memory"));
  CHECK(contains(build_refusal(body(".shared .b8 s[1099511627776]; .reg .b64 %d; mov.u64 %d, s;")),
                 "1099511627776 bytes of shared memory"));
  CHECK(contains(
      build_refusal(".global .b8 g[1099511627776];" + body(".reg .b64 %d; mov.u64 %d, g;")),
      "more than 1073741824 bytes of memory"));
  CHECK(contains(build_refusal(".const .b8 c[65537];" + body(".reg .b64 %d; mov.u64 %d, c;")),
                 "more than 65536 bytes of constants"));
  CHECK(contains(build_refusal(kernel + "(.param .b8 p[1099511627776]) { ret; }"),
                 "1099511627776 bytes of parameters; the limit is 32764"));
  CHECK(contains(build_refusal(kernel + "(.param .align 8 .b8 p[32760], .param .u64 q) { ret; }"),
                 "32768 bytes of parameters"));
  CHECK(build_refusal(kernel + "(.param .align 4 .b8 p[32764]) { ret; }").empty());
  CHECK(contains(build_refusal(body(".param .b8 p[5000]; st.param.b8 [p], 1;")),
                 "has 5000 bytes; the limit is 4096"));
  CHECK(contains(build_refusal(".func f(.param .b8 p[5000]) { }" + body("call f, ();")),
                 "calls f with parameters of another shape"));
}

TEST_CASE("a frame of registers and parameters has a limit, however it is reached") {
  std::string text = ".visible .entry k() {";
  for (int i = 0; i < 200; ++i) {
    const std::string name = "p" + std::to_string(i);
    text += ".param .b8 " + name + "[4096]; st.param.b8 [" + name + "], 1;\n";
  }
  CHECK(contains(build_refusal(text + "ret; }"), "for one warp's registers and parameters"));
  text = ".visible .entry k() { .reg .b64 %d<90000>;\n";
  for (int i = 1; i < 90000; ++i) text += "add.s64 %d0, %d0, %d" + std::to_string(i) + ";\n";
  CHECK(contains(build_refusal(text + "ret; }"), "for one warp's registers and parameters"));
}

TEST_CASE("empty blocks cost little each") {
  CHECK(refusal({{200000, 1, 1}, {64, 1, 1}, 0}).empty());
}
