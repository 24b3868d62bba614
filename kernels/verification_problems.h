// SPDX-License-Identifier: MIT
// The problems on which every executor of a rung must agree to the last bit.
#pragma once

#include <vector>

#include "kernels/registry.h"

namespace attnlab::kernels {

// What the rung's row names.
inline std::vector<Problem> verification_problems(const Rung& rung) {
  return rung.problems(rung);
}

// For a forward pass over whole sequences, and its backward pass: ragged sizes, len_q != len_kv,
// GQA and MQA, rows and whole problems with nothing to see, head dimensions from 1 to the rung's
// limit, every mask, stored type and tile, and inputs with huge logits, -0, subnormals, infinities
// and NaN. The last ones are larger.
std::vector<Problem> forward_problems(const Rung& rung);

// For one query a sequence over a cache: lengths of their own from 0 on, tiles part filled, GQA and
// MQA, windows, every stored type; and where the rung has them any number of splits, pages of 1 to
// 256 tokens, pages that sequences share.
std::vector<Problem> decode_problems(const Rung& rung);

// The same caches, with one new token or several to be written.
std::vector<Problem> paged_write_problems(const Rung& rung);

}  // namespace attnlab::kernels
