// SPDX-License-Identifier: MIT
#include "sim/numerics/mufu_model.h"

namespace attnlab::numerics::mufu {
namespace {

constexpr SquareTable make_square_table() {
  SquareTable table{};
  for (std::uint32_t i = 0; i < (1u << 15); ++i) {
    table.values[i] = static_cast<std::uint16_t>(square_by_columns(4 * i));
  }
  return table;
}

}  // namespace

constexpr SquareTable kSquareTable = make_square_table();

}  // namespace attnlab::numerics::mufu
