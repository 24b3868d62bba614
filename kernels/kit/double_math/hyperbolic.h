// SPDX-License-Identifier: MIT
// Hyperbolic functions and the error functions in double precision, with nvcc's bits.
#pragma once

#include "kernels/kit/double_math/exp_log.h"

namespace attnlab::kit {

// x split into octaves in single precision, which is enough to leave a small rest.
struct SingleOctaves {
  float count;
  double rest;
  double factor;  // (e^rest - 1 - rest) / rest
};
ATTNLAB_KIT_D SingleOctaves split_in_single(double x, float x_in_octaves) {
  const float count = to_nearest_integer(x_in_octaves);
  const double rest = fused(-static_cast<double>(count), kLn2High, x);
  const double p = polynomial(rest, 0x1.ae904a4741b81p-26, 0x1.28a27f89b6999p-22,
                              0x1.71de715ff7e07p-19, 0x1.a019a6b0ac45ap-16, 0x1.a01a017eed94fp-13,
                              0x1.6c16c17f2a71bp-10, 0x1.11111111173c4p-7, 0x1.555555555211ap-5,
                              0x1.555555555554p-3, 0x1.0000000000005p-1);
  return {count, rest, rest * p};
}
// 1 - e^x from its parts, below = e^rest - 1.
ATTNLAB_KIT_D double one_minus_exp(double below, float octaves) {
  const double scale = ex2_ftz(octaves);
  return fused(-below, scale, 1.0 - scale);
}

}  // namespace attnlab::kit

ATTNLAB_KIT_D double sinh(double x) {
  using namespace attnlab::kit;
  const double size = magnitude(x);
  if (high_word(size) < 0x3ff00000u) {
    const double square = size * size;
    const double p = polynomial(square, 0x1.b4c75ab274c53p-41, 0x1.611a561d87defp-33,
                                0x1.ae64671b18f5cp-26, 0x1.71de3a465b1e4p-19, 0x1.a01a01a02899dp-13,
                                0x1.11111111110a6p-7, 0x1.5555555555556p-3);
    return copysign(fused(square * p, size, size), x);
  }
  // With h half of e^x - 1: h + h / (2 h + 1).
  const double half = expm1_in_range(size, 1);
  const double sum = half + half / fused(2.0, half, 1.0);
  return copysign(size >= 0x1.633ce8fb9f87ep+9 ? kInfinityDouble : sum, x);
}
ATTNLAB_KIT_D double cosh(double x) {
  using namespace attnlab::kit;
  const double size = magnitude(x);
  double half = x <= kInfinityDouble ? kInfinityDouble : x;
  if (high_word(size) < 0x408633cfu) {
    const Octaves octaves = split_octaves(size);
    const double quarter = shifted(exp_of_rest(octaves.rest), octaves.count - 2);
    half = fused(reciprocal(quarter), 0.0625, quarter);
  }
  return half + half;
}
ATTNLAB_KIT_D double tanh(double x) {
  using namespace attnlab::kit;
  const double size = magnitude(x);
  if (!(size >= 0x1.4f92224dd2f1ap-1)) {
    const double square = x * x;
    const double p =
        polynomial(square, -0x1.0bc46e2f5e964p-16, 0x1.4359f420afc3dp-14, -0x1.df9f0728c5d84p-13,
                   0x1.337d1cec4f033p-11, -0x1.7d6e9674335b3p-10, 0x1.d6d000d7aad3dp-9,
                   -0x1.226e1f3cf1ef5p-7, 0x1.664f47ec0c8cfp-6, -0x1.ba1ba1b80ab4p-5,
                   0x1.111111110fa4ap-3, -0x1.555555555555p-2, 0.0);
    return fused(p, x, x);
  }
  // 1 - 2 / (e^2x + 1)
  const double twice = size + size;
  const SingleOctaves octaves = split_in_single(twice, __nvvm_d2f_rn(twice) * 0x1.715476p+0f);
  const double below = fused(octaves.factor, octaves.rest, octaves.rest);
  const double sum = 2.0 - one_minus_exp(below, octaves.count);
  const double value = fused(2.0, -reciprocal(sum), 1.0);
  return copysign(high_word(size) > 0x40330fc1u ? 1.0 : value, x);
}

// 1 - e^-q, q a polynomial whose last product is carried in two doubles.
ATTNLAB_KIT_D double erf(double x) {
  using namespace attnlab::kit;
  const double size = magnitude(x);
  const double p = polynomial(
      size, -0x1.0679afba6f279p-48, 0x1.7088fdb46fa5fp-43, -0x1.df9f9b976a9b2p-39,
      0x1.7f1f5590cc332p-35, -0x1.a28a3cd2d56c4p-32, 0x1.485ee67835925p-29, -0x1.76db45919f583p-27,
      0x1.2d698d98c8d71p-25, -0x1.20a2c7155d5c6p-24, -0x1.1d29b37ca1397p-27, 0x1.2ef6cc0f67a49p-21,
      -0x1.102b892333b6fp-19, 0x1.a30375ba9a84ep-19, 0x1.aad18dedea43ep-19, -0x1.f05355bc5b225p-16,
      0x1.0e37a3108bc8bp-14, 0x1.b292d828e5cb2p-16, -0x1.356626ebf9bfap-11, 0x1.bca68f73d6afcp-10,
      -0x1.b6b69ebbc280bp-13, -0x1.396685912a453p-6, 0x1.a4f4e2a1abef8p-4, 0x1.45f306dc9c8bbp-1,
      0x1.06eba8214db69p-3);
  const double q = fused(p, size, size);
  const double lost = fused(p, size, size - q);
  const SingleOctaves octaves = split_in_single(-q, __nvvm_d2f_rn(q) * -0x1.715476p+0f);
  const double below = octaves.rest + fused(octaves.factor, octaves.rest, -lost);
  const double value = one_minus_exp(below, octaves.count);
  return copysign(size >= 0x1.7afb48dc96626p+2 ? 1.0 : value, x);
}
ATTNLAB_KIT_D double erfc(double x) {
  using namespace attnlab::kit;
  const bool negative = (high_word(x) >> 31) != 0;
  const double size = magnitude(x);
  if (size == kInfinityDouble) return negative ? 2.0 : 0.0;
  if (x != x) return x + x;
  // e^(x^2) erfc(x) by a polynomial in (x - 4) / (x + 4), divided by 1 + 2x.
  const double inverse = reciprocal(size + 4.0);
  const double guess = (size - 4.0) * inverse;
  const double defect = fused(-guess, size, fused(-4.0, guess + 1.0, size));
  const double p = polynomial(
      fused(inverse, defect, guess), -0x1.8774ad4e0bfd7p-32, -0x1.4e1c6fd03d328p-27,
      -0x1.330149f7a56b6p-27, 0x1.bedded8376273p-24, 0x1.f9254c3abf22bp-25, -0x1.b9068c2148cfp-21,
      0x1.4c6454db34009p-22, 0x1.7f1c378f2311dp-18, -0x1.78e051c6d5c58p-17, -0x1.995b4ead14a9p-16,
      0x1.3be27cf0a29b2p-13, -0x1.a1def3e81672ep-13, -0x1.8d4abe68c1713p-11, 0x1.49c67210dd6b4p-8,
      -0x1.096238568e357p-6, 0x1.3079edf8c2dc9p-5, -0x1.0fb06dff601fcp-4, 0x1.7fee004dfbcdcp-4,
      -0x1.9ddb23c3db8c6p-4, 0x1.16ecefcfa5fdap-4, 0x1.f7f5df66fb6d6p-7, -0x1.1df1ad154a29dp-3,
      0x1.3ba5916e9fd7fp+0);
  const double inverse_2x = reciprocal(fused(2.0, size, 1.0));
  const double quotient = p * inverse_2x;
  const double rest = fused(size, quotient * -2.0, p) + -quotient;
  const double scaled = fused(rest, inverse_2x, quotient);
  // e^(-x^2), with what x^2 lost to rounding put back.
  const double square = size * size;
  const Octaves octaves = split_octaves(-square);
  const double exp = shifted_in_two(exp_of_rest(octaves.rest), octaves.count);
  const double value = scaled * fused(exp, fused(-size, size, square), exp);
  const double tail = high_word(size) > 0x403b4000u ? 0.0 : value;
  return negative ? 2.0 - tail : tail;
}
