// SPDX-License-Identifier: MIT
// Mutants of kernels go through the whole emulator: each is refused, ends in a fault, or finishes.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/mutants.h"
#include "tests/ptx/launch/seeds.h"

using namespace attnlab::ptx::test;

namespace {

void try_mutants(std::uint32_t seed, int count) {
  std::mt19937 random(seed);
  int outcomes[3] = {};
  for (int i = 0; i < count; ++i) {
    const std::string text = mutated_kernel(random);
    ++outcomes[static_cast<int>(outcome_of(text))];
  }
  CHECK(outcomes[static_cast<int>(Outcome::kRefused)] > count / 4);
  CHECK(outcomes[static_cast<int>(Outcome::kFaulted)] > count / 50);
  CHECK(outcomes[static_cast<int>(Outcome::kFinished)] > count / 20);
}

}  // namespace

TEST_CASE("the kernels that mutants are made of finish") {
  for (const std::string_view kernel : kSeedKernels) {
    CHECK(outcome_of(std::string(kernel)) == Outcome::kFinished);
  }
}

TEST_CASE("a thousand mutants are refused, end in a fault, or finish") {
  try_mutants(1, 1000);
}

// Under AddressSanitizer this is the search for holes.
TEST_CASE("fifty thousand mutants are refused, end in a fault, or finish", "[.evidence]") {
  try_mutants(2, 50000);
}
