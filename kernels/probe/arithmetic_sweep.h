// SPDX-License-Identifier: MIT
// All of a GPU's special function unit, and 2^25 outputs of each tensor core format, as the digests
// of sim/numerics/record/arithmetic_digest.h: what kernels/recorded/h200_arithmetic.json holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "kernels/probe/probe.h"
#include "kernels/probe/probe_kernels.h"
#include "kernels/probe/progress.h"
#include "sim/numerics/record/recorded_arithmetic.h"

namespace attnlab::probe {

// One block of inputs of a function.
struct MufuBlock {
  numerics::MufuOp op;
  int block;
};

// The hardware's digests, in the order asked for. Every CPU thread launches, copies and digests
// blocks of its own; the copies, at 64 MiB a block, are what takes the time.
std::vector<std::uint64_t> gpu_mufu_digests(const ProbeKernels& kernels,
                                            std::span<const MufuBlock> blocks,
                                            const Progress& progress = {});
std::uint64_t gpu_mma_digest(const ProbeKernels& kernels, numerics::MmaFormat format, int block);

// Everything: 15 functions of 256 blocks, four 16-bit forms, 32 blocks of each tensor core format,
// and the open probes (open_probes.h). Throws GpuError where the GPU or the image lacks an
// instruction.
numerics::RecordedArithmetic sweep_arithmetic(const ProbeKernels& kernels,
                                              const Progress& progress = {});

// Where one block differs from the model: the first `most` inputs, ascending, with got and want.
std::vector<Difference> compare_block(const ProbeKernels& kernels, MufuBlock block,
                                      std::size_t most = 16);

// The JSON that numerics::parse_recorded_arithmetic reads.
std::string json_of(const numerics::RecordedArithmetic& record);

// Writes it whole or not at all: a new file beside `path` takes its place. Throws
// numerics::RecordError, naming the path, where that fails.
void write_recorded_arithmetic(const numerics::RecordedArithmetic& record,
                               const std::filesystem::path& path);

// Recomputes a record by the host's model: every tensor core block, and of each function
// `blocks_per_function` blocks (256 are all of them), drawn by `seed`. One sentence a block that
// differs.
std::vector<std::string> check_against_model(const numerics::RecordedArithmetic& record,
                                             int blocks_per_function, std::uint64_t seed,
                                             const Progress& progress = {});

}  // namespace attnlab::probe
