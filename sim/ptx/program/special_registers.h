// SPDX-License-Identifier: MIT
// Special registers: what a lane can ask about itself, its block and the launch.
#pragma once

#include <string_view>

#include "sim/ptx/program/op.h"
#include "sim/ptx/syntax/scalar_type.h"

namespace attnlab::ptx {

struct SpecialRegister {
  Handler read = nullptr;  // writes the lanes of op->d
  ScalarType type = ScalarType::kU32;
};

// {nullptr} for a register that the emulator does not have.
SpecialRegister find_special_register(std::string_view name);

}  // namespace attnlab::ptx
