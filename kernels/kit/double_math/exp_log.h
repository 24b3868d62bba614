// SPDX-License-Identifier: MIT
// Exponentials, logarithms and powers in double precision, with nvcc's bits.
#pragma once

#include "kernels/kit/double_math/basic.h"

namespace attnlab::kit {

inline constexpr double kLog2EDouble = 0x1.71547652b82fep+0;
inline constexpr double kLn2High = 0x1.62e42fefa39efp-1;
inline constexpr double kLn2Low = 0x1.abc9e3b39803fp-56;
inline constexpr double kOnesPlace = 0x1.8p+52;  // a sum this large has its last bit at 1

// The upper half of a double: sign, exponent, 20 bits of fraction.
ATTNLAB_KIT_D unsigned int high_word(double x) {
  return static_cast<unsigned int>(bits_of(x) >> 32);
}
ATTNLAB_KIT_D int low_word(double x) {
  return static_cast<int>(bits_of(x));
}
// x * 2^octaves for a result that stays normal: an addition to the exponent.
ATTNLAB_KIT_D double shifted(double x, int octaves) {
  return double_of(bits_of(x) + (static_cast<unsigned long long>(octaves) << 52));
}
// 1 / x, but for the last bit: the unit's seed and a step that triples its bits.
ATTNLAB_KIT_D double reciprocal(double x) {
  const double seed = reciprocal_seed(x);
  const double error = fused(-x, seed, 1.0);
  return fused(fused(error, error, error), seed, seed);
}

// e^x on [-ln 2 / 2, ln 2 / 2].
ATTNLAB_KIT_D double exp_of_rest(double x) {
  return polynomial(x, 0x1.ade1569ce2bdfp-26, 0x1.28af3fca213eap-22, 0x1.71dee62401315p-19,
                    0x1.a01997c89eb71p-16, 0x1.a01a014761f65p-13, 0x1.6c16c1852b7afp-10,
                    0x1.1111111122322p-7, 0x1.55555555502a1p-5, 0x1.5555555555511p-3,
                    0x1.000000000000bp-1, 1.0, 1.0);
}
// x * 2^octaves in two factors, for results that may be subnormal or too large.
ATTNLAB_KIT_D double shifted_in_two(double x, int octaves) {
  const int half = octaves / 2;
  return shifted(x, half) * shifted(1.0, octaves - half);
}
// e^rest * 2^octaves. `size` is the high word of the argument without its sign: below `safe` the
// result is normal, from `most` on it is `limit`.
ATTNLAB_KIT_D double exp_from_parts(double rest, int octaves, unsigned int size, unsigned int safe,
                                    unsigned int most, double limit) {
  const double power = exp_of_rest(rest);
  if (size < safe) return shifted(power, octaves);
  return size < most ? shifted_in_two(power, octaves) : limit;
}
ATTNLAB_KIT_D double exp_limit(double x) {
  if (x != x) return x + x;
  return (high_word(x) >> 31) != 0 ? 0.0 : kInfinityDouble;
}

struct Octaves {
  int count;
  double rest;
};
// x as count * ln 2 + rest.
ATTNLAB_KIT_D Octaves split_octaves(double x) {
  const double sum = fused(x, kLog2EDouble, kOnesPlace);
  const double whole = sum - kOnesPlace;
  return {low_word(sum), fused(whole, -kLn2Low, fused(whole, -kLn2High, x))};
}

// e^x - 1 for x between -53 and 709.8, up to a factor 2^-lowered.
ATTNLAB_KIT_D double expm1_in_range(double x, int lowered) {
  const Octaves octaves = split_octaves(x);
  const bool small = (high_word(x) << 1) < 0x7fb3e647u;  // |x| < 0.405
  const double r = small ? x : octaves.rest;
  const int count = small ? 0 : octaves.count - lowered;
  const double p = polynomial(r, 0x1.1f4076acd15b6p-29, 0x1.af86d8ebd13cdp-26,
                              0x1.27e5092ba033dp-22, 0x1.71dde6c5f9da1p-19, 0x1.a01a018d034e6p-16,
                              0x1.a01a01b3b694p-13, 0x1.6c16c16c1b5ddp-10, 0x1.111111110f74dp-7,
                              0x1.555555555554dp-5, 0x1.5555555555557p-3, 0.5);
  const double below = fused(r * p, r, r);
  // 2^1024 is out of range: halve it, and double the result.
  const bool halved = count == 1024;
  const double scale = shifted(1.0, halved ? count - 1 : count);
  const double sum = fused(below, scale, scale - (lowered == 0 ? 1.0 : 0.5));
  return (high_word(x) << 1) == 0 ? r : (halved ? sum + sum : sum);
}

}  // namespace attnlab::kit

ATTNLAB_KIT_D double exp(double x) {
  using namespace attnlab::kit;
  const Octaves octaves = split_octaves(x);
  const double limit = x < 0.0 ? 0.0 : x + kInfinityDouble;
  return exp_from_parts(octaves.rest, octaves.count, high_word(x) & 0x7fffffffu, 0x4086232bu,
                        0x40874800u, limit);
}
ATTNLAB_KIT_D double exp2(double x) {
  using namespace attnlab::kit;
  const double sum = x + kOnesPlace;
  const double fraction = x - (sum - kOnesPlace);
  const double rest = fused(fraction, kLn2High, fraction * kLn2Low);
  return exp_from_parts(rest, low_word(sum), high_word(x) & 0x7fffffffu, 0x408ff000u, 0x4090cc00u,
                        exp_limit(x));
}
ATTNLAB_KIT_D double exp10(double x) {
  using namespace attnlab::kit;
  const double sum = fused(x, 0x1.a934f0979a371p+1, kOnesPlace);
  const double whole = sum - kOnesPlace;
  const double fraction =
      fused(whole, 0x1.9dc1da994fd21p-59, fused(whole, -0x1.34413509f79ffp-2, x));
  const double rest = fused(fraction, 0x1.26bb1bbb55516p+1, fraction * -0x1.f48ad494ea3e9p-53);
  return exp_from_parts(rest, low_word(sum), high_word(x) & 0x7fffffffu, 0x40733a71u, 0x407439b8u,
                        exp_limit(x));
}
ATTNLAB_KIT_D double expm1(double x) {
  using namespace attnlab::kit;
  const float high = float_of(high_word(x));  // the high word orders doubles as a float would
  if (high < 0x1.0c5c86p+2f && high > -0x1.95p+1f) return expm1_in_range(x, 0);
  if (x != x) return x + x;
  return (high_word(x) >> 31) != 0 ? -1.0 : kInfinityDouble;
}

namespace attnlab::kit {

// A positive number as 2^exponent * fraction, the fraction in [sqrt(1/2), sqrt 2).
struct SplitDouble {
  double fraction;
  double exponent;
};
ATTNLAB_KIT_D SplitDouble split_for_log(double x, int bias) {
  int exponent = bias + static_cast<int>(high_word(x) >> 20);
  double fraction = double_of((bits_of(x) & 0x800fffffffffffffull) | 0x3ff0000000000000ull);
  if (static_cast<int>(high_word(fraction)) >= 0x3ff6a09f) {
    fraction = shifted(fraction, -1);
    exponent += 1;
  }
  return {fraction, static_cast<double>(exponent)};
}
// 2 atanh((m - 1) / (m + 1)) is ln m: the leading term and what its rounding lost.
struct LogTerms {
  double distance;  // m - 1
  double inverse;   // 1 / (m + 1)
  double leading;   // 2 (m - 1) / (m + 1)
  double lost;
};
ATTNLAB_KIT_D LogTerms log_terms(double m) {
  const double inverse = reciprocal(m + 1.0);
  const double distance = m - 1.0;
  const double half = distance * inverse;
  const double leading = half + half;
  const double difference = distance - leading;
  const double lost = inverse * fused(-leading, distance, difference + difference);
  return {distance, inverse, leading, lost};
}
// log + exponent * ln 2, with the low parts of both.
struct TwoDoubles {
  double high;
  double low;
};
ATTNLAB_KIT_D TwoDoubles plus_exponent(double log, double low, double exponent) {
  const double high = fused(exponent, kLn2High, log);
  const double taken = fused(-exponent, kLn2High, high) - log;
  return {high, fused(exponent, kLn2Low, low - taken)};
}

}  // namespace attnlab::kit

ATTNLAB_KIT_D double log(double x) {
  using namespace attnlab::kit;
  const bool normal = static_cast<int>(high_word(x)) > 0x000fffff;
  const double scaled = normal ? x : x * 0x1p+54;
  if (high_word(scaled) - 1u >= 0x7fefffffu) {
    const double special = fused(scaled, kInfinityDouble, kInfinityDouble);
    return (high_word(scaled) << 1) == 0 ? -kInfinityDouble : special;
  }
  const SplitDouble split = split_for_log(scaled, normal ? -1023 : -1077);
  const LogTerms t = log_terms(split.fraction);
  const double square = t.leading * t.leading;
  const double p = polynomial(square, 0x1.1380b3ae80f1ep-20, 0x1.0ee258b7a8b04p-18,
                              0x1.3b2669f02676fp-16, 0x1.745cba9ab0956p-14, 0x1.c71c72d1b5154p-12,
                              0x1.24924923be72dp-9, 0x1.999999999a3c4p-7, 0x1.5555555555554p-4);
  const double low = fused(square * p, t.leading, t.lost);
  const TwoDoubles sum = plus_exponent(t.leading, low, split.exponent);
  return sum.high + sum.low;
}
ATTNLAB_KIT_D double log2(double x) {
  const double natural = log(x);
  return attnlab::kit::fused(natural, attnlab::kit::kLog2EDouble, natural * 0x1.777d0ffda0d24p-56);
}
ATTNLAB_KIT_D double log10(double x) {
  const double natural = log(x);
  return attnlab::kit::fused(natural, 0x1.bcb7b1526e50ep-2, natural * 0x1.95355baaafad3p-57);
}
ATTNLAB_KIT_D double log1p(double x) {
  using namespace attnlab::kit;
  const float high = float_of(high_word(x));
  if (!(high < 0x1.caaaaap+0f && high > -0x1.b33332p+0f)) return log(x + 1.0);
  const double product = x * (x / (x + 2.0));
  const double leading = x - product;
  const double square = leading * leading;
  const double p = polynomial(square, 0x1.372fb2fbe14b5p-20, 0x1.087ffceb2dc44p-18,
                              0x1.3b9ff890f468cp-16, 0x1.7457efd51baf8p-14, 0x1.c71c8de3ce825p-12,
                              0x1.249248fa4661fp-9, 0x1.99999999d70c4p-7, 0x1.5555555555462p-4);
  return x + fused(square * p, leading, -product);
}
