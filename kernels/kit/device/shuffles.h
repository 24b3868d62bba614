// SPDX-License-Identifier: MIT
// Shuffles: a lane reads a register of another. A width below 32 cuts the warp into groups.
#pragma once

#include "kernels/kit/language/built_in_variables.h"

// One form of the shuffle for a 32-bit type. The instruction's last operand holds the group's mask
// above bit 8 and the lane at which reading stops (`clamp`: 31, or 0 where lanes are read upward).
#define ATTNLAB_KIT_SHUFFLE_32(form, mode, clamp, Type, Where, suffix)                        \
  ATTNLAB_KIT_D Type form(unsigned int mask, Type value, Where where, int width = warpSize) { \
    return __nvvm_shfl_sync_##mode##_##suffix(mask, value, static_cast<int>(where),           \
                                              ((warpSize - width) << 8) | clamp);             \
  }
// A 64-bit value travels in two halves.
#define ATTNLAB_KIT_SHUFFLE_64(form, Type, Where)                                                 \
  ATTNLAB_KIT_D Type form(unsigned int mask, Type value, Where where, int width = warpSize) {     \
    const uint2 halves = __builtin_bit_cast(uint2, value);                                        \
    const uint2 moved = {form(mask, halves.x, where, width), form(mask, halves.y, where, width)}; \
    return __builtin_bit_cast(Type, moved);                                                       \
  }
#define ATTNLAB_KIT_SHUFFLE(form, mode, clamp, Where)                 \
  ATTNLAB_KIT_SHUFFLE_32(form, mode, clamp, int, Where, i32)          \
  ATTNLAB_KIT_SHUFFLE_32(form, mode, clamp, unsigned int, Where, i32) \
  ATTNLAB_KIT_SHUFFLE_32(form, mode, clamp, float, Where, f32)        \
  ATTNLAB_KIT_SHUFFLE_64(form, long, Where)                           \
  ATTNLAB_KIT_SHUFFLE_64(form, unsigned long, Where)                  \
  ATTNLAB_KIT_SHUFFLE_64(form, long long, Where)                      \
  ATTNLAB_KIT_SHUFFLE_64(form, unsigned long long, Where)             \
  ATTNLAB_KIT_SHUFFLE_64(form, double, Where)

ATTNLAB_KIT_SHUFFLE(__shfl_sync, idx, 0x1f, int)                 // from lane `where`
ATTNLAB_KIT_SHUFFLE(__shfl_up_sync, up, 0, unsigned int)         // from `where` lanes below
ATTNLAB_KIT_SHUFFLE(__shfl_down_sync, down, 0x1f, unsigned int)  // from `where` lanes above
ATTNLAB_KIT_SHUFFLE(__shfl_xor_sync, bfly, 0x1f, int)            // from lane id ^ `where`
#undef ATTNLAB_KIT_SHUFFLE
#undef ATTNLAB_KIT_SHUFFLE_64
#undef ATTNLAB_KIT_SHUFFLE_32
