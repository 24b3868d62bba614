// SPDX-License-Identifier: MIT
// Conversions that name their rounding: rn to nearest, rz toward zero, ru up, rd down; and bit
// patterns under another type.
#pragma once

#include "kernels/kit/language/vector_types.h"

// One conversion in all four roundings. The compiler's builtins call up p and down m.
#define ATTNLAB_KIT_CONVERSION(name, To, From, builtin) \
  ATTNLAB_KIT_D To name##_rn(From x) {                  \
    return static_cast<To>(__nvvm_##builtin##_rn(x));   \
  }                                                     \
  ATTNLAB_KIT_D To name##_rz(From x) {                  \
    return static_cast<To>(__nvvm_##builtin##_rz(x));   \
  }                                                     \
  ATTNLAB_KIT_D To name##_ru(From x) {                  \
    return static_cast<To>(__nvvm_##builtin##_rp(x));   \
  }                                                     \
  ATTNLAB_KIT_D To name##_rd(From x) {                  \
    return static_cast<To>(__nvvm_##builtin##_rm(x));   \
  }
ATTNLAB_KIT_CONVERSION(__float2int, int, float, f2i)
ATTNLAB_KIT_CONVERSION(__float2uint, unsigned int, float, f2ui)
ATTNLAB_KIT_CONVERSION(__float2ll, long long, float, f2ll)
ATTNLAB_KIT_CONVERSION(__float2ull, unsigned long long, float, f2ull)
ATTNLAB_KIT_CONVERSION(__double2int, int, double, d2i)
ATTNLAB_KIT_CONVERSION(__double2uint, unsigned int, double, d2ui)
ATTNLAB_KIT_CONVERSION(__double2ll, long long, double, d2ll)
ATTNLAB_KIT_CONVERSION(__double2ull, unsigned long long, double, d2ull)
ATTNLAB_KIT_CONVERSION(__double2float, float, double, d2f)
#undef ATTNLAB_KIT_CONVERSION

// From integers, as instructions: the compiler's builtins take rz for rn here.
#define ATTNLAB_KIT_FROM_INTEGER(name, To, out, From, in, types)      \
  ATTNLAB_KIT_ONE_ROUNDING(name##_rn, To, out, From, in, "rn", types) \
  ATTNLAB_KIT_ONE_ROUNDING(name##_rz, To, out, From, in, "rz", types) \
  ATTNLAB_KIT_ONE_ROUNDING(name##_ru, To, out, From, in, "rp", types) \
  ATTNLAB_KIT_ONE_ROUNDING(name##_rd, To, out, From, in, "rm", types)
#define ATTNLAB_KIT_ONE_ROUNDING(name, To, out, From, in, rounding, types) \
  ATTNLAB_KIT_D To name(From x) {                                          \
    To y;                                                                  \
    asm("cvt." rounding "." types " %0, %1;" : "=" out(y) : in(x));        \
    return y;                                                              \
  }
ATTNLAB_KIT_FROM_INTEGER(__int2float, float, "f", int, "r", "f32.s32")
ATTNLAB_KIT_FROM_INTEGER(__uint2float, float, "f", unsigned int, "r", "f32.u32")
ATTNLAB_KIT_FROM_INTEGER(__ll2float, float, "f", long long, "l", "f32.s64")
ATTNLAB_KIT_FROM_INTEGER(__ull2float, float, "f", unsigned long long, "l", "f32.u64")
ATTNLAB_KIT_FROM_INTEGER(__ll2double, double, "d", long long, "l", "f64.s64")
ATTNLAB_KIT_FROM_INTEGER(__ull2double, double, "d", unsigned long long, "l", "f64.u64")
#undef ATTNLAB_KIT_ONE_ROUNDING
#undef ATTNLAB_KIT_FROM_INTEGER

ATTNLAB_KIT_D double __int2double_rn(int x) {
  return x;
}
ATTNLAB_KIT_D double __uint2double_rn(unsigned int x) {
  return x;
}

#define ATTNLAB_KIT_BITS_AS(name, To, From) \
  ATTNLAB_KIT_HD To name(From x) {          \
    return __builtin_bit_cast(To, x);       \
  }
ATTNLAB_KIT_BITS_AS(__float_as_int, int, float)
ATTNLAB_KIT_BITS_AS(__float_as_uint, unsigned int, float)
ATTNLAB_KIT_BITS_AS(__int_as_float, float, int)
ATTNLAB_KIT_BITS_AS(__uint_as_float, float, unsigned int)
ATTNLAB_KIT_BITS_AS(__double_as_longlong, long long, double)
ATTNLAB_KIT_BITS_AS(__longlong_as_double, double, long long)
#undef ATTNLAB_KIT_BITS_AS

ATTNLAB_KIT_HD int __double2hiint(double x) {
  return __builtin_bit_cast(int2, x).y;
}
ATTNLAB_KIT_HD int __double2loint(double x) {
  return __builtin_bit_cast(int2, x).x;
}
ATTNLAB_KIT_HD double __hiloint2double(int high, int low) {
  return __builtin_bit_cast(double, int2{low, high});
}
