// SPDX-License-Identifier: MIT
#include "sim/ptx/execute/block.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>

#include "sim/ptx/execute/fault.h"
#include "sim/ptx/execute/places.h"
#include "sim/ptx/execute/runtime.h"

namespace attnlab::ptx {
namespace {

constexpr int kPoison = 0xcb;

std::uint32_t threads_of(const Grid& grid) {
  const auto& block = grid.shape.block;
  return block[0] * block[1] * block[2];
}

// Of one warp: the kernel's frame, one of every function it may call, and room to recurse.
std::size_t stack_bytes(const ProgramParts& program) {
  constexpr std::size_t kMostOfFunctions = std::size_t{16} << 20;
  constexpr std::size_t kToRecurse = std::size_t{1} << 20;
  if (!program.entry->makes_calls) return program.entry->frame_bytes;
  std::size_t functions = 0;
  for (const std::unique_ptr<DecodedFunction>& function : program.functions) {
    if (function != nullptr && !function->source->is_entry) functions += function->frame_bytes;
  }
  return program.entry->frame_bytes + std::min(functions, kMostOfFunctions) + kToRecurse;
}

}  // namespace

const Allocation BlockState::kNoAllocation;

void BlockSlot::Free::operator()(std::byte* bytes) const {
  std::free(bytes);
}

BlockSlot::Bytes BlockSlot::allocate(std::size_t bytes) {
  constexpr std::size_t kAlign = 256;
  const std::size_t held = (std::max<std::size_t>(bytes, 1) + kAlign - 1) / kAlign * kAlign;
  Bytes result(static_cast<std::byte*>(std::aligned_alloc(kAlign, held)));
  if (result == nullptr) throw std::bad_alloc();
  return result;
}

BlockSlot::BlockSlot(const Grid& grid) {
  const ProgramParts& program = *grid.program;
  const std::size_t warps = (threads_of(grid) + kWarpLanes - 1) / kWarpLanes;
  stack_bytes_ = stack_bytes(program);
  const std::size_t local_bytes = std::size_t{program.local_stack_bytes} * kWarpLanes;
  stacks_ = allocate(stack_bytes_ * warps);
  locals_ = allocate(local_bytes * warps);
  shared_ = allocate(grid.shared_bytes);
  controls_.resize(warps);
  block_.grid = &grid;
  block_.shared = shared_.get();
  block_.shared_bytes = grid.shared_bytes;
  block_.warps.resize(warps);
  for (std::size_t w = 0; w < warps; ++w) {
    controls_[w].stack_begin = stacks_.get() + w * stack_bytes_;
    controls_[w].stack_end = controls_[w].stack_begin + stack_bytes_;
    controls_[w].local = locals_.get() + w * local_bytes;
    block_.warps[w].index = static_cast<int>(w);
    block_.warps[w].block = &block_;
    block_.warps[w].control = &controls_[w];
  }
}

void BlockSlot::start(std::uint64_t linear) {
  const Grid& grid = *block_.grid;
  const auto& dims = grid.shape.grid;
  block_.linear = linear;
  block_.index = {static_cast<std::uint32_t>(linear % dims[0]),
                  static_cast<std::uint32_t>(linear / dims[0] % dims[1]),
                  static_cast<std::uint32_t>(linear / dims[0] / dims[1])};
  block_.barriers = {};
  block_.arrived_without_waiting = false;
  live_warps_ = static_cast<std::uint32_t>(block_.warps.size());
  block_.used = 0;
  block_.patience = {};
  block_.printed.clear();
  block_.printed_too_much = false;
  std::memset(block_.shared, kPoison, grid.shared_bytes);
  const std::size_t local_bytes = std::size_t{grid.program->local_stack_bytes} * kWarpLanes;
  std::uint32_t threads = threads_of(grid);
  for (Warp& warp : block_.warps) {
    std::memset(warp.control->local, kPoison, local_bytes);
    start_warp(warp, threads >= kWarpLanes ? kAllLanes : (1u << threads) - 1);
    threads -= std::min<std::uint32_t>(threads, kWarpLanes);
  }
  if (grid.observer != nullptr) grid.observer->on_block_begin(linear);
}

BlockSlot::Outcome BlockSlot::run(int turns) {
  for (;;) {
    bool ran = false;
    const TurnOrder order = next_order();
    for (std::size_t i = 0; i < block_.warps.size(); ++i) {
      Warp& warp = block_.warps[order(i)];
      if (warp.control->status != WarpStatus::kReady) continue;
      run_warp(warp);
      ran = true;
    }
    if (live_warps_ == 0) {
      if (block_.grid->observer != nullptr) block_.grid->observer->on_block_end(block_.linear);
      return Outcome::kFinished;
    }
    if (!ran) report_deadlock();
    if (--turns <= 0) return Outcome::kStillRunning;
  }
}

// Another one each time, where the launch asks for a shuffled order.
TurnOrder BlockSlot::next_order() {
  const std::uint64_t seed = block_.grid->order_seed;
  if (seed == 0) return {0, block_.warps.size()};
  return {seed + 0x9e3779b97f4a7c15u * (block_.linear + ++rounds_), block_.warps.size()};
}

void BlockSlot::run_warp(Warp& warp) {
  warp.fuel = block_.patience.turn;
  block_.used += warp.fuel;
  const Op* op = warp.control->resume;
  const Op* last = op;
  try {
    while (op != nullptr) {
      last = op;
      op = op->run(warp, op);
    }
    block_.used -= warp.fuel;
    warp.fuel = 0;
    if (block_.used > block_.grid->budget_per_block) {
      throw Fault(FaultKind::kBudget, -1,
                  fmt::format("the block has executed {} warp instructions and has not ended: an "
                              "endless loop? (--budget raises the limit)",
                              block_.used));
    }
    after_turn(warp);
  } catch (const Fault& fault) {
    rethrow(fault, warp, last + fault.ops_later);
  }
}

// A warp that stands at a barrier has arrived; one that has ended may be the one others wait for.
void BlockSlot::after_turn(Warp& warp) {
  if (warp.control->status == WarpStatus::kAtBarrier) {
    arrive_at_barrier(warp);
    complete_barrier(warp.control->barrier);
  }
  if (warp.control->status == WarpStatus::kFinished) --live_warps_;
  if (warp.control->status == WarpStatus::kFinished || block_.arrived_without_waiting) {
    block_.arrived_without_waiting = false;
    for (int i = 0; i < kBarriers; ++i) complete_barrier(i);
  }
}

void BlockSlot::arrive_at_barrier(Warp& warp) {
  Barrier& barrier = block_.barriers[static_cast<std::size_t>(warp.control->barrier)];
  std::uint32_t expected = 0;
  for (const LaneGroup& group : warp.control->groups) {
    const Op& op = *group.next;
    const bool plain = op.b == kNoRow && op.c == kNoRow;
    for (int lane = 0; lane < kWarpLanes && !plain; ++lane) {
      if ((group.lanes >> lane & 1u) == 0) continue;
      if (op.b != kNoRow) {
        expected = reinterpret_cast<const std::uint32_t*>(group.frame + op.b)[lane];
      }
      if (op.c == kNoRow) continue;
      ++barrier.counted;
      barrier.ones += reinterpret_cast<const std::uint32_t*>(group.frame + op.c)[lane] & 1u;
    }
  }
  expect_threads(barrier, warp.control->barrier, expected);
  barrier.arrived_threads += kWarpLanes;
  ++barrier.arrived_warps;
  if (block_.grid->program->observe.barriers) {
    const LaneGroup& first = warp.control->groups.front();
    Warp waiting = warp;
    waiting.frame = first.frame;
    waiting.active = warp.control->live;
    tell_missing(waiting, first.next, warp.control->live);
    block_.grid->observer->on_barrier_arrival(warp_place(waiting, first.next),
                                              warp.control->barrier, true);
  }
}

void BlockSlot::complete_barrier(int index) {
  const Barrier& barrier = block_.barriers[static_cast<std::size_t>(index)];
  if (barrier.arrived_threads == 0) return;
  const bool complete = barrier.expected_threads != 0
                            ? barrier.arrived_threads >= barrier.expected_threads
                            : barrier.arrived_warps == live_warps_;
  if (complete) release_barrier(index);
}

void BlockSlot::release_barrier(int index) {
  Barrier& barrier = block_.barriers[static_cast<std::size_t>(index)];
  const std::uint32_t values[] = {0, barrier.ones, barrier.ones == barrier.counted ? ~0u : 0u,
                                  barrier.ones != 0 ? ~0u : 0u};
  for (Warp& warp : block_.warps) {
    if (warp.control->status != WarpStatus::kAtBarrier || warp.control->barrier != index) continue;
    for (const LaneGroup& group : warp.control->groups) {
      const Op& op = *group.next;
      if (op.d == kNoRow) continue;
      auto* row = reinterpret_cast<std::uint32_t*>(group.frame + op.d);
      for (int lane = 0; lane < kWarpLanes; ++lane) {
        if ((group.lanes >> lane & 1u) != 0) row[lane] = values[op.small & kReductionMask];
      }
    }
    leave_barrier(warp);
  }
  barrier = {};
  if (block_.grid->program->observe.barriers) {
    block_.grid->observer->on_barrier_release(block_.linear, index);
  }
}

void BlockSlot::report_deadlock() const {
  std::string sentence = "no warp of the block can go on";
  const Warp* first = nullptr;
  for (const Warp& warp : block_.warps) {
    if (warp.control->status != WarpStatus::kAtBarrier) continue;
    if (first == nullptr) first = &warp;
    const LaneGroup& group = warp.control->groups.front();
    const Instruction& instruction = instruction_of(*block_.grid->program, group.next);
    const SourcePlace place = source_place(*block_.grid->program, instruction.location);
    sentence += fmt::format("{}warp {} waits in `{}` at {}:{}", &warp == first ? ": " : "; ",
                            warp.index, instruction.text, place.file, place.line);
  }
  KernelFault::Place place = place_of(*first, first->control->groups.front().next, -1);
  place.whole_block = true;
  throw KernelFault(FaultKind::kDeadlock, sentence, place, block_.printed);
}

void BlockSlot::rethrow(const Fault& fault, const Warp& warp, const Op* op) const {
  throw KernelFault(fault.kind, fault.what(), place_of(warp, op, fault.lane), block_.printed);
}

}  // namespace attnlab::ptx
