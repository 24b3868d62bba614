// SPDX-License-Identifier: MIT
// bra, brx.idx, call, ret, exit, trap, and the runtime's functions: printf and assert.
#include "sim/ptx/execute/control.h"
#include "sim/ptx/execute/runtime.h"
#include "sim/ptx/instructions/access.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

// A jump backwards costs fuel, as many instructions as it goes back: the only way to run for ever.
inline const Op* jump(Warp& warp, const Op* op, const Op* target) {
  if (target > op) return target;
  warp.fuel -= op - target + 1;
  return warp.fuel > 0 ? target : yield(warp, target);
}

std::uint32_t guarded_lanes(Warp& warp, const Op* op) {
  const std::uint32_t mask = mask_of(lanes<std::uint32_t>(warp, op->guard));
  return warp.active & (op->small != 0 ? ~mask : mask);
}

const Op* join_of(const Op* op) {
  return reinterpret_cast<const Op*>(static_cast<std::uintptr_t>(op->wide));
}

const Op* branch_always(Warp& warp, const Op* op) {
  return jump(warp, op, op->link.target);
}

const Op* branch(Warp& warp, const Op* op) {
  const std::uint32_t taken = guarded_lanes(warp, op);
  if (taken == 0) return op + 1;
  if (taken == warp.active) return jump(warp, op, op->link.target);
  if (op->link.target <= op) warp.fuel -= op - op->link.target + 1;
  return diverge(warp, op, taken, op->link.target, join_of(op));
}

void decode_bra(InstructionDecoder& in) {
  in.take("uni");
  in.end_of_modifiers();
  in.expect_operands(1);
  Op op;
  op.run = in.instruction().guard < 0 ? branch_always : branch;
  in.emit_branch(op, 0);
}

// The lanes that go where the first one goes take the jump; the others execute it again.
const Op* branch_indexed(Warp& warp, const Op* op) {
  const std::uint32_t* index = lanes<std::uint32_t>(warp, op->a);
  const int first = std::countr_zero(warp.active);
  const std::uint32_t chosen = index[first];
  if (chosen >= op->row_count) throw_bad_jump(chosen, op->row_count, first);
  std::uint32_t others = 0;
  for_each_lane(warp.active, [&](int lane) { others |= index[lane] != chosen ? 1u << lane : 0; });
  if (others != 0) leave_behind(warp, op, others, join_of(op));
  const auto* targets = static_cast<const Op* const*>(op->link.data);
  return jump(warp, op, targets[chosen]);
}

void decode_brx(InstructionDecoder& in) {
  if (!in.take("idx")) fail(in, "only brx.idx exists");
  in.take("uni");
  in.end_of_modifiers();
  in.expect_operands(2);
  if (in.instruction().guard >= 0) fail(in, "the emulator does not have a guarded brx.idx");
  Op op;
  op.run = branch_indexed;
  op.a = in.source(0, ScalarType::kU32);
  in.emit_branch(op, 1);
}

// --- Calls. op.rows: words of the arguments, then of the results. ---

// A call costs what the callee can execute without another call or jump backwards.
const Op* enter(Warp& warp, const Op* op, const DecodedFunction& callee) {
  warp.fuel -= callee.ops.end() - callee.ops.begin();
  return call_function(warp, op, callee);
}

const Op* call_known(Warp& warp, const Op* op) {
  if (warp.fuel <= 0) return yield(warp, op);
  return enter(warp, op, *static_cast<const DecodedFunction*>(op->link.data));
}

// By address: lanes that call the same function as the first one go, the others call again.
const Op* call_address(Warp& warp, const Op* op) {
  if (warp.fuel <= 0) return yield(warp, op);
  const std::uint64_t* address = lanes<std::uint64_t>(warp, op->a);
  const int first = std::countr_zero(warp.active);
  const std::uint64_t chosen = address[first];
  std::uint32_t others = 0;
  for_each_lane(warp.active, [&](int lane) { others |= address[lane] != chosen ? 1u << lane : 0; });
  const DecodedFunction& callee = function_at(warp, op, chosen, first);
  if (others != 0) leave_behind(warp, op, others, op + 1);
  return enter(warp, op, callee);
}

const Op* call_printf(Warp& warp, const Op* op) {
  print(warp, op->rows);
  return op + 1;
}

const Op* call_assert(Warp& warp, const Op* op) {
  fail_assertion(warp, op->rows);
}

void decode_call(InstructionDecoder& in) {
  in.take("uni");
  in.end_of_modifiers();
  const CallOperands call = in.call_operands();
  Op op;
  op.rows = call.rows;
  op.row_count = call.row_count;
  op.small = call.argument_rows;
  if (call.runtime != RuntimeFunction::kNone) {
    op.run = call.runtime == RuntimeFunction::kPrintf ? call_printf : call_assert;
    const bool right = call.runtime == RuntimeFunction::kPrintf
                           ? call.argument_rows == 4 && call.row_count == 5
                           : call.argument_rows >= 7;
    if (!right) fail(in, "this function of the runtime has other parameters");
  } else if (call.callee != nullptr) {
    op.run = call_known;
    op.link.data = call.callee;
  } else {
    op.run = call_address;
    op.a = call.address;
    return in.emit_dividing(op);
  }
  in.emit_stopping(op);
}

// --- Ends ---

template <const Op* (*kLeave)(Warp&, std::uint32_t, const Op*)>
const Op* leave(Warp& warp, const Op* op) {
  const std::uint32_t leaving = op->guard == kNoRow ? warp.active : guarded_lanes(warp, op);
  return leaving == 0 ? op + 1 : kLeave(warp, leaving, op + 1);
}

template <const Op* (*kLeave)(Warp&, std::uint32_t, const Op*)>
void decode_leave(InstructionDecoder& in) {
  in.take("uni");
  in.end_of_modifiers();
  in.expect_operands(0);
  Op op;
  op.run = leave<kLeave>;
  op.guard = in.guard();
  op.small = in.instruction().guard_negated ? 1 : 0;
  in.emit_unguarded(op);
}

const Op* trap(Warp& warp, const Op*) {
  fail_trap(warp);
}

void decode_trap(InstructionDecoder& in) {
  in.end_of_modifiers();
  in.expect_operands(0);
  Op op;
  op.run = trap;
  in.emit(op);
}

// Hints for profilers and debuggers.
void decode_nothing(InstructionDecoder& in) {
  (void)in;
}

}  // namespace

void add_control(InstructionTable& table) {
  table.add("bra", TypeClass::kAny, decode_bra);
  table.add("brx", TypeClass::kAny, decode_brx);
  table.add("call", TypeClass::kAny, decode_call);
  table.add("ret", TypeClass::kAny, decode_leave<return_lanes>);
  table.add("exit", TypeClass::kAny, decode_leave<exit_lanes>);
  table.add("trap", TypeClass::kAny, decode_trap);
  table.add("brkpt", TypeClass::kAny, decode_trap);
  table.add("pmevent", TypeClass::kAny, decode_nothing);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
