// SPDX-License-Identifier: MIT
// What `attnlab bench` times: the rungs on problems of the lecture's size, each beside its floor.
#pragma once

#include <string>
#include <vector>

#include "kernels/registry.h"

namespace attnlab::kernels {

struct TimingCase {
  std::string group;  // "lecture": cases that are read side by side
  std::string rung;
  Problem problem;
};

// One group after the other; within one, the rungs in the order of the ladder.
std::vector<TimingCase> timing_cases();

// The least time that a GPU can need, by what it must at least move and compute.
struct Floor {
  double seconds = 0;
  const char* bound = "";  // "bytes", "fp32" or "special functions"
};

// By the closed form: device bytes over the measured speed of a copy, fp32 instructions and special
// functions over the units' rates at the GPU's highest clock.
Floor floor_of(const machine::Counters& cost, const machine::GpuSpec& gpu,
               double copy_bytes_per_second);

}  // namespace attnlab::kernels
