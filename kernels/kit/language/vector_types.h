// SPDX-License-Identifier: MIT
// float4 and its relatives: one to four numbers, aligned so that two and four of them are one load.
#pragma once

#include "kernels/kit/language/qualifiers.h"

// The vectors of one scalar type, and make_... for each. `two` and `four` are alignments in bytes.
#define ATTNLAB_KIT_VECTORS(name, scalar, two, four)                              \
  struct name##1 {                                                                \
    scalar x;                                                                     \
  };                                                                              \
  struct __align__(two) name##2 {                                                 \
    scalar x, y;                                                                  \
  };                                                                              \
  struct name##3 {                                                                \
    scalar x, y, z;                                                               \
  };                                                                              \
  struct __align__(four) name##4 {                                                \
    scalar x, y, z, w;                                                            \
  };                                                                              \
  ATTNLAB_KIT_HD name##1 make_##name##1(scalar x) {                               \
    return {x};                                                                   \
  }                                                                               \
  ATTNLAB_KIT_HD name##2 make_##name##2(scalar x, scalar y) {                     \
    return {x, y};                                                                \
  }                                                                               \
  ATTNLAB_KIT_HD name##3 make_##name##3(scalar x, scalar y, scalar z) {           \
    return {x, y, z};                                                             \
  }                                                                               \
  ATTNLAB_KIT_HD name##4 make_##name##4(scalar x, scalar y, scalar z, scalar w) { \
    return {x, y, z, w};                                                          \
  }

ATTNLAB_KIT_VECTORS(char, signed char, 2, 4)
ATTNLAB_KIT_VECTORS(uchar, unsigned char, 2, 4)
ATTNLAB_KIT_VECTORS(short, short, 4, 8)
ATTNLAB_KIT_VECTORS(ushort, unsigned short, 4, 8)
ATTNLAB_KIT_VECTORS(int, int, 8, 16)
ATTNLAB_KIT_VECTORS(uint, unsigned int, 8, 16)
ATTNLAB_KIT_VECTORS(long, long, 16, 16)
ATTNLAB_KIT_VECTORS(ulong, unsigned long, 16, 16)
ATTNLAB_KIT_VECTORS(longlong, long long, 16, 16)
ATTNLAB_KIT_VECTORS(ulonglong, unsigned long long, 16, 16)
ATTNLAB_KIT_VECTORS(float, float, 8, 16)
ATTNLAB_KIT_VECTORS(double, double, 16, 16)
#undef ATTNLAB_KIT_VECTORS

// A grid's or a block's extent; what is not named is 1.
struct dim3 {
  unsigned int x, y, z;
  __host__ __device__ constexpr dim3(unsigned int vx = 1, unsigned int vy = 1, unsigned int vz = 1)
      : x(vx), y(vy), z(vz) {}
  __host__ __device__ constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  __host__ __device__ constexpr operator uint3() const { return {x, y, z}; }
};
