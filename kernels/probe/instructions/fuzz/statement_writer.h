// SPDX-License-Identifier: MIT
// The body of a random kernel: instructions, branches on predicates, loops of at most eight turns
// on data, switches; nested.
#pragma once

#include <string>
#include <string_view>

#include "kernels/probe/instructions/random.h"

namespace attnlab::probe {

class StatementWriter {
 public:
  explicit StatementWriter(Random random) : random_(random) {}

  std::string write();

 private:
  // Statements in a row. together: all threads of the block pass here.
  void block(int statements, bool together);
  void statement(bool together);
  void instruction(std::string_view instructions, bool may_guard);
  void branch();
  void loop();
  void common_loop();
  void choice();
  std::string filled(std::string_view instruction);
  std::string operand(char kind);
  std::string integer_constant();
  void line(const std::string& text) { text_ += "  " + text + ";\n"; }
  void place(int label);
  int new_label() { return labels_++; }

  Random random_;
  std::string text_;
  int labels_ = 0;
  int depth_ = 0;
  int left_ = 0;  // statements that may still be written
};

}  // namespace attnlab::probe
