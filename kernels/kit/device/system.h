// SPDX-License-Identifier: MIT
// What a kernel asks of the machine around it: printf, assert, malloc, clocks, traps. clang itself
// lowers printf to vprintf with the arguments packed into a buffer.
#pragma once

#include "kernels/kit/language/qualifiers.h"

extern "C" {
__device__ int printf(const char* format, ...);
__device__ int vprintf(const char* format, const char* packed_arguments);
__device__ void* malloc(__SIZE_TYPE__ bytes);
__device__ void free(void* pointer);
__device__ __attribute__((noreturn)) void __assertfail(const char* message, const char* file,
                                                       unsigned int line, const char* function,
                                                       __SIZE_TYPE__ bytes_per_character);
}

// What the C library's assert calls.
ATTNLAB_KIT_D __attribute__((noreturn)) void __assert_fail(const char* message, const char* file,
                                                           unsigned int line,
                                                           const char* function) {
  __assertfail(message, file, line, function, sizeof(char));
}

// Cycles of this multiprocessor.
ATTNLAB_KIT_D long clock() {
  return __nvvm_read_ptx_sreg_clock();
}
ATTNLAB_KIT_D long long clock64() {
  return __nvvm_read_ptx_sreg_clock64();
}
ATTNLAB_KIT_D void __nanosleep(unsigned int nanoseconds) {
  __nvvm_nanosleep(nanoseconds);
}
ATTNLAB_KIT_D void __trap() {
  asm volatile("trap;");
}
ATTNLAB_KIT_D void __brkpt() {
  asm volatile("brkpt;");
}
ATTNLAB_KIT_D void __assume(bool condition) {
  __builtin_assume(condition);
}

ATTNLAB_KIT_D void* memcpy(void* to, const void* from, __SIZE_TYPE__ bytes) {
  return __builtin_memcpy(to, from, bytes);
}
ATTNLAB_KIT_D void* memset(void* to, int value, __SIZE_TYPE__ bytes) {
  return __builtin_memset(to, value, bytes);
}
