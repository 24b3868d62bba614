// SPDX-License-Identifier: MIT
// Division, roots and the functions of the special function unit, in fp32 and 16 bits:
//
//   div rcp sqrt{.rn,.rz,.rm,.rp}{.ftz}.f32          IEEE 754, every rounding
//   div.{approx,full}{.ftz}.f32                      numerics/approx/division.h
//   rcp rsqrt sqrt ex2 lg2 sin cos .approx{.ftz}.f32 numerics/mufu_model.h, and tanh.approx.f32
//   ex2.approx{.f16,.f16x2,.ftz.bf16,.ftz.bf16x2}, tanh.approx{.f16,.f16x2,.bf16,.bf16x2}
//
// All of them equal an H200's bits. f64's forms are in float64.cpp.
#include "sim/numerics/approx/division.h"
#include "sim/numerics/bulk.h"
#include "sim/ptx/instructions/arithmetic/float32_values.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

using enum ScalarType;
using numerics::MufuOp;
using F = float;

// Everything that is called is inlined: nothing of numerics' headers may be emitted here as a
// function of its own, for this instruction set (see isa.h).
template <float (*kDivide)(float, float)>
__attribute__((flatten)) const Op* run_division(Warp& warp, const Op* op) {
  map<float, float, float>(warp, *op, [](float a, float b) { return kDivide(a, b); });
  return op + 1;
}

// To nearest: the host's own division and root.
struct Div {
  static float apply(float a, float b) { return canonical(a / b); }
};
struct Rcp {
  static float apply(float a) { return canonical(1.0f / a); }
};
struct Sqrt {
  static float apply(float a) { return canonical(__builtin_sqrtf(a)); }
};

// A double that rounds to fp32 like the exact result (see rounding.h).
struct ExactDiv {
  static double apply(double a, double b) { return a / b; }
};
struct ExactRcp {
  static double apply(double a) { return 1.0 / a; }
};
struct ExactSqrt {
  static double apply(double a) { return __builtin_sqrt(a); }
};
template <class Exact>
struct Rounded {
  template <class... Sources>
  static float apply(std::uint32_t small, Sources... sources) {
    const ArithmeticForm form = ArithmeticForm::unpacked(small);
    return rounded_f32(
        Exact::apply(static_cast<double>(form.flush ? flushed(sources) : sources)...), form);
  }
};

// The two handlers of an IEEE operation: to nearest without .ftz, and any form.
struct IeeeHandlers {
  Handler nearest;
  Handler rounded;
};
// Takes {.rn,.rz,.rm,.rp}{.ftz}.
Handler take_ieee(InstructionDecoder& in, const IeeeHandlers& handlers, ArithmeticForm& form) {
  form = take_form(in);
  if (!form.explicit_rounding) fail(in, "a rounding is missing: .rn, .rz, .rm, .rp or .approx");
  if (form.saturate) fail(in, "there is no .sat here");
  return form.is_default() ? handlers.nearest : handlers.rounded;
}

void decode_div(InstructionDecoder& in) {
  const int fast = in.take_any({"approx", "full"});
  ArithmeticForm form;
  Handler handler = nullptr;
  if (fast >= 0) {
    form.flush = in.take("ftz");
    handler = fast == 0 ? (form.flush ? run_division<numerics::div_approx_ftz>
                                      : run_division<numerics::div_approx>)
                        : (form.flush ? run_division<numerics::div_full_ftz>
                                      : run_division<numerics::div_full>);
  } else {
    handler = take_ieee(in, {run<Div, F, F, F>, run_with_small<Rounded<ExactDiv>, F, F, F>}, form);
  }
  in.take_type();
  emit_operands(in, handler, {kF32, kF32, kF32}, form.packed());
}

// Op::small is the MufuOp. 16-bit operations read and write a lane's low half.
const Op* run_mufu(Warp& warp, const Op* op) {
  alignas(64) std::uint32_t result[kWarpLanes];
  numerics::bulk().mufu(static_cast<MufuOp>(op->small), lanes<std::uint32_t>(warp, op->a), result,
                        kWarpLanes);
  blend(warp, lanes<std::uint32_t>(warp, op->d), result);
  return op + 1;
}

// The packed forms: both halves of 32 lanes are 64 values.
const Op* run_packed_mufu(Warp& warp, const Op* op) {
  const std::uint32_t* a = lanes<std::uint32_t>(warp, op->a);
  alignas(64) std::uint32_t halves[2 * kWarpLanes];
  for (int i = 0; i < kWarpLanes; ++i) {
    halves[i] = a[i] & 0xffffu;
    halves[kWarpLanes + i] = a[i] >> 16;
  }
  numerics::bulk().mufu(static_cast<MufuOp>(op->small), halves, halves, 2 * kWarpLanes);
  write<std::uint32_t>(warp, op->d, [&](std::uint32_t* d) {
    for (int i = 0; i < kWarpLanes; ++i) d[i] = halves[i] | halves[kWarpLanes + i] << 16;
  });
  return op + 1;
}

void emit_mufu(InstructionDecoder& in, MufuOp op, ScalarType type) {
  const bool packed = type == kF16x2 || type == kBf16x2;
  emit_operands(in, packed ? run_packed_mufu : run_mufu, {type, type},
                static_cast<std::uint32_t>(op));
}

// name.approx{.ftz}.f32.
template <MufuOp kFlushing, MufuOp kPlain>
void decode_approx(InstructionDecoder& in) {
  if (!in.take("approx")) fail(in, "there is only the .approx form");
  const bool flush = in.take("ftz");
  in.take_type();
  emit_mufu(in, flush ? kFlushing : kPlain, kF32);
}

// rcp and sqrt: .approx{.ftz}, or IEEE.
template <class Nearest, class Exact, MufuOp kFlushing, MufuOp kPlain>
void decode_rcp_or_sqrt(InstructionDecoder& in) {
  if (in.take("approx")) {
    const bool flush = in.take("ftz");
    in.take_type();
    return emit_mufu(in, flush ? kFlushing : kPlain, kF32);
  }
  ArithmeticForm form;
  const Handler handler =
      take_ieee(in, {run<Nearest, F, F>, run_with_small<Rounded<Exact>, F, F>}, form);
  in.take_type();
  emit_operands(in, handler, {kF32, kF32}, form.packed());
}

void decode_tanh(InstructionDecoder& in) {
  if (!in.take("approx")) fail(in, "there is only the .approx form");
  in.take_type();
  emit_mufu(in, MufuOp::kTanh, kF32);
}

// ex2.approx.f16, ex2.approx.ftz.bf16, tanh.approx.{f16,bf16}, and packed.
template <MufuOp kF16Op, MufuOp kBf16Op, bool kBf16Flushes>
void decode_half_function(InstructionDecoder& in) {
  if (!in.take("approx")) fail(in, "there is only the .approx form");
  const bool flush = in.take("ftz");
  const ScalarType type = in.take_type();
  const bool is_bf16 = type == kBf16 || type == kBf16x2;
  if (flush != (is_bf16 && kBf16Flushes)) {
    fail(in, "the forms are ex2.approx.f16, ex2.approx.ftz.bf16, tanh.approx.f16 and .bf16");
  }
  emit_mufu(in, is_bf16 ? kBf16Op : kF16Op, type);
}

}  // namespace

void add_special(InstructionTable& table) {
  using enum MufuOp;
  constexpr TypeClass kFloat32 = TypeClass::kFloat32;
  table.add("div", kFloat32, decode_div);
  table.add("rcp", kFloat32, decode_rcp_or_sqrt<Rcp, ExactRcp, kRcpFtz, kRcp>);
  table.add("sqrt", kFloat32, decode_rcp_or_sqrt<Sqrt, ExactSqrt, kSqrtFtz, kSqrt>);
  table.add("rsqrt", kFloat32, decode_approx<kRsqrtFtz, kRsqrt>);
  table.add("ex2", kFloat32, decode_approx<kEx2Ftz, kEx2>);
  table.add("lg2", kFloat32, decode_approx<kLg2Ftz, kLg2>);
  table.add("sin", kFloat32, decode_approx<kSinFtz, kSin>);
  table.add("cos", kFloat32, decode_approx<kCosFtz, kCos>);
  table.add("tanh", kFloat32, decode_tanh);
  table.add("ex2", TypeClass::kHalf, decode_half_function<kEx2F16, kEx2FtzBf16, true>);
  table.add("tanh", TypeClass::kHalf, decode_half_function<kTanhF16, kTanhBf16, false>);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
