// SPDX-License-Identifier: MIT
// The body of a random kernel: instructions, branches on predicates, loops of at most eight turns
// on data, switches; nested.
//
// Where a branch has decided a predicate, nothing writes it until the branch has ended: the
// assembler of CUDA 13.0 takes its value for known in loops inside, though they change it
// (docs/evidence/random_kernels.md).
#pragma once

#include <array>
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
  std::size_t predicate() { return random_.below(decided_.size()); }
  void branch();
  void loop();
  void common_loop();
  void choice();
  std::string filled(std::string_view instruction);
  std::string operand(char kind);
  std::string written_predicate();
  std::string integer_constant();
  void line(const std::string& text) { text_ += "  " + text + ";\n"; }
  void place(int label);
  int new_label() { return labels_++; }

  // While this lives, nothing writes the predicate.
  class Decided;

  Random random_;
  std::string text_;
  std::array<int, 4> decided_ = {};  // branches that each of %p0 to %p3 has decided
  int labels_ = 0;
  int depth_ = 0;
  int left_ = 0;  // statements that may still be written
};

}  // namespace attnlab::probe
