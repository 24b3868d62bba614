// SPDX-License-Identifier: MIT
// The golden vectors of tests/golden: bit patterns in and out, as an H200 gives them.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/numerics/mufu_op.h"
#include "sim/numerics/tensor_core.h"

namespace attnlab::numerics {

struct MufuVector {
  MufuOp op;
  std::uint32_t input, output;
};
std::vector<MufuVector> golden_mufu_vectors();

// One step: a and b hold step_length operands, one a word.
struct MmaVector {
  MmaFormat format;
  std::vector<std::uint32_t> a, b;
  std::uint32_t c, d;
};
std::vector<MmaVector> golden_mma_vectors();

}  // namespace attnlab::numerics
