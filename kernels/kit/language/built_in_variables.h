// SPDX-License-Identifier: MIT
// threadIdx, blockIdx, blockDim, gridDim and warpSize: reading a member reads a special register.
#pragma once

#include "kernels/kit/language/vector_types.h"

#define ATTNLAB_KIT_REGISTER(member, special_register)          \
  __declspec(property(get = get_##member)) unsigned int member; \
  static ATTNLAB_KIT_D unsigned int get_##member() {            \
    return __nvvm_read_ptx_sreg_##special_register();           \
  }
#define ATTNLAB_KIT_VARIABLE(Type, name, special_register)                                    \
  struct Type {                                                                               \
    ATTNLAB_KIT_REGISTER(x, special_register##_x)                                             \
    ATTNLAB_KIT_REGISTER(y, special_register##_y)                                             \
    ATTNLAB_KIT_REGISTER(z, special_register##_z)                                             \
    __device__ __forceinline__ operator uint3() const { return {get_x(), get_y(), get_z()}; } \
    __device__ __forceinline__ operator dim3() const { return {get_x(), get_y(), get_z()}; }  \
  };                                                                                          \
  extern const __device__ __attribute__((weak)) Type name;

ATTNLAB_KIT_VARIABLE(AttnlabKitThreadIdx, threadIdx, tid)
ATTNLAB_KIT_VARIABLE(AttnlabKitBlockIdx, blockIdx, ctaid)
ATTNLAB_KIT_VARIABLE(AttnlabKitBlockDim, blockDim, ntid)
ATTNLAB_KIT_VARIABLE(AttnlabKitGridDim, gridDim, nctaid)
#undef ATTNLAB_KIT_VARIABLE
#undef ATTNLAB_KIT_REGISTER

inline constexpr int warpSize = 32;
