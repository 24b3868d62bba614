// SPDX-License-Identifier: MIT
// How the addresses of a memory instruction lay the last time, and what that cost: the same again
// where all of them have moved by one distance that changes no lane's place in its sector or word.
#pragma once

#include "sim/ptx/count/request.h"
#include "sim/ptx/observe/observer.h"

namespace attnlab::ptx {

class RequestShape {
 public:
  // Looks at the access by these lanes, unless it has the shape already.
  void update(const Access& access, std::uint32_t active) {
    first_ = access.address(std::countr_zero(active));
    const bool known = active == active_ && access.space == space_ &&
                       ((first_ ^ looked_at_) & place_) == 0 && active == kAllLanes &&
                       access.has_distances(distances_, low_distances_);
    if (!known) look_at(access, active);
  }

  Wavefronts wavefronts() const { return wavefronts_; }  // shared memory
  Sharing sharing() const { return sharing_; }           // atomics, constants
  std::uint32_t sectors() const { return sectors_; }     // global and local memory
  std::uint32_t ideal_sectors() const { return ideal_sectors_; }
  // f(window) for the windows of the last access, to global memory.
  template <class F>
  void for_each_window(F f) const {
    if (!near_) {
      for (const Sectors::Window& window : Sectors(request())) f(window);
      return;
    }
    const std::uint64_t lowest = first_ / kSectorBytes - sectors_below_;
    const std::uint64_t shift = lowest % kWindowSectors;
    const std::uint64_t index = lowest / kWindowSectors;
    f(Sectors::Window{index, mask_ << shift});
    const std::uint64_t rest = shift == 0 ? 0 : mask_ >> (kWindowSectors - shift);
    if (rest != 0) f(Sectors::Window{index + 1, rest});
  }

 private:
  void look_at(const Access& access, std::uint32_t active);
  void look_at_sectors(const Request& request);
  Request request() const;

  std::array<Address, kWarpLanes> distances_;  // to the first active lane; of the others 0
  std::array<std::uint32_t, kWarpLanes> low_distances_;
  std::uint32_t active_ = 0;  // 0: no shape yet
  std::uint32_t bytes_ = 0;
  StateSpace space_ = StateSpace::kGeneric;
  Address first_ = 0;      // of the last access
  Address looked_at_ = 0;  // of the one that was looked at
  Address place_ = 0;      // the bits of an address that matter
  Wavefronts wavefronts_;
  Sharing sharing_;
  std::uint32_t sectors_ = 0;
  std::uint32_t ideal_sectors_ = 0;
  bool near_ = false;                // all sectors lie within 64:
  std::uint64_t mask_ = 0;           // these, from the lowest one on
  std::uint64_t sectors_below_ = 0;  // from the lowest one to the first active lane's
};

}  // namespace attnlab::ptx
