// SPDX-License-Identifier: MIT
// The PTX parser: text to Module. Reads what nvcc 13 and clang 19 write, and what people write by
// hand in that dialect (PTX ISA 8.0 to 9.0).
#pragma once

#include <stdexcept>
#include <string>

#include "sim/ptx/syntax/module.h"

namespace attnlab::ptx {

// PTX that does not parse: one sentence with the name of the text, line, column, and what was
// expected or is wrong there.
class SyntaxError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Parses a whole module. `name` is what messages call it ("flash.ptx"). Takes the text over.
// Throws SyntaxError. Time and memory are linear in the text, for any text.
Module parse(std::string text, const std::string& name);

}  // namespace attnlab::ptx
