// SPDX-License-Identifier: MIT
// cvt (PTX ISA, "Data Movement and Conversion Instructions: cvt" and "cvt.pack"):
//
//   cvt{.rnd}{.ftz}{.sat}.dtype.atype      u8 … u64, s8 … s64, f16 bf16 f32 f64, each to each
//   cvt.{rni,rzi,rmi,rpi}.ftype.ftype      to an integral value
//   cvt.{rn,rz}{.relu}{.satfinite}.{f16,bf16,tf32}.f32, cvt.rna{.satfinite}.tf32.f32
//   cvt.{rn,rz}{.relu}{.satfinite}.{f16x2,bf16x2}.f32 d, a, b       a becomes the upper half
//   cvt.rn.satfinite{.relu}.{e4m3x2,e5m2x2}.f32 d, a, b, and from .f16x2 d, a
//   cvt.rn{.relu}.f16x2.{e4m3x2,e5m2x2} d, a
//   cvt.pack.sat.{u16,s16}.s32 d, a, b; cvt.pack.sat.{u2 … s8}.s32.b32 d, a, b, c
//
// An integer register may be wider than its type: a source is cut, a destination is extended with
// its type's sign. What a lane computes is in convert_operations.h; the forms that compilers use
// most have loops of their own here.
#include "sim/ptx/instructions/arithmetic/operations/convert_frequent.h"
#include "sim/ptx/instructions/arithmetic/operations/convert_operations.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

using enum ScalarType;
using U32 = std::uint32_t;
using U64 = std::uint64_t;
using F = float;

// Any form, by the instruction's description in Op::small. Lane types are the registers' widths.
template <class To, class From>
const Op* run_conversion(Warp& warp, const Op* op) {
  const Conversion form = Conversion::unpacked(op->small);
  map<To, From>(warp, *op, [&form](From bits) { return static_cast<To>(convert(bits, form)); });
  return op + 1;
}

// Integer to integer without .sat: cut to the source's type and extended, then to the
// destination's. Op::small: 64 less each width, 16 bits apart, and the mask of the register.
template <class To, class From, bool kFromSigned, bool kToSigned>
const Op* run_resize(Warp& warp, const Op* op) {
  using Signed = std::conditional_t<sizeof(To) == 8, std::int64_t, std::int32_t>;
  const Conversion form = Conversion::unpacked(op->small);
  constexpr int kWidth = 8 * sizeof(To);
  const int from_width = 8 * bytes_of(form.from);
  const int from_unused = from_width < kWidth ? kWidth - from_width : 0;
  const int to_unused = kWidth - 8 * bytes_of(form.to);
  const To mask = static_cast<To>(low_bits(static_cast<int>(form.register_bits)));
  map<To, From>(warp, *op, [=](From bits) {
    const To first = static_cast<To>(static_cast<To>(bits) << from_unused);
    const To source = kFromSigned ? static_cast<To>(static_cast<Signed>(first) >> from_unused)
                                  : first >> from_unused;
    const To second = static_cast<To>(source << to_unused);
    const To result =
        kToSigned ? static_cast<To>(static_cast<Signed>(second) >> to_unused) : second >> to_unused;
    return static_cast<To>(result & mask);
  });
  return op + 1;
}

bool is_plain(const Conversion& form) {
  return form.rounding == Rounding::kNearestEven && !form.flush && !form.saturate && !form.relu &&
         !form.finite;
}

// A loop of its own for a frequent form, else nullptr. Registers are as wide as their types.
Handler frequent_handler(const Conversion& form) {
  struct Frequent {
    ScalarType to;
    ScalarType from;
    IntegerRounding rounding;
    Handler handler;
  };
  using enum IntegerRounding;
  static constexpr Frequent kFrequent[] = {
      {kF32, kS32, kNone, run<FloatFromInteger, F, std::int32_t>},
      {kF32, kU32, kNone, run<FloatFromInteger, F, U32>},
      {kF64, kS32, kNone, run<DoubleFromInteger, double, std::int32_t>},
      {kF64, kU32, kNone, run<DoubleFromInteger, double, U32>},
      {kF64, kS64, kNone, run<DoubleFromInteger, double, std::int64_t>},
      {kF64, kU64, kNone, run<DoubleFromInteger, double, U64>},
      {kS32, kF32, kTowardZero, run<S32FromFloat, std::int32_t, F>},
      {kU32, kF32, kTowardZero, run<U32FromFloat, U32, F>},
      {kF32, kF16, kNone, run<WidenF16, F, U32>},
      {kF32, kBf16, kNone, run<WidenBf16, U32, U32>},
      {kF16, kF32, kNone, run<Narrow<F16>, U32, F>},
      {kBf16, kF32, kNone, run<Narrow<Bf16>, U32, F>},
      {kF32, kF64, kNone, run<FloatFromDouble, F, double>},
      {kF64, kF32, kNone, run<DoubleFromFloat, double, F>},
      {kF32, kF32, kNearestEven, run<WholeFloat<kNearestEven>, F, F>},
      {kF32, kF32, kTowardZero, run<WholeFloat<kTowardZero>, F, F>},
      {kF32, kF32, kDown, run<WholeFloat<kDown>, F, F>},
      {kF32, kF32, kUp, run<WholeFloat<kUp>, F, F>},
  };
  if (!is_plain(form)) return nullptr;
  for (const Frequent& row : kFrequent) {
    if (row.to == form.to && row.from == form.from && row.rounding == form.integer_rounding) {
      return row.handler;
    }
  }
  return nullptr;
}

template <class To, class From>
Handler resize_handler(const Conversion& form) {
  if (is_signed(form.from)) {
    return is_signed(form.to) ? run_resize<To, From, true, true>
                              : run_resize<To, From, true, false>;
  }
  return is_signed(form.to) ? run_resize<To, From, false, true>
                            : run_resize<To, From, false, false>;
}
template <class To, class From>
Handler any_handler(const Conversion& form) {
  const bool resize = is_integer(form.from) && is_integer(form.to) && !form.saturate;
  return resize ? resize_handler<To, From>(form) : run_conversion<To, From>;
}

// cvt.f32.f32 and cvt.f64.f64 without a modifier copy bits: not even a NaN changes.
bool is_copy(const Conversion& form) {
  return form.from == form.to && (form.to == kF32 || form.to == kF64) &&
         form.integer_rounding == IntegerRounding::kNone && !form.flush && !form.saturate &&
         !form.relu;
}

// cvt.dtype.atype d, a of scalars.
void emit_scalar(InstructionDecoder& in, Conversion form) {
  const ScalarType to = form.to;
  const ScalarType from = form.from;
  if (is_copy(form)) form.from = form.to = to == kF32 ? kU32 : kU64;
  in.end_of_modifiers();
  in.expect_operands(2);
  const int to_bytes = in.register_bytes(0, form.to);
  const int from_bytes = in.register_bytes(1, form.from);
  form.register_bits = static_cast<U32>(8 * to_bytes);
  const bool natural = to_bytes == bytes_of(form.to) && from_bytes == bytes_of(form.from);
  Handler handler = natural ? frequent_handler(form) : nullptr;
  if (handler == nullptr && to_bytes == 8) {
    handler = from_bytes == 8 ? any_handler<U64, U64>(form) : any_handler<U64, U32>(form);
  } else if (handler == nullptr) {
    handler = from_bytes == 8 ? any_handler<U32, U64>(form) : any_handler<U32, U32>(form);
  }
  in.emit({.run = handler,
           .d = is_integer(to) ? in.destination_at_least(0, to) : in.destination(0, to),
           .a = is_integer(from) ? in.source_at_least(1, from) : in.source(1, from),
           .small = form.packed()});
}

// Two numbers as neighbours in a register: a's code in the upper half, b's in the lower.
template <const Format& kFormat>
U32 code_of(float value, const Conversion& form) {
  return limited(encode(static_cast<double>(value), kFormat,
                        {.rounding = form.rounding, .finite = form.finite}),
                 kFormat, form);
}
template <const Format& kFormat>
struct NarrowPair {
  static constexpr int kWidth = kFormat.sign_bit + 1;
  static U32 apply(U32 small, float a, float b) {
    const Conversion form = Conversion::unpacked(small);
    return code_of<kFormat>(a, form) << kWidth | code_of<kFormat>(b, form);
  }
  static U32 apply(U32 small, U32 halves) {
    return apply(small, F16::widen(halves >> 16), F16::widen(halves & 0xffffu));
  }
};
template <const Format& kFormat>
void emit_narrow_pair(InstructionDecoder& in, const Conversion& form, ScalarType to) {
  if (in.take("f16x2")) {
    return emit_operands(in, run_with_small<NarrowPair<kFormat>, U32, U32>, {to, kF16x2},
                         form.packed());
  }
  if (in.take_type() != kF32) fail(in, "a pair is made of two f32 or, of 8 bits, of f16x2");
  emit_operands(in, run_with_small<NarrowPair<kFormat>, U32, F, F>, {to, kF32, kF32},
                form.packed());
}
// cvt.{rn,rz}{.relu}{.satfinite}.{f16x2,bf16x2}.f32 d, a, b.
template <class H>
void emit_half_pair(InstructionDecoder& in, const Conversion& form, ScalarType to) {
  if (!is_plain(form)) return emit_narrow_pair<H::kFormat>(in, form, to);
  if (in.take_type() != kF32) fail(in, "a pair is made of two f32");
  emit_operands(in, run<Narrow<H>, U32, F, F>, {to, kF32, kF32});
}

// f16x2 from e5m2x2 and e4m3x2, exact. e5m2 is the upper byte of f16.
U32 half_of_e5m2(U32 byte) {
  return is_half_nan<F16>(byte << 8) ? kHalfNan : byte << 8;
}
U32 half_of_e4m3(U32 byte) {
  const U32 size = byte & 0x7fu;
  if (size == 0x7fu) return kHalfNan;
  // As an f16's fraction and low exponent bits the number is 2^8 times too small.
  const float value = F16::widen(size << 7) * 0x1p8f;
  return F16::narrow(value) | (byte & 0x80u) << 8;
}
template <U32 (*kHalf)(U32)>
struct WidenPair {
  static U32 apply(U32 small, U32 bytes) {
    const Conversion form = Conversion::unpacked(small);
    return limited(kHalf(bytes >> 8 & 0xffu), kFormatF16, form) << 16 |
           limited(kHalf(bytes & 0xffu), kFormatF16, form);
  }
};

// cvt.pack.sat.to.s32 d, a, b and cvt.pack.sat.to.s32.b32 d, a, b, c: a and b cut to `to`, side by
// side; above them what c has below. Op::small: the width, and 32 for a signed type.
struct Pack {
  static U32 apply(U32 form, std::int32_t a, std::int32_t b, U32 c) {
    const int width = static_cast<int>(form & 31u);
    const bool is_signed_type = (form & 32u) != 0;
    const std::int32_t most = (1 << (is_signed_type ? width - 1 : width)) - 1;
    const std::int32_t least = is_signed_type ? -most - 1 : 0;
    const auto part = [&](std::int32_t value) {
      const std::int32_t inside = value < least ? least : value > most ? most : value;
      return static_cast<U32>(inside) & ((1u << width) - 1);
    };
    const U32 above = width == 16 ? 0 : c << (2 * width);
    return above | part(a) << width | part(b);
  }
};
void decode_pack(InstructionDecoder& in) {
  static constexpr U32 kForms[] = {2, 4, 8, 16, 2 | 32, 4 | 32, 8 | 32, 16 | 32};
  if (!in.take("sat")) fail(in, "cvt.pack has .sat");
  const int to = in.take_any({"u2", "u4", "u8", "u16", "s2", "s4", "s8", "s16"});
  if (to < 0 || in.take_type() != kS32) fail(in, "the forms are cvt.pack.sat.{u2 … s16}.s32");
  const bool has_c = in.take("b32");
  const bool is_short = (kForms[to] & 31u) < 16;
  if (has_c != is_short) fail(in, "u16 and s16 take two operands, the shorter types a third: .b32");
  in.end_of_modifiers();
  in.expect_operands(has_c ? 4 : 3);
  in.emit({.run = run_with_small<Pack, U32, std::int32_t, std::int32_t, U32>,
           .d = in.destination(0, kB32),
           .a = in.source(1, kS32),
           .b = in.source(2, kS32),
           .c = has_c ? in.source(3, kB32) : in.constant(0, kB32),
           .small = kForms[to]});
}

struct Modifiers {
  Conversion form;
  bool has_rounding = false;
};
Modifiers take_modifiers(InstructionDecoder& in) {
  Modifiers taken;
  Conversion& form = taken.form;
  for (;;) {
    const int rounding = in.take_any({"rn", "rz", "rm", "rp", "rna"});
    const int to_integer = in.take_any({"rni", "rzi", "rmi", "rpi"});
    if (rounding >= 0) {
      form.rounding = static_cast<Rounding>(rounding);
      taken.has_rounding = true;
    } else if (to_integer >= 0) {
      form.integer_rounding = static_cast<IntegerRounding>(to_integer + 1);
    } else if (in.take("ftz")) {
      form.flush = true;
    } else if (in.take("sat")) {
      form.saturate = true;
    } else if (in.take("relu")) {
      form.relu = true;
    } else if (in.take("satfinite")) {
      form.finite = true;
    } else {
      return taken;
    }
  }
}

// What PTX requires of a scalar conversion's modifiers.
void check_scalar(const InstructionDecoder& in, const Modifiers& taken) {
  const Conversion& form = taken.form;
  const auto known = [](ScalarType type) { return is_integer(type) || is_float(type); };
  if (!known(form.from) || !known(form.to) || form.from == kF16x2 || form.from == kBf16x2) {
    fail(in, "there is no conversion between these types");
  }
  if (is_integer(form.to)) {
    const bool needs = is_float(form.from) && form.integer_rounding == IntegerRounding::kNone;
    if (needs) fail(in, "a rounding is missing: .rni, .rzi, .rmi or .rpi");
    return;
  }
  const bool inexact =
      is_integer(form.from) || bytes_of(form.from) > bytes_of(form.to) || form.to == kTf32;
  if (inexact && !taken.has_rounding) fail(in, "a rounding is missing: .rn, .rz, .rm or .rp");
  if (form.rounding == Rounding::kNearestAway && form.to != kTf32) fail(in, ".rna takes tf32");
}

void decode_cvt(InstructionDecoder& in) {
  if (in.take("pack")) return decode_pack(in);
  Modifiers taken = take_modifiers(in);
  Conversion& form = taken.form;
  if (in.take("e4m3x2")) return emit_narrow_pair<kFormatE4m3>(in, form, kB16);
  if (in.take("e5m2x2")) return emit_narrow_pair<kFormatE5m2>(in, form, kB16);
  form.to = in.take_type();
  if (form.to == kBf16x2) return emit_half_pair<Bf16>(in, form, kBf16x2);
  if (form.to == kF16x2) {
    const int bytes = in.take_any({"e4m3x2", "e5m2x2"});
    if (bytes < 0) return emit_half_pair<F16>(in, form, kF16x2);
    return emit_operands(in,
                         bytes == 0 ? run_with_small<WidenPair<half_of_e4m3>, U32, U32>
                                    : run_with_small<WidenPair<half_of_e5m2>, U32, U32>,
                         {kF16x2, kB16}, form.packed());
  }
  form.from = in.take_type();
  check_scalar(in, taken);
  emit_scalar(in, form);
}

}  // namespace

void add_convert(InstructionTable& table) {
  table.add("cvt", TypeClass::kAny, decode_cvt);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
