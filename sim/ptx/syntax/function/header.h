// SPDX-License-Identifier: MIT
// What stands before a function's body: results, name, parameters and directives.
#pragma once

#include "sim/ptx/syntax/module.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {

// Reads from after `.entry` or `.func` up to the body's '{' or the declaration's ';', which stays.
Function parse_function_header(Tokens& tokens, Linkage linkage, bool is_entry);

// Reads what follows `.callprototype`, without its ';': "(.param .b32 _) _ (.param .b64 _)".
Prototype parse_prototype(Tokens& tokens);

// `.pragma "text", …;`, after its word. Nothing depends on it.
void skip_pragma(Tokens& tokens);

// Fails where a module's declarations of one function do not agree in results and parameters.
void check_same_signature(const Tokens& tokens, const Function& earlier, const Function& later);

}  // namespace attnlab::ptx
