// SPDX-License-Identifier: MIT
// Integer intrinsics: counting and moving bits, wide products, and minimum, maximum, magnitude.
#pragma once

#include "kernels/kit/language/qualifiers.h"

ATTNLAB_KIT_HD int __popc(unsigned int x) {
  return __builtin_popcount(x);
}
ATTNLAB_KIT_HD int __popcll(unsigned long long x) {
  return __builtin_popcountll(x);
}
// Leading zeros; 32 and 64 of 0.
ATTNLAB_KIT_HD int __clz(int x) {
  return __builtin_clzg(static_cast<unsigned int>(x), 32);
}
ATTNLAB_KIT_HD int __clzll(long long x) {
  return __builtin_clzg(static_cast<unsigned long long>(x), 64);
}
// The lowest set bit, counted from 1; 0 of 0.
ATTNLAB_KIT_HD int __ffs(int x) {
  return __builtin_ffs(x);
}
ATTNLAB_KIT_HD int __ffsll(long long x) {
  return __builtin_ffsll(x);
}
ATTNLAB_KIT_HD unsigned int __brev(unsigned int x) {
  return __builtin_bitreverse32(x);
}
ATTNLAB_KIT_HD unsigned long long __brevll(unsigned long long x) {
  return __builtin_bitreverse64(x);
}
// Four bytes of the eight in y:x, one hexadecimal digit of `selector` each.
ATTNLAB_KIT_D unsigned int __byte_perm(unsigned int x, unsigned int y, unsigned int selector) {
  return __nvvm_prmt(x, y, selector & 0x7777u);
}

// The upper half of a product.
ATTNLAB_KIT_D int __mulhi(int x, int y) {
  return __nvvm_mulhi_i(x, y);
}
ATTNLAB_KIT_D unsigned int __umulhi(unsigned int x, unsigned int y) {
  return __nvvm_mulhi_ui(x, y);
}
ATTNLAB_KIT_D long long __mul64hi(long long x, long long y) {
  return __nvvm_mulhi_ll(x, y);
}
ATTNLAB_KIT_D unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
  return __nvvm_mulhi_ull(x, y);
}
// The product of the low 24 bits.
ATTNLAB_KIT_D int __mul24(int x, int y) {
  return __nvvm_mul24_i(x, y);
}
ATTNLAB_KIT_D unsigned int __umul24(unsigned int x, unsigned int y) {
  return __nvvm_mul24_ui(x, y);
}
// |x - y| + z
ATTNLAB_KIT_D unsigned int __sad(int x, int y, unsigned int z) {
  return static_cast<unsigned int>(__nvvm_sad_i(x, y, static_cast<int>(z)));
}
ATTNLAB_KIT_D unsigned int __usad(unsigned int x, unsigned int y, unsigned int z) {
  return __nvvm_sad_ui(x, y, z);
}
// Averages that cannot overflow: rounded down, and with r rounded up.
ATTNLAB_KIT_HD int __hadd(int x, int y) {
  return static_cast<int>((static_cast<long long>(x) + y) >> 1);
}
ATTNLAB_KIT_HD int __rhadd(int x, int y) {
  return static_cast<int>((static_cast<long long>(x) + y + 1) >> 1);
}
ATTNLAB_KIT_HD unsigned int __uhadd(unsigned int x, unsigned int y) {
  return static_cast<unsigned int>((static_cast<unsigned long long>(x) + y) >> 1);
}
ATTNLAB_KIT_HD unsigned int __urhadd(unsigned int x, unsigned int y) {
  return static_cast<unsigned int>((static_cast<unsigned long long>(x) + y + 1) >> 1);
}

// One word cut out of two, high:low, shifted left (its upper word) or right (its lower). The shift
// counts modulo 32, or with c stops at 32.
#define ATTNLAB_KIT_FUNNEL(name, instruction)                                                \
  ATTNLAB_KIT_D unsigned int name(unsigned int low, unsigned int high, unsigned int shift) { \
    unsigned int word;                                                                       \
    asm(instruction " %0, %1, %2, %3;" : "=r"(word) : "r"(low), "r"(high), "r"(shift));      \
    return word;                                                                             \
  }
ATTNLAB_KIT_FUNNEL(__funnelshift_l, "shf.l.wrap.b32")
ATTNLAB_KIT_FUNNEL(__funnelshift_lc, "shf.l.clamp.b32")
ATTNLAB_KIT_FUNNEL(__funnelshift_r, "shf.r.wrap.b32")
ATTNLAB_KIT_FUNNEL(__funnelshift_rc, "shf.r.clamp.b32")
#undef ATTNLAB_KIT_FUNNEL

// Dot products of four bytes, or of two words with two bytes (the low or the high pair), plus c.
#define ATTNLAB_KIT_DOT(name, instruction, Type, Signed)                      \
  ATTNLAB_KIT_D Type name(Signed a, Signed b, Type c) {                       \
    Type sum;                                                                 \
    asm(instruction " %0, %1, %2, %3;" : "=r"(sum) : "r"(a), "r"(b), "r"(c)); \
    return sum;                                                               \
  }
ATTNLAB_KIT_DOT(__dp4a, "dp4a.s32.s32", int, int)
ATTNLAB_KIT_DOT(__dp4a, "dp4a.u32.u32", unsigned int, unsigned int)
ATTNLAB_KIT_DOT(__dp2a_lo, "dp2a.lo.s32.s32", int, int)
ATTNLAB_KIT_DOT(__dp2a_lo, "dp2a.lo.u32.u32", unsigned int, unsigned int)
ATTNLAB_KIT_DOT(__dp2a_hi, "dp2a.hi.s32.s32", int, int)
ATTNLAB_KIT_DOT(__dp2a_hi, "dp2a.hi.u32.u32", unsigned int, unsigned int)
#undef ATTNLAB_KIT_DOT

// CUDA's global min and max. Of two types the common one decides, as in arithmetic.
#define ATTNLAB_KIT_EXTREMA(Type, A, B)         \
  ATTNLAB_KIT_HD constexpr Type min(A a, B b) { \
    const Type x = static_cast<Type>(a);        \
    const Type y = static_cast<Type>(b);        \
    return y < x ? y : x;                       \
  }                                             \
  ATTNLAB_KIT_HD constexpr Type max(A a, B b) { \
    const Type x = static_cast<Type>(a);        \
    const Type y = static_cast<Type>(b);        \
    return x < y ? y : x;                       \
  }
#define ATTNLAB_KIT_EXTREMA_OF(Signed, Unsigned)    \
  ATTNLAB_KIT_EXTREMA(Signed, Signed, Signed)       \
  ATTNLAB_KIT_EXTREMA(Unsigned, Unsigned, Unsigned) \
  ATTNLAB_KIT_EXTREMA(Unsigned, Signed, Unsigned)   \
  ATTNLAB_KIT_EXTREMA(Unsigned, Unsigned, Signed)
ATTNLAB_KIT_EXTREMA_OF(int, unsigned int)
ATTNLAB_KIT_EXTREMA_OF(long, unsigned long)
ATTNLAB_KIT_EXTREMA_OF(long long, unsigned long long)
#undef ATTNLAB_KIT_EXTREMA_OF
#undef ATTNLAB_KIT_EXTREMA

ATTNLAB_KIT_D int abs(int x) {
  return x < 0 ? -x : x;
}
ATTNLAB_KIT_D long abs(long x) {
  return x < 0 ? -x : x;
}
ATTNLAB_KIT_D long long abs(long long x) {
  return x < 0 ? -x : x;
}
ATTNLAB_KIT_D long labs(long x) {
  return abs(x);
}
ATTNLAB_KIT_D long long llabs(long long x) {
  return abs(x);
}
#define ATTNLAB_KIT_NAMED_EXTREMA(prefix, Type)     \
  ATTNLAB_KIT_HD Type prefix##min(Type a, Type b) { \
    return min(a, b);                               \
  }                                                 \
  ATTNLAB_KIT_HD Type prefix##max(Type a, Type b) { \
    return max(a, b);                               \
  }
ATTNLAB_KIT_NAMED_EXTREMA(u, unsigned int)
ATTNLAB_KIT_NAMED_EXTREMA(ll, long long)
ATTNLAB_KIT_NAMED_EXTREMA(ull, unsigned long long)
#undef ATTNLAB_KIT_NAMED_EXTREMA
