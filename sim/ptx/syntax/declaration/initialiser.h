// SPDX-License-Identifier: MIT
// Initial values of variables: "= 5", "= {1, 2.5}", "= {{1}, {2, 3}}", "= generic(table)+8",
// "= {0xFF(f), 0xFF00(f)}".
#pragma once

#include <cstdint>

#include "sim/ptx/syntax/declaration/variable.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {

// All initialised variables of a module together: a short text may not ask for more memory.
inline constexpr std::uint64_t kMaxInitialBytes = std::uint64_t{1} << 26;

// Reads what follows '=' into the variable's initial bytes and relocations, and completes an
// unsized array. Integers keep the low bits that fit, as ptxas does it; floating-point numbers are
// rounded to the type. `budget_bytes` is what is left of kMaxInitialBytes.
void parse_initialiser(Tokens& tokens, Declared& declared, std::uint64_t& budget_bytes);

}  // namespace attnlab::ptx
