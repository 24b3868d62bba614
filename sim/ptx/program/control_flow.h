// SPDX-License-Identifier: MIT
// The control flow of one function: basic blocks, and where lanes that a branch sends apart meet.
#pragma once

#include <vector>

#include "sim/ptx/syntax/module.h"

namespace attnlab::ptx {

struct BasicBlock {
  int begin = 0;  // instructions [begin, end)
  int end = 0;
  std::vector<int> successors;  // blocks; not the exit, nor those that only leave
  bool leaves = false;          // may exit or return at its end
};

struct ControlFlow {
  std::vector<BasicBlock> blocks;
  std::vector<int> block_of;  // of an instruction
  // For a branch that can go several ways: the first instruction of the block that every way leads
  // through but those that leave (its immediate post-dominator), or -1 where there is none.
  std::vector<int> join_of;
  std::vector<bool> is_join;  // of an instruction: some branch's lanes meet in front of it
};

ControlFlow control_flow(const Function& function);

}  // namespace attnlab::ptx
