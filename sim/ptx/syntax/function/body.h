// SPDX-License-Identifier: MIT
// A function's body: declarations, labels and instructions.
#pragma once

#include <string_view>
#include <vector>

#include "sim/ptx/syntax/function/scope.h"
#include "sim/ptx/syntax/module.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {

// A name in `.calltargets`: the index in Prototype::targets that the module has to fill in.
struct CallTarget {
  std::string_view name;
  int* function = nullptr;
};

// What a body leaves open, for the names of the module. The pointers stay valid when the function
// is moved.
struct OpenNames {
  std::vector<Reference> references;
  std::vector<CallTarget> targets;
};

// `.loc` may name any file up to this number, and `.file` define it.
inline constexpr int kMaxFileNumber = 65535;

// Reads from '{' to the '}' that ends the function.
void parse_body(Tokens& tokens, Function& function, OpenNames& open_names);

}  // namespace attnlab::ptx
