// SPDX-License-Identifier: MIT
#include "sim/machine/sm_state.h"

#include <algorithm>
#include <cmath>

namespace attnlab::machine {

SmState::SmState(const GpuSpec& gpu) : device_latency_cycles_(gpu.device_latency_cycles) {
  device_memory_.per_cycle =
      gpu.device_bandwidth_bytes_per_second / gpu.sm_count / (1e6 * gpu.clock_mhz);
  shared_memory_.per_cycle = gpu.shared_bytes_per_cycle_per_sm;
  fp32_.per_cycle = gpu.fp32_fma_per_cycle_per_sm;
  special_function_.per_cycle = gpu.mufu_per_cycle_per_sm;
}

std::uint64_t SmState::Unit::occupy(double amount, std::uint64_t start) {
  if (amount <= 0) return start;
  const auto cycles = static_cast<std::uint64_t>(std::ceil(amount / per_cycle));
  free_at_cycle = std::max(free_at_cycle, start) + cycles;
  return free_at_cycle;
}

StepTime SmState::place(const TileStep& step, std::uint64_t ready_cycle) {
  const double device_bytes =
      step.tensor == trace::kNoTensor
          ? 0
          : static_cast<double>(step.region.elements()) * step.element_bytes;
  const auto shared_bytes = static_cast<double>(step.shared_read_bytes + step.shared_written_bytes);
  const auto fp32 = static_cast<double>(step.operations.fma + step.operations.add_mul);
  const auto mufu = static_cast<double>(step.operations.mufu);

  std::uint64_t memory_end = device_memory_.occupy(device_bytes, ready_cycle);
  if (step.kind == trace::EventKind::kLoad && device_bytes > 0)
    memory_end += device_latency_cycles_;
  StepTime time{ready_cycle, ready_cycle + 1};  // every step takes at least its issue
  for (std::uint64_t end :
       {memory_end, shared_memory_.occupy(shared_bytes, ready_cycle),
        fp32_.occupy(fp32, ready_cycle), special_function_.occupy(mufu, ready_cycle)}) {
    time.end_cycle = std::max(time.end_cycle, end);
  }
  return time;
}

}  // namespace attnlab::machine
