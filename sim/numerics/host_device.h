// SPDX-License-Identifier: MIT
// One header for host and device: what both compilers need to read the same source.
#pragma once

#include <cstdint>

// nvcc defines __CUDACC__, clang in CUDA mode defines __CUDA__. The host compiler sees neither.
#if defined(__CUDACC__) || defined(__CUDA__)
#define ATTNLAB_HOST_DEVICE __host__ __device__
#define ATTNLAB_DEVICE __device__
#else
#define ATTNLAB_HOST_DEVICE
#endif

// True while code for a GPU is being generated (not in the host pass of a CUDA compiler).
#if defined(__CUDA_ARCH__)
#define ATTNLAB_ON_DEVICE 1
#else
#define ATTNLAB_ON_DEVICE 0
#endif

namespace attnlab::numerics {

// The bit pattern of a float, and the float of a bit pattern.
ATTNLAB_HOST_DEVICE constexpr std::uint32_t bits_of(float value) {
  return __builtin_bit_cast(std::uint32_t, value);
}
ATTNLAB_HOST_DEVICE constexpr float float_of_bits(std::uint32_t bits) {
  return __builtin_bit_cast(float, bits);
}

// Every NaN that the GPU's arithmetic returns (fp32; f16 and bf16 forms return 0x7fff).
inline constexpr std::uint32_t kCanonicalNanBits = 0x7fffffffu;

}  // namespace attnlab::numerics
