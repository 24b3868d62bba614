// SPDX-License-Identifier: MIT
// Random kernels (fuzz_kernel.h) on a GPU, recorded as digests of 100 kernels each, and on the
// emulator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernels/gpu/device.h"
#include "kernels/probe/instructions/recorded_instructions.h"
#include "kernels/probe/progress.h"

namespace attnlab::probe {

inline constexpr std::uint64_t kKernelsPerDigest = 100;

// Kernels first … first + count - 1, as one module and one run of each.
struct FuzzBatch {
  std::uint64_t first = 0;
  std::uint64_t count = kKernelsPerDigest;
};
struct FuzzOutcome {
  // A kernel after the other, kMostFuzzThreads * kFuzzResults words for each; what a kernel with
  // fewer threads leaves is 0.
  std::vector<std::uint32_t> results;
  std::vector<std::string> failures;  // a kernel each: why it did not run; "" where it did
};

std::string fuzz_module(const FuzzBatch& batch);  // entries "kernel_0" …
FuzzOutcome fuzz_on_gpu(const gpu::Device& device, const FuzzBatch& batch,
                        gpu::OptimizationLevel level = gpu::OptimizationLevel::kFull);
FuzzOutcome fuzz_on_emulator(const FuzzBatch& batch);
std::string digest_of(const FuzzOutcome& outcome);

// A kernel whose results differ.
struct FuzzDifference {
  std::uint64_t seed = 0;
  std::string sentence;  // how many words, and the first: thread, word, both values; or a failure
};
std::vector<FuzzDifference> compare(const FuzzBatch& batch, const FuzzOutcome& gpu,
                                    const FuzzOutcome& emulator);

// Runs kernels on the GPU, assembled with and without optimisation, on `threads` host threads (0: one
// a core); with `differences` on the emulator too. Where the two of the GPU differ, the record says
// so, and the emulator must give the results without optimisation.
RecordedFuzz record_fuzz(const gpu::Device& device, const FuzzBatch& kernels, unsigned int threads,
                         std::vector<FuzzDifference>* differences, const Progress& progress = {});

// Runs kernels of the record, the first `digests` times 100, on the emulator; one sentence for each
// hundred that differs, and for each kernel that does not run. run: in place of the emulator, for
// tests of this checker.
using RunFuzz = std::function<FuzzOutcome(const FuzzBatch&)>;
std::vector<std::string> check_fuzz(const RecordedFuzz& record, std::size_t digests,
                                    const RunFuzz& run = fuzz_on_emulator,
                                    const Progress& progress = {});

// Records of neighbouring kernels, in order, as one. Throws InstructionRecordError where they are
// not neighbours or not of one GPU and driver.
RecordedFuzz merged(const std::vector<RecordedFuzz>& records);

}  // namespace attnlab::probe
