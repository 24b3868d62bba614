// SPDX-License-Identifier: MIT
// A small GPU with round figures, programs that last a given number of cycles, and a sink that
// keeps every event: what the machine's tests are made of.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/machine/run.h"

namespace attnlab::machine::test {

// 1 GHz and, per SM and cycle: 32 bytes of device memory, 128 of shared memory, 64 fused
// multiply-adds, 16 results of the special function unit. A load waits 400 cycles more.
GpuSpec small_gpu(int sm_count, int slots_per_sm);

// A block whose step takes one cycle, `cycles` times over: barriers wait for no unit.
BlockProgram idle_program(std::uint32_t cycles);

// Blocks of those durations.
Launch idle_launch(const std::vector<std::uint32_t>& cycles_of_block);

class EventRecorder final : public trace::EventSink {
 public:
  void on_event(const trace::Event& event) override { events.push_back(event); }

  std::vector<trace::Event> events;
};

// Where and when a block ran.
struct BlockLife {
  std::uint16_t launch = 0;
  std::uint32_t block = 0;
  int sm = -1;
  int slot = -1;
  std::uint64_t begin_cycle = 0;
  std::uint64_t end_cycle = 0;

  bool operator==(const BlockLife&) const = default;
};

// Every block of a run in order of its begin. Fails the test where a begin has no end, an end no
// begin, or a slot holds two blocks.
std::vector<BlockLife> block_lives(const std::vector<trace::Event>& events);

}  // namespace attnlab::machine::test
