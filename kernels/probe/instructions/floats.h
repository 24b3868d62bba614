// SPDX-License-Identifier: MIT
// Random floating-point operands: any bit pattern, and values that stand near one another, whose
// fractions end in the patterns that make ties.
#pragma once

#include <cstdint>

#include "kernels/probe/instructions/operands.h"
#include "kernels/probe/instructions/random.h"

namespace attnlab::probe {

bool is_floating(Draw draw);

// The operands of one tuple, drawn one after the other.
class FloatTuple {
 public:
  explicit FloatTuple(Random& random);
  std::uint64_t draw(Draw draw);

 private:
  struct Format {
    int exponent_bits;
    int fraction_bits;
  };
  static Format format_of(Draw draw);
  std::uint64_t draw_one(const Format& format);
  int draw_exponent(const Format& format);
  std::uint64_t draw_fraction(const Format& format);

  Random& random_;
  std::uint32_t mode_;        // of this tuple
  int drawn_ = 0;             // operands before this one
  int first_exponent_ = 0;    // of the first operand, without bias
  int product_exponent_ = 0;  // of the product of the operands so far
};

}  // namespace attnlab::probe
