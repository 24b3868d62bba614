// SPDX-License-Identifier: MIT
// How long the PTX parser takes, for a module of 5,000 lines (target: 50 ms on one core) and for
// ten times that: a line must cost the same.
#include <benchmark/benchmark.h>

#include <string>

#include "sim/ptx/syntax/parse.h"

namespace attnlab::ptx {
namespace {

constexpr int kLinesPerStep = 10;

// One step of a loop as nvcc writes it: a line of source, loads, arithmetic, a branch.
std::string step(int number) {
  const std::string i = std::to_string(number % 1000);
  const std::string n = std::to_string(number);
  return "\t.loc\t1 " + n + " 3, function_name $L__info_string0, inlined_at 1 138 3\n" +
         "\tmul.wide.s32 \t%rd" + i + ", %r" + i + ", 4;\n" + "\tadd.s64 \t%rd1, %rd2, %rd" + i +
         ";\n" + "\tld.shared.v4.f32 \t{%f" + i + ", %f1, %f2, %f3}, [%rd1+-16];\n" +
         "\tfma.rn.f32 \t%f" + i + ", %f1, 0f3FB8AA3B, %f2;\n" + "\tshfl.sync.bfly.b32 \t%r" + i +
         "|%p1, %r2, 16, 31, -1;\n" + "\tsetp.lt.s32 \t%p" + std::to_string(number % 90) + ", %r" +
         i + ", 32;\n" + "\t@%p1 bra \t$L__BB0_" + n + ";\n" + "\tst.global.f32 \t[%rd" + i + "+" +
         n + "], %f1;\n" + "$L__BB0_" + n + ":\n";
}

std::string module_of_lines(int lines) {
  std::string text =
      ".version 9.0\n.target sm_80\n.address_size 64\n"
      ".visible .entry k(\n\t.param .u64 k_param_0\n)\n.maxntid 128, 1, 1\n{\n"
      "\t.reg .pred \t%p<100>;\n\t.reg .f32 \t%f<1000>;\n\t.reg .b32 \t%r<1000>;\n"
      "\t.reg .b64 \t%rd<1000>;\n";
  for (int i = 0; i < lines / kLinesPerStep; ++i) text += step(i);
  return text + "\tret;\n}\n";
}

void parse_benchmark(benchmark::State& state) {
  const auto lines = static_cast<int>(state.range(0));
  const std::string text = module_of_lines(lines);
  for (auto _ : state) {
    Module module = parse(text, "bench.ptx");
    benchmark::DoNotOptimize(module);
  }
  state.counters["per_line"] = benchmark::Counter(
      lines, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK(parse_benchmark)
    ->Name("parse PTX, lines")
    ->Arg(5000)
    ->Arg(50000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace attnlab::ptx

BENCHMARK_MAIN();
