// SPDX-License-Identifier: MIT
// What an attention forward gives, and its digest: one line that two machines can compare.
#pragma once

#include <string>
#include <vector>

namespace attnlab::kernels {

struct Outputs {
  std::vector<float> o;        // [batch, heads, len_q, head_dim]
  std::vector<float> lse_nat;  // [batch, heads, len_q]
};

// XXH3-128 over the bytes of O and then of LSE, 32 hexadecimal digits. Equal bits, equal digest; a
// NaN counts by its bits.
std::string digest_of(const Outputs& outputs);

}  // namespace attnlab::kernels
