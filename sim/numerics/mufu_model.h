// SPDX-License-Identifier: MIT
// The special function unit (MUFU) in integers: what ex2, lg2, rcp, rsqrt, sqrt, sin, cos and tanh
// `.approx` return, bit pattern in, bit pattern out, on the host and on the device.
//
// The unit splits the 23-bit fraction into a segment (its top bits, an index of a table) and x (the
// rest), and evaluates c0 + c1 x + c2 x^2 in fixed point with a squarer that drops low columns.
// Shapes of the fixed point, one line a function, are in docs/numerics.md; the tables are generated
// from data/ (see data/README.md). Reads no state, allocates nothing, throws nothing.
//
// Prior art: Oberman & Siu, "A High-Performance Area-Efficient Multifunction Interpolator",
// ARITH-17, 2005; envytools nvhw/sfu.c; bcarlet/ptx-math.
#pragma once

#include "sim/numerics/formats.h"
#include "sim/numerics/host_device.h"
#include "sim/numerics/mufu_op.h"
#include "sim/numerics/mufu_parts.h"
#include "sim/numerics/mufu_tables.h"

namespace attnlab::numerics::mufu {

// 2^x. x becomes a fixed-point number with 23 fraction bits; its integer part is the exponent.
ATTNLAB_HOST_DEVICE inline std::uint32_t ex2_ftz(std::uint32_t bits) {
  const std::uint32_t size = magnitude(bits);
  if (is_nan(bits)) return kCanonicalNanBits;
  if (is_tiny(bits)) return bits_of(1.0f);
  const bool negative = (bits & kSignBit) != 0;
  // |x| >= 256 is out of range on both sides.
  if (size >= 0x43800000u) return negative ? 0 : kInfinityBits;
  const int exponent = static_cast<int>(size >> 23) - 127;
  const std::uint32_t significand = (size & kFractionMask) | kSmallestNormal;
  const std::uint32_t fixed = exponent >= 0     ? significand << exponent
                              : exponent >= -24 ? significand >> -exponent
                                                : 0;
  std::uint32_t fraction = fixed & kFractionMask;
  std::int32_t whole = static_cast<std::int32_t>(fixed >> 23);
  if (negative) {
    // The unit takes the one's complement, but the two's complement of a whole number.
    whole = fraction == 0 ? -whole : ~whole;
    fraction = fraction == 0 ? 0 : ~fraction & kFractionMask;
  }
  const std::int32_t field = whole + 127;
  if (field <= 0) return 0;
  if (field >= 255) return kInfinityBits;
  const Quadratic& c = ex2_row(fraction >> 17);
  const std::uint32_t x = fraction & 0x1ffffu;
  const std::uint64_t t = (std::uint64_t{c.c0} << 32) + ((std::uint64_t{c.c1} * x) << 19) +
                          c.c2 * square(x) + 0x1bf100000u;
  return (static_cast<std::uint32_t>(field) << 23) |
         (static_cast<std::uint32_t>(t >> 34) & kFractionMask);
}

// Below -126 the plain form halves its input and squares the result, which may be subnormal.
ATTNLAB_HOST_DEVICE inline std::uint32_t ex2(std::uint32_t bits) {
  if (!(float_of_bits(bits) < -126.0f)) return ex2_ftz(bits);
  const float root = float_of_bits(ex2_ftz(scaled(bits, 0.5f)));
  return bits_of(root * root);
}

// log2(x): the logarithm of the significand in [1, 2) plus the exponent, in one fixed-point sum.
ATTNLAB_HOST_DEVICE inline std::uint32_t lg2_ftz(std::uint32_t bits) {
  if (is_nan(bits)) return kCanonicalNanBits;
  if (is_tiny(bits)) return kSignBit | kInfinityBits;
  if ((bits & kSignBit) != 0) return kCanonicalNanBits;
  if (bits == kInfinityBits) return kInfinityBits;
  if (bits == bits_of(1.0f)) return 0;
  const std::int64_t exponent = static_cast<std::int64_t>(bits >> 23) - 127;
  const Quadratic& c = lg2_row((bits & kFractionMask) >> 17);
  const std::uint32_t x = bits & 0x1ffffu;
  const std::uint64_t t = (std::uint64_t{c.c0} << 30) + ((std::uint64_t{c.c1} * x) << 18) -
                          c.c2 * square(x) + 0x10d160000u;
  const std::int64_t sum =
      (static_cast<std::int64_t>(t) + exponent * (std::int64_t{1} << 56)) >> 20;
  const std::uint64_t size = static_cast<std::uint64_t>(sum < 0 ? ~sum : sum);
  if (size == 0) return 0;
  return normalised(size, -36) | (sum < 0 ? kSignBit : 0);
}

// The plain form brings a subnormal up by 2^24 and takes 24 off the logarithm.
ATTNLAB_HOST_DEVICE inline std::uint32_t lg2(std::uint32_t bits) {
  if (!is_tiny(bits)) return lg2_ftz(bits);
  return bits_of(float_of_bits(lg2_ftz(scaled(bits, 0x1p24f))) - 24.0f);
}

// 1/x. The only function with 128 segments and a 16-bit x.
ATTNLAB_HOST_DEVICE inline std::uint32_t rcp_ftz(std::uint32_t bits) {
  const std::uint32_t sign = bits & kSignBit;
  if (is_nan(bits)) return kCanonicalNanBits;
  if (is_tiny(bits)) return sign | kInfinityBits;
  if (magnitude(bits) == kInfinityBits) return sign;
  const Quadratic& c = rcp_row((bits & kFractionMask) >> 16);
  const std::uint32_t x = bits & 0xffffu;
  const std::uint64_t t = (std::uint64_t{c.c0} << 30) - ((std::uint64_t{c.c1} * x) << 17) +
                          c.c2 * (square(2 * x) / 4) + 0xcfce0000u;
  const bool at_least_one = (t >> 56) != 0;
  const int field = 253 - static_cast<int>(magnitude(bits) >> 23) + (at_least_one ? 1 : 0);
  if (field <= 0) return sign;
  const std::uint32_t fraction = static_cast<std::uint32_t>(t >> (at_least_one ? 33 : 32));
  return sign | (static_cast<std::uint32_t>(field) << 23) | (fraction & kFractionMask);
}

// The plain form scales the ends of the range into the middle and the result back.
ATTNLAB_HOST_DEVICE inline std::uint32_t rcp(std::uint32_t bits) {
  const std::uint32_t size = magnitude(bits);
  if (size < kSmallestNormal) return scaled(rcp_ftz(scaled(bits, 0x1p24f)), 0x1p24f);
  if (size > bits_of(0x1p126f)) return scaled(rcp_ftz(scaled(bits, 0.25f)), 0.25f);
  return rcp_ftz(bits);
}

// 1/sqrt(x). Even and odd exponents have a table each; powers of four are exact.
ATTNLAB_HOST_DEVICE inline std::uint32_t rsqrt_ftz(std::uint32_t bits) {
  if (is_nan(bits)) return kCanonicalNanBits;
  if (is_tiny(bits)) return (bits & kSignBit) | kInfinityBits;
  if ((bits & kSignBit) != 0) return kCanonicalNanBits;
  if (bits == kInfinityBits) return 0;
  const int exponent = static_cast<int>(bits >> 23) - 127;
  const int half = exponent >> 1;
  const std::uint32_t odd = static_cast<std::uint32_t>(exponent) & 1u;
  if (odd == 0 && (bits & kFractionMask) == 0) return static_cast<std::uint32_t>(127 - half) << 23;
  const Quadratic& c = rsqrt_row(64 * odd + ((bits & kFractionMask) >> 17));
  const std::uint32_t x = bits & 0x1ffffu;
  const std::uint64_t t = (std::uint64_t{c.c0} << 31) - ((std::uint64_t{c.c1} * x) << 17) +
                          c.c2 * square(x) + 0x1fffe0000u;
  return (static_cast<std::uint32_t>(126 - half) << 23) |
         (static_cast<std::uint32_t>(t >> 33) & kFractionMask);
}

ATTNLAB_HOST_DEVICE inline std::uint32_t rsqrt(std::uint32_t bits) {
  if (!is_tiny(bits)) return rsqrt_ftz(bits);
  return scaled(rsqrt_ftz(scaled(bits, 0x1p24f)), 0x1p12f);
}

// sqrt(x), with the tables' parity as in rsqrt.
ATTNLAB_HOST_DEVICE inline std::uint32_t sqrt_ftz(std::uint32_t bits) {
  if (is_nan(bits)) return kCanonicalNanBits;
  if (is_tiny(bits)) return bits & kSignBit;
  if ((bits & kSignBit) != 0) return kCanonicalNanBits;
  if (bits == kInfinityBits) return kInfinityBits;
  const int exponent = static_cast<int>(bits >> 23) - 127;
  const std::uint32_t odd = static_cast<std::uint32_t>(exponent) & 1u;
  const Quadratic& c = sqrt_row(64 * odd + ((bits & kFractionMask) >> 17));
  const std::uint32_t x = bits & 0x1ffffu;
  const std::uint64_t t = (std::uint64_t{c.c0} << 33) + ((std::uint64_t{c.c1} * x) << 18) -
                          c.c2 * square(x) + 0x3fffc0000u;
  return (static_cast<std::uint32_t>(127 + (exponent >> 1)) << 23) |
         (static_cast<std::uint32_t>(t >> 35) & kFractionMask);
}

ATTNLAB_HOST_DEVICE inline std::uint32_t sqrt(std::uint32_t bits) {
  if (!is_tiny(bits)) return sqrt_ftz(bits);
  return scaled(sqrt_ftz(scaled(bits, 0x1p24f)), 0x1p-12f);
}

// |x| in quarter turns, 25 fraction bits of a whole turn: x times 1/(2 pi), cut toward zero to 24
// bits, then to 2^-25, then reduced to one turn.
ATTNLAB_HOST_DEVICE inline std::uint32_t turns(std::uint32_t size) {
  const std::uint64_t x = (size & kFractionMask) | kSmallestNormal;
  const std::uint64_t product = x * 0xa2f983u;  // 0x3e22f983 = 0xa2f983 * 2^-26
  const int excess = highest_bit(product) - 23;
  const std::uint64_t significand = product >> excess;
  // The product's unit is 2^(e - 23 - 26); seen in units of 2^-25 it moves left by this much.
  const int shift = static_cast<int>(size >> 23) - 127 - 23 - 26 + excess + 25;
  if (shift >= 25) return 0;
  const std::uint64_t fixed = shift >= 0     ? significand << shift
                              : shift >= -24 ? significand >> -shift
                                             : 0;
  return static_cast<std::uint32_t>(fixed) & 0x1ffffffu;
}

// The sine of `quadrant` quarter turns and `fraction` * 2^-23 of one more, sign apart.
ATTNLAB_HOST_DEVICE inline std::uint32_t sine_in_quadrant(std::uint32_t quadrant,
                                                          std::uint32_t fraction) {
  const std::uint32_t sign = (quadrant & 2u) != 0 ? kSignBit : 0;
  if ((quadrant & 1u) != 0) fraction = ~fraction & kFractionMask;
  const Quadratic& c = sin_row(fraction >> 17);
  const std::uint32_t x = fraction & 0x1ffffu;
  const std::uint64_t t =
      (std::uint64_t{c.c0} << 30) + ((std::uint64_t{c.c1} * x) << 19) - c.c2 * square(x);
  return t == 0 ? sign : sign | normalised(t, -56);
}

ATTNLAB_HOST_DEVICE inline std::uint32_t sin_ftz(std::uint32_t bits) {
  if (magnitude(bits) >= kInfinityBits) return kCanonicalNanBits;
  if (is_tiny(bits)) return bits & kSignBit;
  const std::uint32_t u = turns(magnitude(bits));
  return sine_in_quadrant(u >> 23, u & kFractionMask) ^ (bits & kSignBit);
}

ATTNLAB_HOST_DEVICE inline std::uint32_t cos_ftz(std::uint32_t bits) {
  if (magnitude(bits) >= kInfinityBits) return kCanonicalNanBits;
  const std::uint32_t u = is_tiny(bits) ? 0 : turns(magnitude(bits));
  return sine_in_quadrant((u >> 23) + 1, u & kFractionMask);
}

// tanh(x): the identity below 2^-8, 1 from 8 on; each binade between is cut into equal pieces.
ATTNLAB_HOST_DEVICE inline std::uint32_t tanh(std::uint32_t bits) {
  const std::uint32_t sign = bits & kSignBit;
  const std::uint32_t size = magnitude(bits);
  if (is_nan(bits)) return kCanonicalNanBits;
  if (size < bits_of(0x1p-8f)) return bits;
  if (size >= bits_of(8.0f)) return sign | bits_of(1.0f);
  const TanhBinade& binade = tanh_binade((size >> 23) - (127 - 8));
  const std::uint32_t fraction = size & kFractionMask;
  const Quadratic& c = tanh_row(binade.first_row + (fraction >> (23 - binade.piece_bits)));
  const std::uint32_t x = (fraction >> (6 - binade.piece_bits)) & 0x1ffffu;
  const std::uint64_t z =
      (std::uint64_t{c.c0} << 15) + std::uint64_t{c.c1} * x - 2 * ((c.c2 * square(x)) >> 19);
  return sign | normalised(z, static_cast<int>(binade.shift) - 45);
}

// The 16-bit forms: the f32 instruction on the widened input, cut toward zero, subnormals kept.
// 2^16 and above has no f16: like the f32 instruction, the f16 one answers with infinity.
ATTNLAB_HOST_DEVICE inline std::uint32_t cut_to_f16(std::uint32_t bits) {
  return f16_from_f32_toward_zero(float_of_bits(bits), Overflow::kToInfinity);
}
ATTNLAB_HOST_DEVICE inline std::uint32_t cut_to_bf16(std::uint32_t bits) {
  return is_nan(bits) ? kCanonicalNan16Bits : bits >> 16;
}
ATTNLAB_HOST_DEVICE inline std::uint32_t widen_f16(std::uint32_t half) {
  return bits_of(f32_from_f16(static_cast<std::uint16_t>(half)));
}
ATTNLAB_HOST_DEVICE inline std::uint32_t ex2_f16(std::uint32_t half) {
  return cut_to_f16(ex2(widen_f16(half)));
}
ATTNLAB_HOST_DEVICE inline std::uint32_t tanh_f16(std::uint32_t half) {
  return cut_to_f16(tanh(widen_f16(half)));
}
ATTNLAB_HOST_DEVICE inline std::uint32_t ex2_ftz_bf16(std::uint32_t bits) {
  return cut_to_bf16(ex2_ftz(bits << 16));
}
ATTNLAB_HOST_DEVICE inline std::uint32_t tanh_bf16(std::uint32_t bits) {
  return cut_to_bf16(tanh(bits << 16));
}

// What a 16-bit instruction returns; its bits are in the low half, going in and coming out.
ATTNLAB_HOST_DEVICE inline std::uint32_t evaluate_16_bit(MufuOp op, std::uint32_t bits) {
  if (op == MufuOp::kEx2F16) return ex2_f16(bits);
  if (op == MufuOp::kTanhF16) return tanh_f16(bits);
  if (op == MufuOp::kEx2FtzBf16) return ex2_ftz_bf16(bits);
  return tanh_bf16(bits);
}

// What instruction `op` returns.
ATTNLAB_HOST_DEVICE inline std::uint32_t evaluate(MufuOp op, std::uint32_t bits) {
  switch (op) {
    case MufuOp::kEx2Ftz:
      return ex2_ftz(bits);
    case MufuOp::kEx2:
      return ex2(bits);
    case MufuOp::kLg2Ftz:
      return lg2_ftz(bits);
    case MufuOp::kLg2:
      return lg2(bits);
    case MufuOp::kRcpFtz:
      return rcp_ftz(bits);
    case MufuOp::kRcp:
      return rcp(bits);
    case MufuOp::kRsqrtFtz:
      return rsqrt_ftz(bits);
    case MufuOp::kRsqrt:
      return rsqrt(bits);
    case MufuOp::kSqrtFtz:
      return sqrt_ftz(bits);
    case MufuOp::kSqrt:
      return sqrt(bits);
    // What .ftz would flush, sine and cosine turn into the same zeros and ones by themselves.
    case MufuOp::kSinFtz:
    case MufuOp::kSin:
      return sin_ftz(bits);
    case MufuOp::kCosFtz:
    case MufuOp::kCos:
      return cos_ftz(bits);
    case MufuOp::kTanh:
      return tanh(bits);
    default:
      return evaluate_16_bit(op, bits);
  }
}

}  // namespace attnlab::numerics::mufu
