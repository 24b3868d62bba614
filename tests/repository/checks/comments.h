// SPDX-License-Identifier: MIT
// Comments of C++ and CUDA sources, and code that hides in them.
#pragma once

#include "tests/repository/tree/tree.h"

namespace attnlab::repository {

struct CommentLine {
  std::size_t line;  // from 1
  std::string text;  // without the comment's marks and the blanks around
};

// Every line of every comment; texts and characters in quotes are passed over.
std::vector<CommentLine> comment_lines(std::string_view source);

// Code that was commented out, and `#if 0`. Conservative: a line is code only if it has the form of
// a statement from its first word to its last character.
Faults commented_out_code_faults(const Tree& tree);

}  // namespace attnlab::repository
