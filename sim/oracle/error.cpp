// SPDX-License-Identifier: MIT
#include "sim/oracle/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace attnlab::oracle {
namespace {

using problem::Problem;

void require_same_size(const char* tensor, std::size_t size, std::size_t expected) {
  if (size == expected) return;
  throw problem::BadInput(std::string(tensor) + " holds " + std::to_string(size) +
                          " elements; the reference holds " + std::to_string(expected));
}

void note_mismatch(ErrorReport& report, const OutputElement& element) {
  if (report.mismatches++ == 0) report.worst = element;
}

// Squares of O's error and of O, summed over the numbers.
struct Squares {
  double error = 0;
  double reference = 0;
};

void compare_output(const Problem& problem, std::span<const float> o,
                    const ForwardResult& reference, ErrorReport& report, Squares& squares) {
  for (std::size_t i = 0; i < o.size(); ++i) {
    const auto flat = static_cast<std::int64_t>(i);
    const OutputElement element =
        output_element(problem, flat / problem.head_dim, static_cast<int>(flat % problem.head_dim));
    if (neither_finite(o[i], reference.o[i])) {
      if (!same_kind(o[i], reference.o[i])) ++report.kind_differences;
    } else if (!both_finite(o[i], reference.o[i])) {
      note_mismatch(report, element);
    } else {
      const double error = std::abs(static_cast<double>(o[i]) - reference.o[i]);
      squares.error += error * error;
      squares.reference += reference.o[i] * reference.o[i];
      if (error > report.max_abs_error) {
        report.max_abs_error = error;
        if (report.mismatches == 0) report.worst = element;
      }
    }
  }
}

void compare_lse(const Problem& problem, std::span<const float> lse_nat,
                 const ForwardResult& reference, ErrorReport& report) {
  for (std::size_t i = 0; i < lse_nat.size(); ++i) {
    if (!same_kind(lse_nat[i], reference.lse_nat[i])) {
      note_mismatch(report, output_element(problem, static_cast<std::int64_t>(i), -1));
    } else if (both_finite(lse_nat[i], reference.lse_nat[i])) {
      const double error = std::abs(static_cast<double>(lse_nat[i]) - reference.lse_nat[i]);
      report.lse_max_abs_error = std::max(report.lse_max_abs_error, error);
    }
  }
}

}  // namespace

void require_sizes(const ForwardResult& reference, std::span<const float> o,
                   std::span<const float> lse_nat) {
  require_same_size("O", o.size(), reference.o.size());
  require_same_size("LSE", lse_nat.size(), reference.lse_nat.size());
}

ErrorReport compare(const Problem& problem, std::span<const float> o,
                    std::span<const float> lse_nat, const ForwardResult& reference) {
  require_sizes(reference, o, lse_nat);
  ErrorReport report;
  Squares squares;
  compare_output(problem, o, reference, report, squares);
  compare_lse(problem, lse_nat, reference, report);
  if (squares.error > 0) report.rel_l2_error = std::sqrt(squares.error / squares.reference);
  return report;
}

}  // namespace attnlab::oracle
