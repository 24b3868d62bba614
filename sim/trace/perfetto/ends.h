// SPDX-License-Identifier: MIT
// When the blocks and launches of a log end: what a writer that goes from front to back must know
// at their begin.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/trace/log/reader.h"

namespace attnlab::trace {

struct Ends {
  std::vector<std::uint64_t> blocks;    // end cycles in the order of the blocks' begins
  std::vector<std::uint64_t> launches;  // end cycles as in the header
};

// What does not end in the log lasts to the end of the log. Replays, and so checks, every event:
// throws LogError where the log is damaged.
Ends find_ends(const EventLogReader& log);

}  // namespace attnlab::trace
