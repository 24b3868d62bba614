// SPDX-License-Identifier: MIT
// What lanes of a warp do together: shfl.sync, vote.sync, match.sync, redux.sync, activemask,
// elect.sync.
//
// Every lane brings the mask of the lanes it works with. The instruction waits until all of them
// that have not exited are there. A lane that reads another one which is not there gets whatever
// that lane's register holds.
#include "sim/ptx/execute/control.h"
#include "sim/ptx/execute/runtime.h"
#include "sim/ptx/instructions/access.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

bool is_watched(const Warp& warp) {
  return warp.block->grid->program->observe.warp_synchronisation;
}

// Runs kExchange for all lanes that meet at this op; op.guard is the row of their masks.
template <void (*kExchange)(Warp&, const Op&)>
const Op* together(Warp& warp, const Op* op) {
  const std::uint32_t running = warp.active;
  const Meeting meeting = meet(warp, op);
  if (meeting.lanes == 0) return meeting.next;
  warp.active = meeting.lanes;
  if (is_watched(warp)) tell_meeting(warp, op, lanes<std::uint32_t>(warp, op->guard));
  kExchange(warp, *op);
  return part(warp, op, meeting, running);
}

// --- shfl.sync.mode.b32 d|p, a, b, c: d = a of another lane, p = whether that is in range. ---
// op.rows[0]: p. c: the segment mask in bits 8 to 12, the clamp value in bits 0 to 4.

enum class Shuffle { kUp, kDown, kButterfly, kIndex };

template <Shuffle kMode>
int source_lane(int lane, std::uint32_t b, std::uint32_t c, bool& in_range) {
  const auto value = static_cast<int>(b & 31u);
  const auto clamp = static_cast<int>(c & 31u);
  const auto segment = static_cast<int>(c >> 8 & 31u);
  const int most = (lane & segment) | (clamp & ~segment);
  const int least = lane & segment;
  int source = 0;
  if (kMode == Shuffle::kUp) {
    source = lane - value;
    in_range = source >= most;
  } else if (kMode == Shuffle::kDown) {
    source = lane + value;
    in_range = source <= most;
  } else if (kMode == Shuffle::kButterfly) {
    source = lane ^ value;
    in_range = source <= most;
  } else {
    source = least | (value & ~segment);
    in_range = source <= most;
  }
  return in_range ? source : lane;
}

template <Shuffle kMode>
void shuffle(Warp& warp, const Op& op) {
  alignas(64) std::uint32_t from[kWarpLanes];
  alignas(64) std::uint32_t result[kWarpLanes];
  alignas(64) std::uint32_t valid[kWarpLanes];
  int source[kWarpLanes];
  std::memcpy(from, lanes<std::uint32_t>(warp, op.a), sizeof(from));
  const std::uint32_t* b = lanes<std::uint32_t>(warp, op.b);
  const std::uint32_t* c = lanes<std::uint32_t>(warp, op.c);
  for (int i = 0; i < kWarpLanes; ++i) {
    bool in_range = false;
    source[i] = source_lane<kMode>(i, b[i], c[i], in_range);
    result[i] = from[source[i]];
    valid[i] = predicate_lane(in_range);
  }
  if (is_watched(warp)) tell_sources(warp, &op, source);
  blend(warp, lanes<std::uint32_t>(warp, op.d), result);
  if (op.rows != nullptr) blend(warp, lanes<std::uint32_t>(warp, op.rows[0]), valid);
}

void decode_shfl(InstructionDecoder& in) {
  if (!in.take("sync")) fail(in, "only shfl.sync exists on today's GPUs");
  const int mode = in.take_any({"up", "down", "bfly", "idx"});
  const ScalarType type = in.take_type();
  in.end_of_modifiers();
  const int first = in.instruction().paired ? 2 : 1;
  in.expect_operands(first + 4);
  constexpr Handler kHandlers[] = {
      together<shuffle<Shuffle::kUp>>, together<shuffle<Shuffle::kDown>>,
      together<shuffle<Shuffle::kButterfly>>, together<shuffle<Shuffle::kIndex>>};
  if (mode < 0 || bytes_of(type) != 4) fail(in, "the emulator does not have this shuffle");
  Op op;
  op.run = kHandlers[mode];
  op.a = in.source(first, type);
  op.b = in.source(first + 1, ScalarType::kU32);
  op.c = in.source(first + 2, ScalarType::kU32);
  op.guard = in.source(first + 3, ScalarType::kU32);
  if (first == 2) {
    const Row valid = in.predicate_destination(1);
    op.rows = in.joined(&valid, 1, nullptr, 0);
  }
  op.d = in.destination(0, type);
  in.emit_stopping(op);
}

// --- vote.sync: the lanes of a mask are counted where their predicate holds. ---

enum class Vote { kAll, kAny, kUniform, kBallot };

template <Vote kVote>
void vote(Warp& warp, const Op& op) {
  const std::uint32_t ayes = mask_of(lanes<std::uint32_t>(warp, op.a)) & warp.active;
  const std::uint32_t* mask = lanes<std::uint32_t>(warp, op.guard);
  alignas(64) std::uint32_t result[kWarpLanes];
  for (int i = 0; i < kWarpLanes; ++i) {
    const std::uint32_t voters = mask[i] & warp.active;
    const std::uint32_t yes = ayes & voters;
    result[i] = kVote == Vote::kAll       ? predicate_lane(yes == voters)
                : kVote == Vote::kAny     ? predicate_lane(yes != 0)
                : kVote == Vote::kUniform ? predicate_lane(yes == 0 || yes == voters)
                                          : yes;
  }
  blend(warp, lanes<std::uint32_t>(warp, op.d), result);
}

void decode_vote(InstructionDecoder& in) {
  if (!in.take("sync")) fail(in, "only vote.sync exists on today's GPUs");
  const int mode = in.take_any({"all", "any", "uni", "ballot"});
  if (mode < 0) fail(in, "the emulator does not have this vote");
  const bool ballot = mode == 3;
  if (!in.take(ballot ? "b32" : "pred")) fail(in, "the type is missing");
  in.end_of_modifiers();
  in.expect_operands(3);
  constexpr Handler kHandlers[] = {together<vote<Vote::kAll>>, together<vote<Vote::kAny>>,
                                   together<vote<Vote::kUniform>>, together<vote<Vote::kBallot>>};
  Op op;
  op.run = kHandlers[mode];
  op.a = in.predicate_source(1);
  op.guard = in.source(2, ScalarType::kU32);
  op.d = ballot ? in.destination(0, ScalarType::kB32) : in.predicate_destination(0);
  in.emit_stopping(op);
}

// --- match.sync: which lanes of the mask hold the same value. op.rows[0]: p of match.all. ---

template <class V, bool kMatchAll>
void match(Warp& warp, const Op& op) {
  const V* value = lanes<V>(warp, op.a);
  const std::uint32_t* mask = lanes<std::uint32_t>(warp, op.guard);
  alignas(64) std::uint32_t result[kWarpLanes];
  alignas(64) std::uint32_t same_everywhere[kWarpLanes];
  for (int i = 0; i < kWarpLanes; ++i) {
    const std::uint32_t others = mask[i] & warp.active;
    std::uint32_t equal = 0;
    for_each_lane(others, [&](int lane) { equal |= value[lane] == value[i] ? 1u << lane : 0; });
    same_everywhere[i] = predicate_lane(equal == others);
    result[i] = kMatchAll ? (equal == others ? others : 0) : equal;
  }
  blend(warp, lanes<std::uint32_t>(warp, op.d), result);
  if (op.rows != nullptr) blend(warp, lanes<std::uint32_t>(warp, op.rows[0]), same_everywhere);
}

void decode_match(InstructionDecoder& in) {
  const int mode = in.take_any({"any", "all"});
  if (mode < 0 || !in.take("sync")) fail(in, "the emulator does not have this match");
  const ScalarType type = in.take_type();
  in.end_of_modifiers();
  const int first = in.instruction().paired ? 2 : 1;
  in.expect_operands(first + 2);
  Op op;
  op.run = bytes_of(type) == 8 ? (mode == 0 ? together<match<std::uint64_t, false>>
                                            : together<match<std::uint64_t, true>>)
                               : (mode == 0 ? together<match<std::uint32_t, false>>
                                            : together<match<std::uint32_t, true>>);
  op.a = in.source(first, type);
  op.guard = in.source(first + 1, ScalarType::kU32);
  if (first == 2) {
    const Row all = in.predicate_destination(1);
    op.rows = in.joined(&all, 1, nullptr, 0);
  }
  op.d = in.destination(0, ScalarType::kB32);
  in.emit_stopping(op);
}

// --- redux.sync: one value of all lanes of the mask. ---

enum class Reduction { kAdd, kMin, kMax, kAnd, kOr, kXor };

template <class V, Reduction kReduction>
V reduced(V a, V b) {
  switch (kReduction) {
    case Reduction::kAdd:
      return static_cast<V>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
    case Reduction::kMin:
      return b < a ? b : a;
    case Reduction::kMax:
      return b > a ? b : a;
    case Reduction::kAnd:
      return a & b;
    case Reduction::kOr:
      return a | b;
    default:
      return a ^ b;
  }
}

template <class V, Reduction kReduction>
void redux(Warp& warp, const Op& op) {
  const V* value = lanes<V>(warp, op.a);
  const std::uint32_t* mask = lanes<std::uint32_t>(warp, op.guard);
  alignas(64) V result[kWarpLanes] = {};
  for_each_lane(warp.active, [&](int lane) {
    const std::uint32_t members = (mask[lane] & warp.active) | 1u << lane;
    V sum = value[std::countr_zero(members)];
    for_each_lane(members & (members - 1),
                  [&](int other) { sum = reduced<V, kReduction>(sum, value[other]); });
    result[lane] = sum;
  });
  blend(warp, lanes<V>(warp, op.d), result);
}

template <class V>
Handler redux_handler(int reduction) {
  constexpr Handler kHandlers[] = {
      together<redux<V, Reduction::kAdd>>, together<redux<V, Reduction::kMin>>,
      together<redux<V, Reduction::kMax>>, together<redux<V, Reduction::kAnd>>,
      together<redux<V, Reduction::kOr>>,  together<redux<V, Reduction::kXor>>};
  return kHandlers[reduction];
}

void decode_redux(InstructionDecoder& in) {
  if (!in.take("sync")) fail(in, "redux needs .sync");
  const int reduction = in.take_any({"add", "min", "max", "and", "or", "xor"});
  if (reduction < 0) fail(in, "the emulator does not have this reduction");
  const ScalarType type = in.take_type();
  in.end_of_modifiers();
  in.expect_operands(3);
  if (bytes_of(type) != 4 || is_float(type)) fail(in, "redux works on 32-bit integers");
  Op op;
  op.run = is_signed(type) ? redux_handler<std::int32_t>(reduction)
                           : redux_handler<std::uint32_t>(reduction);
  op.a = in.source(1, type);
  op.guard = in.source(2, ScalarType::kU32);
  op.d = in.destination(0, type);
  in.emit_stopping(op);
}

// --- activemask, elect.sync ---

void active_mask(Warp& warp, const Op& op) {
  const std::uint32_t active = warp.active;
  write<std::uint32_t>(warp, op.d, [&](std::uint32_t* d) {
    for (int i = 0; i < kWarpLanes; ++i) d[i] = active;
  });
}

void decode_activemask(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  in.end_of_modifiers();
  in.expect_operands(1);
  Op op;
  op.run = then_next<active_mask>;
  op.d = in.destination(0, type);
  in.emit(op);
}

// The first lane of the mask is the leader: d = its number, p = whether this lane is it.
void elect(Warp& warp, const Op& op) {
  const std::uint32_t* mask = lanes<std::uint32_t>(warp, op.guard);
  std::uint32_t* d = lanes<std::uint32_t>(warp, op.d);
  std::uint32_t* p = lanes<std::uint32_t>(warp, op.rows[0]);
  for_each_lane(warp.active, [&](int lane) {
    const std::uint32_t members = mask[lane] & warp.active;
    const int leader = members != 0 ? std::countr_zero(members) : lane;
    d[lane] = static_cast<std::uint32_t>(leader);
    p[lane] = predicate_lane(lane == leader);
  });
}

void decode_elect(InstructionDecoder& in) {
  if (!in.take("sync")) fail(in, "elect needs .sync");
  in.end_of_modifiers();
  in.expect_operands(3);
  Op op;
  op.run = together<elect>;
  op.guard = in.source(2, ScalarType::kU32);
  const Row leader = in.predicate_destination(1);
  op.rows = in.joined(&leader, 1, nullptr, 0);
  op.d = in.destination(0, ScalarType::kB32);
  in.emit_stopping(op);
}

}  // namespace

void add_warp(InstructionTable& table) {
  table.add("shfl", TypeClass::kAny, decode_shfl);
  table.add("vote", TypeClass::kAny, decode_vote);
  table.add("match", TypeClass::kAny, decode_match);
  table.add("redux", TypeClass::kAny, decode_redux);
  table.add("activemask", TypeClass::kAny, decode_activemask);
  table.add("elect", TypeClass::kAny, decode_elect);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
