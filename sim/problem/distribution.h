// SPDX-License-Identifier: MIT
// What inputs are drawn from, and for which tensor. Apart from problem.h because device code
// includes it too.
#pragma once

#include <cstdint>

namespace attnlab::problem {

enum class Distribution { kNormal, kUniform, kAdversarial };

// The number is part of the random counter: the tensors of one problem are drawn independently.
enum class InputTensor : std::uint32_t { kQ = 0, kK = 1, kV = 2, kGradO = 3 };

}  // namespace attnlab::problem
