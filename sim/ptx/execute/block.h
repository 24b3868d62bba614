// SPDX-License-Identifier: MIT
// Runs thread blocks: their warps in turn, their barriers.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/execute/turn_order.h"

namespace attnlab::ptx {

// The memory that one resident block needs, used again for the next: warps' stacks, local memory,
// shared memory.
class BlockSlot {
 public:
  explicit BlockSlot(const Grid& grid);
  BlockSlot(BlockSlot&&) = delete;

  // Makes the slot ready to run the block with this linear index from its start.
  void start(std::uint64_t linear);

  enum class Outcome { kFinished, kStillRunning };
  // Runs the block until it has finished, or until every warp that can run has had `turns` turns.
  // Throws KernelFault.
  Outcome run(int turns);

  BlockState& state() { return block_; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const;
  };
  using Bytes = std::unique_ptr<std::byte, Free>;
  static Bytes allocate(std::size_t bytes);

  TurnOrder next_order();
  void run_warp(Warp& warp);
  void after_turn(Warp& warp);
  void arrive_at_barrier(Warp& warp);
  void complete_barrier(int index);
  void release_barrier(int index);
  [[noreturn]] void report_deadlock() const;
  [[noreturn]] void rethrow(const Fault& fault, const Warp& warp, const Op* op) const;

  BlockState block_;
  std::vector<WarpControl> controls_;
  std::uint32_t live_warps_ = 0;
  std::uint64_t rounds_ = 0;  // of turns, in a shuffled order
  std::size_t stack_bytes_ = 0;
  Bytes stacks_, locals_, shared_;
};

}  // namespace attnlab::ptx
