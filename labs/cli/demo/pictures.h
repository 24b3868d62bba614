// SPDX-License-Identifier: MIT
// Pictures of what the demo computed, as SVG.
#pragma once

#include <string>
#include <vector>

#include "sim/trace/log/reader.h"

namespace attnlab::cli::demo {

struct MemoryPoint {
  int length = 0;  // N
  double standard_bytes = 0;
  double flash_bytes = 0;
};

// Memory against sequence length, both axes logarithmic.
std::string memory_picture(const std::vector<MemoryPoint>& points);

// The thread blocks on the first `sms` SMs of a log, a row a slot, coloured by query tile.
std::string timeline_picture(const trace::EventLogReader& log, int sms);

}  // namespace attnlab::cli::demo
