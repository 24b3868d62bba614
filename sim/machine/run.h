// SPDX-License-Identifier: MIT
// Runs launches of thread blocks on a simulated GPU, one tile step at a time, in order of time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/machine/block_program.h"
#include "sim/machine/counters.h"
#include "sim/machine/gpu_spec.h"
#include "sim/trace/event.h"

namespace attnlab::machine {

struct Launch {
  std::string name;          // the kernel's entry point
  std::uint32_t blocks = 0;  // of the whole grid
  int threads_per_block = 0;
  std::int64_t shared_bytes = 0;  // of one block, static and dynamic
  std::function<BlockProgram(std::uint32_t block)> program;
};

struct RunResult {
  Counters counters;
  std::uint64_t cycles = 0;  // simulated; see docs/machine.md for what it leaves out
};

// Blocks of this launch that fit one SM at a time, by threads, slots and shared memory. Registers
// are not counted: the models do not know them. Throws SpecError where a block fits no SM.
int resident_blocks_per_sm(const GpuSpec& gpu, const Launch& launch);

// Runs the launches one after the other; each starts when the last block of the one before ended.
// Blocks are dealt in order of index, round-robin over the SMs, to free slots; as soon as a slot
// frees, the next block goes there. `tensor_count` is the size of the programs' tensor table;
// `sink` may be null. The numbers that the programs compute do not depend on the GPU.
RunResult run(const GpuSpec& gpu, const std::vector<Launch>& launches, int tensor_count,
              trace::EventSink* sink);

}  // namespace attnlab::machine
