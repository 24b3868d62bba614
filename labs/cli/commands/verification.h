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
  std::size_t emulated() const;    // rows that an emulator ran
  // Whoever took part in any row, in the rows' order.
  std::vector<std::string> executors() const;
};

struct VerificationScope {
  bool gpu = false;         // this machine's GPU, by the machine code of every compiler built in
  bool recorded = true;     // the recorded digests
  bool emulator = true;     // a GPU's time is too dear for it: it is compared at home
  std::size_t every = 1;    // only every so-manieth problem
  bool everything = false;  // emulate every problem, not the small ones only
  int workers = 0;          // host threads of the emulator; 0: one a core
};

// Runs the model on every verification problem, and the emulator, by the PTX of every compiler that
// is built in, on the small ones or on all.
RungVerification verify_rung(const kernels::Rung& rung, const VerificationScope& scope);

}  // namespace attnlab::cli
