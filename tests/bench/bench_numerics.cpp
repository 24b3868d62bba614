// SPDX-License-Identifier: MIT
// How fast the arithmetic is on one core, by instruction set: nanoseconds a value for each special
// function and conversion, a step for the tensor core, a fused multiply-add for the matrix product.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "sim/numerics/bulk.h"
#include "sim/numerics/formats.h"

namespace attnlab::numerics {
namespace {

// 128 Ki values: they stay in a core's L2, and no branch predictor learns them by heart.
constexpr std::size_t kValues = 1u << 17;

// The time for one of `per_iteration` things, as the counter `name`.
void report(benchmark::State& state, const char* name, double per_iteration) {
  state.counters[name] = benchmark::Counter(
      per_iteration, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void mufu_benchmark(benchmark::State& state, Isa isa, MufuOp op) {
  std::mt19937 random(1);
  std::vector<std::uint32_t> in(kValues);
  std::vector<std::uint32_t> out(kValues);
  for (std::uint32_t& x : in) {
    x = static_cast<int>(op) < kFirst16BitMufuOp ? random() : random() & 0xffffu;
  }
  for (auto _ : state) {
    bulk_for(isa).mufu(op, in.data(), out.data(), kValues);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  report(state, "per_value", kValues);
}

// Softmax's exponentials: arguments between -30 and 0.
void exp2_benchmark(benchmark::State& state, Isa isa) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> scores(-30.0f, 0.0f);
  std::vector<float> in(kValues);
  std::vector<float> out(kValues);
  for (float& x : in) x = scores(random);
  for (auto _ : state) {
    bulk_for(isa).exp2_approx(in.data(), out.data(), kValues);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  report(state, "per_value", kValues);
}

void matmul_benchmark(benchmark::State& state, Isa isa, int size) {
  constexpr int kRows = 64;
  const auto side = static_cast<std::size_t>(size);
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> a(kRows * side);
  std::vector<float> b(side * side);
  std::vector<float> c(kRows * side);
  for (float& x : a) x = normal(random);
  for (float& x : b) x = normal(random);
  for (auto _ : state) {
    bulk_for(isa).matmul_accumulate(c.data(), size, a.data(), size, b.data(), size, kRows, size,
                                    size);
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  state.counters["FMA"] = benchmark::Counter(static_cast<double>(kRows) * size * size,
                                             benchmark::Counter::kIsIterationInvariantRate);
}

std::vector<MmaOperand> normal_operands(MmaFormat format, std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> words(count);
  std::vector<std::uint16_t> halves(count);
  for (std::size_t i = 0; i < count; ++i) {
    words[i] = normal(random);
    halves[i] = format == MmaFormat::kF16 ? f16_from_f32(words[i]) : bf16_from_f32(words[i]);
  }
  std::vector<MmaOperand> operands(count);
  const void* in =
      format == MmaFormat::kTf32 ? static_cast<const void*>(words.data()) : halves.data();
  bulk().decode_operands(format, in, operands.data(), count);
  return operands;
}

void tensor_core_benchmark(benchmark::State& state, Isa isa, TensorCoreSpec spec,
                           MmaFormat format) {
  constexpr int kSize = 64;
  constexpr std::size_t kArea = std::size_t{kSize} * kSize;
  const auto a = normal_operands(format, kArea, 4);
  const auto b = normal_operands(format, kArea, 5);
  std::vector<float> c(kArea);
  for (auto _ : state) {
    bulk_for(isa).tensor_core_accumulate(spec, format, c.data(), kSize, a.data(), kSize, b.data(),
                                         kSize, kSize, kSize, kSize);
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  report(state, "per_step", static_cast<double>(kArea * kSize) / step_length(spec, format));
}

// The reference, one step of 16 from bit patterns.
void tensor_core_reference_benchmark(benchmark::State& state) {
  std::mt19937 random(6);
  std::uint32_t a[16];
  std::uint32_t b[16];
  for (std::uint32_t& x : a) x = 0x3f00u + random() % 0x100u;
  for (std::uint32_t& x : b) x = 0x3f00u + random() % 0x100u;
  std::uint32_t c = 0;
  for (auto _ : state) {
    c = tensor_core_step(kHopperTensorCore, MmaFormat::kBf16, a, b, 16, c);
    benchmark::DoNotOptimize(c);
  }
  report(state, "per_step", 1);
}

template <typename In, typename Out>
void conversion_benchmark(benchmark::State& state, void (*convert)(const In*, Out*, std::size_t)) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<In> in(kValues);
  std::vector<Out> out(kValues);
  for (In& x : in) {
    if constexpr (sizeof(In) == 2) {
      x = f16_from_f32(normal(random));
    } else {
      x = normal(random);
    }
  }
  for (auto _ : state) {
    convert(in.data(), out.data(), kValues);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  report(state, "per_value", kValues);
}

void register_for(Isa isa) {
  const BulkOps& ops = bulk_for(isa);
  const std::string suffix = isa == Isa::kAvx2 ? "/avx2" : "/baseline";
  const auto add = [&](const std::string& name, auto&&... arguments) {
    benchmark::RegisterBenchmark((name + suffix).c_str(), arguments...)->MinTime(0.1);
  };
  for (int op = 0; op < kMufuOpCount; ++op) {
    add(kMufuOpNames[op], mufu_benchmark, isa, static_cast<MufuOp>(op));
  }
  add("exp2_approx of scores", exp2_benchmark, isa);
  for (const int size : {32, 64, 128, 256}) {
    add("matmul 64x" + std::to_string(size) + "x" + std::to_string(size), matmul_benchmark, isa,
        size);
  }
  for (const MmaFormat format : {MmaFormat::kF16, MmaFormat::kBf16, MmaFormat::kTf32}) {
    const std::string name =
        std::string("tensor core ") + kMmaFormatNames[static_cast<int>(format)];
    add(name + " hopper", tensor_core_benchmark, isa, kHopperTensorCore, format);
    add(name + " ampere", tensor_core_benchmark, isa, kAmpereTensorCore, format);
  }
  add("f16_from_f32", conversion_benchmark<float, std::uint16_t>, ops.f16_from_f32);
  add("bf16_from_f32", conversion_benchmark<float, std::uint16_t>, ops.bf16_from_f32);
  add("f32_from_f16", conversion_benchmark<std::uint16_t, float>, ops.f32_from_f16);
  add("f32_from_bf16", conversion_benchmark<std::uint16_t, float>, ops.f32_from_bf16);
}

}  // namespace
}  // namespace attnlab::numerics

int main(int argc, char** argv) {
  using namespace attnlab::numerics;
  register_for(Isa::kBaseline);
  if (supported(Isa::kAvx2)) register_for(Isa::kAvx2);
  benchmark::RegisterBenchmark("tensor core bf16, reference", tensor_core_reference_benchmark);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
