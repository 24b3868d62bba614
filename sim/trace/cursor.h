// SPDX-License-Identifier: MIT
// A place in an event log together with the state there; walks both ways at the cost of a step.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/trace/log/reader.h"
#include "sim/trace/replay.h"

namespace attnlab::trace {

// Keeps an undo record for every event since the keyframe behind it or, on a long walk forward, for
// the latest 65536: memory does not grow with the log. The reader must outlive the cursor.
class ReplayCursor {
 public:
  explicit ReplayCursor(const EventLogReader& log);

  std::uint64_t position() const { return state_.counters().event_count; }
  const ReplayState& state() const { return state_; }

  // One event; false, and no move, at the end or the beginning of the log.
  bool forward();
  bool backward();

  // To the state after the events [0, index). Requires index <= log.size(), else throws
  // std::out_of_range.
  void seek(std::uint64_t index);
  // To just before the first event that starts at `cycle` or later.
  void seek_cycle(std::uint64_t cycle);

 private:
  void restart_before(std::uint64_t index);

  const EventLogReader* log_;
  ReplayState state_;
  std::vector<UndoRecord> undo_;  // of the events just behind position(), the latest last
};

}  // namespace attnlab::trace
