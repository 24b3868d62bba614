// SPDX-License-Identifier: MIT
// Where lanes are, in words: for faults and their reports.
#pragma once

#include <string>

#include "sim/ptx/emulator.h"
#include "sim/ptx/execute/warp.h"

namespace attnlab::ptx {

// "0-15, 20": the lanes of a mask.
std::string lanes_in_words(std::uint32_t mask);

// The instruction that an op was made of: the last one for a function's end.
const Instruction& instruction_of(const ProgramParts& program, const Op* op);

// `sentence`, and for each group of lanes where it waits: "lanes 0-15 at reduce.cu:12, …".
std::string describe_waiting(const Warp& warp, const std::string& sentence);

// The place of a fault in the running warp's `op`; `lane` -1: the whole warp.
KernelFault::Place place_of(const Warp& warp, const Op* op, int lane);

// The coordinates of a thread of a block from its linear index.
std::array<std::uint32_t, 3> thread_coordinates(const std::array<std::uint32_t, 3>& block,
                                                std::uint32_t linear);

// What the program is told of the running warp at `op`: for observers.
WarpPlace warp_place(const Warp& warp, const Op* op);

}  // namespace attnlab::ptx
