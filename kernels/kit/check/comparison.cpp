// SPDX-License-Identifier: MIT
#include "kernels/kit/check/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "kernels/gpu/buffer.h"
#include "kernels/kit/check/tally.h"
#include "kit_check_images.h"

namespace attnlab::kit_check {
namespace {

constexpr std::uint64_t kBlock = 65536;         // indices, as in check.cuh
constexpr unsigned int kThreads = 256;          // a block, as in check.cuh
constexpr std::uint64_t kChunk = 256 * kBlock;  // indices whose values are held at a time
constexpr std::uint64_t kMostBlocks = 65536;    // of a function of 2^32 arguments
constexpr std::string_view kTail = "_values_kernel";

std::string_view image(const std::string& name) {
  const embed::EmbeddedFile* file = embed::find(embed::kit_check_images(), name);
  if (file == nullptr) throw gpu::GpuError(fmt::format("image {} was not built in", name));
  return file->bytes;
}

// The functions of a cubin, "all_expf": an ELF file names a section .text.KERNEL for each kernel.
std::set<std::string> functions_of(std::string_view cubin) {
  constexpr std::string_view kMark = ".text.kit_";
  std::set<std::string> names;
  for (std::size_t at = cubin.find(kMark); at != cubin.npos; at = cubin.find(kMark, at + 1)) {
    std::string_view name = cubin.substr(at + kMark.size());
    name = name.substr(0, name.find('\0'));
    if (name.ends_with(kTail)) names.emplace(name.substr(0, name.size() - kTail.size()));
  }
  return names;
}

std::uint64_t indices_of(const std::string& name) {
  if (name.starts_with("all_")) return std::uint64_t{1} << 32;
  return std::uint64_t{1} << (name.starts_with("small_") ? 16 : 28);
}

class Comparison {
 public:
  explicit Comparison(const gpu::Device& device)
      : device_(device),
        comparing_(device, image("compare_values")),
        nvcc_values_(device, "nvcc's values", kChunk * sizeof(std::uint64_t)),
        kit_values_(device, "the kit's values", kChunk * sizeof(std::uint64_t)),
        digests_(device, "digests", kMostBlocks * sizeof(std::uint64_t)),
        tally_(device, "tally", kTallyWords * sizeof(std::uint64_t)) {}

  FunctionResult compare(const std::string& name, const gpu::Module& nvcc, const gpu::Module& kit) {
    FunctionResult result;
    result.name = name;
    result.indices = indices_of(name);
    compare_values(result, nvcc, kit);
    result.digests = digests(result, nvcc);
    const std::vector<std::uint64_t> kits = digests(result, kit);
    for (std::size_t i = 0; i < kits.size(); ++i) {
      result.differing_blocks += kits[i] != result.digests[i] ? 1 : 0;
    }
    return result;
  }

 private:
  static gpu::LaunchShape blocks(std::uint64_t count) {
    gpu::LaunchShape shape;
    shape.grid.x = static_cast<unsigned int>(count);
    shape.block.x = kThreads;
    return shape;
  }

  void compare_values(FunctionResult& result, const gpu::Module& nvcc, const gpu::Module& kit) {
    const std::string name = fmt::format("kit_{}{}", result.name, kTail);
    const gpu::Kernel by_nvcc = nvcc.kernel(name);
    const gpu::Kernel by_kit = kit.kernel(name);
    const gpu::Kernel comparing = comparing_.kernel("compare_values_kernel");
    const unsigned int pairs = result.name.starts_with("pairs_") ? 1 : 0;
    std::array<std::uint64_t, kTallyWords> tally = {};
    tally_.upload(std::span<const std::uint64_t>(tally));
    for (std::uint64_t first = 0; first < result.indices; first += kChunk) {
      const std::uint64_t count = std::min(kChunk, result.indices - first);
      by_nvcc.launch(blocks(count / kBlock), {first, nvcc_values_});
      by_kit.launch(blocks(count / kBlock), {first, kit_values_});
      comparing.launch(blocks(2048), {first, count, pairs, nvcc_values_, kit_values_, tally_});
    }
    device_.synchronize();
    nvcc_values_.check_guards();
    kit_values_.check_guards();
    tally_.download(std::span<std::uint64_t>(tally));
    result.differences = tally[0];
    result.payloads_of_two_nans = tally[1];
    for (std::uint64_t k = 0; k < std::min<std::uint64_t>(tally[0], kExamples); ++k) {
      result.examples.push_back({tally[2 + 3 * k], tally[3 + 3 * k], tally[4 + 3 * k]});
    }
  }

  std::vector<std::uint64_t> digests(const FunctionResult& result, const gpu::Module& module) {
    const std::uint64_t count = result.indices / kBlock;
    std::vector<std::uint64_t> all(kMostBlocks, 0);
    digests_.upload(std::span<const std::uint64_t>(all));
    module.kernel(fmt::format("kit_{}_kernel", result.name))
        .run(blocks(count), {std::uint64_t{0}, digests_});
    digests_.check_guards();
    digests_.download(std::span<std::uint64_t>(all));
    all.resize(count);
    return all;
  }

  const gpu::Device& device_;
  gpu::Module comparing_;
  gpu::Buffer nvcc_values_;
  gpu::Buffer kit_values_;
  gpu::Buffer digests_;
  gpu::Buffer tally_;
};

}  // namespace

std::uint64_t FunctionResult::total_digest() const {
  std::uint64_t total = 0;
  for (const std::uint64_t digest : digests) total += digest;
  return total;
}

std::vector<std::uint64_t> recorded_blocks(std::uint64_t blocks) {
  std::set<std::uint64_t> chosen;
  for (const std::uint64_t block : kRecordedBlocks) chosen.insert(block % blocks);
  return {chosen.begin(), chosen.end()};
}

std::vector<FunctionResult> compare_all(const gpu::Device& device,
                                        const std::function<void(const FunctionResult&)>& done) {
  Comparison comparison(device);
  std::map<std::string, FunctionResult> results;
  for (const char* file : {"math_check", "double_check", "sixteen_bit_check"}) {
    const std::string_view nvcc_image = image(fmt::format("{}.nvcc", file));
    const std::string_view kit_image = image(fmt::format("{}.clang", file));
    const gpu::Module nvcc(device, nvcc_image);
    const gpu::Module kit(device, kit_image);
    const std::set<std::string> in_nvcc = functions_of(nvcc_image);
    const std::set<std::string> in_kit = functions_of(kit_image);
    std::set<std::string> names = in_nvcc;
    names.insert(in_kit.begin(), in_kit.end());
    for (const std::string& name : names) {
      FunctionResult& result = results[name];
      result.name = name;
      if (in_nvcc.count(name) == 0) result.missing_in = "nvcc";
      if (in_kit.count(name) == 0) result.missing_in = "kit";
      if (result.missing_in.empty()) result = comparison.compare(name, nvcc, kit);
      done(result);
    }
  }
  std::vector<FunctionResult> sorted;
  for (auto& [name, result] : results) sorted.push_back(std::move(result));
  return sorted;
}

}  // namespace attnlab::kit_check
