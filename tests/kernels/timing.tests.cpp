// SPDX-License-Identifier: MIT
// What is timed, the floors it is held against, and the recording of times.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>

#include "kernels/recorded_times.h"
#include "sim/machine/gpu_spec.h"

using namespace attnlab;
using namespace attnlab::kernels;

TEST_CASE("every rung that computes attention is timed, on problems that it can do") {
  std::set<std::string> timed;
  for (const TimingCase& one : timing_cases()) {
    INFO(one.group << ": " << one.rung);
    CHECK_NOTHROW(require_supported(find_rung(one.rung), one.problem));
    timed.insert(one.rung);
  }
  for (const Rung& rung : rungs()) {
    INFO(rung.name);
    CHECK(timed.contains(rung.name));
  }
}

TEST_CASE("a floor is the largest of the units' times") {
  machine::GpuSpec gpu = machine::gpu_spec("h200");
  gpu.clock_mhz = 1000;
  gpu.sm_count = 10;
  gpu.fp32_fma_per_cycle_per_sm = 100;
  gpu.mufu_per_cycle_per_sm = 10;
  machine::Counters cost;
  cost.device = {3'000'000, 1'000'000};  // 4 ms at 1 GB/s
  cost.fma = 1'000'000'000;              // with the next 2e9 / 1e12 = 2 ms
  cost.add_mul = 1'000'000'000;
  cost.mufu = 100'000'000;  // 1 ms
  Floor floor = floor_of(cost, gpu, 1e9);
  CHECK(std::abs(floor.seconds - 4e-3) < 1e-12);
  CHECK(std::string(floor.bound) == "bytes");
  floor = floor_of(cost, gpu, 1e10);
  CHECK(std::abs(floor.seconds - 2e-3) < 1e-12);
  CHECK(std::string(floor.bound) == "fp32");
  cost.mufu = 400'000'000;
  floor = floor_of(cost, gpu, 1e10);
  CHECK(std::abs(floor.seconds - 4e-3) < 1e-12);
  CHECK(std::string(floor.bound) == "special functions");
}

TEST_CASE("times go to JSON and back, a case a line") {
  RecordedTimes times{"A GPU", "1.2", "nvcc 1", "2026-01-02", 4321.5, {}};
  Problem problem;
  problem.splits = 3;
  times.times.push_back({{"a group", "decode/02_split", problem}, 20, 0.5, 0.625, 0.25, "bytes"});
  times.times.push_back({{"a group", "flash_fwd/01_tiled", {}}, 20, 1.5, 1.625, 1.25, "fp32"});
  const std::string text = times_to_json(times);
  const RecordedTimes back = times_from_json(text);
  CHECK(times_to_json(back) == text);
  CHECK(back.copy_gb_per_second == 4321.5);
  REQUIRE(back.find("decode/02_split", problem) != nullptr);
  CHECK(back.find("decode/02_split", problem)->median_ms == 0.625);
  problem.splits = 4;
  CHECK(back.find("decode/02_split", problem) == nullptr);
  CHECK(back.find("flash_fwd/01_tiled", {})->bound == "fp32");
  CHECK_THROWS_AS(times_from_json("[]"), problem::BadInput);
  CHECK_THROWS_AS(times_from_json("{\"gpu\": 5}"), problem::BadInput);
}

TEST_CASE("the recording that ships has a time and a floor for every case, and none below it") {
  const RecordedTimes& times = shipped_times();
  CHECK(times.gpu.find("H200") != std::string::npos);
  CHECK(times.date.size() == 10);
  CHECK(times.copy_gb_per_second > 3000);
  CHECK(times.copy_gb_per_second < 4800);  // the data sheet's bandwidth
  const std::vector<TimingCase> cases = timing_cases();
  REQUIRE(times.times.size() == cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const RecordedTime& time = times.times[i];
    INFO(cases[i].group << ": " << cases[i].rung);
    CHECK(time.what.rung == cases[i].rung);
    CHECK(time.what.problem == cases[i].problem);
    CHECK(time.repeats >= 10);
    CHECK(time.least_ms <= time.median_ms);
    CHECK(time.floor_ms > 0);
    // A read runs a little faster than a copy, by which floors of bytes are counted.
    CHECK(time.least_ms > 0.85 * time.floor_ms);
  }
}
