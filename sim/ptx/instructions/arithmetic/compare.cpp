// SPDX-License-Identifier: MIT
// Comparison and selection (PTX ISA, "Comparison and Selection Instructions", "Half Precision
// Comparison Instructions"), and the two instructions that look at a float's fields:
//
//   setp.CmpOp{.BoolOp}{.ftz}.type p{|q}, a, b{, c}   integers, bits, f32 f64 f16 bf16: q is !p's
//                                                     f16x2 bf16x2: p of the low half, q the high
//   set.CmpOp{.BoolOp}{.ftz}.dtype.stype d, a, b{, c} true: all ones, or 1.0 of a floating dtype
//   selp.type d, a, b, p                              p ? a : b
//   slct{.ftz}.dtype.{s32,f32} d, a, b, c             c >= 0 ? a : b; NaN selects b
//   testp.op.{f32,f64} p, a                           finite infinite number notanumber normal …
//   copysign.{f32,f64} d, a, b                        b with a's sign
#include "sim/ptx/instructions/arithmetic/operations/bit_operations.h"
#include "sim/ptx/instructions/arithmetic/operations/compare_operations.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

using enum ScalarType;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

struct NamedComparison {
  std::string_view name;
  U32 relations;
  bool of_integers;
  bool unsigned_only = false;
};
constexpr NamedComparison kComparisons[] = {
    {"eq", kEqual, true},
    {"ne", kLess | kGreater, true},
    {"lt", kLess, true},
    {"le", kLess | kEqual, true},
    {"gt", kGreater, true},
    {"ge", kGreater | kEqual, true},
    {"lo", kLess, true, true},
    {"ls", kLess | kEqual, true, true},
    {"hi", kGreater, true, true},
    {"hs", kGreater | kEqual, true, true},
    {"equ", kUnordered | kEqual, false},
    {"neu", kUnordered | kLess | kGreater, false},
    {"ltu", kUnordered | kLess, false},
    {"leu", kUnordered | kLess | kEqual, false},
    {"gtu", kUnordered | kGreater, false},
    {"geu", kUnordered | kGreater | kEqual, false},
    {"num", kOrdered, false},
    {"nan", kUnordered, false},
};

// What setp and set have in common: CmpOp{.BoolOp}{.ftz}.
struct Comparison {
  const NamedComparison* compare = nullptr;
  int combine = -1;  // .and .or .xor
  bool flush = false;
};
Comparison take_comparison(InstructionDecoder& in) {
  Comparison comparison;
  for (const NamedComparison& named : kComparisons) {
    if (!in.take(named.name)) continue;
    comparison.compare = &named;
    comparison.combine = in.take_any({"and", "or", "xor"});
    comparison.flush = in.take("ftz");
    return comparison;
  }
  fail(in, "the comparison is missing");
}

Handler comparison_of_integers(const InstructionDecoder& in, ScalarType type, U32 relations) {
  switch (type) {
    case kB16:
    case kU16:
      return integer_comparison<std::uint16_t>(relations);
    case kS16:
      return integer_comparison<std::int16_t>(relations);
    case kB32:
    case kU32:
      return integer_comparison<U32>(relations);
    case kS32:
      return integer_comparison<std::int32_t>(relations);
    case kB64:
    case kU64:
      return integer_comparison<U64>(relations);
    case kS64:
      return integer_comparison<std::int64_t>(relations);
    default:
      fail(in, "the type has no comparison");
  }
}

Handler comparison_handler(const InstructionDecoder& in, const Comparison& what, ScalarType type,
                           bool of_high_half) {
  const U32 relations = what.compare->relations;
  const bool halves = class_of(type) == TypeClass::kHalf;
  if (what.flush && type != kF32 && !halves) fail(in, ".ftz takes f32 and f16");
  if (what.compare->unsigned_only && !is_unsigned(type)) {
    fail(in, "lo, ls, hi and hs compare unsigned integers");
  }
  if (type == kF32) {
    return what.flush ? float_comparison<FlushedF32>(relations)
                      : float_comparison<Plain<float>>(relations);
  }
  if (type == kF64) return float_comparison<Plain<double>>(relations);
  if (halves) {
    const bool is_f16 = type == kF16 || type == kF16x2;
    if (of_high_half) {
      return is_f16 ? run_with_small<CompareHalves<F16, 16>, U32, U32, U32>
                    : run_with_small<CompareHalves<Bf16, 16>, U32, U32, U32>;
    }
    return is_f16 ? run_with_small<CompareHalves<F16, 0>, U32, U32, U32>
                  : run_with_small<CompareHalves<Bf16, 0>, U32, U32, U32>;
  }
  const bool sign_matters = relations != kEqual && relations != (kLess | kGreater);
  if (!what.compare->of_integers || (sign_matters && is_untyped_bits(type))) {
    fail(in, "there is no such comparison of this type");
  }
  return comparison_of_integers(in, type, relations);
}

void emit_logic(InstructionDecoder& in, int combine, Row d, Row a, Row b) {
  static constexpr Handler kHandlers[] = {Binary::kRun<And, U32>, Binary::kRun<Or, U32>,
                                          Binary::kRun<Xor, U32>};
  in.emit({.run = kHandlers[combine], .d = d, .a = a, .b = b});
}

// Emits d = (a CmpOp b) BoolOp c, d a predicate or scratch row; c is the operand after a and b.
void emit_comparison(InstructionDecoder& in, const Comparison& what, ScalarType type, int first,
                     Row d, bool of_high_half = false) {
  const Row compared = what.combine < 0 ? d : in.temporary(kB32);
  in.emit({.run = comparison_handler(in, what, type, of_high_half),
           .d = compared,
           .a = in.source(first, type),
           .b = in.source(first + 1, type),
           .small = what.compare->relations | (what.flush ? 16u : 0u)});
  if (what.combine >= 0) {
    emit_logic(in, what.combine, d, compared, in.predicate_source(first + 2));
  }
}

// d and c, two destinations, become copies of a and b: both at once, because one may be the guard
// or the operand of a BoolOp.
const Op* run_copy_pair(Warp& warp, const Op* op) {
  blend(warp, lanes<U32>(warp, op->d), lanes<U32>(warp, op->a));
  blend(warp, lanes<U32>(warp, op->c), lanes<U32>(warp, op->b));
  return op + 1;
}

bool is_packed_half(ScalarType type) {
  return type == kF16x2 || type == kBf16x2;
}

// p|q: both results go through scratch rows. Of scalars q is the opposite, of packed halves the
// high half's result; a BoolOp applies to each.
void emit_paired(InstructionDecoder& in, const Comparison& what, ScalarType type) {
  const Row p = in.temporary(kB32);
  const Row q = in.temporary(kB32);
  Comparison alone = what;
  alone.combine = -1;
  emit_comparison(in, alone, type, 2, p);
  if (is_packed_half(type)) {
    emit_comparison(in, alone, type, 2, q, true);
  } else {
    in.emit({.run = Unary::kRun<Not, U32>, .d = q, .a = p});
  }
  if (what.combine >= 0) {
    const Row c = in.predicate_source(4);
    emit_logic(in, what.combine, p, p, c);
    emit_logic(in, what.combine, q, q, c);
  }
  in.emit({.run = run_copy_pair,
           .d = in.predicate_destination(0),
           .a = p,
           .b = q,
           .c = in.predicate_destination(1)});
}

void decode_setp(InstructionDecoder& in) {
  const Comparison what = take_comparison(in);
  const ScalarType type = in.take_type();
  in.end_of_modifiers();
  const bool paired = in.instruction().paired;
  in.expect_operands((paired ? 4 : 3) + (what.combine >= 0 ? 1 : 0));
  if (paired) return emit_paired(in, what, type);
  emit_comparison(in, what, type, 1, in.predicate_destination(0));
}

// What `true` is in a destination of this type.
U32 true_bits(const InstructionDecoder& in, ScalarType type) {
  switch (type) {
    case kU16:
    case kS16:
      return 0xffffu;
    case kU32:
    case kS32:
      return 0xffffffffu;
    case kF32:
      return 0x3f800000u;
    case kF16:
    case kF16x2:
      return F16::kOne;
    case kBf16:
    case kBf16x2:
      return Bf16::kOne;
    default:
      fail(in, "the destination's type must be u16, s16, u32, s32, f32, f16, bf16 or packed");
  }
}

void decode_set(InstructionDecoder& in) {
  const Comparison what = take_comparison(in);
  const ScalarType d_type = in.take_type();
  const ScalarType type = in.take_type();
  in.end_of_modifiers();
  in.expect_operands(what.combine >= 0 ? 4 : 3);
  const Row low = in.temporary(kB32);
  emit_comparison(in, what, type, 1, low);
  const Row d = in.destination(0, d_type);
  const U32 one = true_bits(in, d_type);
  if (!is_packed_half(type)) {
    return emit_logic(in, 0, d, low, in.constant(one, kB32));
  }
  const Row high = in.temporary(kB32);
  emit_comparison(in, what, type, 1, high, true);
  emit_logic(in, 0, low, low, in.constant(one & 0xffffu, kB32));
  emit_logic(in, 0, high, high, in.constant(one << 16, kB32));
  emit_logic(in, 1, d, low, high);
}

template <class Operation>
Handler select_handler(const InstructionDecoder& in, ScalarType type) {
  if (bytes_of(type) == 8) return run<Operation, U64, U64, U64, U32>;
  if (bytes_of(type) < 2 || bytes_of(type) > 4) fail(in, "the type must have 16, 32 or 64 bits");
  return run<Operation, U32, U32, U32, U32>;
}
void decode_selp(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  emit_operands(in, select_handler<Select>(in, type), {type, type, type, kPred});
}
void decode_slct(InstructionDecoder& in) {
  const bool flush = in.take("ftz");
  const ScalarType type = in.take_type();
  const ScalarType by = in.take_type();
  if (by != kS32 && by != kF32) fail(in, "the selector's type must be s32 or f32");
  const Handler handler = by == kS32 ? select_handler<SelectByNumber<Plain<std::int32_t>>>(in, type)
                          : flush    ? select_handler<SelectByNumber<FlushedF32>>(in, type)
                                     : select_handler<SelectByNumber<Plain<float>>>(in, type);
  emit_operands(in, handler, {type, type, type, by});
}

void decode_testp(InstructionDecoder& in) {
  // Zeros count as normal.
  static constexpr U32 kFinite = kZero | kSubnormal | kNormal;
  static constexpr U32 kClasses[] = {kFinite,     kInfinite,       kFinite | kInfinite,
                                     kNotANumber, kZero | kNormal, kSubnormal};
  const int test =
      in.take_any({"finite", "infinite", "number", "notanumber", "normal", "subnormal"});
  if (test < 0) fail(in, "the test is missing");
  const ScalarType type = in.take_type();
  if (type != kF32 && type != kF64) fail(in, "the type must be f32 or f64");
  emit_operands(in,
                type == kF64 ? run_with_small<TestClass<U64>, U32, U64>
                             : run_with_small<TestClass<U32>, U32, U32>,
                {kPred, type}, kClasses[test]);
}

void decode_copysign(InstructionDecoder& in) {
  const ScalarType type = in.take_type();
  if (type != kF32 && type != kF64) fail(in, "the type must be f32 or f64");
  emit_operands(in, type == kF64 ? Binary::kRun<CopySign, U64> : Binary::kRun<CopySign, U32>,
                {type, type, type});
}

}  // namespace

void add_compare(InstructionTable& table) {
  constexpr TypeClass kAny = TypeClass::kAny;
  table.add("setp", kAny, decode_setp);
  table.add("set", kAny, decode_set);
  table.add("selp", kAny, decode_selp);
  table.add("slct", kAny, decode_slct);
  table.add("testp", kAny, decode_testp);
  table.add("copysign", kAny, decode_copysign);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
