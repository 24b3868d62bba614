// SPDX-License-Identifier: MIT
// The same launch gives the same bytes, text and first fault: on any number of workers, on every
// instruction set of the host.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"
#include "tests/ptx/launch/seeds.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

struct Result {
  std::vector<std::uint32_t> out;
  std::string printed;
  bool operator==(const Result&) const = default;
};

Result result_of(std::string_view kernel, int workers, std::optional<attnlab::numerics::Isa> isa) {
  BuildOptions build;
  build.isa = isa;
  Emulation emulation(std::string(kernel), build);
  std::vector<std::uint32_t> words;
  for (std::uint32_t i = 0; i < 256; ++i) words.push_back(0x3f800000u + i * 0x12345u);
  const Address in = emulation.buffer("in", words);
  const Address out = emulation.buffer("out", std::vector<std::uint32_t>(256));
  LaunchOptions options = small_budget(10000000);
  options.workers = workers;
  LaunchShape shape = threads(64, 13);
  shape.dynamic_shared_bytes = 256;
  const LaunchResult launched =
      emulation.run(shape, {as_bytes(in), as_bytes(out), as_bytes(std::uint32_t{200})}, options);
  return {emulation.values<std::uint32_t>(out), launched.printed};
}

}  // namespace

TEST_CASE("workers and instruction sets change no bit of what kernels compute") {
  for (const std::string_view kernel : kSeedKernels) {
    const Result expected = result_of(kernel, 1, attnlab::numerics::Isa::kBaseline);
    CHECK(expected.out != std::vector<std::uint32_t>(256));
    for (const int workers : {1, 2, 7}) {
      for (const auto isa : {attnlab::numerics::Isa::kBaseline, attnlab::numerics::Isa::kAvx2,
                             attnlab::numerics::Isa::kAvx512}) {
        if (!attnlab::numerics::supported(isa)) continue;
        CHECK(result_of(kernel, workers, isa) == expected);
      }
    }
  }
}

TEST_CASE("the fault of the first block that has one is reported, whoever met it first") {
  // Later blocks fault sooner.
  const std::string body = R"(
    mov.u32 %r4, %ctaid.x; setp.lt.u32 %p0, %r4, 3; @%p0 bra STORE;
    sub.u32 %r5, 20, %r4; mul.lo.u32 %r5, %r5, 3000;
  BUSY:
    sub.u32 %r5, %r5, 1; setp.gt.s32 %p1, %r5, 0; @%p1 bra BUSY;
    setp.eq.u32 %p2, %r2, 11; mul.wide.u32 %d2, %r4, 0x100000;
    @%p2 st.global.u32 [%d2], %r4;)";
  std::vector<std::string> reports;
  for (const int workers : {1, 2, 7, 1, 2, 7}) {
    LaunchOptions options;
    options.workers = workers;
    const KernelFault fault = fault_of_threads(body, threads(32, 20), "", options);
    CHECK(fault.place.block[0] == 3);
    CHECK(fault.place.thread[0] == 11);
    reports.emplace_back(fault.what());
  }
  CHECK(std::count(reports.begin(), reports.end(), reports.front()) == 6);
}
