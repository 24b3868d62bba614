// SPDX-License-Identifier: MIT
// How the kit is compared with nvcc on a GPU. A checked function is a struct F with
//   static __device__ unsigned long long at(unsigned long long index)
// which makes the index-th argument (or pair, or triple) and returns the result as bits. It becomes
// two kernels, compiled once by nvcc with CUDA's headers and once by clang with the kit:
//   kit_DOMAIN_NAME_kernel(first, digests): digests[block] gets the sum of mix(index, bits) over
//     65,536 indices, from first + 65,536 * block on; a sum, so that the order of threads is free;
//   kit_DOMAIN_NAME_values_kernel(first, values): the bits themselves, each block's 65,536.
// DOMAIN says how many indices there are: all is 2^32, sample 2^28, small 2^16; pairs is a sample of
// 2^28 pairs of doubles, where a digest does not ask which of two NaNs a result carries on.
#pragma once

#include <cstdint>

namespace attnlab::kit_check {

using U64 = unsigned long long;
inline constexpr U64 kBlock = 65536;
inline constexpr unsigned int kThreads = 256;

// A finaliser that spreads every bit over the word (splitmix64's).
__device__ inline U64 spread(U64 x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ull;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}
__device__ inline U64 mix(U64 index, U64 bits) {
  return spread(spread(index + 0x9e3779b97f4a7c15ull) + bits);
}

template <typename F>
__device__ void write_block(U64 first, U64* values) {
  const U64 begin = blockIdx.x * kBlock;
#pragma unroll 1
  for (unsigned int i = threadIdx.x; i < kBlock; i += kThreads) {
    values[begin + i] = F::at(first + begin + i);
  }
}

// Results as bits.
__device__ inline U64 bits_of(float x) {
  return __float_as_uint(x);
}
__device__ inline U64 bits_of(double x) {
  return static_cast<U64>(__double_as_longlong(x));
}
__device__ inline U64 bits_of(bool x) {
  return x ? 1 : 0;
}
__device__ inline U64 bits_of(int x) {
  return static_cast<unsigned int>(x);
}
__device__ inline U64 bits_of(unsigned int x) {
  return x;
}
__device__ inline U64 bits_of(long x) {
  return static_cast<U64>(x);
}
__device__ inline U64 bits_of(long long x) {
  return static_cast<U64>(x);
}
__device__ inline U64 bits_of(unsigned long long x) {
  return x;
}

// The k-th operand of a sample. Of eight indices four take random bits; the others a special value,
// a number around 1, one of moderate size, a small multiple of 1/2.
__device__ inline float float_operand(U64 index, unsigned int k) {
  constexpr unsigned int kSpecial[16] = {0x00000000u, 0x80000000u, 0x3f800000u, 0xbf800000u,
                                         0x7f800000u, 0xff800000u, 0x7fc00000u, 0xffffffffu,
                                         0x00000001u, 0x807fffffu, 0x00800000u, 0x7f7fffffu,
                                         0x40000000u, 0x3f000000u, 0xc0400000u, 0x4b800001u};
  const U64 random = spread(index * 4 + k + 0x51ed270b0f1c2a39ull);
  const unsigned int bits = static_cast<unsigned int>(random >> 32);
  const unsigned int choice = static_cast<unsigned int>(random) & 7u;
  if (choice == 4u) return __uint_as_float(kSpecial[bits & 15u]);
  if (choice == 5u) return __uint_as_float(0x3f7f8000u + (bits & 0x1ffffu));
  if (choice == 6u) {
    return __uint_as_float((bits & 0x807fffffu) | ((112u + ((bits >> 23) & 31u)) << 23));
  }
  if (choice == 7u) return static_cast<float>(static_cast<int>(bits & 511u) - 256) * 0.5f;
  return __uint_as_float(bits);
}
__device__ inline double double_operand(U64 index, unsigned int k) {
  const U64 random = spread(index * 4 + k + 0x2545f4914f6cdd1dull);
  const U64 bits = spread(random);
  const unsigned int choice = static_cast<unsigned int>(random) & 7u;
  if (choice == 3u) return float_operand(index, k);
  if (choice == 4u)
    return __longlong_as_double(static_cast<long long>(0x3fefff0000000000ull + (bits >> 22)));
  if (choice == 5u) return static_cast<double>(static_cast<int>(bits & 1023u) - 512) * 0.5;
  if (choice >= 6u) {
    const U64 exponent = 991 + ((bits >> 52) & 63u);
    return __longlong_as_double(
        static_cast<long long>((bits & 0x800fffffffffffffull) | (exponent << 52)));
  }
  return __longlong_as_double(static_cast<long long>(bits));
}

__device__ inline bool is_nan(U64 bits) {
  return (bits & 0x7fffffffffffffffull) > 0x7ff0000000000000ull;
}
// Both numbers of a pair are NaN, and so is the result. Whose payload it carries is decided by the
// order of the operands in the machine's instruction, which the assembler chooses.
__device__ inline bool is_nan_of_two(U64 index, U64 bits) {
  return is_nan(bits) && is_nan(bits_of(double_operand(index, 0))) &&
         is_nan(bits_of(double_operand(index, 1)));
}

template <typename F>
__device__ void digest_block(U64 first, U64* digests) {
  const U64 begin = first + blockIdx.x * kBlock;
  U64 sum = 0;
#pragma unroll 1
  for (unsigned int i = threadIdx.x; i < kBlock; i += kThreads) {
    sum += mix(begin + i, F::digested(begin + i, F::at(begin + i)));
  }
  atomicAdd(&digests[blockIdx.x], sum);
}

// What a digest is made of: the bits, in a sample of pairs one NaN for all results of two NaNs.
struct Domain {
  static __device__ U64 digested(U64, U64 bits) { return bits; }
};
struct Domain_all : Domain {};
struct Domain_sample : Domain {};
struct Domain_small : Domain {};
struct Domain_pairs {
  static __device__ U64 digested(U64 index, U64 bits) {
    return is_nan_of_two(index, bits) ? 0x7ff8000000000000ull : bits;
  }
};

}  // namespace attnlab::kit_check

// One checked function. `...` is an expression of the arguments that `setup` declares.
#define ATTNLAB_KIT_CHECK(domain, name, setup, ...)                                              \
  namespace attnlab::kit_check {                                                                 \
  struct Of_##domain##_##name : Domain_##domain {                                                \
    static __device__ U64 at(U64 index) {                                                        \
      setup;                                                                                     \
      return bits_of(__VA_ARGS__);                                                               \
    }                                                                                            \
  };                                                                                             \
  }                                                                                              \
  extern "C" __global__ void kit_##domain##_##name##_kernel(unsigned long long first,            \
                                                            unsigned long long* digests) {       \
    attnlab::kit_check::digest_block<attnlab::kit_check::Of_##domain##_##name>(first, digests);  \
  }                                                                                              \
  extern "C" __global__ void kit_##domain##_##name##_values_kernel(unsigned long long first,     \
                                                                   unsigned long long* values) { \
    attnlab::kit_check::write_block<attnlab::kit_check::Of_##domain##_##name>(first, values);    \
  }
