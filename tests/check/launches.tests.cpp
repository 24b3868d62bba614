// SPDX-License-Identifier: MIT
// Several launches on the same memory: each may read what those before it wrote, and no more.
#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "sim/ptx/check/checker.h"
#include "sim/ptx/emulator.h"
#include "sim/ptx/syntax/parse.h"

using namespace attnlab::ptx;

namespace {

// write: a[thread] = thread. read: b[thread] = a[thread].
constexpr const char* kText = R"(
.version 8.0
.target sm_80
.address_size 64
.visible .entry write(.param .u64 a)
{
  .reg .b32 %r<2>;
  .reg .b64 %rd<4>;
  ld.param.u64 %rd1, [a];
  mov.u32 %r1, %tid.x;
  mul.wide.u32 %rd2, %r1, 4;
  add.s64 %rd3, %rd1, %rd2;
  st.global.u32 [%rd3], %r1;
  ret;
}
.visible .entry read(.param .u64 a, .param .u64 b)
{
  .reg .b32 %r<3>;
  .reg .b64 %rd<6>;
  ld.param.u64 %rd1, [a];
  ld.param.u64 %rd2, [b];
  mov.u32 %r1, %tid.x;
  mul.wide.u32 %rd3, %r1, 4;
  add.s64 %rd4, %rd1, %rd3;
  ld.global.u32 %r2, [%rd4];
  add.s64 %rd5, %rd2, %rd3;
  st.global.u32 [%rd5], %r2;
  ret;
}
)";

// What the checkers find in `read` by 64 threads, after `write` by so many.
std::vector<Finding> findings_after(std::uint32_t writers) {
  const Module module = parse(kText, "two.ptx");
  DeviceMemory memory;
  const Address a = memory.allocate("a", 256);
  const Address b = memory.allocate("b", 256);
  BuildOptions build_options;
  build_options.observe = Checker::needs({});
  const Program write = build(module, "write", memory, build_options);
  const Program read = build(module, "read", memory, build_options);
  LaunchShape shape;
  shape.block = {writers, 1, 1};
  Checker first(write, memory, shape);
  LaunchOptions options;
  options.observer = &first;
  launch(write, shape, pack_arguments(write, std::vector<ArgumentBytes>{as_bytes(a)}), memory,
         options);
  CHECK(first.findings().empty());

  shape.block = {64, 1, 1};
  Checker second(read, memory, shape);
  second.start_after(first);
  options.observer = &second;
  launch(read, shape, pack_arguments(read, std::vector<ArgumentBytes>{as_bytes(a), as_bytes(b)}),
         memory, options);
  return second.findings();
}

}  // namespace

TEST_CASE("a launch may read what the one before it wrote") {
  CHECK(findings_after(64).empty());
}

TEST_CASE("a launch that reads more than was written is found") {
  const std::vector<Finding> findings = findings_after(32);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].kind == FindingKind::kUninitialisedGlobal);
  CHECK(findings[0].sentence.find("reads a[32]") != std::string::npos);
}
