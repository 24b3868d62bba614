// SPDX-License-Identifier: MIT
// Every mathematical function, by its C name, its C++ name and its name in namespace std.
#include <cmath>

__global__ void single_kernel(float* f, int* i, long long* ll) {
  const float x = f[0];
  const float y = f[1];
  f[2] = expf(x) + exp2f(x) + exp10f(x) + expm1f(x) + logf(x) + log2f(x) + log10f(x) + log1pf(x) +
         sqrtf(x) + rsqrtf(x) + cbrtf(x) + rcbrtf(x) + powf(x, y) + hypotf(x, y) + rhypotf(x, y) +
         norm3df(x, y, x);
  f[3] = sinf(x) + cosf(x) + tanf(x) + sinpif(x) + cospif(x) + asinf(x) + acosf(x) + atanf(x) +
         atan2f(x, y) + sinhf(x) + coshf(x) + tanhf(x) + asinhf(x) + acoshf(x) + atanhf(x);
  sincosf(x, f + 4, f + 5);
  sincospif(x, f + 6, f + 7);
  f[8] = erff(x) + erfcf(x) + erfcxf(x) + erfinvf(x) + erfcinvf(x) + normcdff(x) + normcdfinvf(x);
  f[9] = fabsf(x) + floorf(x) + ceilf(x) + truncf(x) + rintf(x) + nearbyintf(x) + roundf(x) +
         fmodf(x, y) + remainderf(x, y) + fdimf(x, y) + fmaxf(x, y) + fminf(x, y) +
         copysignf(x, y) + fmaf(x, y, x) + fdividef(x, y) + nextafterf(x, y);
  f[10] = ldexpf(x, 3) + scalbnf(x, -3) + frexpf(x, i) + modff(x, f + 11) + logbf(x);
  i[1] = ilogbf(x) + isnan(x) + isinf(x) + isfinite(x) + signbit(x);
  ll[0] = lrintf(x) + llrintf(x) + lroundf(x) + llroundf(x);
  f[12] = __expf(x) + __exp10f(x) + __logf(x) + __log2f(x) + __log10f(x) + __sinf(x) + __cosf(x) +
          __tanf(x) + __powf(x, y) + __fdividef(x, y) + __saturatef(x) + __frsqrt_rn(x);
  __sincosf(x, f + 13, f + 14);
}

#define EVERY_ROUNDING(name, ...)                                             \
  (name##_rn(__VA_ARGS__) + name##_rz(__VA_ARGS__) + name##_ru(__VA_ARGS__) + \
   name##_rd(__VA_ARGS__))

__global__ void rounded_kernel(float* f, double* d) {
  f[0] = EVERY_ROUNDING(__fadd, f[1], f[2]) + EVERY_ROUNDING(__fsub, f[1], f[2]) +
         EVERY_ROUNDING(__fmul, f[1], f[2]) + EVERY_ROUNDING(__fdiv, f[1], f[2]) +
         EVERY_ROUNDING(__fmaf, f[1], f[2], f[3]) + EVERY_ROUNDING(__frcp, f[1]) +
         EVERY_ROUNDING(__fsqrt, f[1]);
  d[0] = EVERY_ROUNDING(__dadd, d[1], d[2]) + EVERY_ROUNDING(__dsub, d[1], d[2]) +
         EVERY_ROUNDING(__dmul, d[1], d[2]) + EVERY_ROUNDING(__ddiv, d[1], d[2]) +
         EVERY_ROUNDING(__fma, d[1], d[2], d[3]) + EVERY_ROUNDING(__drcp, d[1]) +
         EVERY_ROUNDING(__dsqrt, d[1]);
}

__global__ void double_kernel(double* d, int* i, long long* ll) {
  const double x = d[0];
  const double y = d[1];
  d[2] = exp(x) + exp2(x) + exp10(x) + expm1(x) + log(x) + log2(x) + log10(x) + log1p(x) + sqrt(x) +
         rsqrt(x) + cbrt(x) + pow(x, y) + hypot(x, y) + sin(x) + cos(x) + tan(x) + asin(x) +
         acos(x) + atan(x) + atan2(x, y) + sinh(x) + cosh(x) + tanh(x) + erf(x) + erfc(x);
  sincos(x, d + 3, d + 4);
  d[5] = fabs(x) + floor(x) + ceil(x) + trunc(x) + rint(x) + nearbyint(x) + round(x) + fmod(x, y) +
         fdim(x, y) + fmax(x, y) + fmin(x, y) + copysign(x, y) + fma(x, y, x) + ldexp(x, 2) +
         scalbn(x, 2) + frexp(x, i) + modf(x, d + 6);
  ll[0] = lrint(x) + llrint(x) + lround(x) + llround(x) + isnan(x) + isinf(x) + isfinite(x) +
          signbit(x);
}

__global__ void overloads_kernel(float* f, double* d, int n) {
  const float x = f[0];
  f[1] = exp(x) + log(x) + sqrt(x) + sin(x) + cos(x) + tanh(x) + pow(x, x) + fabs(x) + floor(x) +
         abs(x) + fma(x, x, x) + min(x, x) + max(x, 1.0f) + round(x) + erf(x);
  f[2] = std::exp(x) + std::log(x) + std::sqrt(x) + std::sin(x) + std::tanh(x) + std::pow(x, x) +
         std::fabs(x) + std::floor(x) + std::abs(x) + std::fmax(x, x);
  d[0] = sqrt(n) + std::sqrt(n) + std::exp(n) + pow(x, n) + std::pow(x, 2) + pow(2.0, n) +
         std::fmax(x, 2.0) + max(x, d[1]) + std::log(d[1]) + std::abs(d[1]);
  f[3] = std::isnan(x) || std::isinf(x) || isnan(d[1]) ? INFINITY : NAN;
}
