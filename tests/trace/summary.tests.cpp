// SPDX-License-Identifier: MIT
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "sim/trace/summary.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;

TEST_CASE("a log of one block is summed up") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), one_block_events());
  const LogSummary summary = summarize(EventLogReader(folder / "x.alog"));
  CHECK(summary.file_bytes == std::filesystem::file_size(folder / "x.alog"));
  CHECK(summary.events == 9);
  CHECK(summary.cycles == 1500);
  CHECK(summary.microseconds == 1.0);  // at 1500 MHz
  CHECK(summary.blocks_started == 1);
  CHECK(summary.blocks_finished == 1);
  CHECK(summary.peak_resident_blocks == 1);
  CHECK(summary.flops == 5000);
  CHECK(summary.events_by_kind[static_cast<std::size_t>(EventKind::kLoad)] == 2);
  CHECK(summary.flops_by_kind[static_cast<std::size_t>(EventKind::kMatmul)] == 5000);
  CHECK(summary.traffic_by_level[static_cast<std::size_t>(MemoryLevel::kGlobal)] ==
        Traffic{1200, 0});
  CHECK(summary.traffic_by_level[static_cast<std::size_t>(MemoryLevel::kDevice)] == Traffic{0, 64});

  REQUIRE(summary.traffic_by_tensor.size() == 3);
  CHECK(summary.traffic_by_tensor[0].tensor == "Q");
  CHECK(summary.traffic_by_tensor[0].traffic == Traffic{1000, 0});
  CHECK(summary.traffic_by_tensor[1].tensor == "K");
  CHECK(summary.traffic_by_tensor[2].tensor == "O");
  CHECK(summary.traffic_by_tensor[2].level == MemoryLevel::kDevice);

  REQUIRE(summary.launches.size() == 3);
  const LaunchSummary& first = summary.launches[0];
  CHECK(first.name == "first_kernel");
  CHECK(first.blocks == 40);
  CHECK(first.blocks_started == 1);
  CHECK(first.events == 9);
  CHECK(first.end_cycle == 1500);
  CHECK(first.finished);
  CHECK_FALSE(summary.launches[1].begun);
}

TEST_CASE("launches, levels and tensors add up to the totals of a random log") {
  const TemporaryFolder folder;
  const std::vector<Event> events = random_events(50, 4000);
  write_log(folder / "x.alog", small_header(), events, {256, 0.1});
  const LogSummary summary = summarize(EventLogReader(folder / "x.alog"));
  const NaiveReplay totals(events, events.size());

  CHECK(summary.events == events.size());
  CHECK(summary.cycles == totals.end);
  std::uint64_t by_kind = 0, by_launch = 0, flops = 0, launch_flops = 0, naive_flops = 0;
  for (const std::uint64_t count : summary.events_by_kind) by_kind += count;
  for (const LaunchSummary& launch : summary.launches) {
    by_launch += launch.events;
    launch_flops += launch.flops;
  }
  for (const std::uint64_t count : summary.flops_by_kind) flops += count;
  for (const auto& [kind, count] : totals.flops) naive_flops += count;
  CHECK(by_kind == events.size());
  CHECK(by_launch == events.size());
  CHECK(flops == naive_flops);
  CHECK(launch_flops == naive_flops);
  CHECK(summary.flops == naive_flops);

  for (std::size_t level = 0; level < kMemoryLevelCount; ++level) {
    Traffic by_tensor, launches, naive;
    for (const TensorTraffic& one : summary.traffic_by_tensor) {
      if (static_cast<std::size_t>(one.level) != level) continue;
      by_tensor.read_bytes += one.traffic.read_bytes;
      by_tensor.written_bytes += one.traffic.written_bytes;
    }
    for (const LaunchSummary& launch : summary.launches) {
      launches.read_bytes += launch.traffic[level].read_bytes;
      launches.written_bytes += launch.traffic[level].written_bytes;
    }
    for (const auto& [key, traffic] : totals.traffic) {
      if (static_cast<std::size_t>(key.first) != level) continue;
      naive.read_bytes += traffic.read_bytes;
      naive.written_bytes += traffic.written_bytes;
    }
    CHECK(summary.traffic_by_level[level] == naive);
    CHECK(by_tensor == naive);
    CHECK(launches == naive);
  }

  std::uint64_t resident = 0, peak = 0;
  for (const Event& event : events) {
    resident += event.kind == EventKind::kBlockBegin;
    resident -= event.kind == EventKind::kBlockEnd;
    peak = std::max(peak, resident);
  }
  CHECK(summary.peak_resident_blocks == peak);
}
