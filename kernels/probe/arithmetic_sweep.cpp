// SPDX-License-Identifier: MIT
#include "kernels/probe/arithmetic_sweep.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <utility>

#include "kernels/gpu/buffer.h"
#include "kernels/probe/open_probes.h"
#include "sim/numerics/bulk.h"
#include "sim/numerics/record/arithmetic_digest.h"

namespace attnlab::probe {
namespace {

using numerics::MmaFormat;
using numerics::MufuOp;

constexpr std::size_t kBlockBytes = (std::size_t{1} << 24) * sizeof(std::uint32_t);

// One thread's part of a sweep: a stream, device memory and host memory for one block.
class BlockReader {
 public:
  explicit BlockReader(const ProbeKernels& kernels)
      : kernels_(kernels),
        stream_(kernels.device()),
        device_memory_(kernels.device(), "block", kBlockBytes),
        host_memory_(kernels.device(), kBlockBytes) {}

  // The hardware's outputs of the block, as words; valid until the next call.
  std::span<const std::uint32_t> read(MufuBlock block) {
    const std::uint32_t length = numerics::mufu_block_length(block.op);
    kernels_.sweep(block.op, static_cast<std::uint32_t>(block.block) * length, device_memory_,
                   length, stream_);
    device_memory_.download_async(host_memory_.bytes().first(length * sizeof(std::uint32_t)),
                                  stream_);
    stream_.synchronize();
    return {reinterpret_cast<const std::uint32_t*>(host_memory_.bytes().data()), length};
  }

  void check_guards() const { device_memory_.check_guards(); }

 private:
  const ProbeKernels& kernels_;
  gpu::Stream stream_;
  gpu::Buffer device_memory_;
  gpu::HostBuffer host_memory_;
};

std::uint64_t digest_of_outputs(MufuOp op, std::span<const std::uint32_t> words) {
  if (!numerics::is_16_bit(op)) return numerics::digest_of(words.data(), words.size());
  const std::vector<std::uint16_t> halves(words.begin(), words.end());
  return numerics::digest_of(halves.data(), halves.size());
}

// Calls work() once for each thread that there is, at the same time.
void on_every_thread(const std::function<void()>& work) {
  tbb::parallel_for(0, tbb::this_task_arena::max_concurrency(), [&](int) { work(); });
}

// Every block of every function; throws where the loaded code lacks one.
std::vector<MufuBlock> all_mufu_blocks(const ProbeKernels& kernels) {
  std::vector<MufuBlock> blocks;
  for (int i = 0; i < numerics::kMufuOpCount; ++i) {
    const auto op = static_cast<MufuOp>(i);
    if (!kernels.available(op)) {
      throw gpu::GpuError(fmt::format("{} cannot be recorded on {}: {} does not have it",
                                      numerics::kMufuOpNames[i], kernels.device().properties().name,
                                      gpu::describe(kernels.image())));
    }
    for (int block = 0; block < numerics::mufu_block_count(op); ++block) {
      blocks.push_back({op, block});
    }
  }
  return blocks;
}

std::vector<std::string> hexadecimal(const std::vector<std::uint64_t>& digests) {
  std::vector<std::string> texts;
  texts.reserve(digests.size());
  for (const std::uint64_t digest : digests) texts.push_back(fmt::format("{:016x}", digest));
  return texts;
}

// One block of a record, and how the model computes its digest.
struct Check {
  std::string name;
  std::size_t block;
  std::uint64_t recorded;
  std::function<std::uint64_t()> model;
};

// `count` different block numbers below `total`, or all of them.
std::vector<std::size_t> drawn_blocks(std::size_t total, int count, std::mt19937_64& random) {
  std::vector<std::size_t> blocks(total);
  std::iota(blocks.begin(), blocks.end(), 0);
  std::shuffle(blocks.begin(), blocks.end(), random);
  blocks.resize(std::min(total, static_cast<std::size_t>(std::max(count, 0))));
  return blocks;
}

std::vector<Check> make_checks(const numerics::RecordedArithmetic& record, int blocks_per_function,
                               std::uint64_t seed) {
  std::vector<Check> checks;
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < record.mufu.size(); ++i) {
    for (const std::size_t block :
         drawn_blocks(record.mufu[i].size(), blocks_per_function, random)) {
      checks.push_back({numerics::kMufuOpNames[i], block, record.mufu[i][block], [=] {
                          return numerics::model_mufu_digest(static_cast<MufuOp>(i),
                                                             static_cast<int>(block));
                        }});
    }
  }
  for (std::size_t i = 0; i < record.mma.size(); ++i) {
    for (std::size_t block = 0; block < record.mma[i].size(); ++block) {
      checks.push_back(
          {fmt::format("mma {}", numerics::kMmaFormatNames[i]), block, record.mma[i][block], [=] {
             return numerics::model_mma_digest(static_cast<MmaFormat>(i), static_cast<int>(block));
           }});
    }
  }
  return checks;
}

std::string today() {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace

std::vector<std::uint64_t> gpu_mufu_digests(const ProbeKernels& kernels,
                                            std::span<const MufuBlock> blocks,
                                            const Progress& progress) {
  std::vector<std::uint64_t> digests(blocks.size());
  std::atomic<std::size_t> next = 0;
  ProgressCounter counter(progress, "special function unit", blocks.size());
  on_every_thread([&] {
    std::size_t i = next++;
    if (i >= blocks.size()) return;
    kernels.device().make_current();
    BlockReader reader(kernels);
    for (; i < blocks.size(); i = next++) {
      digests[i] = digest_of_outputs(blocks[i].op, reader.read(blocks[i]));
      counter.one_more();
    }
    reader.check_guards();
  });
  return digests;
}

std::uint64_t gpu_mma_digest(const ProbeKernels& kernels, MmaFormat format, int block) {
  std::vector<numerics::MmaTile> tiles(numerics::kTilesPerMmaBlock);
  const std::uint64_t first = static_cast<std::uint64_t>(block) * tiles.size();
  numerics::make_mma_tiles(format, first, tiles.size(), tiles.data());
  const Words d = kernels.mma(format, tiles);
  return numerics::digest_of(d.data(), d.size());
}

numerics::RecordedArithmetic sweep_arithmetic(const ProbeKernels& kernels,
                                              const Progress& progress) {
  numerics::RecordedArithmetic record;
  const gpu::DeviceProperties& gpu = kernels.device().properties();
  record.gpu = gpu.name;
  record.driver = gpu.driver;
  record.compiler = gpu::compiler_version(kernels.image().compiler);
  record.date = today();

  const std::vector<MufuBlock> blocks = all_mufu_blocks(kernels);
  const std::vector<std::uint64_t> digests = gpu_mufu_digests(kernels, blocks, progress);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    record.mufu[static_cast<std::size_t>(blocks[i].op)].push_back(digests[i]);
  }

  ProgressCounter counter(progress, "tensor cores", std::size_t{3} * numerics::kMmaBlockCount);
  for (std::size_t format = 0; format < record.mma.size(); ++format) {
    for (int block = 0; block < numerics::kMmaBlockCount; ++block) {
      record.mma[format].push_back(gpu_mma_digest(kernels, static_cast<MmaFormat>(format), block));
      counter.one_more();
    }
  }
  record.probes = run_open_probes(kernels);
  return record;
}

std::vector<Difference> compare_block(const ProbeKernels& kernels, MufuBlock block,
                                      std::size_t most) {
  BlockReader reader(kernels);
  const std::span<const std::uint32_t> got = reader.read(block);
  Words inputs(got.size());
  Words want(got.size());
  numerics::mufu_block_inputs(block.op, block.block, 0, static_cast<std::uint32_t>(got.size()),
                              inputs.data());
  numerics::bulk().mufu(block.op, inputs.data(), want.data(), want.size());
  std::vector<Difference> differences;
  for (std::size_t i = 0; i < got.size() && differences.size() < most; ++i) {
    if (got[i] != want[i]) differences.push_back({inputs[i], got[i], want[i]});
  }
  return differences;
}

std::string json_of(const numerics::RecordedArithmetic& record) {
  nlohmann::ordered_json document;
  document["gpu"] = record.gpu;
  document["driver"] = record.driver;
  document["compiler"] = record.compiler;
  document["date"] = record.date;
  for (std::size_t i = 0; i < record.mufu.size(); ++i) {
    document["mufu"][numerics::kMufuOpNames[i]] = hexadecimal(record.mufu[i]);
  }
  for (std::size_t i = 0; i < record.mma.size(); ++i) {
    document["mma"][numerics::kMmaFormatNames[i]] = hexadecimal(record.mma[i]);
  }
  document["probes"] = record.probes;
  return document.dump(1) + "\n";
}

void write_recorded_arithmetic(const numerics::RecordedArithmetic& record,
                               const std::filesystem::path& path) {
  const std::filesystem::path unfinished = path.string() + fmt::format(".{}.new", ::getpid());
  std::ofstream file(unfinished, std::ios::binary);
  file << json_of(record);
  file.close();
  std::error_code failure;
  if (file) std::filesystem::rename(unfinished, path, failure);
  if (file && !failure) return;
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
  throw numerics::RecordError(fmt::format("the record could not be written to {}", path.string()));
}

std::vector<std::string> check_against_model(const numerics::RecordedArithmetic& record,
                                             int blocks_per_function, std::uint64_t seed,
                                             const Progress& progress) {
  const std::vector<Check> checks = make_checks(record, blocks_per_function, seed);
  std::vector<std::string> sentences(checks.size());
  ProgressCounter counter(progress, "the model's digests", checks.size());
  tbb::parallel_for(std::size_t{0}, checks.size(), [&](std::size_t i) {
    const Check& check = checks[i];
    if (check.model() != check.recorded) {
      sentences[i] = fmt::format("{}, block {}: the recorded outputs are not the model's",
                                 check.name, check.block);
    }
    counter.one_more();
  });
  std::erase(sentences, "");
  return sentences;
}

}  // namespace attnlab::probe
