// SPDX-License-Identifier: MIT
#include "kernels/probe/probe.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "sim/numerics/fp32.h"
#include "tests/gpu/fake/fake_driver.h"

using namespace attnlab;
using namespace attnlab::probe;
using gpu::fake;

namespace {

ProbeReport report_of_fake() {
  const auto driver = gpu::open_fake();
  const gpu::Device device(*driver);
  return probe_arithmetic(device);
}

const ProbeItem& item(const ProbeReport& report, const std::string& name) {
  const auto found = std::find_if(report.items.begin(), report.items.end(),
                                  [&](const ProbeItem& one) { return one.name == name; });
  REQUIRE(found != report.items.end());
  return *found;
}

bool has_machine_code() {
  const auto images = probe_images();
  return std::any_of(images.begin(), images.end(), [](const embed::EmbeddedFile& file) {
    return file.name == "probe/arithmetic.nvcc.sm_90a.cubin";
  });
}

}  // namespace

TEST_CASE("a GPU whose arithmetic is the model's is confirmed in every item") {
  const ProbeReport report = report_of_fake();
  for (const ProbeItem& one : report.items) {
    CAPTURE(one.name, describe(one));
    CHECK(one.verdict == Verdict::kConfirmed);
  }
  CHECK(report.all_confirmed());
  CHECK(report.gpu == "Fake H200");
  // Where no CUDA Toolkit was, there is PTX only.
  CHECK(report.jitted == !has_machine_code());
  CHECK(item(report, "ex2.approx.ftz.f32").compared == 65536);
  CHECK(item(report, "mma bf16").compared == 4096 * 128);
  CHECK(describe(item(report, "mma bf16")) == "mma bf16: confirmed (524288 outputs)");
}

TEST_CASE("one wrong bit of a special function is found and named with its input") {
  fake().faulty_mufu_op = static_cast<int>(numerics::MufuOp::kRcp);
  fake().faulty_mufu_input = 0x3f800001u;
  const ProbeReport report = report_of_fake();
  CHECK_FALSE(report.all_confirmed());
  const ProbeItem& rcp = item(report, "rcp.approx.f32");
  CHECK(rcp.verdict == Verdict::kDiffers);
  CHECK(rcp.differences == 1);
  REQUIRE(rcp.first);
  CHECK(rcp.first->input == 0x3f800001u);
  CHECK((rcp.first->got ^ rcp.first->want) == 1u);
  CHECK(describe(rcp).starts_with(
      "rcp.approx.f32: differs in 1 of 65536 outputs, first 0x3f800001: got 0x"));
  // The neighbours and the model's own evaluation on the device are as good as before.
  CHECK(item(report, "rcp.approx.ftz.f32").verdict == Verdict::kConfirmed);
  CHECK(item(report, "model of rcp.approx.f32").verdict == Verdict::kConfirmed);
}

TEST_CASE("a tensor core that is wrong in one output of each tile is found in its format only") {
  fake().faulty_mma_format = static_cast<int>(numerics::MmaFormat::kTf32);
  const ProbeReport report = report_of_fake();
  const ProbeItem& tf32 = item(report, "mma tf32");
  CHECK(tf32.verdict == Verdict::kDiffers);
  CHECK(tf32.differences == 4096);
  CHECK(tf32.first->input == 5);
  CHECK(item(report, "mma f16").verdict == Verdict::kConfirmed);
}

TEST_CASE("another rule for tiny results is found in mul, fma and cvt") {
  fake().tininess = static_cast<int>(numerics::Tininess::kAfterSubnormalRounding);
  if (numerics::kGpuTininess == numerics::Tininess::kAfterSubnormalRounding) {
    fake().tininess = static_cast<int>(numerics::Tininess::kBeforeRounding);
  }
  const ProbeReport report = report_of_fake();
  for (const char* name : {"mul.rn.ftz.f32", "fma.rn.ftz.f32", "cvt.rn.ftz.f32.f64"}) {
    CHECK(item(report, name).verdict == Verdict::kDiffers);
  }
  CHECK(item(report, "add.rn.ftz.f32").verdict == Verdict::kConfirmed);
}

TEST_CASE("an Ampere GPU lacks the bf16 functions and is held to Ampere's tensor core") {
  fake().compute_capability = 80;
  const ProbeReport report = report_of_fake();
  CHECK(item(report, "tanh.approx.bf16").verdict == Verdict::kNotSupported);
  CHECK(describe(item(report, "tanh.approx.bf16")) == "tanh.approx.bf16: not supported");
  CHECK(item(report, "ex2.approx.f16").verdict == Verdict::kConfirmed);
  // The fake computes Hopper's step, which an Ampere GPU does not.
  CHECK(item(report, "mma f16").verdict == Verdict::kDiffers);
  CHECK_FALSE(report.all_confirmed());
}

TEST_CASE("on a newer GPU the driver assembles the probe, and the report says so") {
  fake().compute_capability = 100;
  const ProbeReport report = report_of_fake();
  CHECK(report.jitted);
  CHECK(report.code.find("bits not verified") != std::string::npos);
  // The PTX for 9.0 was taken, so nothing is missing.
  CHECK(item(report, "tanh.approx.bf16").verdict == Verdict::kConfirmed);
}

TEST_CASE(
    "the sample of a function visits every binade of both signs, and zeros, NaN, infinities") {
  const Words inputs = sample_inputs(numerics::MufuOp::kEx2);
  const std::set<std::uint32_t> distinct(inputs.begin(), inputs.end());
  CHECK(distinct.size() > 65000);
  std::set<std::uint32_t> binades;
  for (const std::uint32_t bits : inputs) binades.insert(bits >> 23);
  CHECK(binades.size() == 512);
  for (const std::uint32_t bits : {0u, 0x80000000u, 0x7f800000u, 0xff800000u, 0x7fffffffu, 1u}) {
    CHECK(distinct.count(bits) == 1);
  }
  const Words halves = sample_inputs(numerics::MufuOp::kTanhF16);
  CHECK(std::set<std::uint32_t>(halves.begin(), halves.end()).size() == 65536);
  CHECK(*std::max_element(halves.begin(), halves.end()) == 65535);
}
