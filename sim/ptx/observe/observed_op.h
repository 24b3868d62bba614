// SPDX-License-Identifier: MIT
// How the op in front of a memory instruction says what an observer hears: Op::small. Its row a and
// `wide` are the address, its rows the elements of a store.
#pragma once

#include <cstdint>

#include "sim/ptx/observe/observer.h"

namespace attnlab::ptx {

struct ObservedOp {
  AccessKind kind = AccessKind::kLoad;
  StateSpace space = StateSpace::kGlobal;
  std::uint32_t bytes = 4;  // of a lane, all elements
  bool strong = false;
  bool wide_address = true;
  bool wide_elements = false;

  std::uint32_t packed() const {
    return static_cast<std::uint32_t>(kind) | (strong ? 4u : 0u) | (wide_address ? 8u : 0u) |
           (wide_elements ? 16u : 0u) | static_cast<std::uint32_t>(space) << 8 | bytes << 16;
  }
  static ObservedOp unpacked(std::uint32_t small) {
    return {static_cast<AccessKind>(small & 3u),
            static_cast<StateSpace>(small >> 8 & 0xffu),
            small >> 16,
            (small & 4u) != 0,
            (small & 8u) != 0,
            (small & 16u) != 0};
  }
};

}  // namespace attnlab::ptx
