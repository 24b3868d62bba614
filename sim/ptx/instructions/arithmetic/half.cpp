// SPDX-License-Identifier: MIT
// f16 and bf16 arithmetic, one value or two in a register (PTX ISA, "Half Precision Floating Point
// Instructions"):
//
//   add sub mul{.rn}{.ftz}{.sat}   .f16 .f16x2 .bf16 .bf16x2    bare: ptxas may fuse it
//   fma.rn{.ftz}{.sat,.relu}       .f16 .f16x2 .bf16 .bf16x2
//   abs neg{.ftz}                  .f16 .f16x2 .bf16 .bf16x2
//   min max{.ftz}{.NaN}{.xorsign.abs}  two operands, or three (with .abs)
//
// Each result is rounded once, to nearest even; subnormals are kept unless .ftz; a NaN is 0x7fff.
// A sum, difference or product computed in a float and rounded to 16 bits is rounded right: 24 bits
// are enough for two roundings to equal one (2 * 11 + 2). A fused one needs rounding to odd first
// (see rounding.h). .sat: into [0, 1], NaN to +0. .relu: what is below 0 becomes +0.
#include "sim/ptx/instructions/arithmetic/half_values.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

using enum ScalarType;
using U32 = std::uint32_t;

template <class H>
struct Add {
  static U32 apply(U32 a, U32 b) { return H::narrow(H::widen(a) + H::widen(b)); }
};
template <class H>
struct Sub {
  static U32 apply(U32 a, U32 b) { return H::narrow(H::widen(a) - H::widen(b)); }
};
template <class H>
struct Mul {
  static U32 apply(U32 a, U32 b) { return H::narrow(H::widen(a) * H::widen(b)); }
};
template <class H>
struct Fma {
  static U32 apply(U32 a, U32 b, U32 c) {
    using Sum = typename H::Sum;
    const Sum product = static_cast<Sum>(H::widen(a)) * static_cast<Sum>(H::widen(b));
    return H::narrow_odd(sum_to_odd(product, static_cast<Sum>(H::widen(c))));
  }
};

// The forms with .ftz, .sat and .relu: flags in Op::small.
constexpr U32 kFlush = 1;
constexpr U32 kSaturate = 2;
constexpr U32 kRelu = 4;

template <class H>
U32 limited(U32 form, U32 half) {
  const bool negative = (half & kHalfSign) != 0;
  if ((form & kRelu) != 0) return is_half_nan<H>(half) ? kHalfNan : negative ? 0 : half;
  if ((form & kSaturate) == 0) return half;
  if (is_half_nan<H>(half) || negative) return 0;
  return half < H::kOne ? half : H::kOne;
}

// Exact in double, or rounded to odd there.
struct ExactAdd {
  static double apply(double a, double b) { return a + b; }
};
struct ExactSub {
  static double apply(double a, double b) { return a - b; }
};
struct ExactMul {
  static double apply(double a, double b) { return a * b; }
};
struct ExactFma {
  static double apply(double a, double b, double c) { return sum_to_odd(a * b, c); }
};
template <class H, class Exact>
struct Form {
  template <class... Halves>
  static U32 apply(U32 form, Halves... halves) {
    const bool flush = (form & kFlush) != 0;
    const double wide =
        Exact::apply(static_cast<double>(H::widen(flush ? flushed_half<H>(halves) : halves))...);
    return limited<H>(form, encode(wide, H::kFormat, {.flush = flush}));
  }
};

// The handlers of an operation for a type: kSources operands, with or without flags.
template <template <class> class Operation, class H, class... Lanes>
Handler plain_handler(bool packed) {
  return packed ? run<PackedHalves<Operation<H>>, U32, Lanes...> : run<Operation<H>, U32, Lanes...>;
}
template <class Operation, class... Lanes>
Handler form_handler(bool packed) {
  return packed ? run_with_small<PackedHalvesWithSmall<Operation>, U32, Lanes...>
                : run_with_small<Operation, U32, Lanes...>;
}
bool is_packed(ScalarType type) {
  return type == kF16x2 || type == kBf16x2;
}
bool is_bf16(ScalarType type) {
  return type == kBf16 || type == kBf16x2;
}

template <template <class> class Operation, class Exact, class... Lanes>
Handler arithmetic_handler(ScalarType type, U32 form) {
  const bool packed = is_packed(type);
  if (is_bf16(type)) {
    return form == 0 ? plain_handler<Operation, Bf16, Lanes...>(packed)
                     : form_handler<Form<Bf16, Exact>, Lanes...>(packed);
  }
  return form == 0 ? plain_handler<Operation, F16, Lanes...>(packed)
                   : form_handler<Form<F16, Exact>, Lanes...>(packed);
}

template <template <class> class Operation, class Exact>
void decode_sum_or_product(InstructionDecoder& in) {
  if (!in.take("rn")) in.note_may_fuse();
  U32 form = in.take("ftz") ? kFlush : 0;
  if (in.take("sat")) form |= kSaturate;
  const ScalarType type = in.take_type();
  emit_operands(in, arithmetic_handler<Operation, Exact, U32, U32>(type, form), {type, type, type},
                form);
}

void decode_fma(InstructionDecoder& in) {
  if (!in.take("rn")) fail(in, "the rounding .rn is missing");
  if (in.take("oob")) fail(in, ".oob is not there");
  U32 form = in.take("ftz") ? kFlush : 0;
  if (in.take("sat")) form |= kSaturate;
  if (in.take("relu")) form |= kRelu;
  const ScalarType type = in.take_type();
  emit_operands(in, arithmetic_handler<Fma, ExactFma, U32, U32, U32>(type, form),
                {type, type, type, type}, form);
}

// min and max, and their forms: flags in Op::small.
constexpr U32 kNan = 2;
constexpr U32 kXorSign = 4;  // magnitudes; the sign is the signs' exclusive or
constexpr U32 kMagnitudes = 8;

template <bool kMax, class H>
U32 extremum(U32 a, U32 b) {
  const float x = H::widen(a);
  const float y = H::widen(b);
  if (x != x) return y == y ? b : kHalfNan;
  if (y != y) return a;
  if (x == y) return kMax ? a & b : a | b;  // +0 > -0
  return (x > y) == kMax ? a : b;
}
template <bool kMax>
struct Extremum {
  template <class H>
  struct Of {
    static U32 apply(U32 form, U32 a, U32 b) {
      if ((form & kFlush) != 0) {
        a = flushed_half<H>(a);
        b = flushed_half<H>(b);
      }
      const U32 sign = (form & kXorSign) != 0 ? (a ^ b) & kHalfSign : 0;
      if ((form & (kXorSign | kMagnitudes)) != 0) {
        a &= kHalfSize;
        b &= kHalfSize;
      }
      if ((form & kNan) != 0 && (is_half_nan<H>(a) || is_half_nan<H>(b))) return kHalfNan;
      const U32 result = extremum<kMax, H>(a, b);
      return is_half_nan<H>(result) ? result : result | sign;
    }
    static U32 apply(U32 form, U32 a, U32 b, U32 c) { return apply(form, apply(form, a, b), c); }
  };
};

template <bool kMax, class... Lanes>
Handler extremum_handler(ScalarType type) {
  using Of = Extremum<kMax>;
  return is_bf16(type) ? form_handler<typename Of::template Of<Bf16>, Lanes...>(is_packed(type))
                       : form_handler<typename Of::template Of<F16>, Lanes...>(is_packed(type));
}

template <bool kMax>
void decode_extremum(InstructionDecoder& in) {
  const bool three = in.operand_count() == 4;
  U32 form = in.take("ftz") ? kFlush : 0;
  if (in.take("NaN")) form |= kNan;
  if (three) {
    if (in.take("abs")) form |= kMagnitudes;
  } else if (in.take("xorsign")) {
    if (!in.take("abs")) fail(in, ".xorsign comes with .abs");
    form |= kXorSign;
  }
  const ScalarType type = in.take_type();
  if (three) {
    return emit_operands(in, extremum_handler<kMax, U32, U32, U32>(type), {type, type, type, type},
                         form);
  }
  emit_operands(in, extremum_handler<kMax, U32, U32>(type), {type, type, type}, form);
}

// The sign's bit alone; the adder that does it makes a NaN canonical.
template <bool kNegate>
struct Sign {
  template <class H>
  struct Of {
    static U32 apply(U32 form, U32 a) {
      const U32 half = (form & kFlush) != 0 ? flushed_half<H>(a) : a;
      if (is_half_nan<H>(half)) return kHalfNan;
      return kNegate ? half ^ kHalfSign : half & kHalfSize;
    }
  };
};
template <bool kNegate>
void decode_sign(InstructionDecoder& in) {
  using Of = Sign<kNegate>;
  const U32 form = in.take("ftz") ? kFlush : 0;
  const ScalarType type = in.take_type();
  const Handler handler = is_bf16(type)
                              ? form_handler<typename Of::template Of<Bf16>, U32>(is_packed(type))
                              : form_handler<typename Of::template Of<F16>, U32>(is_packed(type));
  emit_operands(in, handler, {type, type}, form);
}

}  // namespace

void add_half(InstructionTable& table) {
  constexpr TypeClass kHalf = TypeClass::kHalf;
  table.add("add", kHalf, decode_sum_or_product<Add, ExactAdd>);
  table.add("sub", kHalf, decode_sum_or_product<Sub, ExactSub>);
  table.add("mul", kHalf, decode_sum_or_product<Mul, ExactMul>);
  table.add("fma", kHalf, decode_fma);
  table.add("min", kHalf, decode_extremum<false>);
  table.add("max", kHalf, decode_extremum<true>);
  table.add("abs", kHalf, decode_sign<false>);
  table.add("neg", kHalf, decode_sign<true>);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
