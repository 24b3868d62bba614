// SPDX-License-Identifier: MIT
// What ends a run: a kernel did something that no GPU defines.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace attnlab::ptx {

enum class FaultKind : std::uint8_t {
  kOutOfBounds,
  kNullPointer,
  kMisaligned,
  kWriteToReadOnly,
  kBarrierDivergence,
  kDeadlock,
  kBudget,
  kAssertion,
  kTrap,
  kBadCall,
  kStackOverflow,
  kIllegalOperand,  // an operand value for which the instruction is undefined
};

// Thrown by handlers: what happened, and to which lane of the running warp. The block runner adds
// where (kernel, source line, block, thread).
class Fault : public std::runtime_error {
 public:
  Fault(FaultKind fault_kind, int faulting_lane, const std::string& sentence)
      : std::runtime_error(sentence), kind(fault_kind), lane(faulting_lane) {}

  FaultKind kind;
  int lane;           // 0 to 31, or -1: the whole warp
  int ops_later = 0;  // in a sequence: how far behind its first op it happened
};

}  // namespace attnlab::ptx
