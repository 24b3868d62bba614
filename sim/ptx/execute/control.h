// SPDX-License-Identifier: MIT
// Control flow of one warp: lanes that went apart, where they meet again, and calls.
//
// The lanes of a warp are in groups; one group runs at a time. A branch that splits a group makes
// two, and a convergence that says where they meet: at the immediate post-dominator of the branch.
// A group that gets there waits for the others. Nothing else ever makes a lane wait for another
// one but what the program says (barriers, _sync instructions), because lanes make progress on
// their own: where no group could run, or one keeps the others waiting too long (it may be
// waiting for them), the waiting lanes go on without it.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/ptx/execute/warp.h"
#include "sim/ptx/program/program.h"

namespace attnlab::ptx {

// What a group that does not run is waiting for.
enum class Wait : std::uint8_t {
  kNothing,      // its turn
  kLanes,        // the other lanes of a _sync instruction's mask
  kWarpBarrier,  // the other lanes of a bar.warp.sync
  kBarrier,      // a block barrier
};

struct LaneGroup {
  const Op* next = nullptr;  // where it goes on; of a waiting group the instruction it waits in
  std::uint32_t lanes = 0;
  std::byte* frame = nullptr;
  int convergence = -1;  // innermost, index in WarpControl::convergences
  Wait wait = Wait::kNothing;
  int barrier = -1;  // of kBarrier
};

// Lanes that will meet at `join`: an op, in one call of one function.
struct Convergence {
  const Op* join = nullptr;
  std::byte* frame = nullptr;
  std::uint32_t participants = 0;  // 0: this entry is free
  std::uint32_t arrived = 0;
  int parent = -1;
};

enum class WarpStatus : std::uint8_t { kReady, kAtBarrier, kFinished };

struct WarpControl {
  std::vector<LaneGroup> groups;  // all but the running one; the last is next
  std::vector<Convergence> convergences;
  int convergence = -1;       // of the running group
  std::uint32_t started = 0;  // lanes that the warp began with
  std::uint32_t live = 0;     // lanes that have not exited
  WarpStatus status = WarpStatus::kReady;
  const Op* resume = nullptr;  // where the running group goes on when the warp runs again
  int barrier = -1;            // which one the warp is at
  int patience = 0;            // turns that others may still take while lanes wait at a join
  std::byte* stack_begin = nullptr;
  std::byte* stack_end = nullptr;
  std::byte* local = nullptr;  // 32 stacks of local memory, one a lane
};

// The function that the running lanes are in.
inline FrameHeader& header_of(const Warp& warp) {
  return *reinterpret_cast<FrameHeader*>(warp.frame);
}

// Starts a warp at the kernel's first instruction with these lanes.
void start_warp(Warp& warp, std::uint32_t lanes);

// Part of the running lanes, `taken`, go to `target`, the others to op + 1; they meet at `join`
// (nullptr: nowhere before they exit or return). Returns what runs next.
const Op* diverge(Warp& warp, const Op* op, std::uint32_t taken, const Op* target, const Op* join);

// Part of the running lanes stay at `op`, to execute it later; the others go on.
void leave_behind(Warp& warp, const Op* op, std::uint32_t lanes, const Op* join);

// The running lanes have reached `op`, where somebody may wait or be awaited.
const Op* reach_join(Warp& warp, const Op* op);

// The running lanes among `lanes` exit the kernel; the rest go on at `next`.
const Op* exit_lanes(Warp& warp, std::uint32_t lanes, const Op* next);

// Calls `callee`; op->rows are the argument words in the caller's frame. `results` of the call are
// written when the callee returns.
const Op* call_function(Warp& warp, const Op* op, const DecodedFunction& callee);

// The running lanes among `lanes` return; in a kernel that is an exit.
const Op* return_lanes(Warp& warp, std::uint32_t lanes, const Op* next);

// A _sync instruction; op->guard is the row of the masks that the lanes bring. `lanes`: those at
// this op of this call whose mask is there as far as it lives, some of the running ones among them;
// or none, and the caller returns `next`.
struct Meeting {
  std::uint32_t lanes = 0;
  const Op* next = nullptr;
};
Meeting meet(Warp& warp, const Op* op);
// After the exchange: those that met go on behind it, together. `running`: who ran before.
const Op* part(Warp& warp, const Op* op, const Meeting& meeting, std::uint32_t running);

// bar.warp.sync: like meet, but lanes may wait at different instructions.
const Op* warp_barrier(Warp& warp, const Op* op);

// How a barrier's op is written down: Op::small of bar and barrier instructions.
inline constexpr std::uint32_t kReductionMask = 0xff;    // a BarrierReduction
inline constexpr std::uint32_t kAlignedBarrier = 0x100;  // all lanes of a warp, one instruction
inline bool is_aligned_barrier(const Op& op) {
  return (op.small & kAlignedBarrier) != 0;
}

// The running lanes wait at a block barrier, in `op`.
const Op* wait_at_barrier(Warp& warp, const Op* op, int barrier);

// A warp that stands at a barrier goes on behind it.
void leave_barrier(Warp& warp);

// Out of fuel at a backward branch or call to `next`: others get their turn.
const Op* yield(Warp& warp, const Op* next);

// The lanes that can go on: the next group's op, or nullptr where the warp stands still (its status
// says why). Throws Fault where the lanes wait for each other.
const Op* next_group(Warp& warp);

}  // namespace attnlab::ptx
