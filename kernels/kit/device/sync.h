// SPDX-License-Identifier: MIT
// Barriers of a block and of a warp, and fences. __syncthreads() is one of clang's own builtins.
#pragma once

#include "kernels/kit/language/qualifiers.h"

// Barriers that also tell every thread of the block in how many, in all, in any of them the
// predicate was not 0.
ATTNLAB_KIT_D int __syncthreads_count(int predicate) {
  return __nvvm_bar0_popc(predicate);
}
ATTNLAB_KIT_D int __syncthreads_and(int predicate) {
  return __nvvm_bar0_and(predicate);
}
ATTNLAB_KIT_D int __syncthreads_or(int predicate) {
  return __nvvm_bar0_or(predicate);
}
ATTNLAB_KIT_D void __syncwarp(unsigned int mask = 0xffffffffu) {
  __nvvm_bar_warp_sync(mask);
}

// What this thread wrote before is seen before what it writes after: by its block, by the GPU, by
// everyone.
ATTNLAB_KIT_D void __threadfence_block() {
  __nvvm_membar_cta();
}
ATTNLAB_KIT_D void __threadfence() {
  __nvvm_membar_gl();
}
ATTNLAB_KIT_D void __threadfence_system() {
  __nvvm_membar_sys();
}
