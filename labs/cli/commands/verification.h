// SPDX-License-Identifier: MIT
// A rung on its verification problems, executor by executor.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kernels/executors.h"
#include "kernels/registry.h"

namespace attnlab::cli {

// One problem: whose digests differ from the first one's.
struct VerificationRow {
  problem::Problem problem;
  std::vector<std::pair<std::string, std::string>> digests;  // executor, digest

  bool equal() const;
};

struct RungVerification {
  std::string rung;
  std::vector<VerificationRow> rows;

  std::size_t different() const;   // rows whose digests are not all equal
  std::size_t uncompared() const;  // rows with one executor and no recorded digest
  std::size_t recorded() const;    // rows that were held to a recorded digest
};

// Runs the model on every verification problem; with_gpu: and this machine's GPU, by the machine
// code of every compiler that is built in; with_recorded: and compares with the recorded digests.
RungVerification verify_rung(const kernels::Rung& rung, bool with_gpu, bool with_recorded);

}  // namespace attnlab::cli
