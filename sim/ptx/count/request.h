// SPDX-License-Identifier: MIT
// What the addresses of one request cost: wavefronts of shared memory, sectors of global and local
// memory, different addresses.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sim/ptx/memory/address_space.h"
#include "sim/ptx/program/op.h"

namespace attnlab::ptx {

inline constexpr std::uint64_t kSectorBytes = 32;
inline constexpr std::uint64_t kWindowSectors = 64;  // as many as a mask has bits

struct Request {
  std::array<Address, kWarpLanes> addresses;  // of active lanes
  std::uint32_t active = 0;                   // at least one
  std::uint32_t bytes = 4;                    // of a lane
};

inline Address first_address(const Request& request) {
  return request.addresses[static_cast<std::size_t>(std::countr_zero(request.active))];
}

// Passes over the 32 banks of shared memory, each four bytes wide. Lanes of up to four bytes are
// served together, of eight bytes in half-warps, of sixteen in quarter-warps; a group takes as many
// wavefronts as the most different words that it wants of one bank.
struct Wavefronts {
  std::uint32_t count = 0;
  std::uint32_t ideal = 0;  // if no two words were of one bank
};
Wavefronts wavefronts_of(const Request& request);

// Different sectors, as masks of 64 that lie behind each other.
class Sectors {
 public:
  struct Window {
    std::uint64_t index;  // sector / 64
    std::uint64_t mask;
  };
  explicit Sectors(const Request& request);
  Sectors() = default;
  void add(std::uint64_t sector);

  const Window* begin() const { return windows_.data(); }
  const Window* end() const { return windows_.data() + count_; }
  std::uint32_t size() const;

 private:
  static constexpr std::size_t kMostWindows = 4 * kWarpLanes;  // 64 bytes a lane touch at most two
  std::array<Window, kMostWindows> windows_;
  std::size_t count_ = 0;
};

// The addresses of a thread's local memory as the hardware lays them out: the words of a warp's lanes
// side by side, so that lanes that access one variable access neighbours.
Sectors local_sectors(const Request& request);

// Sectors of the lanes' bytes if they lay side by side.
std::uint32_t ideal_sectors(const Request& request);

struct Sharing {
  std::uint32_t addresses = 0;   // different ones
  std::uint32_t most_lanes = 0;  // at one address
};
Sharing sharing_of(const Request& request);

}  // namespace attnlab::ptx
