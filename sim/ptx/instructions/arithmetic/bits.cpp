// SPDX-License-Identifier: MIT
// Logic, shifts and bit fields (PTX ISA, "Logic and Shift Instructions" and the bit instructions
// of "Integer Arithmetic Instructions"):
//
//   and or xor not                 .pred .b16 .b32 .b64
//   cnot                           .b16 .b32 .b64
//   lop3                           .b32; lop3.{and,or,xor}.b32 d|p, a, b, c, table, q
//   shl shr                        shl: .b16 .b32 .b64; shr: also .u16 … .s64
//   shf.{l,r}.{clamp,wrap}         .b32
//   prmt{.f4e,.b4e,.rc8,.ecl,.ecr,.rc16}  .b32
//   bfe bfi                        bfe: .u32 .s32 .u64 .s64; bfi: .b32 .b64
//   bfind{.shiftamt}               .u32 .s32 .u64 .s64
//   brev clz popc                  .b32 .b64
//   fns bmsk.{clamp,wrap}          .b32
//   szext.{clamp,wrap}             .u32 .s32
//
// A shift amount is an unsigned 32-bit number and clamped: from the width on, all bits have left.
#include "sim/ptx/instructions/arithmetic/operations/bit_operations.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

using enum ScalarType;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

template <class Operation, class Shape>
Handler for_bits(const InstructionDecoder& in, ScalarType type) {
  if (type == kB16) return Shape::template kRun<Operation, std::uint16_t>;
  if (type == kB32) return Shape::template kRun<Operation, U32>;
  if (type == kB64) return Shape::template kRun<Operation, U64>;
  fail(in, "the type must be b16, b32 or b64");
}

// A predicate's lanes are 0 or ~0: logic on them is logic on 32 bits.
template <class Operation, class Shape>
Handler for_logic(const InstructionDecoder& in, ScalarType type) {
  return for_bits<Operation, Shape>(in, type == kPred ? kB32 : type);
}

template <class Operation>
void decode_logic(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in, for_logic<Operation, Binary>(in, type), {type, type, type});
}
void decode_not(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in, for_logic<Not, Unary>(in, type), {type, type});
}
void decode_cnot(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in, for_bits<Cnot, Unary>(in, type), {type, type});
}

// d = a and the predicate p = (a != 0) Operation b; p is row c. Both are written last, because b's
// row may be one of them.
template <class Operation>
const Op* run_result_and_predicate(Warp& warp, const Op* op) {
  const U32* a = lanes<U32>(warp, op->a);
  const U32* b = lanes<U32>(warp, op->b);
  alignas(64) U32 predicate[kWarpLanes];
  for (int i = 0; i < kWarpLanes; ++i) {
    predicate[i] = Operation::apply(predicate_lane(a[i] != 0), b[i]);
  }
  blend(warp, lanes<U32>(warp, op->d), a);
  blend(warp, lanes<U32>(warp, op->c), predicate);
  return op + 1;
}

// lop3.b32 d, a, b, c, table, and lop3.BoolOp.b32 d|p, a, b, c, table, q.
void decode_lop3(InstructionDecoder& in) {
  const int combine = in.take_any({"and", "or", "xor"});
  if (in.take_type() != kB32) fail(in, "the type must be b32");
  in.end_of_modifiers();
  in.expect_operands(combine < 0 ? 5 : 7);
  const int first = combine < 0 ? 1 : 2;
  const Row result = combine < 0 ? in.destination(0, kB32) : in.temporary(kB32);
  in.emit({.run = run_with_small<Lop3, U32, U32, U32, U32>,
           .d = result,
           .a = in.source(first, kB32),
           .b = in.source(first + 1, kB32),
           .c = in.source(first + 2, kB32),
           .small = static_cast<U32>(in.integer(first + 3, 0, 255))});
  if (combine < 0) return;
  in.emit({.run = combine == 0   ? run_result_and_predicate<And>
                  : combine == 1 ? run_result_and_predicate<Or>
                                 : run_result_and_predicate<Xor>,
           .d = in.destination(0, kB32),
           .a = result,
           .b = in.predicate_source(6),
           .c = in.predicate_destination(1)});
}

// The shapes of instructions whose second operand is a number of bits, or whose result is one.
struct Shift {
  template <class Operation, class T>
  static constexpr Handler kRun = run<Operation, T, T, U32>;
};
struct Field {
  template <class Operation, class T>
  static constexpr Handler kRun = run<Operation, T, T, U32, U32>;
};
struct Count {
  template <class Operation, class T>
  static constexpr Handler kRun = run<Operation, U32, T>;
};

void decode_shl(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in, for_bits<ShiftLeft, Shift>(in, type), {type, type, kU32});
}
void decode_shr(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in,
                is_untyped_bits(type) ? for_bits<ShiftRight, Shift>(in, type)
                                      : for_integer<ShiftRight, Shift>(in, type),
                {type, type, kU32});
}

void decode_shf(InstructionDecoder& in) {
  const int direction = in.take_any({"l", "r"});
  const int mode = in.take_any({"clamp", "wrap"});
  if (direction < 0 || mode < 0 || in.take_type() != kB32) {
    fail(in, "the forms are shf.{l,r}.{clamp,wrap}.b32");
  }
  const Handler handler = direction == 0 ? (mode == 0 ? Ternary::kRun<FunnelLeft<false>, U32>
                                                      : Ternary::kRun<FunnelLeft<true>, U32>)
                                         : (mode == 0 ? Ternary::kRun<FunnelRight<false>, U32>
                                                      : Ternary::kRun<FunnelRight<true>, U32>);
  emit_operands(in, handler, {kB32, kB32, kB32, kU32});
}

void decode_prmt(InstructionDecoder& in) {
  if (in.take_type() != kB32) fail(in, "the type must be b32");
  const int mode = in.take_any({"f4e", "b4e", "rc8", "ecl", "ecr", "rc16"});
  emit_operands(in, run_with_small<Permute, U32, U32, U32, U32>, {kB32, kB32, kB32, kB32},
                static_cast<U32>(mode + 1));
}

// The handler for u32, s32, u64 or s64.
template <class Operation, class Shape>
Handler for_long_integer(const InstructionDecoder& in, ScalarType type) {
  if (type == kU32) return Shape::template kRun<Operation, U32>;
  if (type == kS32) return Shape::template kRun<Operation, std::int32_t>;
  if (type == kU64) return Shape::template kRun<Operation, U64>;
  if (type == kS64) return Shape::template kRun<Operation, std::int64_t>;
  fail(in, "the type must be u32, s32, u64 or s64");
}

void decode_bfe(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in, for_long_integer<ExtractField, Field>(in, type), {type, type, kU32, kU32});
}

// bfi d, a, b, position, length: the field's mask first, then a's bits under it.
void decode_bfi(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  if (type != kB32 && type != kB64) fail(in, "the type must be b32 or b64");
  in.end_of_modifiers();
  in.expect_operands(5);
  const bool wide = type == kB64;
  const Row mask = in.temporary(type);
  in.emit({.run = wide ? run<FieldMask<U64>, U64, U32, U32> : run<FieldMask<U32>, U32, U32, U32>,
           .d = mask,
           .a = in.source(3, kU32),
           .b = in.source(4, kU32)});
  in.emit({.run = wide ? Ternary::kRun<InsertField, U64> : Ternary::kRun<InsertField, U32>,
           .d = in.destination(0, type),
           .a = in.source(1, type),
           .b = in.source(2, type),
           .c = mask});
}

void decode_bfind(InstructionDecoder& in) {
  const bool as_shift = in.take("shiftamt");
  const ScalarType type = in.take_type();
  emit_operands(in,
                as_shift ? for_long_integer<FindBit<true>, Count>(in, type)
                         : for_long_integer<FindBit<false>, Count>(in, type),
                {kU32, type});
}

template <class Operation>
void decode_count(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  if (type != kB32 && type != kB64) fail(in, "the type must be b32 or b64");
  emit_operands(in, type == kB64 ? Count::kRun<Operation, U64> : Count::kRun<Operation, U32>,
                {kU32, type});
}
void decode_brev(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  if (type != kB32 && type != kB64) fail(in, "the type must be b32 or b64");
  emit_operands(in, type == kB64 ? Unary::kRun<Reverse, U64> : Unary::kRun<Reverse, U32>,
                {type, type});
}

void decode_fns(InstructionDecoder& in) {
  if (in.take_type() != kB32) fail(in, "the type must be b32");
  emit_operands(in, Ternary::kRun<FindNth, U32>, {kB32, kB32, kB32, kS32});
}

bool take_clamp(InstructionDecoder& in) {
  const int mode = in.take_any({"clamp", "wrap"});
  if (mode < 0) fail(in, "one of .clamp and .wrap must say what positions from 32 on mean");
  return mode == 0;
}
void decode_bmsk(InstructionDecoder& in) {
  const bool clamp = take_clamp(in);
  if (in.take_type() != kB32) fail(in, "the type must be b32");
  emit_operands(in, clamp ? Binary::kRun<BitMask<true>, U32> : Binary::kRun<BitMask<false>, U32>,
                {kB32, kB32, kB32});
}
void decode_szext(InstructionDecoder& in) {
  const bool clamp = take_clamp(in);
  const ScalarType type = in.take_type();
  if (type != kU32 && type != kS32) fail(in, "the type must be u32 or s32");
  const Handler handler =
      type == kU32 ? (clamp ? Shift::kRun<Extend<true>, U32> : Shift::kRun<Extend<false>, U32>)
                   : (clamp ? Shift::kRun<Extend<true>, std::int32_t>
                            : Shift::kRun<Extend<false>, std::int32_t>);
  emit_operands(in, handler, {type, type, kU32});
}

}  // namespace

void add_bits(InstructionTable& table) {
  // and.pred: a predicate is of no class.
  for (const TypeClass type : {TypeClass::kInteger, TypeClass::kAny}) {
    table.add("and", type, decode_logic<And>);
    table.add("or", type, decode_logic<Or>);
    table.add("xor", type, decode_logic<Xor>);
    table.add("not", type, decode_not);
  }
  constexpr TypeClass kInteger = TypeClass::kInteger;
  table.add("cnot", kInteger, decode_cnot);
  table.add("lop3", kInteger, decode_lop3);
  table.add("shl", kInteger, decode_shl);
  table.add("shr", kInteger, decode_shr);
  table.add("shf", kInteger, decode_shf);
  table.add("prmt", kInteger, decode_prmt);
  table.add("bfe", kInteger, decode_bfe);
  table.add("bfi", kInteger, decode_bfi);
  table.add("bfind", kInteger, decode_bfind);
  table.add("popc", kInteger, decode_count<PopulationCount>);
  table.add("clz", kInteger, decode_count<LeadingZeros>);
  table.add("brev", kInteger, decode_brev);
  table.add("fns", kInteger, decode_fns);
  table.add("bmsk", kInteger, decode_bmsk);
  table.add("szext", kInteger, decode_szext);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
