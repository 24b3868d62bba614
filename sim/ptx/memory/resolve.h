// SPDX-License-Identifier: MIT
// Addresses of a warp to bytes of the host: every access goes through here, and none gets past a
// bound.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/memory/address_space.h"
#include "sim/ptx/observe/observer.h"

namespace attnlab::ptx {

// Memory that lies in one piece: addresses [base, base + size) in the instruction's space.
struct Region {
  std::byte* host = nullptr;
  Address base = 0;
  std::uint64_t size_bytes = 0;
};

// Which of a block's remembered allocations an op may find its own in.
inline std::size_t remembered_place(const Op* op) {
  return reinterpret_cast<std::uintptr_t>(op) / sizeof(Op) % BlockState::kRemembered;
}

// The region in which a warp's instruction most likely works: the one that holds `address`, the
// first active lane's. An empty region where there is none, and for local memory, which is in a
// piece for every lane.
Region region_of(Warp& warp, const Op* op, StateSpace space, Address address, AccessKind kind);

// The bytes of one lane's access: [address, address + bytes). Throws Fault where they are not there,
// not aligned, or not to be written.
std::byte* bytes_of_lane(Warp& warp, StateSpace space, Address address, std::uint32_t bytes,
                         AccessKind kind, int lane);

}  // namespace attnlab::ptx
