// SPDX-License-Identifier: MIT
// mov (registers, constants, special registers, addresses, vectors packed and unpacked), cvta,
// isspacep.
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/lanes.h"
#include "sim/ptx/instructions/table/families.h"
#include "sim/ptx/memory/address_space.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

void move_narrow(Warp& warp, const Op& op) {
  map<std::uint32_t, std::uint32_t>(warp, op, [](std::uint32_t a) { return a; });
}
void move_wide(Warp& warp, const Op& op) {
  map<std::uint64_t, std::uint64_t>(warp, op, [](std::uint64_t a) { return a; });
}

// d = {elements}: the first one in the lowest bits. op.small: bits of an element.
template <class D, class E>
void pack(Warp& warp, const Op& op) {
  D* d = lanes<D>(warp, op.d);
  alignas(64) D result[kWarpLanes] = {};
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    const E* element = lanes<E>(warp, op.rows[e]);
    const std::uint32_t shift = e * op.small;
    for (int i = 0; i < kWarpLanes; ++i)
      result[i] |= static_cast<D>(static_cast<D>(element[i]) << shift);
  }
  blend(warp, d, result);
}

// {elements} = a. The rows of elements and of a may be the same.
template <class A, class E>
void unpack(Warp& warp, const Op& op) {
  alignas(64) A source[kWarpLanes];
  std::memcpy(source, lanes<A>(warp, op.a), sizeof(source));
  const A mask = static_cast<A>(~A{0}) >> (8 * sizeof(A) - op.small);
  for (std::uint32_t e = 0; e < op.row_count; ++e) {
    alignas(64) E result[kWarpLanes];
    const std::uint32_t shift = e * op.small;
    for (int i = 0; i < kWarpLanes; ++i) result[i] = static_cast<E>(source[i] >> shift & mask);
    blend(warp, lanes<E>(warp, op.rows[e]), result);
  }
}

// The type of one of `count` elements of a value of `type`.
ScalarType element_type(const InstructionDecoder& in, ScalarType type, int count) {
  const int bytes = bytes_of(type);
  if (bytes == 4 && count == 2) return ScalarType::kB16;
  if (bytes == 4 && count == 4) return ScalarType::kB8;
  if (bytes == 8 && count == 2) return ScalarType::kB32;
  if (bytes == 8 && count == 4) return ScalarType::kB16;
  if (bytes == 2 && count == 2) return ScalarType::kB8;
  fail(in, "a vector of that many elements does not make up this type");
}

void require_exact_width(const InstructionDecoder& in, int index, ScalarType element) {
  if (in.register_bytes(index, element) != std::max(bytes_of(element), 2)) {
    fail(in, "the elements do not make up this type");
  }
}

void decode_pack(InstructionDecoder& in, ScalarType type) {
  const int count = in.vector_size(1);
  const ScalarType element = element_type(in, type, count);
  Op op;
  op.run = bytes_of(type) == 8 ? then_next<pack<std::uint64_t, std::uint32_t>>
                               : then_next<pack<std::uint32_t, std::uint32_t>>;
  op.small = static_cast<std::uint32_t>(8 * bytes_of(element));
  op.row_count = static_cast<std::uint32_t>(count);
  require_exact_width(in, 1, element);
  op.rows = in.vector_source(1, element, count);
  op.d = in.destination(0, type);
  in.emit(op);
}

void decode_unpack(InstructionDecoder& in, ScalarType type) {
  const int count = in.vector_size(0);
  const ScalarType element = element_type(in, type, count);
  Op op;
  op.run = bytes_of(type) == 8 ? then_next<unpack<std::uint64_t, std::uint32_t>>
                               : then_next<unpack<std::uint32_t, std::uint32_t>>;
  op.small = static_cast<std::uint32_t>(8 * bytes_of(element));
  op.row_count = static_cast<std::uint32_t>(count);
  require_exact_width(in, 0, element);
  op.a = in.source(1, type);
  op.rows = in.vector_destination(0, element, count);
  in.emit(op);
}

void decode_mov(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  in.end_of_modifiers();
  in.expect_operands(2);
  if (type == ScalarType::kB128) fail(in, "the emulator does not have 128-bit registers");
  if (in.vector_size(0) > 1) return decode_unpack(in, type);
  if (in.vector_size(1) > 1) return decode_pack(in, type);
  Op op;
  op.run = bytes_of(type) == 8 ? then_next<move_wide> : then_next<move_narrow>;
  const bool predicate = type == ScalarType::kPred;
  op.a = predicate ? in.predicate_source(1) : in.source(1, type);
  op.d = predicate ? in.predicate_destination(0) : in.destination(0, type);
  in.emit(op);
}

// op.wide: what is added to an address.
void add_window(Warp& warp, const Op& op) {
  const std::uint64_t window = op.wide;
  map<std::uint64_t, std::uint64_t>(warp, op, [=](std::uint64_t a) { return a + window; });
}

StateSpace take_space(InstructionDecoder& in) {
  constexpr StateSpace kSpaces[] = {StateSpace::kGlobal, StateSpace::kShared, StateSpace::kShared,
                                    StateSpace::kLocal,  StateSpace::kConst,  StateSpace::kParam,
                                    StateSpace::kParam};
  const int index =
      in.take_any({"global", "shared", "shared::cta", "local", "const", "param", "param::entry"});
  if (index < 0) fail(in, "a state space is missing");
  return kSpaces[index];
}

void decode_cvta(InstructionDecoder& in) {
  const bool to_space = in.take("to");
  const std::uint64_t window = window_of(take_space(in));
  const ScalarType type = in.take_type();
  if (bytes_of(type) != 8) fail(in, "addresses have 64 bits");
  in.end_of_modifiers();
  in.expect_operands(2);
  Op op;
  op.run = then_next<add_window>;
  op.wide = to_space ? 0 - window : window;
  op.a = in.source(1, type);
  op.d = in.destination(0, type);
  in.emit(op);
}

void is_space(Warp& warp, const Op& op) {
  const auto space = static_cast<StateSpace>(op.small);
  map<std::uint32_t, std::uint64_t>(
      warp, op, [=](std::uint64_t a) { return predicate_lane(space_of(a) == space); });
}

void decode_isspacep(InstructionDecoder& in) {
  Op op;
  op.run = then_next<is_space>;
  op.small = static_cast<std::uint32_t>(take_space(in));
  in.end_of_modifiers();
  in.expect_operands(2);
  op.a = in.source(1, ScalarType::kU64);
  op.d = in.predicate_destination(0);
  in.emit(op);
}

}  // namespace

void add_move(InstructionTable& table) {
  table.add("mov", TypeClass::kAny, decode_mov);
  table.add("cvta", TypeClass::kAny, decode_cvta);
  table.add("isspacep", TypeClass::kAny, decode_isspacep);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
