// SPDX-License-Identifier: MIT
#include "sim/numerics/mufu_model.h"

namespace attnlab::numerics::mufu {
namespace {

// Grows the table bit by bit: x = 2^h + r, r < 2^h, adds to SQ(r) the square of its top bit and the
// products of that bit with r's, those that reach column 19.
constexpr SquareTable make_square_table() {
  SquareTable table{};
  for (std::uint32_t h = 2; h < 17; ++h) {
    const std::uint32_t top = 1u << h;
    const std::uint32_t square_of_top = h >= 10 ? 1u << (2 * h - 19) : 0;
    for (std::uint32_t r = 0; r < top; r += 4) {
      table.values[(top + r) / 4] =
          static_cast<std::uint16_t>(table.values[r / 4] + square_of_top + (r >> (18 - h)));
    }
  }
  return table;
}

}  // namespace

constexpr SquareTable kSquareTable = make_square_table();

}  // namespace attnlab::numerics::mufu
