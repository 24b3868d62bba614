// SPDX-License-Identifier: MIT
// The comparison as a table for people and as a record for the emulator's test.
#pragma once

#include <span>
#include <string>

#include "kernels/kit/check/comparison.h"

namespace attnlab::kit_check {

struct Circumstances {
  std::string gpu;        // "NVIDIA H200, compute capability 9.0"
  std::string driver;     // "580.82.07 (CUDA 13.0)"
  std::string compilers;  // "nvcc 13.0.88, clang 19.1.7"
  std::string date;       // "2026-11-23"
};

// A row a function; examples follow a row that has differences.
std::string table(const Circumstances& circumstances, std::span<const FunctionResult> results);

// JSON: for every function the digest of all its results and those of some blocks, as nvcc's code
// gave them. The first is the sum of all blocks' digests.
std::string record(const Circumstances& circumstances, std::span<const FunctionResult> results);

}  // namespace attnlab::kit_check
