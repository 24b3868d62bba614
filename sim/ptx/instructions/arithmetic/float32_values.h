// SPDX-License-Identifier: MIT
// What the fp32 instructions share: the forms (rounding, .ftz, .sat) packed into Op::small, and
// the rules for NaN, zeros and saturation, each in one place.
#pragma once

#include <cstdint>

#include "sim/numerics/fp32.h"
#include "sim/ptx/instructions/arithmetic/rounding.h"
#include "sim/ptx/instructions/decode.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

// The form of an arithmetic instruction: {.rn,.rz,.rm,.rp}{.ftz}{.sat}.
struct ArithmeticForm {
  Rounding rounding = Rounding::kNearestEven;
  bool flush = false;
  bool saturate = false;
  bool explicit_rounding = false;

  bool is_default() const { return rounding == Rounding::kNearestEven && !flush && !saturate; }
  std::uint32_t packed() const {
    return static_cast<std::uint32_t>(rounding) | (flush ? 8u : 0u) | (saturate ? 16u : 0u);
  }
  static ArithmeticForm unpacked(std::uint32_t small) {
    return {static_cast<Rounding>(small & 7u), (small & 8u) != 0, (small & 16u) != 0, true};
  }
};

// Takes {.rn,.rz,.rm,.rp}{.ftz}{.sat}.
inline ArithmeticForm take_form(InstructionDecoder& in) {
  ArithmeticForm form;
  const int rounding = in.take_any({"rn", "rz", "rm", "rp"});
  form.explicit_rounding = rounding >= 0;
  if (rounding >= 0) form.rounding = static_cast<Rounding>(rounding);
  form.flush = in.take("ftz");
  form.saturate = in.take("sat");
  return form;
}

inline std::uint32_t bits(float value) {
  return __builtin_bit_cast(std::uint32_t, value);
}
inline float from_bits(std::uint32_t pattern) {
  return __builtin_bit_cast(float, pattern);
}
constexpr std::uint32_t kSignF32 = 0x80000000u;
constexpr std::uint32_t kSmallestNormalF32 = 0x00800000u;

// Every NaN that arithmetic makes or passes on is the one canonical NaN.
inline float canonical(float value) {
  return value == value ? value : from_bits(numerics::kCanonicalNanBits);
}
// fma.rn.f32, the instruction that attention is made of.
struct Fma {
  static float apply(float a, float b, float c) { return canonical(fused(a, b, c)); }
};
// A subnormal becomes a zero of its sign.
inline float flushed(float value) {
  const std::uint32_t pattern = bits(value);
  return from_bits((pattern & 0x7f800000u) == 0 ? pattern & kSignF32 : pattern);
}
// .sat: into [0, 1]; NaN and -0 give +0.
inline float saturated_to_one(float value) {
  const float capped = value < 1.0f ? value : 1.0f;
  return value > 0.0f ? capped : 0.0f;
}

// max and min: one NaN operand is ignored, two give the canonical NaN, +0 > -0.
template <bool kMax>
inline float extremum(float a, float b) {
  const float ordered = kMax ? (a > b ? a : b) : (a < b ? a : b);
  const std::uint32_t zeros = kMax ? bits(a) & bits(b) : bits(a) | bits(b);
  const float either = a == b ? from_bits(zeros) : ordered;
  return canonical(b == b ? either : a);
}

// The result of exact arithmetic, given a double that rounds like it.
inline float rounded_f32(double wide, const ArithmeticForm& form) {
  const float result =
      from_bits(encode(wide, kFormatF32, {.rounding = form.rounding, .flush = form.flush}));
  return form.saturate ? saturated_to_one(result) : result;
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
