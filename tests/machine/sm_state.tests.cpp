// SPDX-License-Identifier: MIT
// When a step ends, worked out by hand on a GPU with round figures: 32 bytes of device memory, 128
// of shared memory, 64 fused multiply-adds and 16 special functions a cycle, 400 cycles of latency.
#include "sim/machine/sm_state.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/machine/made_up_machine.h"

using namespace attnlab;
using namespace attnlab::machine;
using trace::EventKind;

namespace {

TileStep move_step(EventKind kind, std::int64_t elements) {
  TileStep step;
  step.kind = kind;
  step.tensor = 0;
  step.region = {0, 1, elements, 0};
  return step;
}

TileStep work_step(const Operations& operations, std::uint64_t shared_read_bytes = 0) {
  TileStep step;
  step.kind = EventKind::kMatmul;
  step.operations = operations;
  step.shared_read_bytes = shared_read_bytes;
  return step;
}

// The cycles of one step on an SM that is idle.
std::uint64_t cycles_alone(const TileStep& step, const GpuSpec& gpu = test::small_gpu(4, 1)) {
  const StepTime time = SmState(gpu).place(step, 1000);
  CHECK(time.start_cycle == 1000);
  return time.end_cycle - time.start_cycle;
}

}  // namespace

TEST_CASE("a load takes its bytes at the SM's share of the bandwidth, and the latency") {
  CHECK(cycles_alone(move_step(EventKind::kLoad, 800)) == 100 + 400);  // 3200 bytes at 32
  CHECK(cycles_alone(move_step(EventKind::kLoad, 801)) == 101 + 400);  // rounded up
  TileStep half_precision = move_step(EventKind::kLoad, 800);
  half_precision.element_bytes = 2;
  CHECK(cycles_alone(half_precision) == 50 + 400);
}

TEST_CASE("a store takes its bytes and does not wait for the latency") {
  CHECK(cycles_alone(move_step(EventKind::kStore, 800)) == 100);
}

TEST_CASE("a load of nothing does not wait for the latency") {
  CHECK(cycles_alone(move_step(EventKind::kLoad, 0)) == 1);
}

TEST_CASE("arithmetic takes its operations at each unit's rate") {
  CHECK(cycles_alone(work_step({.fma = 6400})) == 100);
  CHECK(cycles_alone(work_step({.add_mul = 6400})) == 100);
  CHECK(cycles_alone(work_step({.fma = 3200, .add_mul = 3201})) == 101);
  CHECK(cycles_alone(work_step({.mufu = 1600})) == 100);
  CHECK(cycles_alone(work_step({}, 12800)) == 100);  // shared memory
}

TEST_CASE("the slowest unit decides, and every step takes a cycle at least") {
  CHECK(cycles_alone(work_step({.fma = 6400, .mufu = 4800}, 25600)) == 300);
  CHECK(cycles_alone(work_step({.fma = 6400, .mufu = 1600}, 25600)) == 200);
  CHECK(cycles_alone(work_step({})) == 1);
  CHECK(cycles_alone(TileStep{}) == 1);
}

TEST_CASE("a unit serves one step at a time, in order of arrival") {
  SmState sm(test::small_gpu(1, 4));
  CHECK(sm.place(work_step({.fma = 6400}), 0).end_cycle == 100);
  CHECK(sm.place(work_step({.fma = 6400}), 10).end_cycle == 200);  // waits for the first
  CHECK(sm.place(work_step({.mufu = 160}), 20).end_cycle == 30);   // another unit is free
  CHECK(sm.place(work_step({.fma = 64}), 500).end_cycle == 501);   // idle again
}

TEST_CASE("the latency of a load keeps no unit busy") {
  SmState sm(test::small_gpu(1, 4));
  CHECK(sm.place(move_step(EventKind::kLoad, 800), 0).end_cycle == 500);
  CHECK(sm.place(move_step(EventKind::kLoad, 800), 0).end_cycle == 600);
  CHECK(sm.place(work_step({.fma = 64}), 0).end_cycle == 1);
}

TEST_CASE("on an H200 a load of a 32 x 64 tile takes its share of 4.8 TB/s") {
  // 4.8e12 bytes/s over 132 SMs at 1.98e9 cycles/s: 18.365... bytes a cycle; 8192 bytes take 446.06
  // cycles, so 447, and 500 of latency.
  const double bytes_per_cycle = 4.8e12 / 132 / 1.98e9;
  CHECK(std::abs(bytes_per_cycle - 18.365) < 1e-3);
  CHECK(cycles_alone(move_step(EventKind::kLoad, 2048), gpu_spec("h200")) == 447 + 500);
}
