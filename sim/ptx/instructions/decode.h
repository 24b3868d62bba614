// SPDX-License-Identifier: MIT
// What decoders of arithmetic have in common: the last step, and the choice of a handler by type.
#pragma once

#include "sim/ptx/instructions/arithmetic/values.h"
#include "sim/ptx/instructions/instruction_decoder.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

// InstructionDecoder::fail for the compiler that does not see [[noreturn]] through a virtual call.
[[noreturn]] inline void fail(const InstructionDecoder& in, std::string_view reason) {
  in.fail(reason);
  __builtin_unreachable();
}

// The types of an instruction's operands, in PTX's order; kNone: there is no such operand.
struct OperandTypes {
  ScalarType d;
  ScalarType a;
  ScalarType b = ScalarType::kNone;
  ScalarType c = ScalarType::kNone;
};

inline Row source_or_none(InstructionDecoder& in, int index, ScalarType type) {
  if (type == ScalarType::kNone) return kNoRow;
  return type == ScalarType::kPred ? in.predicate_source(index) : in.source(index, type);
}

// The last step of most decoders: no modifier is left, the operands are d, a[, b[, c]].
inline void emit_operands(InstructionDecoder& in, Handler run, const OperandTypes& types,
                          std::uint32_t small = 0) {
  in.end_of_modifiers();
  in.expect_operands(types.c != ScalarType::kNone ? 4 : types.b != ScalarType::kNone ? 3 : 2);
  Op op;
  op.run = run;
  op.d = types.d == ScalarType::kPred ? in.predicate_destination(0) : in.destination(0, types.d);
  op.a = source_or_none(in, 1, types.a);
  op.b = source_or_none(in, 2, types.b);
  op.c = source_or_none(in, 3, types.c);
  op.small = small;
  in.emit(op);
}

// The handler for an integer type; signed and unsigned differ.
template <class Operation, class Shape>
Handler for_integer(const InstructionDecoder& in, ScalarType type) {
  switch (type) {
    case ScalarType::kU16:
      return Shape::template kRun<Operation, std::uint16_t>;
    case ScalarType::kS16:
      return Shape::template kRun<Operation, std::int16_t>;
    case ScalarType::kU32:
      return Shape::template kRun<Operation, std::uint32_t>;
    case ScalarType::kS32:
      return Shape::template kRun<Operation, std::int32_t>;
    case ScalarType::kU64:
      return Shape::template kRun<Operation, std::uint64_t>;
    case ScalarType::kS64:
      return Shape::template kRun<Operation, std::int64_t>;
    default:
      fail(in, "the type must be u16, s16, u32, s32, u64 or s64");
  }
}

// The handler for an integer type where the sign makes no difference, modulo 2^width.
template <class Operation, class Shape>
Handler for_integer_width(const InstructionDecoder& in, ScalarType type) {
  switch (type) {
    case ScalarType::kU16:
    case ScalarType::kS16:
      return Shape::template kRun<Operation, std::uint16_t>;
    case ScalarType::kU32:
    case ScalarType::kS32:
      return Shape::template kRun<Operation, std::uint32_t>;
    case ScalarType::kU64:
    case ScalarType::kS64:
      return Shape::template kRun<Operation, std::uint64_t>;
    default:
      fail(in, "the type must be u16, s16, u32, s32, u64 or s64");
  }
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
