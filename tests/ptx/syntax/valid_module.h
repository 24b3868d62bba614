// SPDX-License-Identifier: MIT
// What every consumer of a parsed module relies on without looking: indices are inside their lists,
// views are inside the text, initial values are inside their variables.
#pragma once

#include "sim/ptx/syntax/module.h"

namespace attnlab::ptx::test {

bool is_valid(const Module& module);

}  // namespace attnlab::ptx::test
