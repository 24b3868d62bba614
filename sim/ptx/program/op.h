// SPDX-License-Identifier: MIT
// A decoded instruction: what the emulator executes.
//
// A register is a row: 32 lanes side by side, 128 bytes for up to 32 bits, 256 bytes for 64 bits.
// 16- and 8-bit registers live in 32-bit lanes, zero-extended; a predicate lane is 0 or ~0. Rows
// lie in a frame, which a function's instructions address by byte offsets; constants are rows too.
#pragma once

#include <cstdint>

namespace attnlab::ptx {

inline constexpr int kWarpLanes = 32;
inline constexpr std::uint32_t kAllLanes = 0xffffffffu;
inline constexpr std::uint32_t kRowBytes = 4 * kWarpLanes;      // of a register up to 32 bits
inline constexpr std::uint32_t kWideRowBytes = 8 * kWarpLanes;  // of a 64-bit register

struct Warp;
struct Op;

// Executes `op` for the lanes in warp.active and returns what comes next: op + 1, a branch's
// target, or nullptr where the warp must stop. Throws Fault.
using Handler = const Op* (*)(Warp& warp, const Op* op);

// Where a row lies in its frame, in bytes. While a function is being decoded: a RowName.
using Row = std::uint32_t;
inline constexpr Row kNoRow = 0xffffffffu;

struct Op {
  Handler run = nullptr;
  Row d = kNoRow;  // destination
  Row a = kNoRow;  // sources, in PTX's order
  Row b = kNoRow;
  Row c = kNoRow;
  Row guard = kNoRow;             // predicate of @%p, for the guarded forms
  std::uint32_t instruction = 0;  // index in the function's Instructions: its source line
  const Row* rows = nullptr;      // further operands: vector elements, call arguments
  std::uint32_t row_count = 0;
  std::uint32_t small = 0;  // the instruction's own: a width, an offset, flags
  std::uint64_t wide = 0;   // the instruction's own: an immediate, an address
  union Link {              // the instruction's own
    const Op* target;       // a branch's
    Handler inner;          // what a guard wraps
    const void* data;
  } link = {nullptr};
};

}  // namespace attnlab::ptx
