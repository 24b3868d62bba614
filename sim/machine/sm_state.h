// SPDX-License-Identifier: MIT
// One streaming multiprocessor while it runs: when each of its units is free again.
#pragma once

#include <cstdint>

#include "sim/machine/gpu_spec.h"
#include "sim/machine/tile_step.h"

namespace attnlab::machine {

struct StepTime {
  std::uint64_t start_cycle = 0;
  std::uint64_t end_cycle = 0;
};

// Unit bounds at the grain of tile steps. A step needs some cycles of each unit (device memory,
// shared memory, fp32, special functions); a unit serves one step at a time, in order of arrival.
// The step ends when the slowest of its units is done, a load from device memory one latency later.
// Left out: caches, bank conflicts, issue slots, overlap inside a step.
class SmState {
 public:
  explicit SmState(const GpuSpec& gpu);

  // Places a step that is ready at `ready_cycle` and returns when it runs.
  StepTime place(const TileStep& step, std::uint64_t ready_cycle);

 private:
  struct Unit {
    double per_cycle = 1;  // bytes or operations
    std::uint64_t free_at_cycle = 0;

    // Occupies the unit from `start` for `amount`; returns when it is done.
    std::uint64_t occupy(double amount, std::uint64_t start);
  };

  Unit device_memory_;
  Unit shared_memory_;
  Unit fp32_;
  Unit special_function_;
  std::uint64_t device_latency_cycles_;
};

}  // namespace attnlab::machine
