// SPDX-License-Identifier: MIT
// fp64 arithmetic (PTX ISA, "Floating Point Instructions"):
//
//   add sub mul{.rn,.rz,.rm,.rp}.f64      bare: rounded to nearest, and ptxas may fuse it
//   fma.rnd.f64, mad: the same
//   div rcp sqrt.rnd.f64
//   rcp.approx.ftz.f64 rsqrt.approx{.ftz}.f64   numerics/approx/f64_seeds.h
//   min max abs neg.f64
//
// IEEE 754 with subnormals. Unlike fp32's, the unit passes NaN payloads on: nan_result has the
// rule. The roundings other than to nearest are the host's own, switched for 32 lanes at a time.
#include <cfenv>

#include "sim/numerics/approx/f64_seeds.h"
#include "sim/ptx/instructions/decode.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

using enum ScalarType;
using D = double;

constexpr std::uint64_t kSign = 0x8000000000000000u;
constexpr std::uint64_t kQuiet = 0x0008000000000000u;
// What an invalid operation makes: 0 * inf, inf - inf, the root of a negative number.
constexpr std::uint64_t kInvalidNan = 0xfff8000000000000u;

std::uint64_t bits(double value) {
  return __builtin_bit_cast(std::uint64_t, value);
}
double from_bits(std::uint64_t pattern) {
  return __builtin_bit_cast(double, pattern);
}
double quiet(double nan) {
  return from_bits(bits(nan) | kQuiet);
}

// The NaN that an operation on these operands returns: an operand's, made quiet; the second's
// before the third's before the first's. Where none is a NaN, that of an invalid operation.
double nan_result(double a) {
  return a != a ? quiet(a) : from_bits(kInvalidNan);
}
double nan_result(double a, double b) {
  return b != b ? quiet(b) : nan_result(a);
}
double nan_result(double a, double b, double c) {
  return b != b ? quiet(b) : nan_result(a, c);
}

struct Add {
  static double compute(double a, double b) { return a + b; }
};
struct Sub {
  static double compute(double a, double b) { return a - b; }
};
struct Mul {
  static double compute(double a, double b) { return a * b; }
};
struct Fma {
  static double compute(double a, double b, double c) { return __builtin_fma(a, b, c); }
};
struct Div {
  static double compute(double a, double b) { return a / b; }
};
struct Rcp {
  static double compute(double a) { return 1.0 / a; }
};
struct Sqrt {
  static double compute(double a) { return __builtin_sqrt(a); }
};

// The operation with the GPU's NaN. Division is code, not one instruction, and asks a first.
template <class Operation>
struct WithNan {
  template <class... Sources>
  static double apply(Sources... sources) {
    const double result = Operation::compute(sources...);
    return result == result ? result : nan_result(sources...);
  }
};
template <>
struct WithNan<Div> {
  static double apply(double a, double b) {
    const double result = a / b;
    return result == result ? result : nan_result(b, a);
  }
};

// The host's rounding mode while an object lives. The compiler knows nothing of modes: memory is
// declared changed where the mode is, and what is computed in it is loaded and stored between.
class HostRounding {
 public:
  explicit HostRounding(int mode) : before_(std::fegetround()) {
    std::fesetround(mode);
    __asm__ volatile("" ::: "memory");
  }
  HostRounding(const HostRounding&) = delete;
  HostRounding& operator=(const HostRounding&) = delete;
  ~HostRounding() {
    __asm__ volatile("" ::: "memory");
    std::fesetround(before_);
  }

 private:
  int before_;
};

// .rz .rm .rp: Op::small is the index in .rn .rz .rm .rp.
template <class Operation, class... Sources>
const Op* run_rounded(Warp& warp, const Op* op) {
  static constexpr int kModes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
  const HostRounding mode(kModes[op->small & 3u]);
  return run<WithNan<Operation>, D, Sources...>(warp, op);
}

// The form: -1 for a bare instruction, else the index in .rn .rz .rm .rp.
int take_rounding(InstructionDecoder& in) {
  return in.take_any({"rn", "rz", "rm", "rp"});
}

template <class Operation, class... Sources>
Handler handler_for(int rounding) {
  return rounding > 0 ? run_rounded<Operation, Sources...> : run<WithNan<Operation>, D, Sources...>;
}

std::uint32_t small_of(int rounding) {
  return rounding > 0 ? static_cast<std::uint32_t>(rounding) : 0;
}

template <class Operation>
void decode_sum_or_product(InstructionDecoder& in) {
  const int rounding = take_rounding(in);
  if (rounding < 0) in.note_may_fuse();
  in.take_type();
  emit_operands(in, handler_for<Operation, D, D>(rounding), {kF64, kF64, kF64}, small_of(rounding));
}

int take_required_rounding(InstructionDecoder& in) {
  const int rounding = take_rounding(in);
  if (rounding < 0) fail(in, "a rounding is missing: .rn, .rz, .rm or .rp");
  in.take_type();
  return rounding;
}
void decode_fma(InstructionDecoder& in) {
  const int rounding = take_required_rounding(in);
  emit_operands(in, handler_for<Fma, D, D, D>(rounding), {kF64, kF64, kF64, kF64},
                small_of(rounding));
}
void decode_div(InstructionDecoder& in) {
  const int rounding = take_required_rounding(in);
  emit_operands(in, handler_for<Div, D, D>(rounding), {kF64, kF64, kF64}, small_of(rounding));
}
void decode_sqrt(InstructionDecoder& in) {
  const int rounding = take_required_rounding(in);
  emit_operands(in, handler_for<Sqrt, D>(rounding), {kF64, kF64}, small_of(rounding));
}

// The seeds. Everything that is called is inlined (see special.cpp).
template <std::uint64_t (*kSeed)(std::uint64_t)>
__attribute__((flatten)) const Op* run_seed(Warp& warp, const Op* op) {
  map<std::uint64_t, std::uint64_t>(warp, *op, [](std::uint64_t a) { return kSeed(a); });
  return op + 1;
}
void decode_rcp(InstructionDecoder& in) {
  if (!in.take("approx")) {
    const int rounding = take_required_rounding(in);
    return emit_operands(in, handler_for<Rcp, D>(rounding), {kF64, kF64}, small_of(rounding));
  }
  if (!in.take("ftz")) fail(in, "rcp.approx.f64 has .ftz");
  in.take_type();
  emit_operands(in, run_seed<numerics::rcp_approx_ftz_f64>, {kF64, kF64});
}
void decode_rsqrt(InstructionDecoder& in) {
  if (!in.take("approx")) fail(in, "there is only the .approx form");
  const bool flush = in.take("ftz");
  in.take_type();
  emit_operands(
      in, flush ? run_seed<numerics::rsqrt_approx_ftz_f64> : run_seed<numerics::rsqrt_approx_f64>,
      {kF64, kF64});
}

// One NaN operand is ignored, +0 > -0; two NaNs give nan_result.
template <bool kMax>
struct Extremum {
  static double apply(double a, double b) {
    if (a != a) return b == b ? b : nan_result(a, b);
    if (b != b) return a;
    if (a == b) return from_bits(kMax ? bits(a) & bits(b) : bits(a) | bits(b));
    return (a > b) == kMax ? a : b;
  }
};
template <bool kMax>
void decode_extremum(InstructionDecoder& in) {
  in.take_type();
  emit_operands(in, run<Extremum<kMax>, D, D, D>, {kF64, kF64, kF64});
}

// The sign's bit alone; the adder that does it passes a NaN on with its own sign.
struct Abs {
  static double apply(double a) { return a == a ? from_bits(bits(a) & ~kSign) : quiet(a); }
};
struct Neg {
  static double apply(double a) { return a == a ? from_bits(bits(a) ^ kSign) : quiet(a); }
};
template <class Operation>
void decode_sign(InstructionDecoder& in) {
  in.take_type();
  emit_operands(in, run<Operation, D, D>, {kF64, kF64});
}

}  // namespace

void add_float64(InstructionTable& table) {
  constexpr TypeClass kFloat64 = TypeClass::kFloat64;
  table.add("add", kFloat64, decode_sum_or_product<Add>);
  table.add("sub", kFloat64, decode_sum_or_product<Sub>);
  table.add("mul", kFloat64, decode_sum_or_product<Mul>);
  table.add("fma", kFloat64, decode_fma);
  table.add("mad", kFloat64, decode_fma);
  table.add("div", kFloat64, decode_div);
  table.add("rcp", kFloat64, decode_rcp);
  table.add("sqrt", kFloat64, decode_sqrt);
  table.add("rsqrt", kFloat64, decode_rsqrt);
  table.add("min", kFloat64, decode_extremum<false>);
  table.add("max", kFloat64, decode_extremum<true>);
  table.add("abs", kFloat64, decode_sign<Abs>);
  table.add("neg", kFloat64, decode_sign<Neg>);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
