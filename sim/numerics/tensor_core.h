// SPDX-License-Identifier: MIT
// The tensor core: one output element, one step, straight from the rules (docs/numerics.md,
// section 1). This is the reference; bulk.h computes the same for matrices, fast.
//
// A step adds L products to c at once: every term is cut toward zero to a common unit, the terms
// are summed exactly, the sum is cut toward zero to fp32. So the order inside a step is irrelevant,
// and a longer depth is a chain of steps in ascending k, c rounded after each.
// Sources: microsoft/MMA-Sim (arXiv 2511.10909); MATLAB-tensor-core (arXiv 2512.07004).
#pragma once

#include "sim/numerics/host_device.h"

namespace attnlab::numerics {

// What the operands are. A f16 or bf16 operand is its 16 bits; a tf32 operand an fp32 pattern, of
// which the low 13 bits are ignored.
enum class MmaFormat { kF16, kBf16, kTf32 };

inline constexpr const char* kMmaFormatNames[3] = {"f16", "bf16", "tf32"};

// A tensor core as data. Products of one step: step_bytes / operand size. A term is kept to a
// multiple of 2^(emax - kept_fraction_bits), emax the largest exponent among the step's terms: the
// literature's "F" fraction bits, below a product's integer part, which lies in [1, 4).
struct TensorCoreSpec {
  int step_bytes;
  int kept_fraction_bits;

  constexpr bool operator==(const TensorCoreSpec&) const = default;
};

// Hopper: 16 products of 16-bit operands (8 of tf32), 25 bits. Verified on an H200.
inline constexpr TensorCoreSpec kHopperTensorCore = {32, 25};
// Ampere: 8 products (4 of tf32), 24 bits, so one m16n8k16 is two steps. Published, not verified.
inline constexpr TensorCoreSpec kAmpereTensorCore = {16, 24};

ATTNLAB_HOST_DEVICE constexpr int operand_bytes(MmaFormat format) {
  return format == MmaFormat::kTf32 ? 4 : 2;
}
ATTNLAB_HOST_DEVICE constexpr int step_length(TensorCoreSpec spec, MmaFormat format) {
  return spec.step_bytes / operand_bytes(format);
}

// A number taken apart: (-1)^negative * significand * 2^(exponent - fraction_bits). A subnormal has
// the smallest normal exponent and a leading 0.
struct Decoded {
  enum class Kind { kZero, kFinite, kInfinite, kNan };
  Kind kind;
  bool negative;
  int exponent;
  std::uint32_t significand;
};

// Takes apart a pattern of 1 sign, exponent_bits exponent and fraction_bits fraction bits.
ATTNLAB_HOST_DEVICE constexpr Decoded decode(std::uint32_t bits, int exponent_bits,
                                             int fraction_bits) {
  const std::uint32_t fraction = bits & ((1u << fraction_bits) - 1);
  const std::uint32_t largest_field = (1u << exponent_bits) - 1;
  const std::uint32_t field = (bits >> fraction_bits) & largest_field;
  const bool negative = ((bits >> (fraction_bits + exponent_bits)) & 1u) != 0;
  const int bias = static_cast<int>(largest_field >> 1);
  if (field == largest_field) {
    return {fraction != 0 ? Decoded::Kind::kNan : Decoded::Kind::kInfinite, negative, 0, 0};
  }
  if (field == 0) {
    return {fraction != 0 ? Decoded::Kind::kFinite : Decoded::Kind::kZero, negative, 1 - bias,
            fraction};
  }
  return {Decoded::Kind::kFinite, negative, static_cast<int>(field) - bias,
          fraction | (1u << fraction_bits)};
}

ATTNLAB_HOST_DEVICE constexpr int operand_fraction_bits(MmaFormat format) {
  return format == MmaFormat::kBf16 ? 7 : 10;
}
ATTNLAB_HOST_DEVICE constexpr Decoded decode_operand(MmaFormat format, std::uint32_t bits) {
  switch (format) {
    case MmaFormat::kF16:
      return decode(bits, 5, 10);
    case MmaFormat::kBf16:
      return decode(bits, 8, 7);
    case MmaFormat::kTf32:
      break;
  }
  return decode(bits >> 13, 8, 10);
}
ATTNLAB_HOST_DEVICE constexpr Decoded decode_f32(std::uint32_t bits) {
  return decode(bits, 8, 23);
}

// Below this exponent nothing sets the unit: the floor of emax.
inline constexpr int kSmallestMmaExponent = -133;

// significand * 2^(left - right) cut toward zero; right >= 0 unless the significand is 0.
ATTNLAB_HOST_DEVICE constexpr std::int64_t aligned(std::uint64_t significand, int left, int right) {
  if (significand == 0 || right > 63) return 0;
  return static_cast<std::int64_t>((significand << left) >> right);
}

// sum * 2^unit cut toward zero to fp32; subnormals kept, overflow to infinity. A zero is +0, also
// one that a tiny negative sum was cut to.
ATTNLAB_HOST_DEVICE constexpr std::uint32_t f32_toward_zero(std::int64_t sum, int unit) {
  if (sum == 0) return 0;
  const std::uint32_t sign = sum < 0 ? 0x80000000u : 0;
  std::uint64_t size = static_cast<std::uint64_t>(sum < 0 ? -sum : sum);
  int top = 63;
  while ((size >> top) == 0) --top;
  if (top + unit > 127) return sign | 0x7f800000u;
  // The unit of the result: 23 places below its leading bit, or 2^-149 where that is coarser.
  const int result_unit = top + unit < -126 ? -149 : top + unit - 23;
  const int shift = result_unit - unit;
  size = shift > 63 ? 0 : shift >= 0 ? size >> shift : size << -shift;
  if (size == 0) return 0;
  const std::uint32_t field = static_cast<std::uint32_t>(result_unit + 149);
  // A normal significand carries its leading 1 into the exponent field; a subnormal has none.
  return sign | ((field << 23) + static_cast<std::uint32_t>(size));
}

// The special cases of one step: NaN and infinities among the terms.
struct SpecialTerms {
  bool nan = false;
  bool plus_infinity = false;
  bool minus_infinity = false;

  ATTNLAB_HOST_DEVICE constexpr void add_infinity(bool negative) {
    (negative ? minus_infinity : plus_infinity) = true;
  }
  // The step's result, where any() holds.
  ATTNLAB_HOST_DEVICE constexpr std::uint32_t result() const {
    if (nan || (plus_infinity && minus_infinity)) return kCanonicalNanBits;
    return minus_infinity ? 0xff800000u : 0x7f800000u;
  }
  ATTNLAB_HOST_DEVICE constexpr bool any() const { return nan || plus_infinity || minus_infinity; }
};

ATTNLAB_HOST_DEVICE constexpr SpecialTerms special_terms(MmaFormat format, const std::uint32_t* a,
                                                         const std::uint32_t* b, int length,
                                                         std::uint32_t c_bits) {
  using Kind = Decoded::Kind;
  SpecialTerms terms;
  const Decoded c = decode_f32(c_bits);
  if (c.kind == Kind::kNan) terms.nan = true;
  if (c.kind == Kind::kInfinite) terms.add_infinity(c.negative);
  for (int k = 0; k < length; ++k) {
    const Decoded x = decode_operand(format, a[k]);
    const Decoded y = decode_operand(format, b[k]);
    const bool infinite = x.kind == Kind::kInfinite || y.kind == Kind::kInfinite;
    const bool zero = x.kind == Kind::kZero || y.kind == Kind::kZero;
    if (x.kind == Kind::kNan || y.kind == Kind::kNan || (infinite && zero)) {
      terms.nan = true;
    } else if (infinite) {
      terms.add_infinity(x.negative != y.negative);
    }
  }
  return terms;
}

// The exact sum of a step's finite terms, each cut to the unit 2^unit.
struct StepSum {
  std::int64_t sum;
  int unit;
};

ATTNLAB_HOST_DEVICE constexpr StepSum step_sum(TensorCoreSpec spec, MmaFormat format,
                                               const std::uint32_t* a, const std::uint32_t* b,
                                               int length, std::uint32_t c_bits) {
  using Kind = Decoded::Kind;
  const Decoded c = decode_f32(c_bits);
  // The largest exponent among nonzero terms; a product's is not renormalised.
  int emax = kSmallestMmaExponent;
  if (c.kind == Kind::kFinite && c.exponent > emax) emax = c.exponent;
  for (int k = 0; k < length; ++k) {
    const Decoded x = decode_operand(format, a[k]);
    const Decoded y = decode_operand(format, b[k]);
    if (x.kind != Kind::kFinite || y.kind != Kind::kFinite) continue;
    if (x.exponent + y.exponent > emax) emax = x.exponent + y.exponent;
  }
  // Cut every term toward zero to a multiple of the unit, and add exactly.
  const int kept = spec.kept_fraction_bits;
  std::int64_t sum = aligned(c.significand, kept - 23, emax - c.exponent);
  if (c.negative) sum = -sum;
  for (int k = 0; k < length; ++k) {
    const Decoded x = decode_operand(format, a[k]);
    const Decoded y = decode_operand(format, b[k]);
    const std::int64_t term =
        aligned(std::uint64_t{x.significand} * y.significand,
                kept - 2 * operand_fraction_bits(format), emax - x.exponent - y.exponent);
    sum += x.negative != y.negative ? -term : term;
  }
  return {sum, emax - kept};
}

// One step: c plus the products a[k] * b[k], k < length <= step_length(spec, format). Bit patterns
// in (a 16-bit operand in the low half of its word) and out.
ATTNLAB_HOST_DEVICE constexpr std::uint32_t tensor_core_step(TensorCoreSpec spec, MmaFormat format,
                                                             const std::uint32_t* a,
                                                             const std::uint32_t* b, int length,
                                                             std::uint32_t c_bits) {
  const SpecialTerms special = special_terms(format, a, b, length, c_bits);
  if (special.any()) return special.result();
  const StepSum exact = step_sum(spec, format, a, b, length, c_bits);
  return f32_toward_zero(exact.sum, exact.unit);
}

// A chain of steps over `depth` products, k ascending; the last step may be shorter.
ATTNLAB_HOST_DEVICE constexpr std::uint32_t tensor_core_chain(TensorCoreSpec spec, MmaFormat format,
                                                              const std::uint32_t* a,
                                                              const std::uint32_t* b, int depth,
                                                              std::uint32_t c_bits) {
  const int length = step_length(spec, format);
  for (int k = 0; k < depth; k += length) {
    const int rest = depth - k < length ? depth - k : length;
    c_bits = tensor_core_step(spec, format, a + k, b + k, rest, c_bits);
  }
  return c_bits;
}

}  // namespace attnlab::numerics
