// SPDX-License-Identifier: MIT
// The C++ names: exp(float) beside expf, exp(int), pow(float, int), isnan and their relatives, and
// all of them in namespace std. They are declared before <cmath>, so that in device code they win
// against the C library's functions of the same names, whether a program includes <cmath> or not.
#pragma once

#include "kernels/kit/device/integers.h"
#include "kernels/kit/double_math/basic.h"
#include "kernels/kit/double_math/exp_log.h"
#include "kernels/kit/double_math/hyperbolic.h"
#include "kernels/kit/double_math/powers.h"
#include "kernels/kit/double_math/trigonometry.h"
#include "kernels/kit/math/error_functions.h"
#include "kernels/kit/math/exp_log.h"
#include "kernels/kit/math/hyperbolic.h"
#include "kernels/kit/math/inverse_trigonometry.h"
#include "kernels/kit/math/remainders.h"
#include "kernels/kit/math/roots_powers.h"
#include "kernels/kit/math/rounding.h"
#include "kernels/kit/math/trigonometry.h"

namespace attnlab::kit {

template <bool kCondition, typename T>
struct EnableIf {};
template <typename T>
struct EnableIf<true, T> {
  using Type = T;
};
// Integer arguments are taken as doubles.
template <typename T, typename Result>
using IfInteger = typename EnableIf<__is_integral(T), Result>::Type;
// Of two different types the result is double.
template <typename A, typename B>
using IfMixed =
    typename EnableIf<__is_arithmetic(A) && __is_arithmetic(B) && !__is_same(A, B), double>::Type;

}  // namespace attnlab::kit

#define ATTNLAB_KIT_INTEGER_ARGUMENT(name)                     \
  template <typename T>                                        \
  ATTNLAB_KIT_D attnlab::kit::IfInteger<T, double> name(T x) { \
    return name(static_cast<double>(x));                       \
  }
// A function of one argument: the float and integer overloads of a double function.
#define ATTNLAB_KIT_OVERLOADS(name)   \
  ATTNLAB_KIT_D float name(float x) { \
    return name##f(x);                \
  }                                   \
  ATTNLAB_KIT_INTEGER_ARGUMENT(name)
// Of two arguments, mixed ones included.
#define ATTNLAB_KIT_OVERLOADS_2(name)                               \
  ATTNLAB_KIT_D float name(float x, float y) {                      \
    return name##f(x, y);                                           \
  }                                                                 \
  template <typename A, typename B>                                 \
  ATTNLAB_KIT_D attnlab::kit::IfMixed<A, B> name(A x, B y) {        \
    return name(static_cast<double>(x), static_cast<double>(y));    \
  }                                                                 \
  template <typename T>                                             \
  ATTNLAB_KIT_D attnlab::kit::IfInteger<T, double> name(T x, T y) { \
    return name(static_cast<double>(x), static_cast<double>(y));    \
  }

ATTNLAB_KIT_OVERLOADS(acos)
ATTNLAB_KIT_OVERLOADS(asin)
ATTNLAB_KIT_OVERLOADS(atan)
ATTNLAB_KIT_OVERLOADS(cbrt)
ATTNLAB_KIT_OVERLOADS(ceil)
ATTNLAB_KIT_OVERLOADS(cos)
ATTNLAB_KIT_OVERLOADS(cosh)
ATTNLAB_KIT_OVERLOADS(erf)
ATTNLAB_KIT_OVERLOADS(erfc)
ATTNLAB_KIT_OVERLOADS(exp)
ATTNLAB_KIT_OVERLOADS(exp10)
ATTNLAB_KIT_OVERLOADS(exp2)
ATTNLAB_KIT_OVERLOADS(expm1)
ATTNLAB_KIT_OVERLOADS(fabs)
ATTNLAB_KIT_OVERLOADS(floor)
ATTNLAB_KIT_OVERLOADS(log)
ATTNLAB_KIT_OVERLOADS(log10)
ATTNLAB_KIT_OVERLOADS(log1p)
ATTNLAB_KIT_OVERLOADS(log2)
ATTNLAB_KIT_OVERLOADS(nearbyint)
ATTNLAB_KIT_OVERLOADS(rint)
ATTNLAB_KIT_OVERLOADS(round)
ATTNLAB_KIT_OVERLOADS(rsqrt)
ATTNLAB_KIT_OVERLOADS(sin)
ATTNLAB_KIT_OVERLOADS(sinh)
ATTNLAB_KIT_OVERLOADS(sqrt)
ATTNLAB_KIT_OVERLOADS(tan)
ATTNLAB_KIT_OVERLOADS(tanh)
ATTNLAB_KIT_OVERLOADS(trunc)
ATTNLAB_KIT_OVERLOADS_2(atan2)
ATTNLAB_KIT_OVERLOADS_2(copysign)
ATTNLAB_KIT_OVERLOADS_2(fdim)
ATTNLAB_KIT_OVERLOADS_2(fmax)
ATTNLAB_KIT_OVERLOADS_2(fmin)
ATTNLAB_KIT_OVERLOADS_2(fmod)
ATTNLAB_KIT_OVERLOADS_2(hypot)
ATTNLAB_KIT_OVERLOADS_2(pow)
#undef ATTNLAB_KIT_OVERLOADS_2
#undef ATTNLAB_KIT_OVERLOADS
#undef ATTNLAB_KIT_INTEGER_ARGUMENT

ATTNLAB_KIT_D float abs(float x) {
  return fabsf(x);
}
ATTNLAB_KIT_D double abs(double x) {
  return fabs(x);
}
ATTNLAB_KIT_D float fma(float a, float b, float c) {
  return fmaf(a, b, c);
}
ATTNLAB_KIT_D float ldexp(float x, int n) {
  return ldexpf(x, n);
}
ATTNLAB_KIT_D float scalbn(float x, int n) {
  return scalbnf(x, n);
}
ATTNLAB_KIT_D float frexp(float x, int* exponent) {
  return frexpf(x, exponent);
}
ATTNLAB_KIT_D float modf(float x, float* whole) {
  return modff(x, whole);
}
ATTNLAB_KIT_D long lrint(float x) {
  return lrintf(x);
}
ATTNLAB_KIT_D long long llrint(float x) {
  return llrintf(x);
}
ATTNLAB_KIT_D long lround(float x) {
  return lroundf(x);
}
ATTNLAB_KIT_D long long llround(float x) {
  return llroundf(x);
}
ATTNLAB_KIT_D float remainder(float x, float y) {
  return remainderf(x, y);
}
ATTNLAB_KIT_D float nextafter(float x, float y) {
  return nextafterf(x, y);
}
ATTNLAB_KIT_D float logb(float x) {
  return logbf(x);
}
ATTNLAB_KIT_D int ilogb(float x) {
  return ilogbf(x);
}
ATTNLAB_KIT_D float acosh(float x) {
  return acoshf(x);
}
ATTNLAB_KIT_D float asinh(float x) {
  return asinhf(x);
}
ATTNLAB_KIT_D float atanh(float x) {
  return atanhf(x);
}

// CUDA's global min and max of floating-point numbers are fmin and fmax, in host code the C
// library's.
#ifdef __CUDA_ARCH__
#define ATTNLAB_KIT_F(name) name
#else
#define ATTNLAB_KIT_F(name) __builtin_##name
#endif
#define ATTNLAB_KIT_MIN_MAX(name)                  \
  ATTNLAB_KIT_HD float name(float a, float b) {    \
    return ATTNLAB_KIT_F(f##name##f)(a, b);        \
  }                                                \
  ATTNLAB_KIT_HD double name(double a, double b) { \
    return ATTNLAB_KIT_F(f##name)(a, b);           \
  }                                                \
  ATTNLAB_KIT_HD double name(float a, double b) {  \
    return ATTNLAB_KIT_F(f##name)(a, b);           \
  }                                                \
  ATTNLAB_KIT_HD double name(double a, float b) {  \
    return ATTNLAB_KIT_F(f##name)(a, b);           \
  }
ATTNLAB_KIT_MIN_MAX(min)
ATTNLAB_KIT_MIN_MAX(max)
#undef ATTNLAB_KIT_MIN_MAX
#undef ATTNLAB_KIT_F

// A NaN; its tag is not read.
ATTNLAB_KIT_D double nan(const char*) {
  return __builtin_bit_cast(double, 0x7ff8000000000000ull);
}
ATTNLAB_KIT_D float nanf(const char*) {
  return __builtin_bit_cast(float, 0x7fffffffu);
}

#define ATTNLAB_KIT_CLASSES(Real, infinity, Bits, sign_bit) \
  ATTNLAB_KIT_D bool isnan(Real x) {                        \
    return x != x;                                          \
  }                                                         \
  ATTNLAB_KIT_D bool isinf(Real x) {                        \
    return fabs(x) == infinity;                             \
  }                                                         \
  ATTNLAB_KIT_D bool isfinite(Real x) {                     \
    return fabs(x) < infinity;                              \
  }                                                         \
  ATTNLAB_KIT_D bool signbit(Real x) {                      \
    return (__builtin_bit_cast(Bits, x) >> sign_bit) != 0;  \
  }
ATTNLAB_KIT_CLASSES(float, attnlab::kit::kInfinity, unsigned int, 31)
ATTNLAB_KIT_CLASSES(double, attnlab::kit::kInfinityDouble, unsigned long long, 63)
#undef ATTNLAB_KIT_CLASSES

#include "kernels/kit/math/std_names.h"
