// SPDX-License-Identifier: MIT
// Two arrays of results, nvcc's and the kit's, held against each other where they are.
//   tally[0]  how many differ
//   tally[1]  how many more differ in nothing but which of two NaNs is carried on (only `pairs`)
//   tally[2 + 3 * k ...]  index, nvcc's bits, the kit's bits of some k < kExamples that differ
#include "kernels/kit/check/check.cuh"
#include "kernels/kit/check/tally.h"

extern "C" __global__ void compare_values_kernel(unsigned long long first, unsigned long long count,
                                                 unsigned int pairs, const unsigned long long* nvcc,
                                                 const unsigned long long* kit,
                                                 unsigned long long* tally) {
  using namespace attnlab::kit_check;
  const U64 threads = static_cast<U64>(gridDim.x) * blockDim.x;
  for (U64 i = static_cast<U64>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += threads) {
    if (nvcc[i] == kit[i]) continue;
    const U64 index = first + i;
    if (pairs != 0 && is_nan_of_two(index, nvcc[i]) && is_nan_of_two(index, kit[i])) {
      atomicAdd(&tally[1], 1ull);
      continue;
    }
    const U64 example = atomicAdd(&tally[0], 1ull);
    if (example >= kExamples) continue;
    tally[2 + 3 * example] = index;
    tally[3 + 3 * example] = nvcc[i];
    tally[4 + 3 * example] = kit[i];
  }
}
