// SPDX-License-Identifier: MIT
// How fast the emulator is, bounds checked as always: matrix products, N = 256, on one thread
// (target for the tiled one: 0.6 ns per fused multiply-add), and FlashAttention forward, one head,
// N = 1024, d = 64 (target: 1 s on two cores).
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "bench_device_images.h"
#include "kernels/executors.h"
#include "sim/ptx/emulator.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab {
namespace {

constexpr int kSize = 256;
constexpr std::uint32_t kTile = 16;

// A matrix product ready to be launched.
class Product {
 public:
  Product(const std::string& image, const std::string& kernel, numerics::Isa isa)
      : module_(ptx::parse(std::string(embed::find(embed::bench_device_images(), image)->bytes),
                           image)),
        a_(memory_.allocate("a", kBytes)),
        b_(memory_.allocate("b", kBytes)),
        c_(memory_.allocate("c", kBytes)),
        program_(ptx::build(module_, kernel, memory_, {image, isa, {}})) {
    const auto fill = [&](ptx::Address matrix, float step) {
      auto* values = reinterpret_cast<float*>(memory_.bytes(matrix).data());
      for (int i = 0; i < kSize * kSize; ++i) values[i] = std::sin(static_cast<float>(i) * step);
    };
    fill(a_, 0.37f);
    fill(b_, 0.11f);
  }

  void run(int workers) {
    const std::vector<ptx::ArgumentBytes> arguments = {ptx::as_bytes(a_), ptx::as_bytes(b_),
                                                       ptx::as_bytes(c_), ptx::as_bytes(kSize)};
    ptx::LaunchOptions options;
    options.workers = workers;
    ptx::launch(program_, {{kSize / kTile, kSize / kTile, 1}, {kTile, kTile, 1}, 0},
                ptx::pack_arguments(program_, arguments), memory_, options);
  }

 private:
  static constexpr std::uint64_t kBytes = std::uint64_t{kSize} * kSize * sizeof(float);
  ptx::Module module_;
  ptx::DeviceMemory memory_;
  ptx::Address a_, b_, c_;
  ptx::Program program_;
};

void product_benchmark(benchmark::State& state, const std::string& image, const std::string& kernel,
                       numerics::Isa isa) {
  Product product(image, kernel, isa);
  for (auto _ : state) product.run(1);
  state.counters["per_fma"] = benchmark::Counter(
      static_cast<double>(kSize) * kSize * kSize,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void flash_benchmark(benchmark::State& state, const std::string& compiler) {
  problem::Problem problem;
  problem.batch = 1;
  problem.heads = 1;
  problem.kv_heads = 1;
  problem.len_q = 1024;
  problem.len_kv = 1024;
  problem.head_dim = 64;
  const kernels::Rung& rung = kernels::find_rung("flash_fwd/01_tiled");
  const problem::Inputs inputs = problem::make_inputs(problem);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        kernels::run_on_emulator(rung, problem, inputs, {.compiler = compiler}));
  }
}

void register_all() {
  constexpr const char* kIsaNames[] = {"baseline", "AVX2", "AVX-512"};
  for (const auto& file : embed::bench_device_images()) {
    const std::string image(file.name);
    if (image.find(".ptx") == std::string::npos) continue;
    for (const numerics::Isa isa :
         {numerics::Isa::kBaseline, numerics::Isa::kAvx2, numerics::Isa::kAvx512}) {
      if (!numerics::supported(isa)) continue;
      for (const char* kernel : {"matmul_tiled_kernel", "matmul_naive_kernel"}) {
        const std::string name = std::string(kernel) + ", " + image + ", " +
                                 kIsaNames[static_cast<int>(isa)] + ", 1 thread";
        benchmark::RegisterBenchmark(name.c_str(), product_benchmark, image, kernel, isa)
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
  for (const std::string& compiler :
       kernels::emulated_compilers(kernels::find_rung("flash_fwd/01_tiled"))) {
    const std::string name =
        "flash_fwd/01_tiled, " + compiler + ", 1 head, N 1024, d 64, all cores";
    benchmark::RegisterBenchmark(name.c_str(), flash_benchmark, compiler)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
}

}  // namespace
}  // namespace attnlab

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  attnlab::register_all();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
