// SPDX-License-Identifier: MIT
// Names of rows while a function is decoded: the two top bits say what kind, the others which one.
#pragma once

#include "sim/ptx/program/op.h"

namespace attnlab::ptx {

enum class RowKind : std::uint32_t { kRegister = 0, kConstant = 1, kParameterWord = 2 };

constexpr Row register_name(int index) {
  return static_cast<Row>(index);
}
constexpr Row constant_name(int index) {
  return 1u << 30 | static_cast<Row>(index);
}
constexpr Row parameter_name(int index) {
  return 2u << 30 | static_cast<Row>(index);
}
constexpr RowKind kind_of(Row name) {
  return static_cast<RowKind>(name >> 30);
}
constexpr std::size_t index_of(Row name) {
  return name & ((1u << 30) - 1);
}

}  // namespace attnlab::ptx
