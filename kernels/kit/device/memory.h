// SPDX-License-Identifier: MIT
// Loads and stores with a cache hint, and questions to an address. The hints change no value.
#pragma once

#include "kernels/kit/language/vector_types.h"

namespace attnlab::kit {

template <int kBytes>
struct BitsOfSize;
template <>
struct BitsOfSize<1> {
  using Type = unsigned char;
};
template <>
struct BitsOfSize<2> {
  using Type = unsigned short;
};
template <>
struct BitsOfSize<4> {
  using Type = unsigned int;
};
template <>
struct BitsOfSize<8> {
  using Type = unsigned long long;
};
template <>
struct BitsOfSize<16> {
  using Type = uint4;
};

}  // namespace attnlab::kit

// A load of 1, 2, 4, 8 or 16 bytes, whatever their type; for example __ldcg of a float4.
#define ATTNLAB_KIT_LOAD(name, instruction)                                              \
  template <typename T>                                                                  \
  ATTNLAB_KIT_D T name(const T* address) {                                               \
    typename attnlab::kit::BitsOfSize<sizeof(T)>::Type bits;                             \
    if constexpr (sizeof(T) == 1) {                                                      \
      unsigned short wide;                                                               \
      asm volatile(instruction ".u8 %0, [%1];" : "=h"(wide) : "l"(address) : "memory");  \
      bits = static_cast<unsigned char>(wide);                                           \
    } else if constexpr (sizeof(T) == 2) {                                               \
      asm volatile(instruction ".u16 %0, [%1];" : "=h"(bits) : "l"(address) : "memory"); \
    } else if constexpr (sizeof(T) == 4) {                                               \
      asm volatile(instruction ".u32 %0, [%1];" : "=r"(bits) : "l"(address) : "memory"); \
    } else if constexpr (sizeof(T) == 8) {                                               \
      asm volatile(instruction ".u64 %0, [%1];" : "=l"(bits) : "l"(address) : "memory"); \
    } else {                                                                             \
      asm volatile(instruction ".v4.u32 {%0, %1, %2, %3}, [%4];"                         \
                   : "=r"(bits.x), "=r"(bits.y), "=r"(bits.z), "=r"(bits.w)              \
                   : "l"(address)                                                        \
                   : "memory");                                                          \
    }                                                                                    \
    return __builtin_bit_cast(T, bits);                                                  \
  }
#define ATTNLAB_KIT_STORE(name, instruction)                                                  \
  template <typename T>                                                                       \
  ATTNLAB_KIT_D void name(T* address, T value) {                                              \
    const auto bits =                                                                         \
        __builtin_bit_cast(typename attnlab::kit::BitsOfSize<sizeof(T)>::Type, value);        \
    if constexpr (sizeof(T) == 1) {                                                           \
      const unsigned short wide = bits;                                                       \
      asm volatile(instruction ".u8 [%0], %1;" ::"l"(address), "h"(wide) : "memory");         \
    } else if constexpr (sizeof(T) == 2) {                                                    \
      asm volatile(instruction ".u16 [%0], %1;" ::"l"(address), "h"(bits) : "memory");        \
    } else if constexpr (sizeof(T) == 4) {                                                    \
      asm volatile(instruction ".u32 [%0], %1;" ::"l"(address), "r"(bits) : "memory");        \
    } else if constexpr (sizeof(T) == 8) {                                                    \
      asm volatile(instruction ".u64 [%0], %1;" ::"l"(address), "l"(bits) : "memory");        \
    } else {                                                                                  \
      asm volatile(instruction ".v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(address), "r"(bits.x), \
                   "r"(bits.y), "r"(bits.z), "r"(bits.w)                                      \
                   : "memory");                                                               \
    }                                                                                         \
  }
ATTNLAB_KIT_LOAD(__ldg, "ld.global.nc")   // of what no one writes while the kernel runs
ATTNLAB_KIT_LOAD(__ldca, "ld.global.ca")  // cached at all levels
ATTNLAB_KIT_LOAD(__ldcg, "ld.global.cg")  // cached in L2 only
ATTNLAB_KIT_LOAD(__ldcs, "ld.global.cs")  // likely read once
ATTNLAB_KIT_LOAD(__ldlu, "ld.global.lu")  // last use
ATTNLAB_KIT_LOAD(__ldcv, "ld.global.cv")  // not from a cache
ATTNLAB_KIT_STORE(__stwb, "st.global.wb")
ATTNLAB_KIT_STORE(__stcg, "st.global.cg")
ATTNLAB_KIT_STORE(__stcs, "st.global.cs")
ATTNLAB_KIT_STORE(__stwt, "st.global.wt")
#undef ATTNLAB_KIT_STORE
#undef ATTNLAB_KIT_LOAD

// Whether a pointer leads into a state space.
ATTNLAB_KIT_D unsigned int __isGlobal(const void* pointer) {
  return __nvvm_isspacep_global(pointer);
}
ATTNLAB_KIT_D unsigned int __isShared(const void* pointer) {
  return __nvvm_isspacep_shared(pointer);
}
ATTNLAB_KIT_D unsigned int __isLocal(const void* pointer) {
  return __nvvm_isspacep_local(pointer);
}
ATTNLAB_KIT_D unsigned int __isConstant(const void* pointer) {
  return __nvvm_isspacep_const(pointer);
}

// A generic address within its state space, as inline PTX wants it, and back.
#define ATTNLAB_KIT_ADDRESS(space)                                             \
  ATTNLAB_KIT_D __SIZE_TYPE__ __cvta_generic_to_##space(const void* pointer) { \
    __SIZE_TYPE__ address;                                                     \
    asm("cvta.to." #space ".u64 %0, %1;" : "=l"(address) : "l"(pointer));      \
    return address;                                                            \
  }                                                                            \
  ATTNLAB_KIT_D void* __cvta_##space##_to_generic(__SIZE_TYPE__ address) {     \
    void* pointer;                                                             \
    asm("cvta." #space ".u64 %0, %1;" : "=l"(pointer) : "l"(address));         \
    return pointer;                                                            \
  }
ATTNLAB_KIT_ADDRESS(global)
ATTNLAB_KIT_ADDRESS(shared)
ATTNLAB_KIT_ADDRESS(local)
#undef ATTNLAB_KIT_ADDRESS
