// SPDX-License-Identifier: MIT
// Declarations of variables and parameters: ".align 4 .v2 .f32 name[3][4]".
#pragma once

#include <cstdint>
#include <vector>

#include "sim/ptx/syntax/module.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {

// Up to here a variable's size is believed; no GPU has a thousandth of it.
inline constexpr std::uint64_t kMaxVariableBytes = std::uint64_t{1} << 40;

// A variable with the extents of its array, outermost first: what an initialiser has to follow.
struct Declared {
  Variable variable;
  std::vector<std::uint64_t> extents;  // [0] is 0 where `unsized`; empty for no array
};

// Alignment, vector and type, up to the first name; the space's own word is taken already. Several
// names may follow it. Without .align, a variable is aligned to its element.
Variable parse_declaration_head(Tokens& tokens, StateSpace space);
// A name and its extents: completes the head.
Declared parse_declarator(Tokens& tokens, const Variable& head);

// ".param .b32 a", ".param .u64 .ptr .global .align 4 a", ".param .align 8 .b8 a[32]", ".reg .b32
// a"; with the name "_" in a prototype.
Variable parse_parameter(Tokens& tokens);
// "(parameter, …)", which may be empty.
std::vector<Variable> parse_parameters(Tokens& tokens);

// The state space that this word names for a variable; kGeneric for any other word.
StateSpace variable_space_named(const Token& token);

// Passes over the token that opens a parenthesis or brace and all up to the one that closes it.
void skip_enclosed(Tokens& tokens);
// `.attribute(…)`, after its word. Nothing here depends on it.
void skip_attribute(Tokens& tokens);

}  // namespace attnlab::ptx
