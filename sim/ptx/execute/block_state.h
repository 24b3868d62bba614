// SPDX-License-Identifier: MIT
// A thread block while it runs: its memory, its barriers, what its lanes can ask about the launch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/ptx/execute/control.h"
#include "sim/ptx/execute/warp.h"
#include "sim/ptx/memory/device_memory.h"
#include "sim/ptx/memory/shape.h"
#include "sim/ptx/program/program.h"

namespace attnlab::ptx {

inline constexpr int kBarriers = 16;  // of a block (PTX: bar.sync 0 to 15)

// How the predicates of barrier.red are brought together.
enum class BarrierReduction : std::uint8_t { kNone, kPopc, kAnd, kOr };

struct Barrier {
  std::uint32_t expected_threads = 0;  // 0: all that live
  std::uint32_t arrived_threads = 0;   // by warps, each counting 32
  std::uint32_t arrived_warps = 0;
  std::uint32_t ones = 0;     // lanes whose predicate was true
  std::uint32_t counted = 0;  // lanes that brought a predicate
};

// Whoever arrives at barrier `number` brings the count of threads that it waits for: all the same.
// Throws Fault where they do not.
void expect_threads(Barrier& barrier, int number, std::uint32_t threads);

// How long a warp of the block runs until another one gets its turn, in instructions, and how many
// turns a group of its lanes may take while others wait for it at a join. Both grow less every time
// that these lanes go on without it: it may have been waiting for them (a lock).
struct Patience {
  std::int64_t turn = 4096;
  int turns = 64;
};

// What is the same for all blocks of a launch.
struct Grid {
  const ProgramParts* program = nullptr;
  LaunchShape shape;
  std::vector<std::byte> parameters;
  const DeviceMemory* memory = nullptr;
  std::uint32_t shared_bytes = 0;  // static and dynamic
  std::int64_t budget_per_block = 0;
  bool concurrent = false;       // other blocks may run on other cores at the same time
  std::uint64_t order_seed = 0;  // 0: warps in ascending order
  Observer* observer = nullptr;
};

struct BlockState {
  BlockState() { remembered.fill(&kNoAllocation); }

  const Grid* grid = nullptr;
  std::array<std::uint32_t, 3> index = {};
  std::uint64_t linear = 0;
  std::byte* shared = nullptr;
  std::uint32_t shared_bytes = 0;
  std::array<Barrier, kBarriers> barriers;
  bool arrived_without_waiting = false;  // some warp did a bar.arrive in this turn
  std::vector<Warp> warps;
  std::int64_t used = 0;  // warp instructions, as far as they were accounted for
  Patience patience;
  std::string printed;
  bool printed_too_much = false;

  // The allocation that each memory op last found: by a hash of the op.
  static constexpr std::size_t kRemembered = 64;
  static const Allocation kNoAllocation;
  std::array<const Allocation*, kRemembered> remembered;
  ShapePool shapes;
};

// A number that grows while the block runs: %clock's.
inline std::uint64_t clock_of(const Warp& warp) {
  return static_cast<std::uint64_t>(warp.block->used - warp.fuel);
}

}  // namespace attnlab::ptx
