// SPDX-License-Identifier: MIT
// What half and bfloat16 have in common, as macros over a format's names: instructions on one and
// on two numbers, C++ operators, pairs put together and taken apart.
#pragma once

#include "kernels/kit/device/memory.h"
#include "kernels/kit/device/shuffles.h"
#include "kernels/kit/math/overloads.h"

// One instruction on 16-bit numbers of type T, or on 32-bit pairs.
#define ATTNLAB_KIT_UNARY(name, T, Bits, constraint, instruction) \
  ATTNLAB_KIT_HD T name(T a) {                                    \
    Bits result;                                                  \
    asm(instruction " %0, %1;"                                    \
        : "=" constraint(result)                                  \
        : constraint(__builtin_bit_cast(Bits, a)));               \
    return __builtin_bit_cast(T, result);                         \
  }
#define ATTNLAB_KIT_BINARY(name, T, Bits, constraint, instruction)                           \
  ATTNLAB_KIT_HD T name(T a, T b) {                                                          \
    Bits result;                                                                             \
    asm(instruction " %0, %1, %2;"                                                           \
        : "=" constraint(result)                                                             \
        : constraint(__builtin_bit_cast(Bits, a)), constraint(__builtin_bit_cast(Bits, b))); \
    return __builtin_bit_cast(T, result);                                                    \
  }
#define ATTNLAB_KIT_TERNARY(name, T, Bits, constraint, instruction)                         \
  ATTNLAB_KIT_HD T name(T a, T b, T c) {                                                    \
    Bits result;                                                                            \
    asm(instruction " %0, %1, %2, %3;"                                                      \
        : "=" constraint(result)                                                            \
        : constraint(__builtin_bit_cast(Bits, a)), constraint(__builtin_bit_cast(Bits, b)), \
          constraint(__builtin_bit_cast(Bits, c)));                                         \
    return __builtin_bit_cast(T, result);                                                   \
  }
#define ATTNLAB_KIT_UNARY_1(name, T, instruction) \
  ATTNLAB_KIT_UNARY(name, T, unsigned short, "h", instruction)
#define ATTNLAB_KIT_UNARY_2(name, T, instruction) \
  ATTNLAB_KIT_UNARY(name, T, unsigned int, "r", instruction)
#define ATTNLAB_KIT_BINARY_1(name, T, instruction) \
  ATTNLAB_KIT_BINARY(name, T, unsigned short, "h", instruction)
#define ATTNLAB_KIT_BINARY_2(name, T, instruction) \
  ATTNLAB_KIT_BINARY(name, T, unsigned int, "r", instruction)
#define ATTNLAB_KIT_TERNARY_1(name, T, instruction) \
  ATTNLAB_KIT_TERNARY(name, T, unsigned short, "h", instruction)
#define ATTNLAB_KIT_TERNARY_2(name, T, instruction) \
  ATTNLAB_KIT_TERNARY(name, T, unsigned int, "r", instruction)

// Comparisons. Of floats x and y, which hold every 16-bit number: the answers are the same. With u,
// an unordered pair (one is NaN) answers true.
#define ATTNLAB_KIT_COMPARISON(name, T, T2, answer)                                      \
  ATTNLAB_KIT_HD bool __h##name(T a, T b) {                                              \
    const float x = a;                                                                   \
    const float y = b;                                                                   \
    return answer;                                                                       \
  }                                                                                      \
  ATTNLAB_KIT_HD T2 __h##name##2(T2 a, T2 b) {                                           \
    return {T(__h##name(a.x, b.x) ? 1.0f : 0.0f), T(__h##name(a.y, b.y) ? 1.0f : 0.0f)}; \
  }                                                                                      \
  ATTNLAB_KIT_HD bool __hb##name##2(T2 a, T2 b) {                                        \
    return __h##name(a.x, b.x) && __h##name(a.y, b.y);                                   \
  }
#define ATTNLAB_KIT_COMPARISONS(T, T2)                  \
  ATTNLAB_KIT_COMPARISON(eq, T, T2, x == y)             \
  ATTNLAB_KIT_COMPARISON(ne, T, T2, x<y || x> y)        \
  ATTNLAB_KIT_COMPARISON(lt, T, T2, x < y)              \
  ATTNLAB_KIT_COMPARISON(le, T, T2, x <= y)             \
  ATTNLAB_KIT_COMPARISON(gt, T, T2, x > y)              \
  ATTNLAB_KIT_COMPARISON(ge, T, T2, x >= y)             \
  ATTNLAB_KIT_COMPARISON(equ, T, T2, !(x < y || x > y)) \
  ATTNLAB_KIT_COMPARISON(neu, T, T2, x != y)            \
  ATTNLAB_KIT_COMPARISON(ltu, T, T2, !(x >= y))         \
  ATTNLAB_KIT_COMPARISON(leu, T, T2, !(x > y))          \
  ATTNLAB_KIT_COMPARISON(gtu, T, T2, !(x <= y))         \
  ATTNLAB_KIT_COMPARISON(geu, T, T2, !(x < y))

#define ATTNLAB_KIT_OPERATOR(T, symbol, name)       \
  ATTNLAB_KIT_HD T operator symbol(T a, T b) {      \
    return name(a, b);                              \
  }                                                 \
  ATTNLAB_KIT_HD T& operator symbol##=(T& a, T b) { \
    return a = name(a, b);                          \
  }
#define ATTNLAB_KIT_SIGNS(T, negate, add, subtract, one) \
  ATTNLAB_KIT_HD T operator+(T a) {                      \
    return a;                                            \
  }                                                      \
  ATTNLAB_KIT_HD T operator-(T a) {                      \
    return negate(a);                                    \
  }                                                      \
  ATTNLAB_KIT_HD T& operator++(T& a) {                   \
    return a = add(a, one);                              \
  }                                                      \
  ATTNLAB_KIT_HD T& operator--(T& a) {                   \
    return a = subtract(a, one);                         \
  }                                                      \
  ATTNLAB_KIT_HD T operator++(T& a, int) {               \
    const T before = a;                                  \
    ++a;                                                 \
    return before;                                       \
  }                                                      \
  ATTNLAB_KIT_HD T operator--(T& a, int) {               \
    const T before = a;                                  \
    --a;                                                 \
    return before;                                       \
  }
#define ATTNLAB_KIT_OPERATORS(T, T2)                                       \
  ATTNLAB_KIT_OPERATOR(T, +, __hadd)                                       \
  ATTNLAB_KIT_OPERATOR(T, -, __hsub)                                       \
  ATTNLAB_KIT_OPERATOR(T, *, __hmul)                                       \
  ATTNLAB_KIT_OPERATOR(T, /, __hdiv)                                       \
  ATTNLAB_KIT_OPERATOR(T2, +, __hadd2)                                     \
  ATTNLAB_KIT_OPERATOR(T2, -, __hsub2)                                     \
  ATTNLAB_KIT_OPERATOR(T2, *, __hmul2)                                     \
  ATTNLAB_KIT_OPERATOR(T2, /, __h2div)                                     \
  ATTNLAB_KIT_SIGNS(T, __hneg, __hadd, __hsub, T(1.0f))                    \
  ATTNLAB_KIT_SIGNS(T2, __hneg2, __hadd2, __hsub2, (T2{T(1.0f), T(1.0f)})) \
  ATTNLAB_KIT_RELATION(T, T2, ==, __heq, __hbeq2)                          \
  ATTNLAB_KIT_RELATION(T, T2, !=, __hneu, __hbneu2)                        \
  ATTNLAB_KIT_RELATION(T, T2, <, __hlt, __hblt2)                           \
  ATTNLAB_KIT_RELATION(T, T2, <=, __hle, __hble2)                          \
  ATTNLAB_KIT_RELATION(T, T2, >, __hgt, __hbgt2)                           \
  ATTNLAB_KIT_RELATION(T, T2, >=, __hge, __hbge2)
#define ATTNLAB_KIT_RELATION(T, T2, symbol, name, name2) \
  ATTNLAB_KIT_HD bool operator symbol(T a, T b) {        \
    return name(a, b);                                   \
  }                                                      \
  ATTNLAB_KIT_HD bool operator symbol(T2 a, T2 b) {      \
    return name2(a, b);                                  \
  }

// A shuffle moves the bits.
#define ATTNLAB_KIT_SHUFFLE_BITS(T, Bits, form, Where)                                  \
  ATTNLAB_KIT_D T form(unsigned int mask, T value, Where where, int width = warpSize) { \
    const unsigned int bits = __builtin_bit_cast(Bits, value);                          \
    return __builtin_bit_cast(T, static_cast<Bits>(form(mask, bits, where, width)));    \
  }
#define ATTNLAB_KIT_SHUFFLES(T, Bits)                             \
  ATTNLAB_KIT_SHUFFLE_BITS(T, Bits, __shfl_sync, int)             \
  ATTNLAB_KIT_SHUFFLE_BITS(T, Bits, __shfl_xor_sync, int)         \
  ATTNLAB_KIT_SHUFFLE_BITS(T, Bits, __shfl_up_sync, unsigned int) \
  ATTNLAB_KIT_SHUFFLE_BITS(T, Bits, __shfl_down_sync, unsigned int)

// Functions of a pair are the functions of its two numbers.
#define ATTNLAB_KIT_PAIRWISE(T2, name, of_one) \
  ATTNLAB_KIT_D T2 name(T2 a) {                \
    return {of_one(a.x), of_one(a.y)};         \
  }
#define ATTNLAB_KIT_MATH_OF_PAIRS(T2)       \
  ATTNLAB_KIT_PAIRWISE(T2, h2ceil, hceil)   \
  ATTNLAB_KIT_PAIRWISE(T2, h2cos, hcos)     \
  ATTNLAB_KIT_PAIRWISE(T2, h2exp, hexp)     \
  ATTNLAB_KIT_PAIRWISE(T2, h2exp10, hexp10) \
  ATTNLAB_KIT_PAIRWISE(T2, h2exp2, hexp2)   \
  ATTNLAB_KIT_PAIRWISE(T2, h2floor, hfloor) \
  ATTNLAB_KIT_PAIRWISE(T2, h2log, hlog)     \
  ATTNLAB_KIT_PAIRWISE(T2, h2log10, hlog10) \
  ATTNLAB_KIT_PAIRWISE(T2, h2log2, hlog2)   \
  ATTNLAB_KIT_PAIRWISE(T2, h2rcp, hrcp)     \
  ATTNLAB_KIT_PAIRWISE(T2, h2rint, hrint)   \
  ATTNLAB_KIT_PAIRWISE(T2, h2rsqrt, hrsqrt) \
  ATTNLAB_KIT_PAIRWISE(T2, h2sin, hsin)     \
  ATTNLAB_KIT_PAIRWISE(T2, h2sqrt, hsqrt)   \
  ATTNLAB_KIT_PAIRWISE(T2, h2tanh, htanh)   \
  ATTNLAB_KIT_PAIRWISE(T2, h2trunc, htrunc)
