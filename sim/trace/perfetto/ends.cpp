// SPDX-License-Identifier: MIT
#include "sim/trace/perfetto/ends.h"

#include <algorithm>

namespace attnlab::trace {
namespace {

constexpr std::uint64_t kNotEnded = ~std::uint64_t{0};

}  // namespace

Ends find_ends(const EventLogReader& log) {
  Ends ends;
  ends.launches.resize(log.header().launches.size(), kNotEnded);
  ReplayState state = log.initial_state();
  std::vector<std::size_t> latest_block(std::size_t{state.sm_count()} * state.slots_per_sm());
  for (const Event& event : log) {
    log.step(&state);
    const std::size_t slot = std::size_t{event.sm} * state.slots_per_sm() + event.slot;
    if (event.kind == EventKind::kBlockBegin) {
      latest_block[slot] = ends.blocks.size();
      ends.blocks.push_back(kNotEnded);
    } else if (event.kind == EventKind::kBlockEnd) {
      ends.blocks[latest_block[slot]] = event.start_cycle;
    } else if (event.kind == EventKind::kLaunchEnd) {
      ends.launches[event.launch] = event.start_cycle;
    }
  }
  const std::uint64_t end = state.counters().end_cycle;
  std::replace(ends.blocks.begin(), ends.blocks.end(), kNotEnded, end);
  std::replace(ends.launches.begin(), ends.launches.end(), kNotEnded, end);
  return ends;
}

}  // namespace attnlab::trace
