// SPDX-License-Identifier: MIT
// How long the rungs took on a named GPU, recorded: what the demo and the docs quote.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/timing_cases.h"

namespace attnlab::kernels {

struct RecordedTime {
  TimingCase what;
  int repeats = 0;
  double least_ms = 0;  // of the repeats
  double median_ms = 0;
  double floor_ms = 0;
  std::string bound;  // of the floor
};

struct RecordedTimes {
  std::string gpu;
  std::string driver;
  std::string compiler;
  std::string date;               // ISO 8601
  double copy_gb_per_second = 0;  // device memory, read and written
  std::vector<RecordedTime> times;

  // The case of that group and rung whose problem is this; nullptr where it was not timed.
  const RecordedTime* find(const std::string& rung, const Problem& problem) const;
};

// The recording that ships: kernels/recorded/h200_times.json.
const RecordedTimes& shipped_times();

std::string times_to_json(const RecordedTimes& times);
// Throws problem::BadInput where the text is not a recording of times.
RecordedTimes times_from_json(const std::string& text);

}  // namespace attnlab::kernels
