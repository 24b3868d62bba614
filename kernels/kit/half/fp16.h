// SPDX-License-Identifier: MIT
// half: the type, its conversions and its arithmetic, every function the instruction that nvcc
// writes. (nvcc writes add.f16 without .rn and forbids the assembler to fuse it; .rn says so.)
#pragma once

#include "kernels/kit/half/operators.h"

struct __half_raw {
  unsigned short x;
};
struct __half2_raw {
  unsigned short x, y;
};

// Integers to half and back. `c` is the register's letter in inline assembly, `s` the PTX type.
#define ATTNLAB_KIT_HALF_INTEGER(name, Type, c, s)                      \
  ATTNLAB_KIT_HALF_FROM(__##name##2half_rn, Type, c, "cvt.rn.f16." s)   \
  ATTNLAB_KIT_HALF_FROM(__##name##2half_rz, Type, c, "cvt.rz.f16." s)   \
  ATTNLAB_KIT_HALF_FROM(__##name##2half_ru, Type, c, "cvt.rp.f16." s)   \
  ATTNLAB_KIT_HALF_FROM(__##name##2half_rd, Type, c, "cvt.rm.f16." s)   \
  ATTNLAB_KIT_HALF_TO(__half2##name##_rn, Type, c, "cvt.rni." s ".f16") \
  ATTNLAB_KIT_HALF_TO(__half2##name##_rz, Type, c, "cvt.rzi." s ".f16") \
  ATTNLAB_KIT_HALF_TO(__half2##name##_ru, Type, c, "cvt.rpi." s ".f16") \
  ATTNLAB_KIT_HALF_TO(__half2##name##_rd, Type, c, "cvt.rmi." s ".f16")
#define ATTNLAB_KIT_HALF_FROM(name, Type, c, instruction) \
  ATTNLAB_KIT_HD unsigned short name##_bits(Type x) {     \
    unsigned short bits;                                  \
    asm(instruction " %0, %1;" : "=h"(bits) : c(x));      \
    return bits;                                          \
  }
#define ATTNLAB_KIT_HALF_TO(name, Type, c, instruction)     \
  ATTNLAB_KIT_HD Type name##_of_bits(unsigned short bits) { \
    Type x;                                                 \
    asm(instruction " %0, %1;" : "=" c(x) : "h"(bits));     \
    return x;                                               \
  }
#define ATTNLAB_KIT_HALF_INTEGERS                              \
  ATTNLAB_KIT_HALF_INTEGER(short, short, "h", "s16")           \
  ATTNLAB_KIT_HALF_INTEGER(ushort, unsigned short, "h", "u16") \
  ATTNLAB_KIT_HALF_INTEGER(int, int, "r", "s32")               \
  ATTNLAB_KIT_HALF_INTEGER(uint, unsigned int, "r", "u32")     \
  ATTNLAB_KIT_HALF_INTEGER(ll, long long, "l", "s64")          \
  ATTNLAB_KIT_HALF_INTEGER(ull, unsigned long long, "l", "u64")
namespace attnlab::kit::half_bits {
ATTNLAB_KIT_HALF_INTEGERS
ATTNLAB_KIT_HALF_FROM(from_float_rz, float, "f", "cvt.rz.f16.f32")
ATTNLAB_KIT_HALF_FROM(from_float_ru, float, "f", "cvt.rp.f16.f32")
ATTNLAB_KIT_HALF_FROM(from_float_rd, float, "f", "cvt.rm.f16.f32")
#ifdef __CUDA_ARCH__
ATTNLAB_KIT_HALF_FROM(from_float_rn, float, "f", "cvt.rn.f16.f32")
ATTNLAB_KIT_HALF_FROM(from_double, double, "d", "cvt.rn.f16.f64")
ATTNLAB_KIT_HALF_TO(to_float, float, "f", "cvt.f32.f16")
#else
// Host code has these three: to nearest, and back. A NaN is the device's.
template <typename T>
ATTNLAB_KIT_HD unsigned short from_host(T x) {
  return x != x ? 0x7fff : __builtin_bit_cast(unsigned short, static_cast<_Float16>(x));
}
ATTNLAB_KIT_HD unsigned short from_float_rn_bits(float x) {
  return from_host(x);
}
ATTNLAB_KIT_HD unsigned short from_double_bits(double x) {
  return from_host(x);
}
ATTNLAB_KIT_HD float to_float_of_bits(unsigned short bits) {
  return static_cast<float>(__builtin_bit_cast(_Float16, bits));
}
#endif
}  // namespace attnlab::kit::half_bits
#undef ATTNLAB_KIT_HALF_FROM
#undef ATTNLAB_KIT_HALF_TO

struct __half {
  unsigned short __x;

  __half() = default;
  ATTNLAB_KIT_HD __half(__half_raw raw) : __x(raw.x) {}
  ATTNLAB_KIT_HD __half(float x) : __x(attnlab::kit::half_bits::from_float_rn_bits(x)) {}
  ATTNLAB_KIT_HD __half(double x) : __x(attnlab::kit::half_bits::from_double_bits(x)) {}
  ATTNLAB_KIT_HD operator float() const { return attnlab::kit::half_bits::to_float_of_bits(__x); }
  ATTNLAB_KIT_HD operator __half_raw() const { return {__x}; }
  ATTNLAB_KIT_HD explicit operator bool() const { return (__x & 0x7fffu) != 0; }
#define ATTNLAB_KIT_HALF_MEMBERS(name, Type)                                                  \
  ATTNLAB_KIT_HD __half(Type x) : __x(attnlab::kit::half_bits::__##name##2half_rn_bits(x)) {} \
  ATTNLAB_KIT_HD operator Type() const {                                                      \
    return attnlab::kit::half_bits::__half2##name##_rz_of_bits(__x);                          \
  }
  ATTNLAB_KIT_HALF_MEMBERS(short, short)
  ATTNLAB_KIT_HALF_MEMBERS(ushort, unsigned short)
  ATTNLAB_KIT_HALF_MEMBERS(int, int)
  ATTNLAB_KIT_HALF_MEMBERS(uint, unsigned int)
  ATTNLAB_KIT_HALF_MEMBERS(ll, long long)
  ATTNLAB_KIT_HALF_MEMBERS(ull, unsigned long long)
#undef ATTNLAB_KIT_HALF_MEMBERS
  ATTNLAB_KIT_HD __half(long x) : __half(static_cast<long long>(x)) {}
  ATTNLAB_KIT_HD __half(unsigned long x) : __half(static_cast<unsigned long long>(x)) {}
};
struct __align__(4) __half2 {
  __half x, y;

  __half2() = default;
  ATTNLAB_KIT_HD __half2(__half low, __half high) : x(low), y(high) {}
};
using half = __half;
using half2 = __half2;
using __nv_half = __half;
using __nv_half2 = __half2;

#define ATTNLAB_KIT_HALF_FROM(name, Type, c, instruction)       \
  ATTNLAB_KIT_HD __half name(Type x) {                          \
    return __half_raw{attnlab::kit::half_bits::name##_bits(x)}; \
  }
#define ATTNLAB_KIT_HALF_TO(name, Type, c, instruction)    \
  ATTNLAB_KIT_HD Type name(__half x) {                     \
    return attnlab::kit::half_bits::name##_of_bits(x.__x); \
  }
ATTNLAB_KIT_HALF_INTEGERS
#undef ATTNLAB_KIT_HALF_FROM
#undef ATTNLAB_KIT_HALF_TO
#undef ATTNLAB_KIT_HALF_INTEGERS
#undef ATTNLAB_KIT_HALF_INTEGER

#define ATTNLAB_KIT_HALF_FROM_FLOAT(suffix, rounding)                            \
  ATTNLAB_KIT_HD __half __float2half##suffix(float x) {                          \
    return __half_raw{attnlab::kit::half_bits::from_float_##rounding##_bits(x)}; \
  }
ATTNLAB_KIT_HALF_FROM_FLOAT(, rn)
ATTNLAB_KIT_HALF_FROM_FLOAT(_rn, rn)
ATTNLAB_KIT_HALF_FROM_FLOAT(_rz, rz)
ATTNLAB_KIT_HALF_FROM_FLOAT(_ru, ru)
ATTNLAB_KIT_HALF_FROM_FLOAT(_rd, rd)
#undef ATTNLAB_KIT_HALF_FROM_FLOAT
ATTNLAB_KIT_HD __half __double2half(double x) {
  return x;
}
ATTNLAB_KIT_HD float __half2float(__half x) {
  return x;
}

// Bit patterns.
ATTNLAB_KIT_HD unsigned short __half_as_ushort(__half x) {
  return x.__x;
}
ATTNLAB_KIT_HD short __half_as_short(__half x) {
  return static_cast<short>(x.__x);
}
ATTNLAB_KIT_HD __half __ushort_as_half(unsigned short bits) {
  return __half_raw{bits};
}
ATTNLAB_KIT_HD __half __short_as_half(short bits) {
  return __half_raw{static_cast<unsigned short>(bits)};
}

// Pairs.
ATTNLAB_KIT_HD __half2 make_half2(__half low, __half high) {
  return {low, high};
}
ATTNLAB_KIT_HD __half2 __halves2half2(__half low, __half high) {
  return {low, high};
}
ATTNLAB_KIT_HD __half2 __half2half2(__half both) {
  return {both, both};
}
ATTNLAB_KIT_HD __half2 __floats2half2_rn(float low, float high) {
  unsigned int bits;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
  return __builtin_bit_cast(__half2, bits);
}
ATTNLAB_KIT_HD __half2 __float22half2_rn(float2 pair) {
  return __floats2half2_rn(pair.x, pair.y);
}
ATTNLAB_KIT_HD __half2 __float2half2_rn(float both) {
  return __half2half2(__float2half(both));
}
ATTNLAB_KIT_HD float2 __half22float2(__half2 pair) {
  return {pair.x, pair.y};
}
ATTNLAB_KIT_HD float __low2float(__half2 pair) {
  return pair.x;
}
ATTNLAB_KIT_HD float __high2float(__half2 pair) {
  return pair.y;
}
ATTNLAB_KIT_HD __half __low2half(__half2 pair) {
  return pair.x;
}
ATTNLAB_KIT_HD __half __high2half(__half2 pair) {
  return pair.y;
}
ATTNLAB_KIT_HD __half2 __low2half2(__half2 pair) {
  return {pair.x, pair.x};
}
ATTNLAB_KIT_HD __half2 __high2half2(__half2 pair) {
  return {pair.y, pair.y};
}
ATTNLAB_KIT_HD __half2 __lows2half2(__half2 a, __half2 b) {
  return {a.x, b.x};
}
ATTNLAB_KIT_HD __half2 __highs2half2(__half2 a, __half2 b) {
  return {a.y, b.y};
}
ATTNLAB_KIT_HD __half2 __lowhigh2highlow(__half2 pair) {
  return {pair.y, pair.x};
}

#include "kernels/kit/half/fp16_arithmetic.h"
#include "kernels/kit/half/fp16_math.h"
