// SPDX-License-Identifier: MIT
// Plain fp32 attention in many orders, and with faults on request: what the error bound must cover,
// and what it must not.
#pragma once

#include <vector>

#include "sim/problem/inputs.h"

namespace attnlab::tests {

enum class SumOrder { kAscending, kDescending, kPairwise };
enum class Fault {
  kNone,
  kNoScale,      // the softmax scale is forgotten
  kBf16Weights,  // P is rounded to bf16 before it meets V
  kDroppedKey,   // the last visible key is not read
  kExtraKey,     // the mask lets one key too many through
  kLostRescale,  // a new maximum does not rescale the running output
};

struct Evaluation {
  SumOrder order = SumOrder::kAscending;
  bool base2 = false;  // scores are scaled by log2(e) too, once, before the exponential
  bool fused = false;  // multiply and add with one rounding
  int tile = 0;        // keys of a tile of the online softmax; 0: the maximum first, then all keys
  Fault fault = Fault::kNone;
};

struct Fp32Result {
  std::vector<float> o;
  std::vector<float> lse_nat;
};

Fp32Result fp32_attention(const problem::Problem& problem, const problem::Inputs& inputs,
                          const Evaluation& how);

}  // namespace attnlab::tests
