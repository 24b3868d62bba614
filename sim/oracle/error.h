// SPDX-License-Identifier: MIT
// How far an executor's float output is from the float64 oracle's.
#pragma once

#include <cstdint>
#include <span>

#include "sim/oracle/oracle.h"
#include "sim/oracle/output_element.h"

namespace attnlab::oracle {

struct ErrorReport {
  double max_abs_error = 0;      // of O, over elements finite on both sides
  double rel_l2_error = 0;       // of O, over the same: |O - O64| / |O64| as vectors
  double lse_max_abs_error = 0;  // of LSE, over elements finite on both sides
  // Elements that differ in kind: in O a number on one side only, in LSE unequal among number,
  // +inf, -inf and NaN. Always a fault.
  std::int64_t mismatches = 0;
  // Elements of O that are no numbers on both sides, but not the same one of +inf, -inf and NaN.
  // No fault: where V is infinite, a weight that underflows in float makes 0 * inf, a NaN.
  std::int64_t kind_differences = 0;
  // The first mismatch; where there is none, O's element of the largest error.
  OutputElement worst;
};

// Throws problem::BadInput where an output has another size than the reference's.
void require_sizes(const ForwardResult& reference, std::span<const float> o,
                   std::span<const float> lse_nat);

ErrorReport compare(const problem::Problem& problem, std::span<const float> o,
                    std::span<const float> lse_nat, const ForwardResult& reference);

}  // namespace attnlab::oracle
