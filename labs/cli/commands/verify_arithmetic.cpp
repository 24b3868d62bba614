// SPDX-License-Identifier: MIT
#include "labs/cli/commands/verify_arithmetic.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <random>

#include "arithmetic_record.h"
#include "kernels/executors.h"
#include "kernels/probe/arithmetic_sweep.h"
#include "labs/cli/command.h"
#include "labs/cli/output/progress.h"
#include "labs/cli/output/standard_streams.h"

namespace attnlab::cli {
namespace {

using numerics::RecordedArithmetic;

constexpr int kAllBlocks = 256;
constexpr int kSampleBlocks = 2;

RecordedArithmetic shipped_record() {
  const embed::EmbeddedFile* file = embed::find(embed::arithmetic_record(), "h200");
  return numerics::parse_recorded_arithmetic(std::string(file->bytes));
}

RecordedArithmetic sweep_this_gpu(const probe::Progress& progress) {
  const std::string no_gpu = kernels::gpu_missing_because();
  if (!no_gpu.empty()) {
    throw Missing("--record writes what a GPU computes, and there is none here: " + no_gpu);
  }
  const auto device = gpu::Device::open_first();
  const probe::ProbeKernels kernels(*device);
  return probe::sweep_arithmetic(kernels, progress);
}

void print_result(const RecordedArithmetic& record, int blocks,
                  const std::vector<std::string>& differences) {
  fmt::print("{}, driver {}, {}, {}\n", record.gpu, record.driver, record.compiler, record.date);
  fmt::print(
      "  {} functions x {} of 256 blocks of 2^24 inputs, 4 16-bit forms whole, 3 tensor-core\n"
      "  formats x 2^25 outputs: {} blocks differ from the model\n",
      numerics::kFirst16BitMufuOp, blocks, differences.size());
  for (const std::string& difference : differences) fmt::print("  DIFFERENT  {}\n", difference);
  for (const auto& [name, answer] : record.probes)
    fmt::print("  probe      {}: {}\n", name, answer);
}

}  // namespace

int verify_arithmetic(const ArithmeticOptions& options) {
  Progress line("arithmetic");
  const probe::Progress progress = [&line](const std::string& what, int done, int total) {
    line.show(done, total, what);
  };
  const bool recording = !options.record_path.empty();
  const RecordedArithmetic record = recording ? sweep_this_gpu(progress) : shipped_record();
  if (recording) probe::write_recorded_arithmetic(record, options.record_path);

  const int blocks = options.all || recording ? kAllBlocks : kSampleBlocks;
  const std::uint64_t seed = std::random_device{}();
  const std::vector<std::string> differences =
      probe::check_against_model(record, blocks, seed, progress);
  if (options.json) {
    print_json({{"gpu", record.gpu},
                {"date", record.date},
                {"blocks_per_function", blocks},
                {"seed", seed},
                {"different", differences},
                {"probes", record.probes}});
  } else {
    print_result(record, blocks, differences);
  }
  return differences.empty() ? kDone : kCheckFailed;
}

}  // namespace attnlab::cli
