// SPDX-License-Identifier: MIT
// Stands in for CUDA's headers where clang compiles device code without the CUDA Toolkit. It is
// force-included (-include) in front of every .cu file; nvcc never sees it.
//
// It defines what our kernels use of CUDA C++ and nothing else: qualifiers, built-in variables,
// barriers, shuffles. Every function is the PTX instruction that nvcc would write.
#pragma once

#if !defined(__clang__) || !defined(__CUDA__)
#error "cuda_kit.h is for clang in CUDA mode (-x cuda -nocudainc -nocudalib)"
#endif

#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __forceinline__ __inline__ __attribute__((always_inline))

// Built-in variables: reading a member reads the special register.
#define ATTNLAB_KIT_REGISTER(member, special_register)            \
  __declspec(property(get = get_##member)) unsigned int member;   \
  static __device__ __forceinline__ unsigned int get_##member() { \
    return __nvvm_read_ptx_sreg_##special_register();             \
  }

struct AttnlabKitThreadIdx {
  ATTNLAB_KIT_REGISTER(x, tid_x)
  ATTNLAB_KIT_REGISTER(y, tid_y)
  ATTNLAB_KIT_REGISTER(z, tid_z)
};
struct AttnlabKitBlockIdx {
  ATTNLAB_KIT_REGISTER(x, ctaid_x)
  ATTNLAB_KIT_REGISTER(y, ctaid_y)
  ATTNLAB_KIT_REGISTER(z, ctaid_z)
};
struct AttnlabKitBlockDim {
  ATTNLAB_KIT_REGISTER(x, ntid_x)
  ATTNLAB_KIT_REGISTER(y, ntid_y)
  ATTNLAB_KIT_REGISTER(z, ntid_z)
};
struct AttnlabKitGridDim {
  ATTNLAB_KIT_REGISTER(x, nctaid_x)
  ATTNLAB_KIT_REGISTER(y, nctaid_y)
  ATTNLAB_KIT_REGISTER(z, nctaid_z)
};
#undef ATTNLAB_KIT_REGISTER

extern const __device__ __attribute__((weak)) AttnlabKitThreadIdx threadIdx;
extern const __device__ __attribute__((weak)) AttnlabKitBlockIdx blockIdx;
extern const __device__ __attribute__((weak)) AttnlabKitBlockDim blockDim;
extern const __device__ __attribute__((weak)) AttnlabKitGridDim gridDim;

// __syncthreads() is one of clang's own builtins.
__device__ __forceinline__ void __syncwarp(unsigned int mask = 0xffffffffu) {
  __nvvm_bar_warp_sync(mask);
}

__device__ __forceinline__ float __shfl_sync(unsigned int mask, float value, int source_lane) {
  return __nvvm_shfl_sync_idx_f32(mask, value, source_lane, 0x1f);
}
__device__ __forceinline__ float __shfl_xor_sync(unsigned int mask, float value, int lane_mask) {
  return __nvvm_shfl_sync_bfly_f32(mask, value, lane_mask, 0x1f);
}

// max.f32 and min.f32: one NaN operand is ignored, +0 > -0.
__device__ __forceinline__ float fmaxf(float a, float b) {
  return __nvvm_fmax_f(a, b);
}
__device__ __forceinline__ float fminf(float a, float b) {
  return __nvvm_fmin_f(a, b);
}
__device__ __forceinline__ float fmaf(float a, float b, float c) {
  return __nvvm_fma_rn_f(a, b, c);
}
