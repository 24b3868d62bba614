// SPDX-License-Identifier: MIT
// Several elements in one access to memory: 16 bytes from device memory, four numbers to and from
// shared memory. Addresses must be aligned to the access.
#pragma once

#include "kernels/common/storage.cuh"

namespace attnlab::kernels {

// Elements of 16 bytes.
template <class T>
inline constexpr int kVectorElements = 16 / static_cast<int>(sizeof(T));

// One 16-byte load, widened.
__device__ __forceinline__ void load_vector(float (&values)[4], const float* source) {
  const float4 vector = *reinterpret_cast<const float4*>(source);
  values[0] = vector.x;
  values[1] = vector.y;
  values[2] = vector.z;
  values[3] = vector.w;
}
template <class T>
__device__ __forceinline__ void load_vector(float (&values)[8], const T* source) {
  const uint4 vector = *reinterpret_cast<const uint4*>(source);
  const unsigned int words[4] = {vector.x, vector.y, vector.z, vector.w};
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    values[2 * i] = to_float(T{static_cast<unsigned short>(words[i] & 0xffffu)});
    values[2 * i + 1] = to_float(T{static_cast<unsigned short>(words[i] >> 16)});
  }
}

// Four numbers of shared memory.
__device__ __forceinline__ void load_chunk(float (&values)[4], const float* source) {
  load_vector(values, source);
}

// Four numbers in one store, rounded to the stored type.
__device__ __forceinline__ void store_chunk(float* target, const float* values) {
  *reinterpret_cast<float4*>(target) = make_float4(values[0], values[1], values[2], values[3]);
}
template <class T>
__device__ __forceinline__ void store_chunk(T* target, const float* values) {
  uint2 pairs;
  pairs.x = from_float<T>(values[0]).bits | static_cast<unsigned int>(from_float<T>(values[1]).bits)
                                                << 16;
  pairs.y = from_float<T>(values[2]).bits | static_cast<unsigned int>(from_float<T>(values[3]).bits)
                                                << 16;
  *reinterpret_cast<uint2*>(target) = pairs;
}

}  // namespace attnlab::kernels
