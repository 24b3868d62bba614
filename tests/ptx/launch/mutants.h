// SPDX-License-Identifier: MIT
// Mutants of a kernel: its tokens changed, dropped, doubled, exchanged, or taken from another one.
#pragma once

#include <random>
#include <string>

namespace attnlab::ptx::test {

// One of the seed kernels with up to three changes.
std::string mutated_kernel(std::mt19937& random);

enum class Outcome { kRefused, kFaulted, kFinished };

// Parses, builds and launches a text with a tiny budget. Refused: SyntaxError, DecodeError or
// LaunchError; faulted: KernelFault. Throws whatever else comes out.
Outcome outcome_of(const std::string& text);

}  // namespace attnlab::ptx::test
