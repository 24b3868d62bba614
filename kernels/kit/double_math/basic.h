// SPDX-License-Identifier: MIT
// Double precision: functions whose result is exact or one IEEE rounding away.
#pragma once

#include "kernels/kit/math/instructions.h"

ATTNLAB_KIT_D double fma(double a, double b, double c) {
  return __nvvm_fma_rn_d(a, b, c);
}
ATTNLAB_KIT_D double sqrt(double x) {
  return __nvvm_sqrt_rn_d(x);
}
ATTNLAB_KIT_D double rsqrt(double x) {
  return __nvvm_rsqrt_approx_d(x);
}
// As an instruction: a NaN keeps its sign. A compiler that knew the operation would clear a bit.
ATTNLAB_KIT_D double fabs(double x) {
  double y;
  asm("abs.f64 %0, %1;" : "=d"(y) : "d"(x));
  return y;
}
ATTNLAB_KIT_D double fmax(double a, double b) {
  return __nvvm_fmax_d(a, b);
}
ATTNLAB_KIT_D double fmin(double a, double b) {
  return __nvvm_fmin_d(a, b);
}
ATTNLAB_KIT_D double fdim(double a, double b) {
  return a <= b ? 0.0 : a - b;
}
ATTNLAB_KIT_D double copysign(double x, double sign) {
  return attnlab::kit::with_sign_of(x, sign);
}
ATTNLAB_KIT_D double floor(double x) {
  return __nvvm_floor_d(x);
}
ATTNLAB_KIT_D double ceil(double x) {
  return __nvvm_ceil_d(x);
}
ATTNLAB_KIT_D double trunc(double x) {
  return __nvvm_trunc_d(x);
}
ATTNLAB_KIT_D double rint(double x) {
  return attnlab::kit::to_nearest_integer(x);
}
ATTNLAB_KIT_D double nearbyint(double x) {
  return attnlab::kit::to_nearest_integer(x);
}
// Halves away from zero: half is added and the sum cut, so that nothing below a half rounds up.
ATTNLAB_KIT_D double round(double x) {
  return __nvvm_trunc_d(__nvvm_add_rz_d(x, attnlab::kit::with_sign_of(0.5, x)));
}
ATTNLAB_KIT_D long long llrint(double x) {
  return __nvvm_d2ll_rn(x);
}
ATTNLAB_KIT_D long lrint(double x) {
  return __nvvm_d2ll_rn(x);
}
ATTNLAB_KIT_D long long llround(double x) {
  constexpr long long kLowest = -0x7fffffffffffffffll - 1;
  return x != x ? kLowest : __nvvm_d2ll_rz(round(x));
}
ATTNLAB_KIT_D long lround(double x) {
  return llround(x);
}
ATTNLAB_KIT_D double modf(double x, double* whole) {
  const double integer = trunc(x);
  *whole = integer;
  return integer == x ? copysign(0.0, x) : x - integer;
}

// x * 2^n: one factor within +-216, four beyond.
ATTNLAB_KIT_D double ldexp(double x, int n) {
  using namespace attnlab::kit;
  const int held = n < -2099 ? -2099 : (n > 2099 ? 2099 : n);
  if (held > -217 && held < 217) {
    return x * double_of(static_cast<unsigned long long>(held + 1023) << 52);
  }
  const int biased = held + 4092;  // four times 1023
  const int quarter = biased >> 2;
  const double factor = double_of(static_cast<unsigned long long>(quarter) << 52);
  const double rest = double_of(static_cast<unsigned long long>(biased - 3 * quarter) << 52);
  return x * rest * factor * factor * factor;
}
ATTNLAB_KIT_D double scalbn(double x, int n) {
  return ldexp(x, n);
}
ATTNLAB_KIT_D double frexp(double x, int* exponent) {
  using namespace attnlab::kit;
  const bool subnormal = ((bits_of(x) >> 52) & 2047u) == 0;
  const double scaled = subnormal ? x * 0x1p+54 : x;
  const int field = static_cast<int>((bits_of(scaled) >> 52) & 2047u);
  if (scaled == 0.0 || field == 2047) {
    *exponent = 0;
    return scaled + scaled;
  }
  *exponent = field - 1022 - (subnormal ? 54 : 0);
  return double_of((bits_of(scaled) & 0x800fffffffffffffull) | 0x3fe0000000000000ull);
}

// Long division, eleven bits of the quotient a step.
ATTNLAB_KIT_D double fmod(double x, double y) {
  using namespace attnlab::kit;
  const double size = fabs(x);
  const double divisor_size = fabs(y);
  if (x != x || y != y) return x + y;
  if (size == kInfinityDouble || divisor_size == 0.0) return double_of(0xfff8000000000000ull);
  if (size < divisor_size) return x;
  const auto exponent = [](unsigned long long bits) {
    return bits >> 52 == 0 ? 1 : static_cast<int>(bits >> 52);
  };
  const auto significand = [](unsigned long long bits) {
    return (bits & 0xfffffffffffffull) | (bits >> 52 == 0 ? 0 : 1ull << 52);
  };
  const unsigned long long divisor = significand(bits_of(divisor_size));
  const int unit = exponent(bits_of(divisor_size));
  unsigned long long rest = significand(bits_of(size)) % divisor;
  for (int left = exponent(bits_of(size)) - unit; left > 0; left -= 11) {
    rest = (rest << (left < 11 ? left : 11)) % divisor;
  }
  return copysign(ldexp(static_cast<double>(rest), unit - 1075), x);
}
