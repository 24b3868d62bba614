// SPDX-License-Identifier: MIT
// What an instruction is for, by its name and type.
#pragma once

#include <optional>

#include "sim/ptx/count/counts.h"
#include "sim/ptx/syntax/module.h"

namespace attnlab::ptx {

struct InstructionKind {
  InstructionClass kind = InstructionClass::kOther;
  std::optional<Metric> operation;  // the arithmetic that each lane does
  std::uint32_t per_lane = 1;       // 2 of f16x2
};
InstructionKind classify(const Instruction& instruction);

}  // namespace attnlab::ptx
