// SPDX-License-Identifier: MIT
// The problems on which every executor of a rung must agree to the last bit.
#pragma once

#include <vector>

#include "kernels/registry.h"

namespace attnlab::kernels {

// At least 60 problems for every rung: ragged sizes, len_q != len_kv, GQA and MQA, rows and whole
// problems with nothing to see, head dimensions from 1 to the rung's limit, every query tile, and
// inputs with huge logits, -0, subnormals, infinities and NaN. The last ones are larger.
std::vector<Problem> verification_problems(const Rung& rung);

}  // namespace attnlab::kernels
