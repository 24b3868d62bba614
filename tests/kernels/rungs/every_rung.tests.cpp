// SPDX-License-Identifier: MIT
// What holds for every rung: its closed form is what its model counts and what the emulator counts,
// its kernels are clean under every checker, and its answer is as good as plain attention's.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/executors.h"
#include "kernels/judge.h"
#include "kernels/verification_problems.h"
#include "sim/oracle/oracle.h"
#include "tests/kernels/rungs/plain_attention.h"

using namespace attnlab;
using namespace attnlab::kernels;
using machine::Counters;
using problem::DataType;
using problem::Distribution;

namespace {

constexpr std::int64_t kFewOperations = 4'000'000;

bool is_small(const Problem& problem) {
  return problem::q_elements(problem) * problem.len_kv <= kFewOperations;
}

// Whole tiles of queries and keys, whole sectors in every row: closed forms count bytes as they are
// moved, with nothing ragged to explain.
std::vector<Problem> aligned_problems(const Rung& rung) {
  std::vector<Problem> problems;
  for (const DataType dtype : rung.model->can.dtypes) {
    for (const problem::Mask mask : rung.model->can.masks) {
      for (const int head_dim : {64, 128}) {
        Problem problem;
        problem.batch = 2;
        problem.heads = 4;
        problem.kv_heads = 2;
        problem.len_q = std::min(128, rung.model->can.max_len_q);
        problem.len_kv = 256;
        problem.head_dim = head_dim;
        problem.dtype = dtype;
        problem.mask = mask;
        problem.window = mask == problem::Mask::kWindow ? 64 : 0;
        if (rung.model->can.splits) problem.splits = 2;
        if (supports(rung, problem)) problems.push_back(problem);
      }
    }
  }
  REQUIRE(problems.size() >= 2);
  return problems;
}

void hold_closed_forms(const std::string& family) {
  REQUIRE_FALSE(rungs_of(family).empty());
  for (const Rung& rung : rungs_of(family)) {
    int checked = 0;
    for (const Problem& problem : verification_problems(rung)) {
      // A row whose every score is -inf has other counts, which the closed form cannot know.
      if (problem.distribution == Distribution::kAdversarial || !is_small(problem)) continue;
      INFO(rung.name << ": " << problem::describe(problem));
      const Execution model =
          run_on_model(rung, problem, problem::make_inputs(problem), machine::gpu_spec("h200"));
      CHECK(model.counters == rung.model->cost(problem));
      ++checked;
    }
    CHECK(checked >= 15);
  }
}

void hold_emulated_bytes(const std::string& family) {
  for (const Rung& rung : rungs_of(family)) {
    for (const Problem& problem : aligned_problems(rung)) {
      INFO(rung.name << ": " << problem::describe(problem));
      EmulatorOptions options;
      options.compiler = "clang";
      options.count = true;
      const Execution emulator =
          run_on_emulator(rung, problem, problem::make_inputs(problem), options);
      REQUIRE(emulator.counted.has_value());
      const Counters& counted = emulator.counted->traffic;
      const Counters cost = rung.model->cost(problem);
      CHECK(counted.global_by_tensor == cost.global_by_tensor);
      CHECK(counted.device_by_tensor == cost.device_by_tensor);
      CHECK(counted.global == cost.global);
      CHECK(counted.device == cost.device);
      CHECK(counted.shared.read_bytes == cost.shared.read_bytes);
      CHECK(counted.shared.written_bytes == cost.shared.written_bytes);
      CHECK(counted.blocks == cost.blocks);
    }
  }
}

// Every tenth of the small problems.
void hold_clean(const std::string& family) {
  for (const Rung& rung : rungs_of(family)) {
    std::vector<Problem> problems = verification_problems(rung);
    std::erase_if(problems, [](const Problem& problem) {
      return problem::q_elements(problem) * problem.len_kv > 300'000;
    });
    for (std::size_t i = 0; i < problems.size(); i += 10) {
      INFO(rung.name << ": " << problem::describe(problems[i]));
      EmulatorOptions options;
      options.check = true;
      const Execution emulator =
          run_on_emulator(rung, problems[i], problem::make_inputs(problems[i]), options);
      for (const ptx::Finding& finding : emulator.findings) {
        FAIL_CHECK(ptx::name_of(finding.kind)
                   << " at line " << finding.access.line << ": " << finding.sentence);
      }
    }
  }
}

struct Error {
  double largest = 0;
  double largest_reference = 0;
};

// Over the elements where all three are numbers; where the reference is none, nothing is asked.
Error error_of(const std::vector<float>& o, const std::vector<double>& reference) {
  Error error;
  for (std::size_t i = 0; i < o.size(); ++i) {
    if (!std::isfinite(reference[i])) continue;
    error.largest_reference = std::max(error.largest_reference, std::abs(reference[i]));
    const double difference = std::abs(static_cast<double>(o[i]) - reference[i]);
    // A NaN is the largest error of all.
    if (!(difference <= error.largest))
      error.largest = std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
  }
  return error;
}

// The floor: half a unit in the last place of the stored type at the largest element of O, and four
// such units of fp32.
double floor_of(DataType dtype, double largest) {
  const double stored = dtype == DataType::kF16 ? 0x1p-11 : dtype == DataType::kBf16 ? 0x1p-8 : 0;
  return largest * (stored + 4 * 0x1p-23);
}

void hold_to_plain(const std::string& family) {
  for (const Rung& rung : rungs_of(family)) {
    for (const Problem& problem : verification_problems(rung)) {
      if (!is_small(problem)) continue;
      INFO(rung.name << ": " << problem::describe(problem));
      const problem::Inputs inputs = problem::make_inputs(problem);
      const oracle::ForwardResult reference = oracle::forward(problem, inputs);
      const Execution model = run_on_model(rung, problem, inputs, machine::gpu_spec("h200"));
      const Error error = error_of(numbers_of(model.outputs, Tensor::kO), reference.o);
      const Error plain = error_of(test::plain_attention(problem, inputs), reference.o);
      CHECK(error.largest <= 2 * plain.largest + floor_of(problem.dtype, plain.largest_reference));
    }
  }
}

}  // namespace

TEST_CASE("the closed forms of standard are what its models count") {
  hold_closed_forms("standard");
}

TEST_CASE("the closed forms of standard are the bytes that the emulator counts") {
  hold_emulated_bytes("standard");
}

TEST_CASE("the kernels of standard are clean under every checker") {
  hold_clean("standard");
}

TEST_CASE("the closed forms of flash_fwd are what its models count") {
  hold_closed_forms("flash_fwd");
}

TEST_CASE("the closed forms of flash_fwd are the bytes that the emulator counts") {
  hold_emulated_bytes("flash_fwd");
}

TEST_CASE("the kernels of flash_fwd are clean under every checker") {
  hold_clean("flash_fwd");
}

TEST_CASE("the closed forms of flash_bwd are what its models count") {
  hold_closed_forms("flash_bwd");
}

TEST_CASE("the closed forms of flash_bwd are the bytes that the emulator counts") {
  hold_emulated_bytes("flash_bwd");
}

TEST_CASE("the kernels of flash_bwd are clean under every checker") {
  hold_clean("flash_bwd");
}

TEST_CASE("the closed forms of decode are what its models count") {
  hold_closed_forms("decode");
}

TEST_CASE("the closed forms of decode are the bytes that the emulator counts") {
  hold_emulated_bytes("decode");
}

TEST_CASE("the kernels of decode are clean under every checker") {
  hold_clean("decode");
}

TEST_CASE("the closed forms of paged are what its models count") {
  hold_closed_forms("paged");
}

TEST_CASE("the closed forms of paged are the bytes that the emulator counts") {
  hold_emulated_bytes("paged");
}

TEST_CASE("the kernels of paged are clean under every checker") {
  hold_clean("paged");
}

TEST_CASE("standard errs at most twice as much as plain attention in the same type") {
  hold_to_plain("standard");
}

TEST_CASE("flash_fwd errs at most twice as much as plain attention in the same type") {
  hold_to_plain("flash_fwd");
}

TEST_CASE("decode errs at most twice as much as plain attention in the same type") {
  hold_to_plain("decode");
}
