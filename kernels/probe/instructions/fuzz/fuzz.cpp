// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/fuzz/fuzz.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "kernels/gpu/buffer.h"
#include "kernels/probe/instructions/form_kernel.h"
#include "kernels/probe/instructions/fuzz/fuzz_kernel.h"
#include "kernels/probe/instructions/parallel.h"
#include "sim/ptx/emulator.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab::probe {
namespace {

constexpr std::size_t kInputWords = kMostFuzzThreads * kFuzzInputs;
constexpr std::size_t kResultWords = kMostFuzzThreads * kFuzzResults;

std::string kernel_name(std::uint64_t index) {
  return fmt::format("kernel_{}", index);
}

std::vector<std::uint32_t> inputs_of(const FuzzBatch& batch) {
  std::vector<std::uint32_t> words;
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    const std::vector<std::uint32_t> of_kernel = fuzz_inputs(batch.first + i);
    words.insert(words.end(), of_kernel.begin(), of_kernel.end());
  }
  return words;
}

FuzzOutcome empty_outcome(const FuzzBatch& batch) {
  return {std::vector<std::uint32_t>(batch.count * kResultWords),
          std::vector<std::string>(batch.count)};
}

// One kernel on the emulator, its results to `results`.
void emulate(const ptx::Module& module, const std::string& entry, std::uint64_t seed,
             std::span<std::uint32_t> results) {
  ptx::DeviceMemory memory;
  const ptx::Address in = memory.allocate("inputs", kInputWords * 4);
  const ptx::Address out = memory.allocate("results", results.size_bytes());
  const std::vector<std::uint32_t> inputs = fuzz_inputs(seed);
  std::memcpy(memory.bytes(in).data(), inputs.data(), kInputWords * 4);
  std::memset(memory.bytes(out).data(), 0, results.size_bytes());
  ptx::BuildOptions options;
  options.name = "fuzz.ptx";
  const ptx::Program program = ptx::build(module, entry, memory, options);
  const std::vector<ptx::ArgumentBytes> arguments = {ptx::as_bytes(in), ptx::as_bytes(out)};
  ptx::LaunchOptions launch;
  launch.workers = 1;
  launch.budget_per_block = 10'000'000;
  ptx::launch(program, {.grid = {1, 1, 1}, .block = {fuzz_threads(seed), 1, 1}},
              ptx::pack_arguments(program, arguments), memory, launch);
  std::memcpy(results.data(), memory.bytes(out).data(), results.size_bytes());
}

}  // namespace

std::string fuzz_module(const FuzzBatch& batch) {
  std::string text = module_header(80);
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    text += fuzz_kernel(batch.first + i, kernel_name(i));
  }
  return text;
}

FuzzOutcome fuzz_on_gpu(const gpu::Device& device, const FuzzBatch& batch,
                        gpu::OptimizationLevel level) {
  device.make_current();
  FuzzOutcome outcome = empty_outcome(batch);
  const std::vector<std::uint32_t> inputs = inputs_of(batch);
  gpu::Buffer in(device, "inputs", inputs.size() * 4);
  gpu::Buffer out(device, "results", outcome.results.size() * 4);
  in.upload(std::span<const std::uint32_t>(inputs));
  out.upload(std::span<const std::uint32_t>(outcome.results));
  const gpu::Module module(device, fuzz_module(batch), level);
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    const unsigned long long from = in.address() + i * kInputWords * 4;
    const unsigned long long to = out.address() + i * kResultWords * 4;
    gpu::LaunchShape shape;
    shape.block.x = fuzz_threads(batch.first + i);
    module.kernel(kernel_name(i)).launch(shape, {from, to});
  }
  device.synchronize();
  out.download(std::span<std::uint32_t>(outcome.results));
  in.check_guards();
  out.check_guards();
  return outcome;
}

FuzzOutcome fuzz_on_emulator(const FuzzBatch& batch) {
  FuzzOutcome outcome = empty_outcome(batch);
  const ptx::Module module = ptx::parse(fuzz_module(batch), "fuzz.ptx");
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    try {
      emulate(module, kernel_name(i), batch.first + i,
              std::span(outcome.results).subspan(i * kResultWords, kResultWords));
    } catch (const std::runtime_error& error) {
      outcome.failures[i] = error.what();
    }
  }
  return outcome;
}

std::string digest_of(const FuzzOutcome& outcome) {
  return digest_of_bytes(std::as_bytes(std::span(outcome.results)));
}

std::vector<FuzzDifference> compare(const FuzzBatch& batch, const FuzzOutcome& gpu,
                                    const FuzzOutcome& emulator) {
  std::vector<FuzzDifference> differences;
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    const std::uint64_t seed = batch.first + i;
    if (!emulator.failures[i].empty()) {
      differences.push_back({seed, emulator.failures[i]});
      continue;
    }
    const std::uint32_t* want = gpu.results.data() + i * kResultWords;
    const std::uint32_t* got = emulator.results.data() + i * kResultWords;
    std::size_t different = 0;
    std::size_t first = 0;
    for (std::size_t w = kResultWords; w-- > 0;) {
      if (want[w] == got[w]) continue;
      ++different;
      first = w;
    }
    if (different == 0) continue;
    differences.push_back(
        {seed, fmt::format("{} words differ, the first is result {} of thread {}: GPU {:08x}, "
                           "emulator {:08x}",
                           different, first / fuzz_threads(seed), first % fuzz_threads(seed),
                           want[first], got[first])});
  }
  return differences;
}

namespace {

std::span<std::uint32_t> results_of(FuzzOutcome& outcome, std::uint64_t index) {
  return std::span(outcome.results).subspan(index * kResultWords, kResultWords);
}

// A hundred kernels of a record.
struct Hundred {
  std::string digest;
  std::vector<std::uint64_t> assembler_decides;
  std::vector<FuzzDifference> differences;
};

Hundred record_hundred(const gpu::Device& device, const FuzzBatch& batch, bool with_emulator) {
  Hundred hundred;
  FuzzOutcome gpu = fuzz_on_gpu(device, batch);
  FuzzOutcome unoptimised = fuzz_on_gpu(device, batch, gpu::OptimizationLevel::kNone);
  if (with_emulator) hundred.differences = compare(batch, unoptimised, fuzz_on_emulator(batch));
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    if (std::ranges::equal(results_of(gpu, i), results_of(unoptimised, i))) continue;
    hundred.assembler_decides.push_back(batch.first + i);
    std::ranges::fill(results_of(gpu, i), 0u);
  }
  hundred.digest = digest_of(gpu);
  return hundred;
}

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

RecordedFuzz record_fuzz(const gpu::Device& device, const FuzzBatch& kernels, unsigned int threads,
                         std::vector<FuzzDifference>* differences, const Progress& progress) {
  std::vector<Hundred> hundreds((kernels.count + kKernelsPerDigest - 1) / kKernelsPerDigest);
  ProgressCounter counter(progress, "hundreds of random kernels", hundreds.size());
  in_parallel(hundreds.size(), threads, [&](std::size_t d) {
    const FuzzBatch batch = {.first = kernels.first + d * kKernelsPerDigest};
    hundreds[d] = record_hundred(device, batch, differences != nullptr);
    counter.one_more();
  });
  RecordedFuzz record = record_of<RecordedFuzz>(device);
  record.first = kernels.first;
  record.kernels_per_digest = kKernelsPerDigest;
  for (const Hundred& hundred : hundreds) {
    record.digests.push_back(hundred.digest);
    append(record.assembler_decides, hundred.assembler_decides);
    if (differences != nullptr) append(*differences, hundred.differences);
  }
  return record;
}

std::vector<std::string> check_fuzz(const RecordedFuzz& record, std::size_t digests,
                                    const RunFuzz& run, const Progress& progress) {
  digests = std::min(digests, record.digests.size());
  std::vector<std::vector<std::string>> sentences(digests);
  ProgressCounter counter(progress, "hundreds of random kernels", digests);
  in_parallel(digests, 0, [&](std::size_t d) {
    const FuzzBatch batch = {record.first + d * record.kernels_per_digest,
                             record.kernels_per_digest};
    FuzzOutcome outcome = run(batch);
    for (std::uint64_t i = 0; i < batch.count; ++i) {
      const std::uint64_t seed = batch.first + i;
      if (std::ranges::binary_search(record.assembler_decides, seed)) {
        std::ranges::fill(results_of(outcome, i), 0u);
      }
      if (outcome.failures[i].empty()) continue;
      sentences[d].push_back(fmt::format("kernel {}: {}", seed, outcome.failures[i]));
    }
    if (sentences[d].empty() && digest_of(outcome) != record.digests[d]) {
      sentences[d].push_back(fmt::format("kernels {} to {}: the results are not the recorded ones",
                                         batch.first, batch.first + batch.count - 1));
    }
    counter.one_more();
  });
  std::vector<std::string> all;
  for (const auto& list : sentences) append(all, list);
  return all;
}

RecordedFuzz merged(const std::vector<RecordedFuzz>& records) {
  if (records.empty()) throw InstructionRecordError("there is no record to merge");
  RecordedFuzz all = records.front();
  for (std::size_t i = 1; i < records.size(); ++i) {
    const RecordedFuzz& next = records[i];
    const std::uint64_t end = all.first + all.digests.size() * all.kernels_per_digest;
    if (next.first != end || next.gpu != all.gpu || next.driver != all.driver ||
        next.kernels_per_digest != all.kernels_per_digest) {
      throw InstructionRecordError(fmt::format(
          "a record of kernels from {} by a {} does not continue one that ends before {} by a {}",
          next.first, next.gpu, end, all.gpu));
    }
    append(all.digests, next.digests);
    append(all.assembler_decides, next.assembler_decides);
  }
  return all;
}

}  // namespace attnlab::probe
