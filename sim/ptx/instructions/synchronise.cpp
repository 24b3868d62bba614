// SPDX-License-Identifier: MIT
// bar and barrier (sync, arrive, red), bar.warp.sync, membar, fence, nanosleep.

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/execute/runtime.h"
#include "sim/ptx/instructions/access.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

// Rows of a barrier's op: a its number, b the count of threads, c a predicate, d a result. What
// becomes of b, c and d is the block's business, when all have arrived (execute/block.cpp).
int barrier_number(Warp& warp, const Op* op) {
  const std::uint32_t* numbers = lanes<std::uint32_t>(warp, op->a);
  const int lane = std::countr_zero(warp.active);
  const std::uint32_t number = numbers[lane];
  if (number >= kBarriers) throw_no_barrier(number, lane);
  std::uint32_t others = 0;
  for_each_lane(warp.active, [&](int i) { others |= numbers[i] != number ? 1u << i : 0; });
  if (others != 0) leave_behind(warp, op, others, nullptr);
  return static_cast<int>(number);
}

// The number is a constant, in op.wide.
const Op* barrier_sync_known(Warp& warp, const Op* op) {
  return wait_at_barrier(warp, op, static_cast<int>(op->wide));
}

const Op* barrier_sync(Warp& warp, const Op* op) {
  return wait_at_barrier(warp, op, barrier_number(warp, op));
}

const Op* barrier_arrive(Warp& warp, const Op* op) {
  warp.block->arrived_without_waiting = true;
  const std::uint32_t threads = lanes<std::uint32_t>(warp, op->b)[std::countr_zero(warp.active)];
  const int number = barrier_number(warp, op);
  tell_arrival(warp, op, number);
  // Who waits there goes on before anybody arrives once more.
  return arrive_at_barrier(warp, number, threads) ? yield(warp, op + 1) : op + 1;
}

void decode_warp_barrier(InstructionDecoder& in) {
  if (!in.take("sync")) fail(in, "only bar.warp.sync exists");
  in.end_of_modifiers();
  in.expect_operands(1);
  Op op;
  op.run = warp_barrier;
  op.guard = in.source(0, ScalarType::kU32);
  in.emit_stopping(op);
}

// bar.red / barrier.red: .popc.u32 d, .and.pred p, .or.pred p
void decode_reduction(InstructionDecoder& in, Op& op) {
  const int kind = in.take_any({"popc", "and", "or"});
  if (kind < 0 || !in.take(kind == 0 ? "u32" : "pred")) {
    fail(in, "the emulator does not have this reduction");
  }
  in.end_of_modifiers();
  const int count = in.operand_count();
  if (count != 3 && count != 4) in.expect_operands(4);
  op.a = in.source(1, ScalarType::kU32);
  if (count == 4) op.b = in.source(2, ScalarType::kU32);
  op.c = in.predicate_source(count - 1);
  op.d = kind == 0 ? in.destination(0, ScalarType::kU32) : in.predicate_destination(0);
  op.small |= static_cast<std::uint32_t>(kind == 0   ? BarrierReduction::kPopc
                                         : kind == 1 ? BarrierReduction::kAnd
                                                     : BarrierReduction::kOr);
}

// bar is barrier.aligned.
void decode_block_barrier(InstructionDecoder& in, bool aligned) {
  in.take("cta");
  const int mode = in.take_any({"sync", "arrive", "red"});
  if (mode < 0) fail(in, "the emulator does not have this barrier");
  aligned |= in.take("aligned");
  Op op;
  op.small = aligned ? kAlignedBarrier : 0;
  op.run = mode == 1 ? barrier_arrive : barrier_sync;
  if (mode == 2) {
    decode_reduction(in, op);
  } else {
    in.end_of_modifiers();
    const int count = in.operand_count();
    if (count != 2 && (count != 1 || mode == 1)) in.expect_operands(mode == 1 ? 2 : 1);
    op.a = in.source(0, ScalarType::kU32);
    if (count == 2) op.b = in.source(1, ScalarType::kU32);
    op.wide = in.instruction().operands[0].bits;
    if (mode == 0 && in.is_immediate(0) && op.wide < kBarriers) op.run = barrier_sync_known;
  }
  in.emit_stopping(op);
}

void decode_bar(InstructionDecoder& in) {
  if (in.take("warp")) return decode_warp_barrier(in);
  decode_block_barrier(in, true);
}

void decode_barrier(InstructionDecoder& in) {
  decode_block_barrier(in, false);
}

// Every access is done when the next one starts: a fence has nothing to do. But where a kernel
// orders its accesses, blocks may well be waiting for each other.
void decode_fence(InstructionDecoder& in) {
  in.take_any({"sc", "acq_rel", "acquire", "release"});
  if (!in.take("cta")) in.note_communicates();
  in.emit_fence();
}

const Op* sleep(Warp& warp, const Op* op) {
  constexpr std::int64_t kInstructions = 64;  // that could have been executed meanwhile
  warp.fuel -= kInstructions;
  return yield(warp, op + 1);
}

void decode_nanosleep(InstructionDecoder& in) {
  in.take("u32");
  in.end_of_modifiers();
  in.expect_operands(1);
  in.source(0, ScalarType::kU32);
  Op op;
  op.run = sleep;
  in.emit_stopping(op);
}

}  // namespace

void add_synchronise(InstructionTable& table) {
  table.add("bar", TypeClass::kAny, decode_bar);
  table.add("barrier", TypeClass::kAny, decode_barrier);
  table.add("membar", TypeClass::kAny, decode_fence);
  table.add("fence", TypeClass::kAny, decode_fence);
  table.add("nanosleep", TypeClass::kAny, decode_nanosleep);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
