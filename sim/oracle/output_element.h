// SPDX-License-Identifier: MIT
// One element of an output, where it is, and when two of its values agree in kind.
#pragma once

#include <cmath>
#include <cstdint>

#include "sim/oracle/layout.h"

namespace attnlab::oracle {

// An element of O, or of LSE where column is -1.
struct OutputElement {
  int batch = 0;
  int head = 0;
  int row = 0;
  int column = 0;

  bool operator==(const OutputElement&) const = default;
};

inline OutputElement output_element(const problem::Problem& problem, std::int64_t row_index,
                                    int column) {
  const Row row = row_at(problem, row_index);
  return {row.batch, row.head, row.row, column};
}

// Equal among number, +inf, -inf and NaN.
inline bool same_kind(float value, double reference) {
  if (std::isfinite(value) || std::isfinite(reference)) {
    return std::isfinite(value) && std::isfinite(reference);
  }
  if (std::isnan(value) || std::isnan(reference)) return std::isnan(value) && std::isnan(reference);
  return std::signbit(value) == std::signbit(reference);
}

inline bool both_finite(float value, double reference) {
  return std::isfinite(value) && std::isfinite(reference);
}

inline bool neither_finite(float value, double reference) {
  return !std::isfinite(value) && !std::isfinite(reference);
}

}  // namespace attnlab::oracle
