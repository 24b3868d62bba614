// SPDX-License-Identifier: MIT
// Integer arithmetic (PTX ISA, "Integer Arithmetic Instructions" and "Extended-Precision …"):
//
//   add{.sat} sub{.sat}                 .u16 … .s64; .sat: .s32; add also: .u16x2 .s16x2
//   add.cc sub.cc addc{.cc} subc{.cc}   .u32 .s32 .u64 .s64; madc and mad.cc too
//   mul.{lo,hi,wide} mad.{lo,hi,wide}   wide: 16 and 32 bits; mad.hi.sat.s32
//   mul24.{lo,hi} mad24.{lo,hi}{.sat}   .u32 .s32
//   sad div rem abs neg                 abs, neg: signed types
//   min max{.relu}                      all six types, .u16x2 .s16x2; .relu: .s32 .s16x2
//   dp4a dp2a.{lo,hi}                   .u32 .s32 for each operand
//
// What a lane computes is in integer_operations.h; here are the forms and the carry, CC.CF.
#include "sim/ptx/instructions/arithmetic/operations/integer_operations.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

using enum ScalarType;

// d = a + b + CC.CF, and CC.CF = the carry out of it. a - b is a + ~b + 1 here, as on the GPU:
// CC.CF is 1 where nothing was borrowed, so that addc after sub.cc and subc after add.cc give its
// results too. Row c is CC.CF, 0 or ~0 in each lane.
template <class T, bool kSubtract, bool kReads, bool kWrites>
const Op* run_carry(Warp& warp, const Op* op) {
  const T* a = lanes<T>(warp, op->a);
  const T* b = lanes<T>(warp, op->b);
  std::uint32_t* carry = lanes<std::uint32_t>(warp, op->c);
  alignas(64) T result[kWarpLanes];
  alignas(64) std::uint32_t out[kWarpLanes];
  for (int i = 0; i < kWarpLanes; ++i) {
    const T addend = kSubtract ? ~b[i] : b[i];
    const T in = kReads ? carry[i] & 1u : kSubtract ? 1u : 0u;
    const T first = a[i] + addend;
    result[i] = first + in;
    // Only one of the two steps can leave the range.
    out[i] = predicate_lane(first < addend || result[i] < first);
  }
  blend(warp, lanes<T>(warp, op->d), result);
  if (kWrites) blend(warp, carry, out);
  return op + 1;
}

template <bool kSubtract, class T>
Handler carry_handler(bool reads, bool writes) {
  if (!reads) return run_carry<T, kSubtract, false, true>;
  return writes ? run_carry<T, kSubtract, true, true> : run_carry<T, kSubtract, true, false>;
}

template <bool kSubtract>
Handler carry_handler(const InstructionDecoder& in, ScalarType type, bool reads, bool writes) {
  if (type == kU32 || type == kS32) return carry_handler<kSubtract, std::uint32_t>(reads, writes);
  if (type == kU64 || type == kS64) return carry_handler<kSubtract, std::uint64_t>(reads, writes);
  fail(in, "arithmetic with carry has the types u32, s32, u64 and s64");
}

// {add,sub}.cc.type and {add,sub}c{.cc}.type d, a, b.
template <bool kSubtract>
void emit_carry(InstructionDecoder& in, ScalarType type, bool reads, bool writes) {
  in.end_of_modifiers();
  in.expect_operands(3);
  in.emit({.run = carry_handler<kSubtract>(in, type, reads, writes),
           .d = in.destination(0, type),
           .a = in.source(1, type),
           .b = in.source(2, type),
           .c = in.carry()});
}

template <bool kSubtract>
void decode_add(InstructionDecoder& in) {
  using Operation = std::conditional_t<kSubtract, Sub, Add>;
  using Saturated = std::conditional_t<kSubtract, SubSaturated, AddSaturated>;
  const bool saturate = in.take("sat");
  const bool writes_carry = in.take("cc");
  const ScalarType type = in.take_type();
  if (writes_carry) return emit_carry<kSubtract>(in, type, false, true);
  if (saturate && type != kS32) fail(in, "of the integer types only s32 has .sat");
  emit_operands(in,
                saturate ? run<Saturated, std::int32_t, std::int32_t, std::int32_t>
                         : for_integer_width<Operation, Binary>(in, type),
                {type, type, type});
}

template <bool kSubtract>
void decode_add_with_carry(InstructionDecoder& in) {
  const bool writes = in.take("cc");
  emit_carry<kSubtract>(in, in.take_type(), true, writes);
}

// The type of a product of twice the width, and of what is added to it.
ScalarType widened(const InstructionDecoder& in, ScalarType type) {
  switch (type) {
    case kU16:
      return kU32;
    case kS16:
      return kS32;
    case kU32:
      return kU64;
    case kS32:
      return kS64;
    default:
      fail(in, ".wide takes u16, s16, u32 and s32");
  }
}

template <class Operation, class Shape>
Handler for_wide(ScalarType type) {
  return type == kU16   ? Shape::template kRun<Operation, std::uint16_t>
         : type == kS16 ? Shape::template kRun<Operation, std::int16_t>
         : type == kU32 ? Shape::template kRun<Operation, std::uint32_t>
                        : Shape::template kRun<Operation, std::int32_t>;
}

enum Half { kLow, kHigh, kWide };
Half take_half(InstructionDecoder& in) {
  const int half = in.take_any({"lo", "hi", "wide"});
  if (half < 0) fail(in, "one of .lo, .hi and .wide must say which half of the product is meant");
  return static_cast<Half>(half);
}

Handler product(const InstructionDecoder& in, ScalarType type, Half half) {
  return half == kLow ? for_integer_width<MulLow, Binary>(in, type)
                      : for_integer<MulHigh, Binary>(in, type);
}

void decode_mul(InstructionDecoder& in) {
  const Half half = take_half(in);
  const ScalarType type = in.take_type();
  if (half == kWide) {
    const ScalarType wide = widened(in, type);
    return emit_operands(in, for_wide<MulWide, WideBinary>(type), {wide, type, type});
  }
  emit_operands(in, product(in, type, half), {type, type, type});
}

// mad.{lo,hi}.cc and madc.{lo,hi}{.cc}: the product into a scratch row, then the sum with carry.
void emit_mad_carry(InstructionDecoder& in, Half half, bool reads, bool writes) {
  const ScalarType type = in.take_type();
  const Handler sum = carry_handler<false>(in, type, reads, writes);
  in.end_of_modifiers();
  in.expect_operands(4);
  if (half == kWide) fail(in, ".wide has no carry");
  const Row scratch = in.temporary(type);
  in.emit({.run = product(in, type, half),
           .d = scratch,
           .a = in.source(1, type),
           .b = in.source(2, type)});
  in.emit({.run = sum,
           .d = in.destination(0, type),
           .a = scratch,
           .b = in.source(3, type),
           .c = in.carry()});
}

void decode_mad(InstructionDecoder& in) {
  const Half half = take_half(in);
  if (in.take("cc")) return emit_mad_carry(in, half, false, true);
  const bool saturate = in.take("sat");
  const ScalarType type = in.take_type();
  if (saturate && (half != kHigh || type != kS32)) fail(in, ".sat belongs to mad.hi.s32");
  if (half == kWide) {
    const ScalarType wide = widened(in, type);
    return emit_operands(in, for_wide<MadWide, WideTernary>(type), {wide, type, type, wide});
  }
  const Handler handler = saturate       ? Ternary::kRun<MadHighSaturated, std::int32_t>
                          : half == kLow ? for_integer_width<MadLow, Ternary>(in, type)
                                         : for_integer<MadHigh, Ternary>(in, type);
  emit_operands(in, handler, {type, type, type, type});
}

void decode_mad_with_carry(InstructionDecoder& in) {
  const Half half = take_half(in);
  const bool writes = in.take("cc");
  emit_mad_carry(in, half, true, writes);
}

template <class Operation, class Shape>
Handler for_32_bits(const InstructionDecoder& in, ScalarType type) {
  if (type == kU32) return Shape::template kRun<Operation, std::uint32_t>;
  if (type == kS32) return Shape::template kRun<Operation, std::int32_t>;
  fail(in, "the type must be u32 or s32");
}

void decode_mul24(InstructionDecoder& in) {
  const Half half = take_half(in);
  if (half == kWide) fail(in, "mul24 has .lo and .hi");
  const ScalarType type = in.take_type();
  emit_operands(in,
                half == kLow ? for_32_bits<Mul24Low, Binary>(in, type)
                             : for_32_bits<Mul24High, Binary>(in, type),
                {type, type, type});
}

void decode_mad24(InstructionDecoder& in) {
  const Half half = take_half(in);
  if (half == kWide) fail(in, "mad24 has .lo and .hi");
  const bool saturate = in.take("sat");
  const ScalarType type = in.take_type();
  if (saturate && (half != kHigh || type != kS32)) fail(in, ".sat belongs to mad24.hi.s32");
  const Handler handler = saturate       ? Ternary::kRun<Mad24HighSaturated, std::int32_t>
                          : half == kLow ? for_32_bits<Mad24Low, Ternary>(in, type)
                                         : for_32_bits<Mad24High, Ternary>(in, type);
  emit_operands(in, handler, {type, type, type, type});
}

// Instructions without modifiers but their type.
template <class Operation>
void decode_binary(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in, for_integer<Operation, Binary>(in, type), {type, type, type});
}
void decode_sad(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in, for_integer<Sad, Ternary>(in, type), {type, type, type, type});
}
ScalarType take_signed_type(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  if (type != kS16 && type != kS32 && type != kS64) fail(in, "the type must be s16, s32 or s64");
  return type;
}
void decode_neg(InstructionDecoder& in) {
  const ScalarType type = take_signed_type(in);
  emit_operands(in, for_integer_width<Neg, Unary>(in, type), {type, type});
}
void decode_abs(InstructionDecoder& in) {
  const ScalarType type = take_signed_type(in);
  const Handler handler = type == kS16   ? Unary::kRun<Abs, std::int16_t>
                          : type == kS32 ? Unary::kRun<Abs, std::int32_t>
                                         : Unary::kRun<Abs, std::int64_t>;
  emit_operands(in, handler, {type, type});
}

template <class Operation>
void decode_min_max(InstructionDecoder& in) {
  if (!in.take("relu")) return decode_binary<Operation>(in);
  if (in.take_type() != kS32) fail(in, ".relu takes s32 and s16x2");
  emit_operands(in, Binary::kRun<Relu<Operation>, std::int32_t>, {kS32, kS32, kS32});
}

// {add,min,max}{.relu}.{u16x2,s16x2} d, a, b.
template <class Operation>
void decode_packed(InstructionDecoder& in) {
  using U = Packed<Operation, std::uint16_t>;
  using S = Packed<Operation, std::int16_t>;
  using ReluS = Packed<Relu<Operation>, std::int16_t>;
  const bool relu = in.take("relu");
  const int which = in.take_any({"u16x2", "s16x2"});
  if (which < 0) fail(in, "the type is not one of this instruction's");
  if (relu && (which == 0 || std::is_same_v<Operation, Add>)) fail(in, ".relu takes s32 and s16x2");
  const Handler handler = relu         ? Binary::kRun<ReluS, std::uint32_t>
                          : which == 0 ? Binary::kRun<U, std::uint32_t>
                                       : Binary::kRun<S, std::uint32_t>;
  emit_operands(in, handler, {kB32, kB32, kB32});
}

// dp4a.atype.btype d, a, b, c and dp2a.{lo,hi}.atype.btype d, a, b, c.
void emit_dot(InstructionDecoder& in, Handler run, std::uint32_t form) {
  const ScalarType a = in.take_type();
  const ScalarType b = in.take_type();
  if ((a != kU32 && a != kS32) || (b != kU32 && b != kS32))
    fail(in, "the types must be u32 or s32");
  if (a == kS32) form |= kDotSignedA;
  if (b == kS32) form |= kDotSignedB;
  const ScalarType sum = a == kS32 || b == kS32 ? kS32 : kU32;
  emit_operands(in, run, {sum, a, b, sum}, form);
}
using U32 = std::uint32_t;
void decode_dp4a(InstructionDecoder& in) {
  emit_dot(in, run_with_small<Dp4a, U32, U32, U32, U32>, 0);
}
void decode_dp2a(InstructionDecoder& in) {
  const Half half = take_half(in);
  emit_dot(in, run_with_small<Dp2a, U32, U32, U32, U32>, half == kHigh ? kDotHigh : 0);
}

}  // namespace

void add_integer(InstructionTable& table) {
  constexpr TypeClass kInteger = TypeClass::kInteger;
  table.add("add", kInteger, decode_add<false>);
  table.add("sub", kInteger, decode_add<true>);
  table.add("addc", kInteger, decode_add_with_carry<false>);
  table.add("subc", kInteger, decode_add_with_carry<true>);
  table.add("mul", kInteger, decode_mul);
  table.add("mad", kInteger, decode_mad);
  table.add("madc", kInteger, decode_mad_with_carry);
  table.add("mul24", kInteger, decode_mul24);
  table.add("mad24", kInteger, decode_mad24);
  table.add("sad", kInteger, decode_sad);
  table.add("div", kInteger, decode_binary<Div>);
  table.add("rem", kInteger, decode_binary<Rem>);
  table.add("neg", kInteger, decode_neg);
  table.add("abs", kInteger, decode_abs);
  table.add("min", kInteger, decode_min_max<Min>);
  table.add("max", kInteger, decode_min_max<Max>);
  table.add("dp4a", kInteger, decode_dp4a);
  table.add("dp2a", kInteger, decode_dp2a);
  // .u16x2 and .s16x2 name no scalar type.
  table.add("add", TypeClass::kAny, decode_packed<Add>);
  table.add("min", TypeClass::kAny, decode_packed<Min>);
  table.add("max", TypeClass::kAny, decode_packed<Max>);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
