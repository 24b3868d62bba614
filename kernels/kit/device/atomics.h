// SPDX-License-Identifier: MIT
// Atomic operations: they return what stood at the address before. Each exists for three circles of
// threads that may touch the address: the block, the GPU (no suffix), the system.
#pragma once

#include "kernels/kit/language/qualifiers.h"

// One operation on one type. Bits is the type by which the compiler's builtin knows it.
#define ATTNLAB_KIT_ATOMIC(name, operation, Type, Bits, suffix)          \
  ATTNLAB_KIT_D Type name(Type* address, Type value) {                   \
    return static_cast<Type>(__nvvm_atom_##operation##_gen_##suffix(     \
        reinterpret_cast<Bits*>(address), static_cast<Bits>(value)));    \
  }                                                                      \
  ATTNLAB_KIT_D Type name##_block(Type* address, Type value) {           \
    return static_cast<Type>(__nvvm_atom_cta_##operation##_gen_##suffix( \
        reinterpret_cast<Bits*>(address), static_cast<Bits>(value)));    \
  }                                                                      \
  ATTNLAB_KIT_D Type name##_system(Type* address, Type value) {          \
    return static_cast<Type>(__nvvm_atom_sys_##operation##_gen_##suffix( \
        reinterpret_cast<Bits*>(address), static_cast<Bits>(value)));    \
  }
// The types on which add, exchange and the bitwise operations agree.
#define ATTNLAB_KIT_ATOMIC_INTEGERS(name, operation)        \
  ATTNLAB_KIT_ATOMIC(name, operation, int, int, i)          \
  ATTNLAB_KIT_ATOMIC(name, operation, unsigned int, int, i) \
  ATTNLAB_KIT_ATOMIC(name, operation, unsigned long long, long long, ll)
#define ATTNLAB_KIT_ATOMIC_ORDERED(name, operation)                   \
  ATTNLAB_KIT_ATOMIC(name, operation, int, int, i)                    \
  ATTNLAB_KIT_ATOMIC(name, operation, unsigned int, unsigned int, ui) \
  ATTNLAB_KIT_ATOMIC(name, operation, long long, long long, ll)       \
  ATTNLAB_KIT_ATOMIC(name, operation, unsigned long long, unsigned long long, ull)

ATTNLAB_KIT_ATOMIC_INTEGERS(atomicAdd, add)
ATTNLAB_KIT_ATOMIC(atomicAdd, add, float, float, f)
ATTNLAB_KIT_ATOMIC(atomicAdd, add, double, double, d)
ATTNLAB_KIT_ATOMIC_INTEGERS(atomicExch, xchg)
ATTNLAB_KIT_ATOMIC_INTEGERS(atomicAnd, and)
ATTNLAB_KIT_ATOMIC_INTEGERS(atomicOr, or)
ATTNLAB_KIT_ATOMIC_INTEGERS(atomicXor, xor)
ATTNLAB_KIT_ATOMIC_ORDERED(atomicMin, min)
ATTNLAB_KIT_ATOMIC_ORDERED(atomicMax, max)
// Counters that wrap: up to `value` and then 0; down from `value` after 0.
ATTNLAB_KIT_ATOMIC(atomicInc, inc, unsigned int, unsigned int, ui)
ATTNLAB_KIT_ATOMIC(atomicDec, dec, unsigned int, unsigned int, ui)
#undef ATTNLAB_KIT_ATOMIC_ORDERED
#undef ATTNLAB_KIT_ATOMIC_INTEGERS
#undef ATTNLAB_KIT_ATOMIC

// Subtraction adds the negative; floats are exchanged as bits.
#define ATTNLAB_KIT_ATOMIC_SCOPES(suffix)                                                   \
  ATTNLAB_KIT_D int atomicSub##suffix(int* address, int value) {                            \
    return static_cast<int>(atomicAdd##suffix(reinterpret_cast<unsigned int*>(address),     \
                                              0u - static_cast<unsigned int>(value)));      \
  }                                                                                         \
  ATTNLAB_KIT_D unsigned int atomicSub##suffix(unsigned int* address, unsigned int value) { \
    return atomicAdd##suffix(address, 0u - value);                                          \
  }                                                                                         \
  ATTNLAB_KIT_D float atomicExch##suffix(float* address, float value) {                     \
    return __builtin_bit_cast(float, atomicExch##suffix(reinterpret_cast<int*>(address),    \
                                                        __builtin_bit_cast(int, value)));   \
  }
ATTNLAB_KIT_ATOMIC_SCOPES()
ATTNLAB_KIT_ATOMIC_SCOPES(_block)
ATTNLAB_KIT_ATOMIC_SCOPES(_system)
#undef ATTNLAB_KIT_ATOMIC_SCOPES

// Writes `value` where `expected` stands.
#define ATTNLAB_KIT_CAS(name, Type, Bits, builtin)                                            \
  ATTNLAB_KIT_D Type name(Type* address, Type expected, Type value) {                         \
    return static_cast<Type>(builtin(reinterpret_cast<Bits*>(address),                        \
                                     static_cast<Bits>(expected), static_cast<Bits>(value))); \
  }
ATTNLAB_KIT_CAS(atomicCAS, int, int, __nvvm_atom_cas_gen_i)
ATTNLAB_KIT_CAS(atomicCAS, unsigned int, int, __nvvm_atom_cas_gen_i)
ATTNLAB_KIT_CAS(atomicCAS, unsigned long long, long long, __nvvm_atom_cas_gen_ll)
ATTNLAB_KIT_CAS(atomicCAS_block, int, int, __nvvm_atom_cta_cas_gen_i)
ATTNLAB_KIT_CAS(atomicCAS_block, unsigned int, int, __nvvm_atom_cta_cas_gen_i)
ATTNLAB_KIT_CAS(atomicCAS_block, unsigned long long, long long, __nvvm_atom_cta_cas_gen_ll)
ATTNLAB_KIT_CAS(atomicCAS_system, int, int, __nvvm_atom_sys_cas_gen_i)
ATTNLAB_KIT_CAS(atomicCAS_system, unsigned int, int, __nvvm_atom_sys_cas_gen_i)
ATTNLAB_KIT_CAS(atomicCAS_system, unsigned long long, long long, __nvvm_atom_sys_cas_gen_ll)
#undef ATTNLAB_KIT_CAS

ATTNLAB_KIT_D unsigned short atomicCAS(unsigned short* address, unsigned short expected,
                                       unsigned short value) {
  unsigned short before;
  asm volatile("atom.cas.b16 %0, [%1], %2, %3;"
               : "=h"(before)
               : "l"(address), "h"(expected), "h"(value)
               : "memory");
  return before;
}
