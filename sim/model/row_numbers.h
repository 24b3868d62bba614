// SPDX-License-Identifier: MIT
// The numbers of one row, as a step reports them to the event log.
#pragma once

#include <initializer_list>
#include <span>
#include <vector>

#include "sim/machine/tile_step.h"
#include "sim/numerics/fp32.h"

namespace attnlab::model {

// Collects a step's numbers; collects nothing where they are not recorded. The log knows the GPU's
// one NaN only, so every number is canonical.
class RowNumbers {
 public:
  RowNumbers(bool recorded, int row) : recorded_(recorded), row_(row) {}

  void start() { numbers_.clear(); }

  void add(std::uint16_t symbol, int column, float result, std::initializer_list<float> operands) {
    if (!recorded_) return;
    machine::Number number;
    number.symbol = symbol;
    number.row = row_;
    number.column = column;
    number.result = numerics::canonical(result);
    for (float operand : operands) {
      number.operands[number.operand_count++] = numerics::canonical(operand);
    }
    numbers_.push_back(number);
  }

  // Alive until the next start() or add().
  std::span<const machine::Number> all() const { return numbers_; }

 private:
  bool recorded_;
  std::uint32_t row_;
  std::vector<machine::Number> numbers_;
};

}  // namespace attnlab::model
