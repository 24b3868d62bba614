// SPDX-License-Identifier: MIT
// bfloat16: the type and its conversions. It is a float's upper half, so widening is a shift; on
// compute capability 8.0 everything but to-nearest and toward-zero is made of such pieces.
#pragma once

#include "kernels/kit/half/operators.h"

struct __nv_bfloat16_raw {
  unsigned short x;
};

namespace attnlab::kit::bf16_bits {

ATTNLAB_KIT_HD unsigned short from_float_rn(float x) {
#ifdef __CUDA_ARCH__
  unsigned short bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(x));
  return bits;
#else  // in host code: a tie goes to the even one
  const unsigned int bits = __builtin_bit_cast(unsigned int, x);
  return x != x ? 0x7fff : static_cast<unsigned short>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
#endif
}
ATTNLAB_KIT_HD unsigned short from_float_rz(float x) {
  unsigned short bits;
  asm("cvt.rz.bf16.f32 %0, %1;" : "=h"(bits) : "f"(x));
  return bits;
}
// Away from zero where bits are lost, if the sign is the one that is rounded away.
ATTNLAB_KIT_HD unsigned short from_float_away(float x, bool negative) {
  const unsigned int bits = __float_as_uint(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fff;
  const bool inexact = (bits & 0xffffu) != 0 && ((bits >> 31) != 0) == negative;
  return static_cast<unsigned short>((bits >> 16) + (inexact ? 1u : 0u));
}
ATTNLAB_KIT_HD float to_float(unsigned short bits) {
  return __uint_as_float(static_cast<unsigned int>(bits) << 16);
}
// Rounded to odd: a result cut toward zero gets a last bit of 1 if anything was lost. Rounded once
// more, to fewer bits, it gives what one rounding would.
ATTNLAB_KIT_HD float to_odd(float cut, bool exact) {
  return exact ? cut : __uint_as_float(__float_as_uint(cut) | 1u);
}
ATTNLAB_KIT_HD float float_to_odd(double x) {
  float cut;
  asm("cvt.rz.f32.f64 %0, %1;" : "=f"(cut) : "d"(x));
  return to_odd(cut, static_cast<double>(cut) == x || x != x);
}
#define ATTNLAB_KIT_TO_ODD(Type, c, s)                   \
  ATTNLAB_KIT_HD float float_to_odd(Type x) {            \
    float down;                                          \
    float up;                                            \
    float cut;                                           \
    asm("cvt.rm.f32." s " %0, %1;" : "=f"(down) : c(x)); \
    asm("cvt.rp.f32." s " %0, %1;" : "=f"(up) : c(x));   \
    asm("cvt.rz.f32." s " %0, %1;" : "=f"(cut) : c(x));  \
    return to_odd(cut, down == up);                      \
  }
ATTNLAB_KIT_TO_ODD(int, "r", "s32")
ATTNLAB_KIT_TO_ODD(unsigned int, "r", "u32")
ATTNLAB_KIT_TO_ODD(long long, "l", "s64")
ATTNLAB_KIT_TO_ODD(unsigned long long, "l", "u64")
#undef ATTNLAB_KIT_TO_ODD

}  // namespace attnlab::kit::bf16_bits

struct __nv_bfloat16 {
  unsigned short __x;

  __nv_bfloat16() = default;
  ATTNLAB_KIT_HD __nv_bfloat16(__nv_bfloat16_raw raw) : __x(raw.x) {}
  ATTNLAB_KIT_HD __nv_bfloat16(float x) : __x(attnlab::kit::bf16_bits::from_float_rn(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(double x)
      : __nv_bfloat16(attnlab::kit::bf16_bits::float_to_odd(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(short x) : __nv_bfloat16(static_cast<float>(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(unsigned short x) : __nv_bfloat16(static_cast<float>(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(int x) : __nv_bfloat16(attnlab::kit::bf16_bits::float_to_odd(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(unsigned int x)
      : __nv_bfloat16(attnlab::kit::bf16_bits::float_to_odd(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(long long x)
      : __nv_bfloat16(attnlab::kit::bf16_bits::float_to_odd(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(unsigned long long x)
      : __nv_bfloat16(attnlab::kit::bf16_bits::float_to_odd(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(long x) : __nv_bfloat16(static_cast<long long>(x)) {}
  ATTNLAB_KIT_HD __nv_bfloat16(unsigned long x)
      : __nv_bfloat16(static_cast<unsigned long long>(x)) {}

  ATTNLAB_KIT_HD operator float() const { return attnlab::kit::bf16_bits::to_float(__x); }
  ATTNLAB_KIT_HD operator __nv_bfloat16_raw() const { return {__x}; }
  ATTNLAB_KIT_HD explicit operator bool() const { return (__x & 0x7fffu) != 0; }
  ATTNLAB_KIT_HD operator int() const;
  ATTNLAB_KIT_HD operator unsigned int() const;
};
struct __align__(4) __nv_bfloat162 {
  __nv_bfloat16 x, y;

  __nv_bfloat162() = default;
  ATTNLAB_KIT_HD __nv_bfloat162(__nv_bfloat16 low, __nv_bfloat16 high) : x(low), y(high) {}
};
using nv_bfloat16 = __nv_bfloat16;
using nv_bfloat162 = __nv_bfloat162;

#define ATTNLAB_KIT_BF16_FROM(name, Type, ...) \
  ATTNLAB_KIT_HD __nv_bfloat16 name(Type x) {  \
    return __nv_bfloat16_raw{__VA_ARGS__};     \
  }
ATTNLAB_KIT_BF16_FROM(__float2bfloat16, float, attnlab::kit::bf16_bits::from_float_rn(x))
ATTNLAB_KIT_BF16_FROM(__float2bfloat16_rn, float, attnlab::kit::bf16_bits::from_float_rn(x))
ATTNLAB_KIT_BF16_FROM(__float2bfloat16_rz, float, attnlab::kit::bf16_bits::from_float_rz(x))
ATTNLAB_KIT_BF16_FROM(__float2bfloat16_ru, float,
                      attnlab::kit::bf16_bits::from_float_away(x, false))
ATTNLAB_KIT_BF16_FROM(__float2bfloat16_rd, float, attnlab::kit::bf16_bits::from_float_away(x, true))
ATTNLAB_KIT_BF16_FROM(__ushort_as_bfloat16, unsigned short, x)
ATTNLAB_KIT_BF16_FROM(__short_as_bfloat16, short, static_cast<unsigned short>(x))
#undef ATTNLAB_KIT_BF16_FROM
ATTNLAB_KIT_HD __nv_bfloat16 __double2bfloat16(double x) {
  return x;
}
ATTNLAB_KIT_HD float __bfloat162float(__nv_bfloat16 x) {
  return x;
}
ATTNLAB_KIT_HD unsigned short __bfloat16_as_ushort(__nv_bfloat16 x) {
  return x.__x;
}
ATTNLAB_KIT_HD short __bfloat16_as_short(__nv_bfloat16 x) {
  return static_cast<short>(x.__x);
}

// Integers, to nearest and, from bfloat16, in all roundings.
#define ATTNLAB_KIT_BF16_INTEGER(name, Type, c, s)                          \
  ATTNLAB_KIT_HD __nv_bfloat16 __##name##2bfloat16_rn(Type x) {             \
    return x;                                                               \
  }                                                                         \
  ATTNLAB_KIT_BF16_TO(__bfloat162##name##_rn, Type, c, "cvt.rni." s ".f32") \
  ATTNLAB_KIT_BF16_TO(__bfloat162##name##_rz, Type, c, "cvt.rzi." s ".f32") \
  ATTNLAB_KIT_BF16_TO(__bfloat162##name##_ru, Type, c, "cvt.rpi." s ".f32") \
  ATTNLAB_KIT_BF16_TO(__bfloat162##name##_rd, Type, c, "cvt.rmi." s ".f32")
#define ATTNLAB_KIT_BF16_TO(name, Type, c, instruction)                        \
  ATTNLAB_KIT_HD Type name(__nv_bfloat16 x) {                                  \
    Type integer;                                                              \
    asm(instruction " %0, %1;" : "=" c(integer) : "f"(static_cast<float>(x))); \
    return integer;                                                            \
  }
ATTNLAB_KIT_BF16_INTEGER(short, short, "h", "s16")
ATTNLAB_KIT_BF16_INTEGER(ushort, unsigned short, "h", "u16")
ATTNLAB_KIT_BF16_INTEGER(int, int, "r", "s32")
ATTNLAB_KIT_BF16_INTEGER(uint, unsigned int, "r", "u32")
ATTNLAB_KIT_BF16_INTEGER(ll, long long, "l", "s64")
ATTNLAB_KIT_BF16_INTEGER(ull, unsigned long long, "l", "u64")
#undef ATTNLAB_KIT_BF16_TO
#undef ATTNLAB_KIT_BF16_INTEGER
ATTNLAB_KIT_HD __nv_bfloat16::operator int() const {
  return __bfloat162int_rz(*this);
}
ATTNLAB_KIT_HD __nv_bfloat16::operator unsigned int() const {
  return __bfloat162uint_rz(*this);
}

// Pairs.
ATTNLAB_KIT_HD __nv_bfloat162 make_bfloat162(__nv_bfloat16 low, __nv_bfloat16 high) {
  return {low, high};
}
ATTNLAB_KIT_HD __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 low, __nv_bfloat16 high) {
  return {low, high};
}
ATTNLAB_KIT_HD __nv_bfloat162 __bfloat162bfloat162(__nv_bfloat16 both) {
  return {both, both};
}
ATTNLAB_KIT_HD __nv_bfloat162 __floats2bfloat162_rn(float low, float high) {
  unsigned int bits;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
  return __builtin_bit_cast(__nv_bfloat162, bits);
}
ATTNLAB_KIT_HD __nv_bfloat162 __float22bfloat162_rn(float2 pair) {
  return __floats2bfloat162_rn(pair.x, pair.y);
}
ATTNLAB_KIT_HD __nv_bfloat162 __float2bfloat162_rn(float both) {
  return __bfloat162bfloat162(__float2bfloat16(both));
}
ATTNLAB_KIT_HD float2 __bfloat1622float2(__nv_bfloat162 pair) {
  return {static_cast<float>(pair.x), static_cast<float>(pair.y)};
}
ATTNLAB_KIT_HD float __low2float(__nv_bfloat162 pair) {
  return pair.x;
}
ATTNLAB_KIT_HD float __high2float(__nv_bfloat162 pair) {
  return pair.y;
}
ATTNLAB_KIT_HD __nv_bfloat16 __low2bfloat16(__nv_bfloat162 pair) {
  return pair.x;
}
ATTNLAB_KIT_HD __nv_bfloat16 __high2bfloat16(__nv_bfloat162 pair) {
  return pair.y;
}
ATTNLAB_KIT_HD __nv_bfloat162 __low2bfloat162(__nv_bfloat162 pair) {
  return {pair.x, pair.x};
}
ATTNLAB_KIT_HD __nv_bfloat162 __high2bfloat162(__nv_bfloat162 pair) {
  return {pair.y, pair.y};
}
ATTNLAB_KIT_HD __nv_bfloat162 __lowhigh2highlow(__nv_bfloat162 pair) {
  return {pair.y, pair.x};
}

#include "kernels/kit/half/bf16_arithmetic.h"
