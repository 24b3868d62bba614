// SPDX-License-Identifier: MIT
#include "labs/cli/commands/verification.h"

#include <algorithm>

#include "kernels/recorded.h"
#include "kernels/verification_problems.h"
#include "labs/cli/output/progress.h"

namespace attnlab::cli {
namespace {

using kernels::Rung;
using problem::Problem;

constexpr const char* kRecorded = "recorded";
const std::string kEmulator = "emulator ";

// Small enough to be emulated every day: multiply-adds of Q K^T.
constexpr std::int64_t kSmallProblem = 2'000'000;

bool is_small(const Problem& problem) {
  return problem::q_elements(problem) * problem.len_kv <= kSmallProblem;
}

VerificationRow verify_problem(const Rung& rung, const Problem& problem,
                               const VerificationScope& scope) {
  const problem::Inputs inputs = problem::make_inputs(problem);
  VerificationRow row{problem, {}};
  row.digests.emplace_back("model",
                           run_on_model(rung, problem, inputs, machine::gpu_spec("h200")).digest);
  if (scope.emulator && (scope.everything || is_small(problem))) {
    for (const std::string& compiler : emulated_compilers(rung)) {
      row.digests.emplace_back(
          kEmulator + compiler,
          run_on_emulator(rung, problem, inputs, {compiler, scope.workers}).digest);
    }
  }
  if (scope.gpu) {
    for (const char* compiler : {"nvcc", "clang"}) {
      if (!has_machine_code(rung, compiler)) continue;
      row.digests.emplace_back(std::string("gpu ") + compiler,
                               run_on_gpu(rung, problem, inputs, compiler).digest);
    }
  }
  if (scope.recorded) {
    if (auto digest = recorded_digest(kernels::shipped_recording(), rung.name, problem)) {
      row.digests.emplace_back(kRecorded, *digest);
    }
  }
  return row;
}

}  // namespace

bool VerificationRow::equal() const {
  return std::all_of(digests.begin(), digests.end(),
                     [this](const auto& entry) { return entry.second == digests.front().second; });
}

std::size_t RungVerification::different() const {
  return std::count_if(rows.begin(), rows.end(), [](const auto& row) { return !row.equal(); });
}

std::size_t RungVerification::uncompared() const {
  return std::count_if(rows.begin(), rows.end(),
                       [](const VerificationRow& row) { return row.digests.size() < 2; });
}

std::size_t RungVerification::recorded() const {
  return std::count_if(rows.begin(), rows.end(), [](const VerificationRow& row) {
    return row.digests.back().first == kRecorded;
  });
}

std::size_t RungVerification::emulated() const {
  return std::count_if(rows.begin(), rows.end(), [](const VerificationRow& row) {
    return std::any_of(row.digests.begin(), row.digests.end(),
                       [](const auto& entry) { return entry.first.starts_with(kEmulator); });
  });
}

std::vector<std::string> RungVerification::executors() const {
  std::vector<std::string> names;
  for (const VerificationRow& row : rows) {
    for (const auto& [executor, digest] : row.digests) {
      if (std::find(names.begin(), names.end(), executor) == names.end()) names.push_back(executor);
    }
  }
  return names;
}

RungVerification verify_rung(const Rung& rung, const VerificationScope& scope) {
  RungVerification result{rung.name, {}};
  const std::vector<Problem> all = kernels::verification_problems(rung);
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < all.size(); i += scope.every) problems.push_back(all[i]);
  Progress progress("verify " + rung.name);
  for (const Problem& problem : problems) {
    progress.show(result.rows.size(), problems.size(), problem::describe(problem));
    result.rows.push_back(verify_problem(rung, problem, scope));
  }
  return result;
}

}  // namespace attnlab::cli
