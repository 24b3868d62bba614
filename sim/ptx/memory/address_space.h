// SPDX-License-Identifier: MIT
// Generic addresses: one 64-bit number line with a window for each state space.
//
// An address in a space is its offset in that space's window, except in global memory, whose
// addresses are generic ones as they are. Everything outside the windows is nobody's memory. The
// numbers are the emulator's own; no address of the host is ever visible to a kernel.
#pragma once

#include <cstdint>

#include "sim/ptx/syntax/scalar_type.h"

namespace attnlab::ptx {

using Address = std::uint64_t;

inline constexpr std::uint64_t kWindowBytes = std::uint64_t{1} << 32;
inline constexpr Address kConstWindow = 0x0000'7a00'0000'0000;
inline constexpr Address kParamWindow = 0x0000'7b00'0000'0000;
inline constexpr Address kLocalWindow = 0x0000'7c00'0000'0000;
inline constexpr Address kSharedWindow = 0x0000'7d00'0000'0000;
inline constexpr Address kCodeWindow = 0x0000'7e00'0000'0000;  // functions: 16 bytes each
inline constexpr Address kGlobalWindow = 0x0000'7f00'0000'0000;
inline constexpr std::uint64_t kGlobalBytes = std::uint64_t{1} << 40;

// The generic address of offset 0 of a space; 0 for global and generic.
constexpr Address window_of(StateSpace space) {
  switch (space) {
    case StateSpace::kConst:
      return kConstWindow;
    case StateSpace::kParam:
      return kParamWindow;
    case StateSpace::kLocal:
      return kLocalWindow;
    case StateSpace::kShared:
      return kSharedWindow;
    default:
      return 0;
  }
}

// Which space a generic address lies in; kGeneric where it lies in none.
constexpr StateSpace space_of(Address address) {
  if (address >= kGlobalWindow && address < kGlobalWindow + kGlobalBytes) {
    return StateSpace::kGlobal;
  }
  for (StateSpace space :
       {StateSpace::kShared, StateSpace::kLocal, StateSpace::kConst, StateSpace::kParam}) {
    if (address - window_of(space) < kWindowBytes) return space;
  }
  return StateSpace::kGeneric;
}

}  // namespace attnlab::ptx
