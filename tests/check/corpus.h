// SPDX-License-Identifier: MIT
// The corpus: small kernels, one a file, planted/CLASS/NAME.cu with a fault, clean/CLASS/NAME.cu
// without. A file's head says how it is launched and what is to be found:
//
//   // What is wrong, or why it is right.
//   // emulate: --grid 2 --block 64 --arg f32[128]=iota --arg f32[128]
//   // finding: race-shared         (planted: the only finding there is)
//   // seed: needed                 (it shows only where blocks or warps take other turns)
//
// A sync-barrier may also end the run with a fault, as barrier divergence or a deadlock. Lines that a
// finding is about end in `// (1)` and `// (2)`.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/ptx/check/finding.h"
#include "sim/ptx/emulator.h"

namespace attnlab::tests {

struct CorpusKernel {
  std::filesystem::path file;
  std::string set;  // "planted", "clean"
  std::string class_name;
  std::string name;     // of the kernel, and of the file
  std::string launch;   // the options of `attnlab emulate`
  std::string finding;  // empty: none
  bool needs_seed = false;
  std::set<int> lines;  // with (1) or (2)
};

// All of them, sorted. Throws std::runtime_error where a head is not as above.
std::vector<CorpusKernel> corpus();

struct CorpusResult {
  std::vector<ptx::Finding> findings;
  std::optional<ptx::KernelFault> fault;  // none: the kernel ran to its end
};

// Runs a kernel as one compiler ("clang", "nvcc") wrote it, with every check.
CorpusResult run(const CorpusKernel& kernel, const std::string& compiler, std::uint64_t seed);

// What is wrong with a result: empty where exactly the planted fault was found, at its lines.
std::string judged(const CorpusKernel& kernel, const CorpusResult& result);

}  // namespace attnlab::tests
