// SPDX-License-Identifier: MIT
// Literals and constant expressions (PTX ISA, "Constants"): 64-bit integers, signed unless they do
// not fit or end in U, and floating-point numbers. Folds + - * / % << >> & | ^, unary - + ~ ! and
// parentheses; PTX's casts, comparisons and ?: are not read.
#pragma once

#include <cstdint>

#include "sim/ptx/syntax/module.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {

struct Constant {
  ImmediateKind kind = ImmediateKind::kInteger;
  bool is_unsigned = false;  // of an integer
  std::uint64_t bits = 0;    // as in Operand::bits
};

// Whether a constant begins here: a number, WARP_SZ, a unary operator or a parenthesis.
bool begins_constant(const Token& token);
// Whether this token can stand between two constants.
bool is_binary_operator(const Token& token);

// "0x1F", "017", "0b11", "12U", "1.5e3", "0f3F800000", "0d3FF0000000000000".
Constant literal_value(const Tokens& tokens, const Token& number);

Constant parse_constant(Tokens& tokens);
// The same for what must be an integer: a byte offset. `what` names it in the message.
std::int64_t parse_offset(Tokens& tokens, const char* what);
// One integer literal from 0 to `most`.
std::uint64_t parse_count(Tokens& tokens, std::uint64_t most, const char* what);

}  // namespace attnlab::ptx
