// SPDX-License-Identifier: MIT
// The rungs of each family, in the order of its ladder: a file a family says how its kernels are
// launched, and on which problems they are verified.
#pragma once

#include <vector>

#include "kernels/registry.h"

namespace attnlab::kernels {

std::vector<Rung> standard_rungs();
std::vector<Rung> flash_fwd_rungs();
std::vector<Rung> flash_bwd_rungs();
std::vector<Rung> decode_rungs();
std::vector<Rung> paged_rungs();

// The second launch of rungs that split the keys.
KernelLaunch reduce_launch(const Problem& problem, const model::LaunchShape& shape, int splits);

// A row is whole 16-byte vectors, in every stored type. Throws problem::BadInput where not.
void require_vectors(const Problem& problem);

// Arguments that launches share.
inline std::int32_t causal_flag(const Problem& problem) {
  return problem.mask != problem::Mask::kNone ? 1 : 0;
}

}  // namespace attnlab::kernels
