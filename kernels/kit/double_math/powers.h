// SPDX-License-Identifier: MIT
// Powers, cube roots and lengths in double precision, with nvcc's bits.
#pragma once

#include "kernels/kit/double_math/exp_log.h"

namespace attnlab::kit {

// a + b for |a| >= |b|, and what the rounding lost.
ATTNLAB_KIT_D TwoDoubles fast_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b + (a - sum)};
}

// ln x in two doubles, for finite x > 0: the series of atanh carried out in two doubles from its
// second term on.
ATTNLAB_KIT_D TwoDoubles log_in_two(double x) {
  const bool subnormal = (high_word(x) >> 20) == 0;
  const SplitDouble split = split_for_log(subnormal ? x * 0x1p+54 : x, subnormal ? -1077 : -1023);
  const LogTerms t = log_terms(split.fraction);
  const double u = t.leading;
  const double u2 = u * u;
  const double tail =
      u2 * polynomial(u2, 0x1.0f5ff7d2cafe2p-20, 0x1.0f5d241ad3b5ap-18, 0x1.3b20a75488a3fp-16,
                      0x1.745cde4faecd5p-14, 0x1.c71c7258a578bp-12, 0x1.249249242b91p-9,
                      0x1.9999999999dfbp-7);
  // 1/12 + tail, whose head is 1/12 itself.
  constexpr double kTwelfth = 0x1.5555555555555p-4;
  const double head = tail + kTwelfth;
  const double head_lost = tail + (kTwelfth - head) + 0.0 + -0x1.6a4cb00b9e7bp-59;
  const TwoDoubles q = fast_sum(head, head_lost);
  // u^2, u^3, and q * u^3, each with its low part.
  const double square_low = fused(u, shifted(t.lost, 1), fused(u, u, -u2));
  const double cube = u2 * u;
  const double cube_low = fused(square_low, u, fused(u2, t.lost, fused(u2, u, -cube)));
  const double term = q.high * cube;
  const double term_low = fused(q.low, cube, fused(q.high, cube_low, fused(q.high, cube, -term)));
  const TwoDoubles terms = fast_sum(term, term_low);
  const TwoDoubles sum = fast_sum(u, terms.high);
  const TwoDoubles log = fast_sum(sum.high, t.lost + (terms.low + sum.low));
  const TwoDoubles whole = plus_exponent(log.high, log.low, split.exponent);
  return fast_sum(whole.high, whole.low);
}

// x^y for x > 0: e^(y ln x), the product in two doubles.
ATTNLAB_KIT_D double positive_power(double x, double y) {
  const TwoDoubles log = log_in_two(x);
  // An exponent so large that only 0, 1 and infinity can result is brought into range.
  const bool huge = (high_word(y) << 1) > 0xfdffffffu;
  const double held = huge ? double_of(bits_of(y) & 0xff0fffffffffffffull) : y;
  const double product = log.high * held;
  const double low = fused(log.low, held, fused(log.high, held, -product));
  const TwoDoubles exponent = fast_sum(product, low);
  const double power = exp(exponent.high);
  return magnitude(power) == kInfinityDouble ? power : fused(power, exponent.low, power);
}
// Whether y is an odd whole number: the bit of value 1 is its last.
ATTNLAB_KIT_D bool is_odd(double y) {
  const int left = static_cast<int>((high_word(y) >> 20) & 2047u) - 1012;
  if (left < 0 || left > 63) return false;
  return (bits_of(y) << left) == 1ull << 63 && magnitude(y) != 0.5;
}

}  // namespace attnlab::kit

ATTNLAB_KIT_D double pow(double x, double y) {
  using namespace attnlab::kit;
  if (x == 1.0 || y == 0.0) return 1.0;
  if (x != x || y != y) return x + y;
  const bool negative_exponent = (high_word(y) >> 31) != 0;
  const double size = fabs(x);
  const double signed_zero = is_odd(y) ? copysign(0.0, x) : 0.0;
  const double signed_infinity = is_odd(y) ? copysign(kInfinityDouble, x) : kInfinityDouble;
  if (x == 0.0) return negative_exponent ? signed_infinity : signed_zero;
  if (fabs(y) == kInfinityDouble) {
    if (x == -1.0) return 1.0;
    return (size > 1.0) != negative_exponent ? kInfinityDouble : 0.0;
  }
  if (size == kInfinityDouble) return negative_exponent ? signed_zero : signed_infinity;
  const double power = positive_power(size, y);
  if (x > 0.0) return power;
  if (trunc(y) != y) return double_of(0xfff8000000000000ull);
  return is_odd(y) ? -power : power;
}

// A first guess in single precision, then one step of Halley's method.
ATTNLAB_KIT_D double cbrt(double x) {
  using namespace attnlab::kit;
  const double doubled = x + x;
  if (doubled == x || x != x) return doubled;  // 0, infinity, NaN
  const bool subnormal = (high_word(x) & 0x7ff00000u) == 0;
  const double size = subnormal ? fabs(x) * 0x1p+54 : fabs(x);
  const int exponent = static_cast<int>(high_word(size) >> 20) - 1022;
  const int third = __nvvm_f2i_rn(static_cast<float>(exponent) * 0x1.555556p-2f);
  const double reduced = shifted(size, -3 * third);
  const double guess = ex2_ftz(lg2_ftz(__nvvm_d2f_rn(reduced)) * 0x1.555556p-2f);
  const double square = guess * guess;
  const double inverse = reciprocal(fused(shifted(square, 1), guess, reduced));
  const double root = fused(guess, inverse * fused(square, -guess, reduced), guess);
  return copysign(shifted(root, third - (subnormal ? 18 : 0)), x);
}

// The root by its reciprocal: no division, and one factor instead of a scaling at the end.
ATTNLAB_KIT_D double hypot(double a, double b) {
  using namespace attnlab::kit;
  const unsigned long long a_bits = bits_of(fabs(a));
  const unsigned long long b_bits = bits_of(fabs(b));
  const double shorter = double_of(a_bits < b_bits ? a_bits : b_bits);
  const double longer = double_of(a_bits < b_bits ? b_bits : a_bits);
  const unsigned int scale = high_word(longer) & 0xffc00000u;
  const double down = double_of(static_cast<unsigned long long>(0x7fd00000u - scale) << 32);
  const double up = double_of(static_cast<unsigned long long>(scale | 0x00100000u) << 32);
  const double s = down * shorter;
  const double l = down * longer;
  const double squares = fused(l, l, s * s);
  const double held = fmin(squares, 0x1.fffffffffffffp+1023);
  double seed;
  asm("rsqrt.approx.ftz.f64 %0, %1;" : "=d"(seed) : "d"(held));
  const double error = fused(held, -(seed * seed), 1.0);
  const double inverse = fused(fused(0.375, error, 0.5), error * seed, seed);
  const double length = squares * inverse * up;
  const double result = shorter == 0.0 ? longer : length;
  return high_word(shorter) < 0x7ff00000u ? result : shorter;
}
