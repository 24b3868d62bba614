// SPDX-License-Identifier: MIT
// The totals of an event log, from one pass over all of its events.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/log/reader.h"

namespace attnlab::trace {

struct TensorTraffic {
  std::string tensor;  // empty: steps that name no tensor
  MemoryLevel level = MemoryLevel::kNone;
  Traffic traffic;
};

struct LaunchSummary {
  std::string name;
  std::uint64_t blocks = 0;  // in its grid
  std::uint64_t blocks_started = 0;
  std::uint64_t blocks_finished = 0;
  std::uint64_t begin_cycle = 0;
  std::uint64_t end_cycle = 0;  // of its end mark, or the latest end of its events without one
  std::uint64_t events = 0;
  std::uint64_t flops = 0;
  std::array<Traffic, kMemoryLevelCount> traffic{};  // by MemoryLevel
  bool begun = false;
  bool finished = false;
};

struct LogSummary {
  std::uint64_t file_bytes = 0;
  std::uint64_t keyframes = 0;
  std::uint64_t events = 0;
  std::uint64_t cycles = 0;  // the latest end of any event
  double microseconds = 0;   // cycles at the GPU's clock: simulated, not measured
  std::uint64_t blocks_started = 0;
  std::uint64_t blocks_finished = 0;
  std::uint64_t peak_resident_blocks = 0;
  std::uint64_t flops = 0;
  std::array<std::uint64_t, kEventKindCount> events_by_kind{};
  std::array<std::uint64_t, kEventKindCount> flops_by_kind{};
  std::array<Traffic, kMemoryLevelCount> traffic_by_level{};
  std::vector<TensorTraffic> traffic_by_tensor;  // entries that are not 0, level by level
  std::vector<LaunchSummary> launches;           // as in the header
};

// Reads, and so checks, the whole log. Throws LogError where it is damaged.
LogSummary summarize(const EventLogReader& log);

}  // namespace attnlab::trace
