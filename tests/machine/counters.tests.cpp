// SPDX-License-Identifier: MIT
// What is counted: bytes that blocks request, 32-byte sectors at their first touch in a launch, and
// operations.
#include "sim/machine/counters.h"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <set>

using namespace attnlab;
using namespace attnlab::machine;
using trace::EventKind;

namespace {

TileStep move_step(EventKind kind, std::uint16_t tensor, const Region& region,
                   int element_bytes = 4) {
  TileStep step;
  step.kind = kind;
  step.tensor = tensor;
  step.region = region;
  step.element_bytes = element_bytes;
  return step;
}

TileStep load(const Region& region) {
  return move_step(EventKind::kLoad, 0, region);
}
TileStep store(const Region& region) {
  return move_step(EventKind::kStore, 0, region);
}

// Device bytes that these steps of one launch read, counted by the observer.
std::uint64_t device_bytes_read(const std::vector<TileStep>& steps) {
  CounterObserver observer(1);
  observer.on_launch_begin();
  for (const TileStep& step : steps) observer.on_step(step);
  return observer.counters().device.read_bytes;
}

// The same from the set of all touched bytes, one by one.
std::uint64_t device_bytes_by_byte(const std::vector<TileStep>& steps) {
  std::set<std::int64_t> sectors;
  for (const TileStep& step : steps) {
    for (std::int64_t row = 0; row < step.region.rows; ++row) {
      for (std::int64_t column = 0; column < step.region.row_elements; ++column) {
        const std::int64_t element =
            step.region.first_element + row * step.region.row_stride + column;
        for (int byte = 0; byte < step.element_bytes; ++byte) {
          sectors.insert((element * step.element_bytes + byte) / 32);
        }
      }
    }
  }
  return 32 * sectors.size();
}

Region random_region(std::mt19937& random) {
  const auto below = [&](unsigned limit) { return static_cast<std::int64_t>(random() % limit); };
  return {below(200), below(12), below(70), below(90)};
}

}  // namespace

TEST_CASE("a misaligned rectangle touches the sectors its rows lie in") {
  // Rows of 5 floats: bytes 12..31 lie in sector 0, bytes 52..71 in sectors 1 and 2.
  const Region region = {3, 2, 5, 10};
  CHECK(device_bytes_read({load(region)}) == 3 * 32);
  // One float on each side of a sector's boundary.
  CHECK(device_bytes_read({load({7, 1, 2, 0})}) == 2 * 32);
  CHECK(device_bytes_read({load({8, 1, 8, 0})}) == 32);
  CHECK(device_bytes_read({load({0, 1, 1, 0})}) == 32);
}

TEST_CASE("an empty rectangle touches nothing") {
  CHECK(device_bytes_read({load({5, 0, 4, 4}), load({5, 4, 0, 4})}) == 0);
}

TEST_CASE("a sector crosses the pins once a launch, however often it is requested") {
  CounterObserver observer(1);
  const Region region = {0, 1, 64, 0};
  observer.on_launch_begin();
  observer.on_step(load(region));
  observer.on_step(load(region));
  observer.on_step(load({32, 1, 64, 0}));  // the second half again, and as much beyond
  CHECK(observer.counters().global.read_bytes == 3 * 256);
  CHECK(observer.counters().device.read_bytes == 256 + 128);
  observer.on_step(store(region));
  observer.on_step(store(region));
  CHECK(observer.counters().global.written_bytes == 2 * 256);
  CHECK(observer.counters().device.written_bytes == 256);
  observer.on_launch_begin();  // the cache keeps nothing between launches
  observer.on_step(load(region));
  observer.on_step(store(region));
  CHECK(observer.counters().device == Traffic{2 * 256 + 128, 2 * 256});
}

TEST_CASE("reads and writes of the same sectors are both counted") {
  CounterObserver observer(1);
  observer.on_launch_begin();
  observer.on_step(load({0, 1, 8, 0}));
  observer.on_step(store({0, 1, 8, 0}));
  observer.on_step(store({4, 1, 4, 0}));
  CHECK(observer.counters().device == Traffic{32, 32});
  CHECK(observer.counters().global == Traffic{32, 48});
}

TEST_CASE("every tensor has its own sectors, and the totals are their sums") {
  CounterObserver observer(3);
  observer.on_launch_begin();
  for (std::uint16_t tensor : {0, 2}) {
    observer.on_step(move_step(EventKind::kLoad, tensor, {0, 1, 100, 0}));
    observer.on_step(move_step(EventKind::kStore, tensor, {8, 1, 8, 0}));
  }
  const Counters& counters = observer.counters();
  CHECK(counters.global_by_tensor == std::vector<Traffic>{{400, 32}, {0, 0}, {400, 32}});
  CHECK(counters.device_by_tensor == std::vector<Traffic>{{416, 32}, {0, 0}, {416, 32}});
  CHECK(counters.global == Traffic{800, 64});
  CHECK(counters.device == Traffic{832, 64});
}

TEST_CASE("operations and shared memory are added up, blocks are counted") {
  CounterObserver observer(0);
  observer.on_launch_begin();
  TileStep step;
  step.kind = EventKind::kMatmul;
  step.operations = {.fma = 10, .add_mul = 3, .mufu = 2};
  step.shared_read_bytes = 100;
  step.shared_written_bytes = 7;
  for (int block = 0; block < 2; ++block) {
    observer.on_block_begin();
    observer.on_step(step);
    observer.on_step(step);
  }
  const Counters& counters = observer.counters();
  CHECK(counters.fma == 40);
  CHECK(counters.add_mul == 12);
  CHECK(counters.mufu == 8);
  CHECK(counters.flops() == 100);
  CHECK(counters.shared == Traffic{400, 28});
  CHECK(counters.blocks == 2);
  CHECK(counters.global.total_bytes() == 0);
}

TEST_CASE("on random rectangles the sectors are those of a set of bytes") {
  std::mt19937 random(20);
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<TileStep> steps;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) {
      TileStep step = load(random_region(random));
      step.element_bytes = 1 << random() % 4;
      steps.push_back(step);
    }
    CHECK(device_bytes_read(steps) == device_bytes_by_byte(steps));
  }
}
