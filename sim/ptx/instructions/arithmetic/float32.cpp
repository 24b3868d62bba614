// SPDX-License-Identifier: MIT
// fp32 arithmetic (PTX ISA, "Floating Point Instructions"); division and roots are in special.cpp:
//
//   add sub mul{.rn,.rz,.rm,.rp}{.ftz}{.sat}.f32    bare: rounded to nearest, and ptxas may fuse it
//   fma.rnd{.ftz}{.sat}.f32, mad: the same
//   min max{.ftz}{.NaN}{.xorsign.abs}.f32           two operands, or three (with .abs)
//   abs neg{.ftz}.f32
//
// IEEE 754, subnormals kept unless .ftz, which takes a result for subnormal after rounding to 24
// bits (numerics::kGpuTininess). A NaN is always 0x7fffffff. .sat: into [0, 1], NaN to +0.
#include "sim/ptx/instructions/arithmetic/float32_values.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

using enum ScalarType;

// Rounded to nearest even: the form nearly every instruction has.
struct Add {
  static float apply(float a, float b) { return canonical(a + b); }
};
struct Sub {
  static float apply(float a, float b) { return canonical(a - b); }
};
struct Mul {
  static float apply(float a, float b) { return canonical(a * b); }
};

// -0 for a sum of opposite numbers that is rounded down, +0 otherwise.
double exact_sum(double a, double b, Rounding rounding) {
  const double sum = sum_to_odd(a, b);
  const bool cancelled = sum == 0 && __builtin_signbit(a) != __builtin_signbit(b);
  return cancelled && rounding == Rounding::kDown ? -0.0 : sum;
}

// Every other form: a double that rounds like the exact result.
struct ExactAdd {
  static double apply(Rounding rounding, double a, double b) { return exact_sum(a, b, rounding); }
};
struct ExactSub {
  static double apply(Rounding rounding, double a, double b) { return exact_sum(a, -b, rounding); }
};
struct ExactMul {
  static double apply(Rounding, double a, double b) { return a * b; }
};
struct ExactFma {
  static double apply(Rounding rounding, double a, double b, double c) {
    return exact_sum(a * b, c, rounding);
  }
};
template <class Exact>
struct Rounded {
  template <class... Sources>
  static float apply(std::uint32_t small, Sources... sources) {
    const ArithmeticForm form = ArithmeticForm::unpacked(small);
    return rounded_f32(Exact::apply(form.rounding, static_cast<double>(form.flush ? flushed(sources)
                                                                                  : sources)...),
                       form);
  }
};

// add.ftz and sub.ftz to nearest: a subnormal sum of two fp32 numbers is exact.
template <class Operation>
struct Flushed {
  static float apply(float a, float b) { return flushed(Operation::apply(flushed(a), flushed(b))); }
};

// fma.rn.ftz. Only a result of exactly 2^-126 may have been subnormal before it was rounded: where
// there is one, the lanes are computed again from the exact result. mul.ftz is this with c = -0.
const Op* run_fma_flushing(Warp& warp, const Op* op) {
  const float* a = lanes<float>(warp, op->a);
  const float* b = lanes<float>(warp, op->b);
  const float* c = lanes<float>(warp, op->c);
  alignas(64) float result[kWarpLanes];
  std::uint32_t doubtful = 0;
  for (int i = 0; i < kWarpLanes; ++i) {
    const float sum = Fma::apply(flushed(a[i]), flushed(b[i]), flushed(c[i]));
    doubtful |= predicate_lane((bits(sum) & ~kSignF32) == kSmallestNormalF32);
    result[i] = flushed(sum);
  }
  if (doubtful != 0) {
    for (int i = 0; i < kWarpLanes; ++i) {
      result[i] =
          Rounded<ExactFma>::apply(ArithmeticForm{.flush = true}.packed(), a[i], b[i], c[i]);
    }
  }
  blend(warp, lanes<float>(warp, op->d), result);
  return op + 1;
}

using F = float;

// The handlers of add, sub, mul and fma: as it is nearly always, flushing, and any form.
template <class Operation, class Exact>
Handler sum_handler(const ArithmeticForm& form) {
  if (form.is_default()) return run<Operation, F, F, F>;
  const bool nearest = form.rounding == Rounding::kNearestEven && !form.saturate;
  return nearest ? run<Flushed<Operation>, F, F, F> : run_with_small<Rounded<Exact>, F, F, F>;
}

template <class Operation, class Exact>
void decode_sum(InstructionDecoder& in) {
  const ArithmeticForm form = take_form(in);
  if (!form.explicit_rounding) in.note_may_fuse();
  in.take_type();
  emit_operands(in, sum_handler<Operation, Exact>(form), {kF32, kF32, kF32}, form.packed());
}

bool flushes_to_nearest(const ArithmeticForm& form) {
  return form.flush && form.rounding == Rounding::kNearestEven && !form.saturate;
}

void decode_mul(InstructionDecoder& in) {
  const ArithmeticForm form = take_form(in);
  if (!form.explicit_rounding) in.note_may_fuse();
  in.take_type();
  if (!flushes_to_nearest(form)) {
    const Handler handler =
        form.is_default() ? run<Mul, F, F, F> : run_with_small<Rounded<ExactMul>, F, F, F>;
    return emit_operands(in, handler, {kF32, kF32, kF32}, form.packed());
  }
  in.end_of_modifiers();
  in.expect_operands(3);
  in.emit({.run = run_fma_flushing,
           .d = in.destination(0, kF32),
           .a = in.source(1, kF32),
           .b = in.source(2, kF32),
           .c = in.constant(kSignF32, kF32)});
}

// fma.rnd, and mad.rnd, which is the same since sm_20.
void decode_fma(InstructionDecoder& in) {
  const ArithmeticForm form = take_form(in);
  in.take_type();
  const Handler handler = form.is_default() ? run<Fma, F, F, F, F>
                          : flushes_to_nearest(form)
                              ? run_fma_flushing
                              : run_with_small<Rounded<ExactFma>, F, F, F, F>;
  emit_operands(in, handler, {kF32, kF32, kF32, kF32}, form.packed());
}

// min and max, and their forms: flags in Op::small.
constexpr std::uint32_t kFlush = 1;
constexpr std::uint32_t kNan = 2;
constexpr std::uint32_t kXorSign = 4;  // magnitudes; the sign is the signs' exclusive or
constexpr std::uint32_t kMagnitudes = 8;

float magnitude(float a) {
  return from_bits(bits(a) & ~kSignF32);
}

template <bool kMax>
struct Extremum {
  static float apply(float a, float b) { return extremum<kMax>(a, b); }
};
template <bool kMax>
struct ExtremumForm {
  static float apply(std::uint32_t form, float a, float b) {
    if ((form & kFlush) != 0) {
      a = flushed(a);
      b = flushed(b);
    }
    const std::uint32_t sign = (form & kXorSign) != 0 ? (bits(a) ^ bits(b)) & kSignF32 : 0;
    if ((form & (kXorSign | kMagnitudes)) != 0) {
      a = magnitude(a);
      b = magnitude(b);
    }
    const bool any_nan = a != a || b != b;
    if (any_nan && (form & kNan) != 0) return from_bits(numerics::kCanonicalNanBits);
    const float result = extremum<kMax>(a, b);
    return result == result ? from_bits(bits(result) | sign) : result;
  }
  static float apply(std::uint32_t form, float a, float b, float c) {
    return apply(form, apply(form, a, b), c);
  }
};

template <bool kMax>
void decode_extremum(InstructionDecoder& in) {
  const bool three = in.operand_count() == 4;
  std::uint32_t form = in.take("ftz") ? kFlush : 0;
  if (in.take("NaN")) form |= kNan;
  if (three) {
    if (in.take("abs")) form |= kMagnitudes;
  } else if (in.take("xorsign")) {
    if (!in.take("abs")) fail(in, ".xorsign comes with .abs");
    form |= kXorSign;
  }
  in.take_type();
  if (three) {
    const Handler handler = run_with_small<ExtremumForm<kMax>, F, F, F, F>;
    return emit_operands(in, handler, {kF32, kF32, kF32, kF32}, form);
  }
  const Handler handler =
      form == 0 ? run<Extremum<kMax>, F, F, F> : run_with_small<ExtremumForm<kMax>, F, F, F>;
  emit_operands(in, handler, {kF32, kF32, kF32}, form);
}

// The sign's bit alone; the adder that does it makes a NaN canonical.
struct Abs {
  static float apply(float a) { return canonical(magnitude(a)); }
};
struct Neg {
  static float apply(float a) { return canonical(from_bits(bits(a) ^ kSignF32)); }
};
template <class Operation>
struct FlushedSign {
  static float apply(float a) { return flushed(Operation::apply(a)); }
};
template <class Operation>
void decode_sign(InstructionDecoder& in) {
  const bool flush = in.take("ftz");
  in.take_type();
  emit_operands(in, flush ? run<FlushedSign<Operation>, F, F> : run<Operation, F, F>, {kF32, kF32});
}

}  // namespace

void add_float32(InstructionTable& table) {
  constexpr TypeClass kFloat32 = TypeClass::kFloat32;
  table.add("add", kFloat32, decode_sum<Add, ExactAdd>);
  table.add("sub", kFloat32, decode_sum<Sub, ExactSub>);
  table.add("mul", kFloat32, decode_mul);
  table.add("fma", kFloat32, decode_fma);
  table.add("mad", kFloat32, decode_fma);
  table.add("min", kFloat32, decode_extremum<false>);
  table.add("max", kFloat32, decode_extremum<true>);
  table.add("abs", kFloat32, decode_sign<Abs>);
  table.add("neg", kFloat32, decode_sign<Neg>);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
