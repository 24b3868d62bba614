// SPDX-License-Identifier: MIT
#include "sim/trace/summary.h"

#include <algorithm>

namespace attnlab::trace {
namespace {

void add_to_launch(const Event& event, LaunchSummary* launch) {
  ++launch->events;
  if (event.kind == EventKind::kLaunchBegin) {
    launch->begun = true;
    launch->begin_cycle = event.start_cycle;
  }
  launch->finished = launch->finished || event.kind == EventKind::kLaunchEnd;

  std::uint64_t end = event.start_cycle;
  if (is_step(event.kind)) {
    end += event.duration_cycles;
    launch->flops += event.flops;
  }
  launch->end_cycle = std::max(launch->end_cycle, end);
  Traffic& traffic = launch->traffic[static_cast<std::size_t>(event.level)];
  if (event.kind == EventKind::kLoad) traffic.read_bytes += event.bytes;
  if (event.kind == EventKind::kStore) traffic.written_bytes += event.bytes;
}

void add_traffic(const ReplayState& state, const LogHeader& header, LogSummary* summary) {
  for (int l = 0; l < kMemoryLevelCount; ++l) {
    const auto level = static_cast<MemoryLevel>(l);
    summary->traffic_by_level[static_cast<std::size_t>(l)] = state.traffic(level);
    for (std::size_t t = 0; t <= header.tensors.size(); ++t) {
      const bool none = t == header.tensors.size();
      const auto tensor = none ? kNoTensor : static_cast<std::uint16_t>(t);
      const Traffic traffic = state.traffic(level, tensor);
      if (traffic == Traffic{}) continue;
      summary->traffic_by_tensor.push_back({none ? "" : header.tensors[t], level, traffic});
    }
  }
}

void add_counters(const ReplayState& state, LogSummary* summary) {
  const Counters& counters = state.counters();
  summary->events = counters.event_count;
  summary->cycles = counters.end_cycle;
  summary->blocks_started = counters.blocks_started;
  summary->blocks_finished = counters.blocks_finished;
  summary->events_by_kind = counters.events;
  summary->flops_by_kind = counters.flops;
  for (const std::uint64_t flops : counters.flops) summary->flops += flops;
  for (std::size_t i = 0; i < summary->launches.size(); ++i) {
    summary->launches[i].blocks_started = state.launches()[i].blocks_started;
    summary->launches[i].blocks_finished = state.launches()[i].blocks_finished;
  }
}

}  // namespace

LogSummary summarize(const EventLogReader& log) {
  const LogHeader& header = log.header();
  LogSummary summary;
  summary.file_bytes = log.file_bytes();
  summary.keyframes = log.keyframe_count();
  for (const LaunchInfo& launch : header.launches) {
    summary.launches.push_back({});
    summary.launches.back().name = launch.name;
    summary.launches.back().blocks = launch.block_count();
  }

  ReplayState state = log.initial_state();
  for (std::uint64_t i = 0; i < log.size(); ++i) {
    const Event& event = log.event(i);
    log.step(&state);
    summary.peak_resident_blocks = std::max(summary.peak_resident_blocks, state.resident_count());
    LaunchSummary& launch = summary.launches[event.launch];
    // A number's bytes are read otherwise; it adds nothing but itself.
    if (event.kind == EventKind::kNumber) {
      ++launch.events;
    } else {
      add_to_launch(event, &launch);
    }
  }
  add_counters(state, &summary);
  add_traffic(state, header, &summary);
  summary.microseconds = static_cast<double>(summary.cycles) / header.gpu.clock_mhz;
  return summary;
}

}  // namespace attnlab::trace
