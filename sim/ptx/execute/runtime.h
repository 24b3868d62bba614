// SPDX-License-Identifier: MIT
// What a kernel can ask of the device's runtime, and the faults it can ask for. Apart from the
// instruction families, which may not throw or format by themselves (see isa.h).
#pragma once

#include <cstdint>

#include "sim/ptx/execute/warp.h"
#include "sim/ptx/program/program.h"

namespace attnlab::ptx {

// vprintf(format, arguments) by every running lane, in ascending order. `rows`: words of the two
// addresses, then of the result (how many arguments were printed).
void print(Warp& warp, const Row* rows);

// __assertfail(message, file, line, function, size). Throws Fault.
[[noreturn]] void fail_assertion(Warp& warp, const Row* rows);
[[noreturn]] void fail_trap(const Warp& warp);
// bar.arrive by the running lanes, for `threads` in all. Whether the barrier may now be complete.
bool arrive_at_barrier(const Warp& warp, int number, std::uint32_t threads);
// Tell the observer of a barrier that the running lanes do not wait at, and of a _sync instruction
// whose lanes met; of a shuffle also where each lane reads.
void tell_arrival(const Warp& warp, const Op* op, int number);
// And of a block barrier at which these lanes of the warp wait.
void tell_missing(const Warp& warp, const Op* op, std::uint32_t arrived);
void tell_meeting(const Warp& warp, const Op* op, const std::uint32_t* masks);
void tell_sources(const Warp& warp, const Op* op, const int* sources);
[[noreturn]] void throw_no_barrier(std::uint32_t number, int lane);
[[noreturn]] void throw_bad_jump(std::uint32_t index, std::uint32_t targets, int lane);

// The function that a call by address means. Throws Fault where it is none, or takes other
// parameters than the call gives.
const DecodedFunction& function_at(const Warp& warp, const Op* call, std::uint64_t address,
                                   int lane);

}  // namespace attnlab::ptx
