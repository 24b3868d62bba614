// SPDX-License-Identifier: MIT
// Short ways to parse a piece of PTX in tests.
#pragma once

#include <string>

#include "sim/ptx/syntax/parse.h"

namespace attnlab::ptx::test {

// Three lines before what matters; a test's own text begins in line 4.
inline const std::string kPreamble = ".version 8.0\n.target sm_80\n.address_size 64\n";

// The module of these declarations.
Module module_of(const std::string& declarations);

// Kernel `k` with parameter `p`, registers %r0 to %r9 (.b32), %rd0 to %rd9 (.b64), %f0 to %f9 (.f32)
// and %p0 to %p3 (.pred), with this body, which begins in line 7; after it `rest` of the module.
Module kernel_of(const std::string& body, const std::string& rest = "");
// The kernel's first instruction, and one of its operands.
const Instruction& first_instruction(const Module& module);
const Operand& operand(const Module& module, std::size_t index);

// The sentence that refuses this text, or an empty one where it parses.
std::string refusal(const std::string& text);
std::string module_refusal(const std::string& declarations);
std::string kernel_refusal(const std::string& body);

bool contains(const std::string& text, const std::string& part);

}  // namespace attnlab::ptx::test
