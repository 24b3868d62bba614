// SPDX-License-Identifier: MIT
//
// Computes      A problem's input elements on the device, to be compared with the host's bits.
// Shapes        out [count]: elements first_index, first_index + 1, ... of one tensor, fp32.
// Mapping       A thread an element.
// Memory        Writes every element once; reads nothing. No shared memory.
// Numerics      sim/problem/input_element.h: a counter-based generator, special function
//               instructions, one IEEE square root; single roundings only.
// Synchronises  Nothing.
// Requires      Any compute capability from 8.0.
// Changed       First of its family.
// See           sim/problem/input_element.h; kernels/probe/probe.h.

#include "sim/problem/input_element.h"

extern "C" __global__ void problem_inputs_kernel(int distribution, unsigned long long seed,
                                                 unsigned int tensor, long long first_index,
                                                 float* out, unsigned int count) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) return;
  out[i] = attnlab::problem::input_element(
      static_cast<attnlab::problem::Distribution>(distribution), seed,
      static_cast<attnlab::problem::InputTensor>(tensor), first_index + i);
}
