// SPDX-License-Identifier: MIT
// Sine, cosine, tangent and their inverses in double precision, with nvcc's bits.
#pragma once

#include "kernels/kit/double_math/exp_log.h"

namespace attnlab::kit {

struct QuarterTurnsDouble {
  double rest;
  unsigned int count;
};

// 2/pi to 1152 bits, the low word first, and a zero above it.
static __constant__ const unsigned long long kTwoOverPiLong[19] = {
    0x6bfb5fb11f8d5d08ull,
    0x3d0739f78a5292eaull,
    0x7527bac7ebe5f17bull,
    0x4f463f669e5fea2dull,
    0x6d367ecf27cb09b7ull,
    0xef2f118b5a0a6d1full,
    0x1ff897ffde05980full,
    0x9c845f8bbdf9283bull,
    0x3991d639835339f4ull,
    0xe99c7026b45f7e41ull,
    0xe88235f52ebb4484ull,
    0xfe1deb1cb129a73eull,
    0x06492eea09d1921cull,
    0xb7246e3a424dd2e0ull,
    0xfe5163abdebbc561ull,
    0xdb6295993c439041ull,
    0xfc2757d1f534ddc0ull,
    0xa2f9836e4e441529ull,
    0ull,
};

// Payne and Hanek's reduction for large x: of the significand times 2/pi only 128 bits matter.
__device__ inline QuarterTurnsDouble reduce_large_angle(double x) {
  const unsigned int field = (high_word(x) >> 20) & 2047u;
  if (field == 2047u) return {x, 0u};
  const unsigned int exponent = field - 1024u;
  const unsigned long long significand = (bits_of(x) << 11) | (1ull << 63);
  const unsigned int lowest = 15u - (exponent >> 6);
  unsigned long long words[3] = {0, 0, 0};  // the highest is the last
  unsigned __int128 carry = 0;
  for (unsigned int i = 0; i < 4; ++i) {
    carry += static_cast<unsigned __int128>(kTwoOverPiLong[lowest + i]) * significand;
    words[0] = words[1];
    words[1] = words[2];
    words[2] = static_cast<unsigned long long>(carry);
    carry >>= 64;
  }
  const unsigned int shift = exponent & 63u;
  unsigned __int128 turns = (static_cast<unsigned __int128>(words[2]) << 64) | words[1];
  turns = (turns << shift) | ((words[0] >> 1) >> (63u - shift));
  // Round to the nearest quarter turn.
  unsigned __int128 fraction = turns << 2;
  const bool rounded_up = (fraction >> 127) != 0;
  const unsigned int count = static_cast<unsigned int>(turns >> 126) + (rounded_up ? 1u : 0u);
  fraction = rounded_up ? -fraction : fraction;
  // Times pi/2, normalised and rounded: the exponent is counted down from 1/2.
  const int zeros = __builtin_clzg(static_cast<unsigned long long>(fraction >> 64), 64);
  const auto leading = static_cast<unsigned long long>((fraction << zeros) >> 64);
  unsigned __int128 product = static_cast<unsigned __int128>(leading) * 0xc90fdaa22168c235ull;
  const bool doubled = static_cast<long long>(product >> 64) > 0;
  product = doubled ? product << 1 : product;
  const auto top = static_cast<unsigned long long>(product >> 64);
  const unsigned long long octaves = static_cast<unsigned long long>(zeros + (doubled ? 1 : 0));
  const unsigned long long size =
      0x3fe0000000000000ull - (octaves << 52) + ((((top + 1) >> 10) + 1) >> 1);
  const bool negative = (bits_of(x) >> 63) != 0;
  const unsigned long long sign = negative != rounded_up ? 1ull << 63 : 0;
  return {double_of(size | sign), negative ? 0u - count : count};
}

ATTNLAB_KIT_D QuarterTurnsDouble reduce_angle(double x) {
  const double size = magnitude(x);
  if (size == kInfinityDouble) return {x * 0.0, 0u};
  if (size >= 0x1p+31) return reduce_large_angle(x);
  const int count = __nvvm_d2i_rn(x * 0x1.45f306dc9c883p-1);
  const double n = -static_cast<double>(count);
  const double rest = fused(n, 0x1.b839a252049cp-104,
                            fused(n, 0x1.1a62633145cp-54, fused(n, 0x1.921fb54442d18p+0, x)));
  return {rest, static_cast<unsigned int>(count)};
}

ATTNLAB_KIT_D double sine_of_turns(QuarterTurnsDouble turns) {
  const double x = turns.rest;
  const bool cosine = (turns.count & 1u) != 0;
  const double square = x * x;
  const double p =
      polynomial(square, cosine ? -0x1.8ff8320fd8164p-37 : 0x1.5db65f9785ebap-33,
                 cosine ? 0x1.1eea7c1ef8528p-29 : -0x1.ae5f12cb0d246p-26,
                 cosine ? -0x1.27e4f8e06e6d9p-22 : 0x1.71de369ace392p-19,
                 cosine ? 0x1.a01a019ddbce9p-16 : -0x1.a01a019db62a1p-13,
                 cosine ? -0x1.6c16c16c15d47p-10 : 0x1.1111111110818p-7,
                 cosine ? 0x1.5555555555551p-5 : -0x1.5555555555554p-3, cosine ? -0.5 : 0.0);
  const double value = cosine ? fused(p, square, 1.0) : fused(p, x, x);
  return (turns.count & 2u) != 0 ? fused(value, -1.0, 0.0) : value;
}

// x^3 (1/6 + ...), what an arcsine adds to x, as a multiple of x^2 and x.
ATTNLAB_KIT_D double arcsine_tail(double square) {
  const double p = polynomial(square, 0x1.0066bdc1895e9p-4, -0x1.3823b180754afp-4,
                              0x1.11e52cc2f79aep-4, -0x1.24eaf3526861bp-6, 0x1.1df02a31e6cb7p-6,
                              0x1.47d18b0eec6ccp-7, 0x1.d0af961ba53bp-7, 0x1.1bf7734cf1c48p-6,
                              0x1.6e91483144ef7p-6, 0x1.f1c6e0a4f9f81p-6, 0x1.6db6dc27fa92bp-5,
                              0x1.333333320f91bp-4, 0x1.5555555555f4dp-3);
  return square * p;
}
// The square root by its reciprocal, without the division's steps: x > 0 and normal.
ATTNLAB_KIT_D double root_by_reciprocal(double x) {
  double seed;
  asm("rsqrt.approx.ftz.f64 %0, %1;" : "=d"(seed) : "d"(x));
  const double half = shifted(seed, -1);
  const double guess = x * seed;
  const double better = fused(fused(guess, -guess, x), half, guess);
  const double better_half = fused(fused(seed, -better, 1.0), half, half);
  return fused(fused(better, -better, x), better_half, better);
}
// atan x - x on [0, 1].
ATTNLAB_KIT_D double small_arctangent(double x) {
  const double square = x * x;
  const double p = polynomial(
      square, -0x1.53e1d2a25ff7ep-16, 0x1.d3b63dbb65b49p-13, -0x1.312788dde082ep-10,
      0x1.f9690c8249315p-9, -0x1.2cf5aabc7cf0dp-7, 0x1.162b0b2a3bfdep-6, -0x1.a7256feb6fc6bp-6,
      0x1.171560ce4a489p-5, -0x1.4f44d841450e4p-5, 0x1.7ee3d3f36bb95p-5, -0x1.ad32ae04a9fd1p-5,
      0x1.e17813d66954fp-5, -0x1.11089ca9a5bcdp-4, 0x1.3b12b2db51738p-4, -0x1.745d022f8dc5cp-4,
      0x1.c71c709dfe927p-4, -0x1.2492491fa1744p-3, 0x1.99999999840d2p-3, -0x1.555555555544cp-2);
  return fused(square * p, x, x);
}

inline constexpr double kNinetyDegrees = 0x1.921fb54442d18p+0;
inline constexpr double kNinetyDegreesRest = 0x1.1a62633145c07p-54;

}  // namespace attnlab::kit

ATTNLAB_KIT_D double sin(double x) {
  return attnlab::kit::sine_of_turns(attnlab::kit::reduce_angle(x));
}
ATTNLAB_KIT_D double cos(double x) {
  attnlab::kit::QuarterTurnsDouble turns = attnlab::kit::reduce_angle(x);
  turns.count += 1u;
  return attnlab::kit::sine_of_turns(turns);
}
ATTNLAB_KIT_D void sincos(double x, double* sine, double* cosine) {
  attnlab::kit::QuarterTurnsDouble turns = attnlab::kit::reduce_angle(x);
  *sine = attnlab::kit::sine_of_turns(turns);
  turns.count += 1u;
  *cosine = attnlab::kit::sine_of_turns(turns);
}
ATTNLAB_KIT_D double tan(double x) {
  using namespace attnlab::kit;
  const QuarterTurnsDouble turns = reduce_angle(x);
  const double r = turns.rest;
  const double square = r * r;
  const double p =
      square * polynomial(square, 0x1.48dac2799bcb9p-17, -0x1.9757c5b27ebb1p-16,
                          0x1.980e90fd91e04p-15, -0x1.ae2b0417d7e1dp-16, 0x1.19f5341bfba57p-14,
                          0x1.5e791a00f6919p-14, 0x1.ff2e7fadec73ap-13, 0x1.34bc1b206da62p-11,
                          0x1.7db18ef2f83f9p-10, 0x1.d6d2e7ae49fbcp-9, 0x1.226e3a816a776p-7,
                          0x1.664f485d2566p-6, 0x1.ba1ba1babf31dp-5, 0x1.11111111105d2p-3,
                          0x1.555555555555ep-2);
  const double tangent = fused(p, r, r);
  if ((turns.count & 1u) == 0) return tangent;
  // -1 / (tangent + lost), corrected once.
  const double lost = fused(p, r, -(tangent - r));
  const double inverse = -reciprocal(tangent);
  const double error = fused(inverse, lost, fused(tangent, inverse, 1.0));
  return fused(error, inverse, inverse);
}

ATTNLAB_KIT_D double asin(double x) {
  using namespace attnlab::kit;
  if (magnitude(float_of(high_word(x))) < 0x1.c4ccccp+0f) return fused(arcsine_tail(x * x), x, x);
  const double square = fused(-0.5, magnitude(x), 0.5);  // sin^2 of half of the complement
  double root = root_by_reciprocal(square);
  if (static_cast<int>(high_word(square)) < 0) root = double_of(0xfff8000000000000ull);
  if (!(square < 0.0 || square > 0.0)) root = square;
  const double twice = root * -2.0;
  const double low = fused(twice, arcsine_tail(square), kNinetyDegreesRest);
  const double angle = twice + 0x1.921fb54442d18p-1 + low + 0x1.921fb54442d18p-1;
  return copysign(angle, x);
}
ATTNLAB_KIT_D double acos(double x) {
  using namespace attnlab::kit;
  const double size = magnitude(x);
  const bool negative = (high_word(x) >> 31) != 0;
  if (static_cast<int>(high_word(size)) < 0x3fe26666) {
    const double arcsine = fused(arcsine_tail(size * size), size, size);
    return negative ? kNinetyDegrees + (arcsine + kNinetyDegreesRest)
                    : kNinetyDegrees + -(arcsine + -kNinetyDegreesRest);
  }
  const double below_one = 1.0 - size;
  const int high = static_cast<int>(high_word(below_one));
  double angle = size * 0.0;
  if (high >= 1) {
    const double chord = shifted(root_by_reciprocal(shifted(below_one, -1)), 1);
    const double p = polynomial(below_one, 0x1.715b371155f7p-19, -0x1.ac2fe66faac4bp-20,
                                0x1.9a9b88efcd9b8p-18, 0x1.d0f40a8a0c4c3p-18, 0x1.46d4cfa9e0e1fp-16,
                                0x1.79c168d1e2422p-15, 0x1.c9a88c3bca54p-14, 0x1.1c4e64bd476dfp-12,
                                0x1.6e8ba60009c8fp-11, 0x1.f1c71c62b05a2p-10, 0x1.6db6db6dc9f2cp-8,
                                0x1.333333333329cp-6, 0x1.5555555555555p-4);
    angle = fused(below_one * p, chord, chord);
  }
  if (high < 0) angle = angle * kInfinityDouble;
  return negative ? 0x1.921fb54442d18p+1 + -(angle + -0x1.1a62633145c07p-53) : angle;
}
ATTNLAB_KIT_D double atan(double x) {
  using namespace attnlab::kit;
  const double size = magnitude(x);
  const bool large = size > 1.0;
  const double inverse = size == kInfinityDouble ? 0.0 : reciprocal(size);
  const double angle = small_arctangent(large ? inverse : size);
  return copysign(large ? kNinetyDegrees - angle : angle, x);
}
ATTNLAB_KIT_D double atan2(double y, double x) {
  using namespace attnlab::kit;
  const double height = magnitude(y);
  const double width = magnitude(x);
  const bool steep = height > width;
  const bool left = (high_word(x) >> 31) != 0;
  const double larger = steep ? height : width;
  double angle = left ? 0x1.921fb54442d18p+1 : 0.0;
  if (larger != 0.0) {
    const double small = small_arctangent((steep ? width : height) / larger);
    const double flat = left ? 0x1.921fb54442d18p+1 - small : small;
    angle = steep ? (left ? small : -small) + kNinetyDegrees : flat;
    if (width == height) angle = left ? 0x1.2d97c7f3321d2p+1 : 0x1.921fb54442d18p-1;
  }
  const double sum = width + height;
  return sum != sum ? sum : copysign(angle, y);
}
