// SPDX-License-Identifier: MIT
// The bodies of the bulk operations that need no intrinsics. They are inlined by force into the
// functions of each instruction set, so that one source makes both and no code compiled for AVX2
// can be called where there is none.
#pragma once

#include <cstring>

#include "sim/numerics/bulk.h"
#include "sim/numerics/formats.h"
#include "sim/numerics/fp32.h"
#include "sim/numerics/mufu.h"

#define ATTNLAB_ALWAYS_INLINE inline __attribute__((always_inline))

namespace attnlab::numerics::loops {

template <auto kFunction, typename In, typename Out>
ATTNLAB_ALWAYS_INLINE void for_each(const In* in, Out* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<Out>(kFunction(in[i]));
}

ATTNLAB_ALWAYS_INLINE MmaOperand decoded_operand(MmaFormat format, std::uint32_t bits) {
  const Decoded x = decode_operand(format, bits);
  const auto sign = static_cast<std::int16_t>(x.negative ? -1 : 1);
  switch (x.kind) {
    case Decoded::Kind::kZero:
      return {0, kZeroExponent};
    case Decoded::Kind::kNan:
      return {0, kSpecialExponent};
    case Decoded::Kind::kInfinite:
      return {sign, kSpecialExponent};
    case Decoded::Kind::kFinite:
      break;
  }
  return {static_cast<std::int16_t>(sign * static_cast<std::int16_t>(x.significand)),
          static_cast<std::int16_t>(x.exponent)};
}

ATTNLAB_ALWAYS_INLINE void decode_operands(MmaFormat format, const void* in, MmaOperand* out,
                                           std::size_t count) {
  if (format == MmaFormat::kTf32) {
    const auto* words = static_cast<const std::uint32_t*>(in);
    for (std::size_t i = 0; i < count; ++i) out[i] = decoded_operand(MmaFormat::kTf32, words[i]);
    return;
  }
  const auto* halves = static_cast<const std::uint16_t*>(in);
  for (std::size_t i = 0; i < count; ++i) out[i] = decoded_operand(format, halves[i]);
}

// The accumulator taken apart like an operand, with 23 fraction bits.
struct Accumulator {
  std::int32_t significand;
  std::int32_t exponent;
};
ATTNLAB_ALWAYS_INLINE Accumulator decoded_accumulator(std::uint32_t bits) {
  const Decoded c = decode_f32(bits);
  const std::int32_t sign = c.negative ? -1 : 1;
  if (c.kind == Decoded::Kind::kZero) return {0, kZeroExponent};
  if (c.kind == Decoded::Kind::kNan) return {0, kSpecialExponent};
  if (c.kind == Decoded::Kind::kInfinite) return {sign, kSpecialExponent};
  return {sign * static_cast<std::int32_t>(c.significand), c.exponent};
}

// Any sum of exponents above this has a special operand in it, and none below has.
inline constexpr int kSpecialThreshold = kSpecialExponent / 2;

// The result of a step with a special term, from operands taken apart; b's rows are ldb apart.
inline std::uint32_t special_step(const MmaOperand* a, const MmaOperand* b, std::ptrdiff_t ldb,
                                  int length, Accumulator c) {
  SpecialTerms terms;
  if (c.exponent == kSpecialExponent) {
    if (c.significand == 0) terms.nan = true;
    if (c.significand != 0) terms.add_infinity(c.significand < 0);
  }
  for (int k = 0; k < length; ++k) {
    const MmaOperand x = a[k];
    const MmaOperand y = b[k * ldb];
    if (x.exponent + y.exponent < kSpecialThreshold) continue;
    // NaN and zero have significand 0: infinity times either is NaN, like NaN times anything.
    const int sign = x.significand * y.significand;
    if (sign == 0) terms.nan = true;
    if (sign != 0) terms.add_infinity(sign < 0);
  }
  return terms.result();
}

// One step from operands taken apart.
ATTNLAB_ALWAYS_INLINE std::uint32_t decoded_step(int product_shift, int kept, const MmaOperand* a,
                                                 const MmaOperand* b, std::ptrdiff_t ldb,
                                                 int length, std::uint32_t c_bits) {
  const Accumulator c = decoded_accumulator(c_bits);
  int emax = c.exponent > kSmallestMmaExponent ? c.exponent : kSmallestMmaExponent;
  for (int k = 0; k < length; ++k) {
    const int exponent = a[k].exponent + b[k * ldb].exponent;
    emax = exponent > emax ? exponent : emax;
  }
  if (emax > kSpecialThreshold) return special_step(a, b, ldb, length, c);
  std::int64_t sum = 0;
  for (int k = 0; k < length; ++k) {
    const auto product = static_cast<std::int64_t>(a[k].significand) * b[k * ldb].significand;
    const int drop = emax - a[k].exponent - b[k * ldb].exponent;
    const std::int64_t size =
        ((product < 0 ? -product : product) << product_shift) >> (drop > 63 ? 63 : drop);
    sum += product < 0 ? -size : size;
  }
  const std::int64_t c_size =
      aligned(static_cast<std::uint32_t>(c.significand < 0 ? -c.significand : c.significand),
              kept - 23, emax - c.exponent);
  sum += c.significand < 0 ? -c_size : c_size;
  return f32_toward_zero(sum, emax - kept);
}

// One output element's chain of steps.
ATTNLAB_ALWAYS_INLINE std::uint32_t decoded_chain(const TensorCoreSpec& spec, MmaFormat format,
                                                  const MmaOperand* a, const MmaOperand* b,
                                                  std::ptrdiff_t ldb, int depth,
                                                  std::uint32_t c_bits) {
  const int length = step_length(spec, format);
  const int kept = spec.kept_fraction_bits;
  const int product_shift = kept - 2 * operand_fraction_bits(format);
  for (int k = 0; k < depth; k += length) {
    const int rest = depth - k < length ? depth - k : length;
    c_bits = decoded_step(product_shift, kept, a + k, b + k * ldb, ldb, rest, c_bits);
  }
  return c_bits;
}

}  // namespace attnlab::numerics::loops
