// SPDX-License-Identifier: MIT
// The operands of `call`, which are not like those of any other instruction.
#pragma once

#include "sim/ptx/syntax/function/scope.h"
#include "sim/ptx/syntax/module.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {

// "(results), callee, (arguments), prototype", without the ';'. Results, arguments and prototype
// may be missing. A callee that is no register is left as kUnknownSymbol: the module finds it.
Call parse_call(Tokens& tokens, Scopes& scopes);

}  // namespace attnlab::ptx
