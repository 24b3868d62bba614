// SPDX-License-Identifier: MIT
#include "sim/ptx/execute/control.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/execute/fault.h"
#include "sim/ptx/execute/places.h"
#include "sim/ptx/execute/runtime.h"

namespace attnlab::ptx {
namespace {

// The lanes that ran may have been waiting for those which wait at a join.
void lose_patience(BlockState& block) {
  constexpr std::int64_t kShortTurn = 256;
  block.patience.turn = std::max(block.patience.turn / 2, kShortTurn);
  block.patience.turns = std::max(block.patience.turns / 4, 1);
}

void run_group(Warp& warp, const LaneGroup& group) {
  warp.active = group.lanes;
  warp.frame = group.frame;
  warp.control->convergence = group.convergence;
}

LaneGroup running_group(const Warp& warp, const Op* next) {
  return {next, warp.active, warp.frame, warp.control->convergence, Wait::kNothing, -1};
}

// A group that runs after all others.
void put_last(WarpControl& control, const LaneGroup& group) {
  if (control.groups.empty()) {
    control.groups.push_back(group);
  } else {
    control.groups.insert(control.groups.begin(), group);
  }
}

int new_convergence(WarpControl& control, const Convergence& convergence) {
  for (std::size_t i = 0; i < control.convergences.size(); ++i) {
    if (control.convergences[i].participants == 0) {
      control.convergences[i] = convergence;
      return static_cast<int>(i);
    }
  }
  control.convergences.push_back(convergence);
  return static_cast<int>(control.convergences.size()) - 1;
}

// The running lanes will meet at `join`, unless that is what they already agreed on.
void agree_on(Warp& warp, const Op* join) {
  WarpControl& control = *warp.control;
  if (join == nullptr) return;
  if (control.convergence >= 0) {
    const Convergence& innermost =
        control.convergences[static_cast<std::size_t>(control.convergence)];
    if (innermost.join == join && innermost.frame == warp.frame) return;
  }
  control.convergence =
      new_convergence(control, {join, warp.frame, warp.active, 0, control.convergence});
}

// Where lanes that met go on: a join op, or a call, is done with.
const Op* behind(const Convergence& convergence) {
  return convergence.join + 1;
}

// Lets the lanes that have arrived go on, as a group.
void release(WarpControl& control, std::size_t index) {
  Convergence& convergence = control.convergences[index];
  control.groups.push_back({behind(convergence), convergence.arrived, convergence.frame,
                            convergence.parent, Wait::kNothing, -1});
  convergence.participants &= ~convergence.arrived;
  convergence.arrived = 0;
}

// The running lanes wait at convergence `index`, or go on if they are the last.
const Op* arrive(Warp& warp, int index) {
  WarpControl& control = *warp.control;
  Convergence& convergence = control.convergences[static_cast<std::size_t>(index)];
  convergence.arrived |= warp.active;
  if (convergence.arrived != convergence.participants) return next_group(warp);
  warp.active = convergence.arrived;
  warp.frame = convergence.frame;
  control.convergence = convergence.parent;
  convergence.participants = convergence.arrived = 0;
  return behind(convergence);
}

// Lanes that no longer take part anywhere; convergences that only waited for them are released.
void forget(WarpControl& control, std::uint32_t lanes) {
  for (std::size_t i = 0; i < control.convergences.size(); ++i) {
    Convergence& convergence = control.convergences[i];
    convergence.participants &= ~lanes;
    if (convergence.participants != 0 && convergence.arrived == convergence.participants) {
      release(control, i);
    }
  }
}

// Lets the innermost lanes that wait at a join go on alone. False where nobody waits.
bool release_somebody(WarpControl& control) {
  for (std::size_t i = control.convergences.size(); i-- > 0;) {
    if (control.convergences[i].arrived != 0) {
      release(control, i);
      return true;
    }
  }
  return false;
}

// Where the highest frame of any lane of the warp ends.
std::byte* stack_top(const Warp& warp) {
  const auto end_of = [](std::byte* frame) {
    return frame + reinterpret_cast<const FrameHeader*>(frame)->function->frame_bytes;
  };
  std::byte* top = end_of(warp.frame);
  for (const LaneGroup& group : warp.control->groups) top = std::max(top, end_of(group.frame));
  for (const Convergence& convergence : warp.control->convergences) {
    if (convergence.participants != 0) top = std::max(top, end_of(convergence.frame));
  }
  return top;
}

// Copies some lanes of parameter words between two frames.
void copy_words(std::uint32_t lanes, std::byte* to, const Row* to_rows, const std::byte* from,
                const Row* from_rows, std::size_t words) {
  for (std::size_t w = 0; w < words; ++w) {
    auto* target = reinterpret_cast<std::uint32_t*>(to + to_rows[w]);
    const auto* source = reinterpret_cast<const std::uint32_t*>(from + from_rows[w]);
    for (int i = 0; i < kWarpLanes; ++i) {
      if ((lanes >> i & 1u) != 0) target[i] = source[i];
    }
  }
}

// Writes what a fresh frame holds: constants, zeros as parameters, and as registers where one may
// be read unwritten.
void make_frame(std::byte* frame, const DecodedFunction& function) {
  const std::uint32_t zeros =
      function.reads_unwritten ? function.registers_begin : function.registers_end;
  std::memset(frame + zeros, 0, function.frame_bytes - zeros);
  for (const ConstantRow& constant : function.constants) {
    if (constant.wide) {
      auto* row = reinterpret_cast<std::uint64_t*>(frame + constant.row);
      std::fill_n(row, kWarpLanes, constant.bits);
    } else {
      auto* row = reinterpret_cast<std::uint32_t*>(frame + constant.row);
      std::fill_n(row, kWarpLanes, static_cast<std::uint32_t>(constant.bits));
    }
  }
}

const std::uint32_t* masks_of(const LaneGroup& group) {
  return reinterpret_cast<const std::uint32_t*>(group.frame + group.next->guard);
}

// Whether two groups wait for each other's lanes.
bool wait_together(const LaneGroup& a, const LaneGroup& b) {
  return a.wait == b.wait &&
         (a.wait == Wait::kWarpBarrier || (a.next == b.next && a.frame == b.frame));
}

// Of the lanes that wait together with `newcomer`, those whose whole mask does, as far as it lives.
std::uint32_t complete_lanes(const WarpControl& control, const LaneGroup& newcomer) {
  std::uint32_t here = newcomer.lanes;
  for (const LaneGroup& group : control.groups) {
    if (wait_together(group, newcomer)) here |= group.lanes;
  }
  std::uint32_t complete = 0;
  const auto add = [&](const LaneGroup& group) {
    const std::uint32_t* masks = masks_of(group);
    for (int i = 0; i < kWarpLanes; ++i) {
      const bool waits = (masks[i] & control.live & ~here) != 0;
      if ((group.lanes >> i & 1u) != 0 && !waits) complete |= 1u << i;
    }
  };
  add(newcomer);
  for (const LaneGroup& group : control.groups) {
    if (wait_together(group, newcomer)) add(group);
  }
  return complete;
}

bool go_on_alike(const LaneGroup& a, const LaneGroup& b) {
  return a.next == b.next && a.frame == b.frame && a.convergence == b.convergence;
}

// Lanes among `complete` go on behind the op they wait in; those that are then where the newcomer
// is run with it.
void let_go(Warp& warp, const LaneGroup& newcomer, std::uint32_t complete) {
  std::vector<LaneGroup>& groups = warp.control->groups;
  std::vector<LaneGroup> waiting = {newcomer};
  std::erase_if(groups, [&](const LaneGroup& group) {
    if (!wait_together(group, newcomer)) return false;
    waiting.push_back(group);
    return true;
  });
  warp.active = newcomer.lanes & complete;
  for (LaneGroup& group : waiting) {
    LaneGroup free = group;
    free.lanes &= complete;
    free.wait = Wait::kNothing;
    group.lanes &= ~complete;
    if (group.lanes != 0) groups.insert(groups.begin(), group);
    if (go_on_alike(group, newcomer)) {
      warp.active |= free.lanes;
    } else if (free.lanes != 0) {
      free.next = free.next + 1;
      groups.insert(groups.begin(), free);
    }
  }
}

// A lane that exits is waited for no longer: groups that may have waited for it look again.
void wake(WarpControl& control) {
  for (LaneGroup& group : control.groups) {
    if (group.wait == Wait::kLanes || group.wait == Wait::kWarpBarrier) group.wait = Wait::kNothing;
  }
}

// No lane of the warp can run: well if all wait at the same barrier; else they wait for each other.
void require_one_barrier(const Warp& warp) {
  const std::vector<LaneGroup>& groups = warp.control->groups;
  const LaneGroup& first = groups.front();
  for (const LaneGroup& group : groups) {
    const bool same_op = group.next == first.next;
    if (group.wait == Wait::kBarrier && group.barrier == first.barrier &&
        (same_op || !is_aligned_barrier(*group.next))) {
      continue;
    }
    const bool barriers = group.wait == Wait::kBarrier && first.wait == Wait::kBarrier;
    throw Fault(barriers ? FaultKind::kBarrierDivergence : FaultKind::kDeadlock, -1,
                barriers ? describe_waiting(warp, "lanes of one warp wait at different barriers")
                         : describe_waiting(warp, "lanes of one warp wait for each other"));
  }
}

}  // namespace

void start_warp(Warp& warp, std::uint32_t lanes) {
  WarpControl& control = *warp.control;
  const DecodedFunction& entry = *warp.block->grid->program->entry;
  control.groups.clear();
  control.convergences.clear();
  control.convergence = -1;
  control.started = control.live = lanes;
  control.status = WarpStatus::kReady;
  control.resume = entry.ops.data();
  control.barrier = -1;
  control.patience = warp.block->patience.turns;
  warp.active = lanes;
  warp.frame = control.stack_begin;
  make_frame(warp.frame, entry);
  header_of(warp) = {&entry, nullptr, nullptr, 0, 0};
}

const Op* diverge(Warp& warp, const Op* op, std::uint32_t taken, const Op* target, const Op* join) {
  agree_on(warp, join);
  LaneGroup apart = running_group(warp, target);
  apart.lanes = taken;
  warp.control->groups.push_back(apart);
  warp.active &= ~taken;
  return op + 1;
}

void leave_behind(Warp& warp, const Op* op, std::uint32_t lanes, const Op* join) {
  agree_on(warp, join);
  LaneGroup behind_group = running_group(warp, op);
  behind_group.lanes = lanes;
  warp.control->groups.push_back(behind_group);
  warp.active &= ~lanes;
}

const Op* reach_join(Warp& warp, const Op* op) {
  const WarpControl& control = *warp.control;
  if (control.convergence < 0) return op + 1;
  const Convergence& innermost =
      control.convergences[static_cast<std::size_t>(control.convergence)];
  if (innermost.join != op || innermost.frame != warp.frame) return op + 1;
  return arrive(warp, control.convergence);
}

const Op* exit_lanes(Warp& warp, std::uint32_t lanes, const Op* next) {
  WarpControl& control = *warp.control;
  const std::uint32_t gone = warp.active & lanes;
  control.live &= ~gone;
  warp.active &= ~gone;
  forget(control, gone);
  wake(control);
  return warp.active != 0 ? next : next_group(warp);
}

const Op* call_function(Warp& warp, const Op* op, const DecodedFunction& callee) {
  WarpControl& control = *warp.control;
  const FrameHeader caller = header_of(warp);
  std::byte* frame = stack_top(warp);
  const std::uint32_t local_base = caller.local_base + caller.function->local_bytes;
  const bool local_fits =
      local_base + callee.local_bytes <= warp.block->grid->program->local_stack_bytes;
  if (callee.frame_bytes > static_cast<std::size_t>(control.stack_end - frame) || !local_fits) {
    throw Fault(FaultKind::kStackOverflow, -1,
                fmt::format("calls are nested {} deep and the stack is full", caller.depth + 1));
  }
  control.convergence =
      new_convergence(control, {op, warp.frame, warp.active, 0, control.convergence});
  std::byte* caller_frame = warp.frame;
  make_frame(frame, callee);
  warp.frame = frame;
  header_of(warp) = {&callee, op, caller_frame, local_base, caller.depth + 1};
  copy_words(warp.active, frame, callee.parameters.data(), caller_frame, op->rows,
             callee.parameters.size());
  return callee.ops.data();
}

const Op* return_lanes(Warp& warp, std::uint32_t lanes, const Op* next) {
  const FrameHeader callee = header_of(warp);
  if (callee.depth == 0) return exit_lanes(warp, lanes, next);
  WarpControl& control = *warp.control;
  const std::uint32_t stay = warp.active & ~lanes;
  if (stay != 0) {
    LaneGroup group = running_group(warp, next);
    group.lanes = stay;
    control.groups.push_back(group);
    warp.active &= lanes;
  }
  // The results stand behind the arguments in the call's list of rows.
  const std::vector<Row>& results = callee.function->results;
  copy_words(warp.active, callee.caller_frame,
             callee.call->rows + callee.function->parameters.size(), warp.frame, results.data(),
             results.size());
  warp.frame = callee.caller_frame;
  // Lanes that left an inner convergence of the callee behind have left it for good.
  while (control.convergences[static_cast<std::size_t>(control.convergence)].join != callee.call ||
         control.convergences[static_cast<std::size_t>(control.convergence)].frame != warp.frame) {
    Convergence& inner = control.convergences[static_cast<std::size_t>(control.convergence)];
    const int parent = inner.parent;
    inner.participants &= ~warp.active;
    if (inner.participants != 0 && inner.arrived == inner.participants) {
      release(control, static_cast<std::size_t>(control.convergence));
    }
    control.convergence = parent;
  }
  return arrive(warp, control.convergence);
}

Meeting meet(Warp& warp, const Op* op) {
  WarpControl& control = *warp.control;
  if (warp.active == control.live) return {warp.active, nullptr};
  LaneGroup newcomer = running_group(warp, op);
  newcomer.wait = Wait::kLanes;
  const std::uint32_t complete = complete_lanes(control, newcomer);
  if ((complete & warp.active) != 0) return {complete, nullptr};
  put_last(control, newcomer);
  return {0, next_group(warp)};
}

const Op* part(Warp& warp, const Op* op, const Meeting& meeting, std::uint32_t running) {
  warp.active = running;
  if (running != warp.control->live) {
    LaneGroup newcomer = running_group(warp, op);
    newcomer.wait = Wait::kLanes;
    let_go(warp, newcomer, meeting.lanes);
  }
  return op + 1;
}

const Op* warp_barrier(Warp& warp, const Op* op) {
  WarpControl& control = *warp.control;
  LaneGroup newcomer = running_group(warp, op);
  newcomer.wait = Wait::kWarpBarrier;
  const std::uint32_t complete = complete_lanes(control, newcomer);
  if ((complete & warp.active) == 0) {
    put_last(control, newcomer);
    return next_group(warp);
  }
  let_go(warp, newcomer, complete);
  if (warp.block->grid->program->observe.warp_synchronisation) {
    const std::uint32_t going_on = warp.active;
    warp.active = complete;
    tell_meeting(warp, op, masks_of(newcomer));
    warp.active = going_on;
    warp.block->grid->observer->on_warp_barrier(warp_place(warp, op), complete);
  }
  return op + 1;
}

const Op* wait_at_barrier(Warp& warp, const Op* op, int barrier) {
  LaneGroup waiting = running_group(warp, op);
  waiting.wait = Wait::kBarrier;
  waiting.barrier = barrier;
  WarpControl& control = *warp.control;
  put_last(control, waiting);
  if (warp.active != control.live) return next_group(warp);
  control.status = WarpStatus::kAtBarrier;
  control.barrier = barrier;
  return nullptr;
}

void leave_barrier(Warp& warp) {
  WarpControl& control = *warp.control;
  control.status = WarpStatus::kReady;
  control.barrier = -1;
  if (control.groups.size() == 1) {  // all of the warp, as it should be
    run_group(warp, control.groups.front());
    control.resume = control.groups.front().next + 1;
    control.groups.clear();
    return;
  }
  std::vector<LaneGroup> met;
  for (LaneGroup group : control.groups) {
    group.wait = Wait::kNothing;
    group.next = group.next + 1;
    group.barrier = -1;
    const auto alike = std::find_if(
        met.begin(), met.end(), [&](const LaneGroup& other) { return go_on_alike(group, other); });
    if (alike == met.end()) {
      met.push_back(group);
    } else {
      alike->lanes |= group.lanes;
    }
  }
  control.groups = std::move(met);
  control.resume = next_group(warp);
}

const Op* next_group(Warp& warp) {
  WarpControl& control = *warp.control;
  for (;;) {
    for (std::size_t i = control.groups.size(); i-- > 0;) {
      if (control.groups[i].wait != Wait::kNothing) continue;
      const LaneGroup group = control.groups[i];
      control.groups.erase(control.groups.begin() + static_cast<std::ptrdiff_t>(i));
      run_group(warp, group);
      return group.next;
    }
    if (control.live == 0) {
      control.status = WarpStatus::kFinished;
      return nullptr;
    }
    if (release_somebody(control)) continue;
    require_one_barrier(warp);
    control.status = WarpStatus::kAtBarrier;
    control.barrier = control.groups.front().barrier;
    return nullptr;
  }
}

const Op* yield(Warp& warp, const Op* next) {
  WarpControl& control = *warp.control;
  put_last(control, running_group(warp, next));
  if (--control.patience <= 0) {
    if (release_somebody(control)) lose_patience(*warp.block);
    control.patience = warp.block->patience.turns;
  }
  control.resume = next_group(warp);
  return nullptr;
}

}  // namespace attnlab::ptx
