// SPDX-License-Identifier: MIT
// A random kernel by its seed: well-formed PTX for sm_80 whose every result PTX defines. One block
// of 64, 96 or 128 threads does arithmetic on 32- and 64-bit integers, f32, f64, f16x2 and
// predicates, branches and loops on its data, and where all threads pass, shuffles, votes and
// exchanges through shared memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace attnlab::probe {

inline constexpr std::size_t kMostFuzzThreads = 128;
inline constexpr std::size_t kFuzzInputs = 8;    // 32-bit words a thread, thread-major
inline constexpr std::size_t kFuzzResults = 27;  // words a thread, word-major

std::uint32_t fuzz_threads(std::uint64_t seed);
std::vector<std::uint32_t> fuzz_inputs(std::uint64_t seed);  // kMostFuzzThreads * kFuzzInputs

// `.visible .entry NAME(.param .u64 inputs, .param .u64 results)`, without the module's header.
std::string fuzz_kernel(std::uint64_t seed, const std::string& name);

}  // namespace attnlab::probe
