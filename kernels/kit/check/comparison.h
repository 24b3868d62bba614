// SPDX-License-Identifier: MIT
// Every checked function (check.cuh) on a GPU, as nvcc compiled it and as clang did with the kit.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernels/gpu/device.h"

namespace attnlab::kit_check {

// An index at which the results differ.
struct Example {
  std::uint64_t index = 0;
  std::uint64_t nvcc = 0;  // the result's bits
  std::uint64_t kit = 0;
};

struct FunctionResult {
  std::string name;           // "all_expf": the domain, the function
  std::string missing_in;     // "nvcc" or "kit": not compiled there, nothing compared
  std::uint64_t indices = 0;  // how many arguments were tried
  std::uint64_t differences = 0;
  std::uint64_t payloads_of_two_nans = 0;  // differ in that alone: no difference
  std::uint64_t differing_blocks = 0;      // whose digests differ
  std::vector<Example> examples;           // at most kExamples
  std::vector<std::uint64_t> digests;      // nvcc's, one a block of 65,536 indices

  bool equal() const { return missing_in.empty() && differences == 0 && differing_blocks == 0; }
  std::uint64_t total_digest() const;
};

// The blocks whose digests are recorded, of a function with this many: by their place in 2^32
// numbers zero and the subnormals, 1 and a little more, the largest floats, and where e^x becomes
// subnormal.
inline constexpr std::array<std::uint64_t, 4> kRecordedBlocks = {0x0000, 0x3f80, 0x7f7f, 0xc2ae};
std::vector<std::uint64_t> recorded_blocks(std::uint64_t blocks);

// Compares all functions, in the order of their names; `done` hears of each. Throws gpu::GpuError.
std::vector<FunctionResult> compare_all(const gpu::Device& device,
                                        const std::function<void(const FunctionResult&)>& done);

}  // namespace attnlab::kit_check
