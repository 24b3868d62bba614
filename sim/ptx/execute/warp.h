// SPDX-License-Identifier: MIT
// A warp as handlers see it: which lanes run, and where their registers are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/ptx/program/op.h"

namespace attnlab::ptx {

struct BlockState;
struct WarpControl;

struct Warp {
  std::byte* frame = nullptr;      // rows of the running lanes' function call
  std::uint32_t active = 0;        // lanes that execute, bit i for lane i
  std::uint32_t unguarded = 0;     // lanes that run again after a @%p instruction
  int index = 0;                   // of the warp in its block
  BlockState* block = nullptr;     // shared memory, parameters, barriers: see block_state.h
  WarpControl* control = nullptr;  // lane groups, convergence, calls: see control.h
  std::int64_t fuel = 0;           // instructions until the scheduler looks at this warp again
};

}  // namespace attnlab::ptx
