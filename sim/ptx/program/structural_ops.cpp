// SPDX-License-Identifier: MIT
#include "sim/ptx/program/structural_ops.h"

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/execute/places.h"
#include "sim/ptx/instructions/lanes.h"
#include "sim/ptx/memory/address_space.h"

namespace attnlab::ptx {
namespace {

using baseline::lanes;
using baseline::mask_of;
using baseline::write;

// The running lanes whose guard holds.
std::uint32_t guarded_lanes(Warp& warp, const Op* op) {
  const std::uint32_t mask = mask_of(lanes<std::uint32_t>(warp, op->guard));
  return warp.active & (op->small != 0 ? ~mask : mask);
}

template <class Lane>
const Op* local_address(Warp& warp, const Op* op) {
  const auto address = static_cast<Lane>(header_of(warp).local_base + op->wide);
  write<Lane>(warp, op->d, [&](Lane* d) {
    for (int i = 0; i < kWarpLanes; ++i) d[i] = address;
  });
  return op + 1;
}

}  // namespace

const Op* guard_begin_op(Warp& warp, const Op* op) {
  const std::uint32_t run = guarded_lanes(warp, op);
  if (run == 0) return op + 3;  // this one, the guarded one, guard_end_op
  warp.unguarded = warp.active;
  warp.active = run;
  return op + 1;
}

const Op* guard_end_op(Warp& warp, const Op* op) {
  warp.active = warp.unguarded;
  return op + 1;
}

const Op* skip_op(Warp& warp, const Op* op) {
  const std::uint32_t around = warp.active & ~guarded_lanes(warp, op);
  if (around == 0) return op + 1;
  if (around == warp.active) return op->link.target;
  return diverge(warp, op, around, op->link.target, op->link.target);
}

const Op* join_op(Warp& warp, const Op* op) {
  return reach_join(warp, op);
}

const Op* end_of_function_op(Warp& warp, const Op* op) {
  return return_lanes(warp, kAllLanes, op);
}

const Op* not_predicate_op(Warp& warp, const Op* op) {
  baseline::map<std::uint32_t, std::uint32_t>(warp, *op, [](std::uint32_t a) { return ~a; });
  return op + 1;
}

const Op* widen_op(Warp& warp, const Op* op) {
  baseline::map<std::uint64_t, std::uint32_t>(warp, *op,
                                              [](std::uint32_t a) { return std::uint64_t{a}; });
  return op + 1;
}

const Op* wide_local_address_op(Warp& warp, const Op* op) {
  return local_address<std::uint64_t>(warp, op);
}

const Op* narrow_local_address_op(Warp& warp, const Op* op) {
  return local_address<std::uint32_t>(warp, op);
}

const Op* observe_access_op(Warp& warp, const Op* op) {
  warp.block->grid->observer->on_access(warp_place(warp, op), Access::of(warp, *op));
  return op + 1;
}

const Op* observe_fence_op(Warp& warp, const Op* op) {
  warp.block->grid->observer->on_fence(warp_place(warp, op));
  return op + 1;
}

const Op* observe_branch_op(Warp& warp, const Op* op) {
  warp.block->grid->observer->on_branch(warp_place(warp, op), guarded_lanes(warp, op));
  return op + 1;
}

const Op* observe_instruction_op(Warp& warp, const Op* op) {
  warp.block->grid->observer->on_instruction(warp_place(warp, op));
  return op + 1;
}

const Op* observe_stretch_op(Warp& warp, const Op* op) {
  const std::uint32_t on = op->guard == kNoRow ? warp.active : guarded_lanes(warp, op);
  warp.block->grid->observer->on_stretch(warp_place(warp, op), static_cast<std::uint32_t>(op->wide),
                                         on);
  return op + 1;
}

}  // namespace attnlab::ptx
