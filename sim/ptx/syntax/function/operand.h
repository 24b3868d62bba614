// SPDX-License-Identifier: MIT
// Operands of instructions (PTX ISA, "Instruction Operands").
#pragma once

#include <vector>

#include "sim/ptx/syntax/function/scope.h"
#include "sim/ptx/syntax/module.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {

// One operand. A name that no scope has yet is left as kUnknownSymbol, for Scopes::resolve_later
// once the operand is where it stays.
Operand parse_operand(Tokens& tokens, Scopes& scopes);
// "operand, …", at least one.
std::vector<Operand> parse_operands(Tokens& tokens, Scopes& scopes);

}  // namespace attnlab::ptx
