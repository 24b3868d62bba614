// SPDX-License-Identifier: MIT
// What a counter has counted: of instructions, of lines, in total.
#include <utility>

#include "sim/ptx/count/classify.h"
#include "sim/ptx/count/counter.h"
#include "sim/ptx/program/program.h"

namespace attnlab::ptx {
namespace {

void add_execution(Counts& counts, const InstructionKind& kind, std::uint64_t times,
                   std::uint64_t threads, std::uint64_t threads_on) {
  counts[Metric::kInstructions] += times;
  counts[Metric::kThreads] += threads;
  counts[Metric::kThreadsOn] += threads_on;
  counts.instructions[static_cast<std::size_t>(kind.kind)] += times;
  counts.threads_on[static_cast<std::size_t>(kind.kind)] += threads_on;
  if (kind.operation) counts[*kind.operation] += threads_on * kind.per_lane;
}

}  // namespace

std::vector<InstructionCounts> Counter::instructions() const {
  std::vector<InstructionCounts> executed;
  for (const std::unique_ptr<DecodedFunction>& function : program_.functions) {
    if (function == nullptr) continue;
    const std::vector<Instruction>& code = function->source->instructions;
    const std::size_t first = first_site_.find(function->source)->second;
    for (std::size_t begin = 0; begin < code.size(); ++begin) {
      const Stretch& stretch = stretches_[first + begin];
      for (std::size_t i = begin; i < begin + stretch.length; ++i) {
        InstructionCounts one{function->source, &code[i], {}};
        if (const Tally* tally = tallies_[first + i].get()) one.counts.metrics = tally->metrics;
        add_execution(one.counts, classify(code[i]), stretch.times, stretch.threads,
                      stretch.threads_on);
        executed.push_back(std::move(one));
      }
    }
  }
  return executed;
}

std::vector<LineCounts> Counter::lines() const {
  std::map<std::pair<std::string, int>, Counts> by_line;
  for (const InstructionCounts& one : instructions()) {
    const SourcePlace place = source_place(program_, one.instruction->location);
    by_line[{place.file, place.line}] += one.counts;
  }
  std::vector<LineCounts> lines;
  for (const auto& [place, counts] : by_line) lines.push_back({place.first, place.second, counts});
  return lines;
}

Counts Counter::total() const {
  Counts total;
  for (const InstructionCounts& one : instructions()) total += one.counts;
  return total;
}

}  // namespace attnlab::ptx
