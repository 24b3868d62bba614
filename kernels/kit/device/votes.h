// SPDX-License-Identifier: MIT
// What the lanes of a warp find out about each other: votes, equal values, integer reductions.
#pragma once

#include "kernels/kit/language/qualifiers.h"

ATTNLAB_KIT_D int __all_sync(unsigned int mask, int predicate) {
  return __nvvm_vote_all_sync(mask, predicate);
}
ATTNLAB_KIT_D int __any_sync(unsigned int mask, int predicate) {
  return __nvvm_vote_any_sync(mask, predicate);
}
ATTNLAB_KIT_D int __uni_sync(unsigned int mask, int predicate) {
  return __nvvm_vote_uni_sync(mask, predicate);
}
ATTNLAB_KIT_D unsigned int __ballot_sync(unsigned int mask, int predicate) {
  return __nvvm_vote_ballot_sync(mask, predicate);
}
ATTNLAB_KIT_D unsigned int __activemask() {
  return __nvvm_activemask();
}

// The lanes whose value has the same bits as this lane's; and whether all have the same.
#define ATTNLAB_KIT_MATCH(Type, Bits, suffix)                                              \
  ATTNLAB_KIT_D unsigned int __match_any_sync(unsigned int mask, Type value) {             \
    return __nvvm_match_any_sync_##suffix(mask, __builtin_bit_cast(Bits, value));          \
  }                                                                                        \
  ATTNLAB_KIT_D unsigned int __match_all_sync(unsigned int mask, Type value, int* same) {  \
    return __nvvm_match_all_sync_##suffix##p(mask, __builtin_bit_cast(Bits, value), same); \
  }
ATTNLAB_KIT_MATCH(int, unsigned int, i32)
ATTNLAB_KIT_MATCH(unsigned int, unsigned int, i32)
ATTNLAB_KIT_MATCH(float, unsigned int, i32)
ATTNLAB_KIT_MATCH(long, unsigned long, i64)
ATTNLAB_KIT_MATCH(unsigned long, unsigned long, i64)
ATTNLAB_KIT_MATCH(long long, unsigned long long, i64)
ATTNLAB_KIT_MATCH(unsigned long long, unsigned long long, i64)
ATTNLAB_KIT_MATCH(double, unsigned long long, i64)
#undef ATTNLAB_KIT_MATCH

#define ATTNLAB_KIT_REDUCE(name, Type, operation)                                          \
  ATTNLAB_KIT_D Type name(unsigned int mask, Type value) {                                 \
    return __nvvm_redux_sync_##operation(static_cast<int>(value), static_cast<int>(mask)); \
  }
ATTNLAB_KIT_REDUCE(__reduce_add_sync, unsigned int, add)
ATTNLAB_KIT_REDUCE(__reduce_add_sync, int, add)
ATTNLAB_KIT_REDUCE(__reduce_min_sync, unsigned int, umin)
ATTNLAB_KIT_REDUCE(__reduce_min_sync, int, min)
ATTNLAB_KIT_REDUCE(__reduce_max_sync, unsigned int, umax)
ATTNLAB_KIT_REDUCE(__reduce_max_sync, int, max)
ATTNLAB_KIT_REDUCE(__reduce_and_sync, unsigned int, and)
ATTNLAB_KIT_REDUCE(__reduce_or_sync, unsigned int, or)
ATTNLAB_KIT_REDUCE(__reduce_xor_sync, unsigned int, xor)
#undef ATTNLAB_KIT_REDUCE
