// SPDX-License-Identifier: MIT
// Matrix products, N = 256, 16 x 16 threads a block: counts that follow from the source alone.
#include <catch2/catch_test_macros.hpp>

#include "count_device_images.h"
#include "sim/ptx/count/counter.h"
#include "sim/ptx/syntax/parse.h"

using namespace attnlab;
using namespace attnlab::ptx;

namespace {

constexpr std::uint32_t kSize = 256;
constexpr std::uint32_t kTile = 16;
constexpr std::uint64_t kWarps = std::uint64_t{kSize} * kSize / kWarpLanes;  // 2048
constexpr std::uint64_t kMatrixSectors = std::uint64_t{kSize} * kSize * 4 / 32;

Counts counts_of(const embed::EmbeddedFile& image, const std::string& kernel) {
  const Module module = parse(std::string(image.bytes), std::string(image.name));
  DeviceMemory memory;
  Address matrices[3];
  for (Address& matrix : matrices) matrix = memory.allocate("m", std::uint64_t{kSize} * kSize * 4);
  BuildOptions build_options;
  build_options.observe = Counter::kNeeds;
  const Program program = build(module, kernel, memory, build_options);
  const LaunchShape shape = {{kSize / kTile, kSize / kTile, 1}, {kTile, kTile, 1}, 0};
  Counter counter(program, shape);
  LaunchOptions options;
  options.observer = &counter;
  const std::vector<ArgumentBytes> arguments = {as_bytes(matrices[0]), as_bytes(matrices[1]),
                                                as_bytes(matrices[2]), as_bytes(kSize)};
  launch(program, shape, pack_arguments(program, arguments), memory, options);
  CHECK(counter.warps() == kWarps);
  return counter.total();
}

template <class F>
void for_each_ptx(F f) {
  int images = 0;
  for (const embed::EmbeddedFile& image : embed::count_device_images()) {
    if (image.name.find(".ptx") == std::string_view::npos) continue;
    INFO(image.name);
    f(image);
    ++images;
  }
  CHECK(images > 0);
}

}  // namespace

TEST_CASE(
    "the tiled product: 67,584 global requests of 4 sectors, 1,114,112 shared of 1 wavefront") {
  for_each_ptx([](const embed::EmbeddedFile& image) {
    const Counts counts = counts_of(image, "matmul_tiled_kernel");
    // A warp is two rows of 16 threads. Each of 16 steps loads 2 values, stores 2, reads 2 x 16.
    CHECK(counts[Metric::kGlobalLoadRequests] == kWarps * 16 * 2);
    CHECK(counts[Metric::kGlobalStoreRequests] == kWarps);
    CHECK(counts[Metric::kGlobalLoadRequests] + counts[Metric::kGlobalStoreRequests] == 67584);
    // Two rows of 64 bytes each: 2 + 2 sectors.
    CHECK(counts[Metric::kGlobalLoadSectors] == 4 * counts[Metric::kGlobalLoadRequests]);
    CHECK(counts[Metric::kGlobalStoreSectors] == 4 * counts[Metric::kGlobalStoreRequests]);
    const std::uint64_t shared =
        counts[Metric::kSharedLoadRequests] + counts[Metric::kSharedStoreRequests];
    CHECK(shared == 1114112);
    CHECK(shared == kWarps * 16 * (2 + 2 * 16));
    CHECK(counts[Metric::kSharedLoadWavefronts] + counts[Metric::kSharedStoreWavefronts] == shared);
    CHECK(counts.instructions_of(InstructionClass::kBarrier) == kWarps * 16 * 2);
    CHECK(derived(counts, "fp32_flops") == 2.0 * kSize * kSize * kSize);
    CHECK(counts[Metric::kDivergentBranches] == 0);
    CHECK(counts[Metric::kThreads] == 32 * counts[Metric::kInstructions]);
    // A block reads 16 rows of A and 16 columns of B: 16 x 32 and 256 x 2 sectors. All blocks
    // together read both matrices and write one.
    CHECK(counts[Metric::kL2LoadSectors] == 256 * (512 + 512));
    CHECK(counts[Metric::kL2StoreSectors] == kMatrixSectors);
    CHECK(counts[Metric::kDeviceReadSectors] == 2 * kMatrixSectors);
    CHECK(counts[Metric::kDeviceWriteSectors] == kMatrixSectors);
  });
}

TEST_CASE("the naive product: 1,050,624 global requests of 2 sectors, no shared memory") {
  for_each_ptx([](const embed::EmbeddedFile& image) {
    const Counts counts = counts_of(image, "matmul_naive_kernel");
    CHECK(counts[Metric::kGlobalLoadRequests] == kWarps * kSize * 2);
    CHECK(counts[Metric::kGlobalLoadRequests] + counts[Metric::kGlobalStoreRequests] == 1050624);
    // Of A one value for each of two rows; of B 16 values that both rows share: 2 sectors each.
    CHECK(counts[Metric::kGlobalLoadSectors] == 2 * counts[Metric::kGlobalLoadRequests]);
    CHECK(counts[Metric::kGlobalStoreSectors] == 4 * kWarps);
    CHECK(counts[Metric::kSharedLoadRequests] == 0);
    CHECK(counts[Metric::kL2LoadSectors] == 256 * (512 + 512));
    CHECK(counts[Metric::kDeviceReadSectors] == 2 * kMatrixSectors);
    CHECK(derived(counts, "fp32_flops") == 2.0 * kSize * kSize * kSize);
  });
}
