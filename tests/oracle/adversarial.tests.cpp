// SPDX-License-Identifier: MIT
// What the adversarial distribution does to attention: it must spoil some outputs and leave others,
// or a test on it would compare NaN with NaN.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>

#include "sim/oracle/oracle.h"

using namespace attnlab;
using problem::Mask;
using problem::Problem;

namespace {

struct Share {
  double finite_rows;  // of LSE
  double finite_outputs;
};

// Over the problems of seeds 1 to 8.
Share finite_share(int len, int head_dim, Mask mask) {
  Problem problem;
  problem.heads = 2;
  problem.kv_heads = 2;
  problem.len_q = 64;
  problem.len_kv = len;
  problem.head_dim = head_dim;
  problem.mask = mask;
  problem.distribution = problem::Distribution::kAdversarial;
  std::int64_t rows = 0, finite_rows = 0, outputs = 0, finite_outputs = 0;
  for (problem.seed = 1; problem.seed <= 8; ++problem.seed) {
    const oracle::ForwardResult out = oracle::forward(problem, make_inputs(problem));
    for (const double lse : out.lse_nat) finite_rows += std::isfinite(lse) ? 1 : 0;
    for (const double o : out.o) finite_outputs += std::isfinite(o) ? 1 : 0;
    rows += std::ssize(out.lse_nat);
    outputs += std::ssize(out.o);
  }
  return {static_cast<double>(finite_rows) / static_cast<double>(rows),
          static_cast<double>(finite_outputs) / static_cast<double>(outputs)};
}

}  // namespace

TEST_CASE(
    "adversarial problems have spoilt and clean outputs, at the smallest and largest common "
    "sizes") {
  for (const int len : {64, 1000}) {
    for (const int head_dim : {64, 256}) {
      for (const Mask mask : {Mask::kNone, Mask::kCausal}) {
        const Share share = finite_share(len, head_dim, mask);
        CAPTURE(len, head_dim, share.finite_rows, share.finite_outputs);
        CHECK(share.finite_rows < 0.999);
        CHECK(share.finite_rows > 0.1);
        CHECK(share.finite_outputs < 0.999);
        CHECK(share.finite_outputs > 0.1);
      }
    }
  }
}
