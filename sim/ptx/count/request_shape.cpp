// SPDX-License-Identifier: MIT
#include "sim/ptx/count/request_shape.h"

#include <algorithm>
#include <bit>

namespace attnlab::ptx {

void RequestShape::look_at(const Access& access, std::uint32_t active) {
  constexpr Address kWordPlace = 3;
  std::array<Address, kWarpLanes> addresses;
  access.copy_addresses(addresses);
  std::array<Address, kWarpLanes> distances = {};
  Address all = 0;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if ((active >> i & 1u) != 0) distances[i] = addresses[i] - first_;
    all |= distances[i];
  }
  if (active == active_ && access.space == space_ && ((first_ ^ looked_at_) & place_) == 0 &&
      distances == distances_) {
    return;
  }
  distances_ = distances;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    low_distances_[i] = static_cast<std::uint32_t>(distances[i]);
  }
  active_ = active;
  bytes_ = access.bytes;
  space_ = access.space;
  looked_at_ = first_;
  const bool one_place = (all % kSectorBytes | first_ % bytes_) == 0;
  place_ = space_ != StateSpace::kGlobal ? kWordPlace : one_place ? 0 : kSectorBytes - 1;
  const Request asked = request();
  ideal_sectors_ = ptx::ideal_sectors(asked);
  const bool shares = access.kind == AccessKind::kAtomic || space_ == StateSpace::kConst;
  if (shares) sharing_ = sharing_of(asked);
  if (space_ == StateSpace::kShared) wavefronts_ = wavefronts_of(asked);
  if (space_ == StateSpace::kLocal) sectors_ = local_sectors(asked).size();
  if (space_ == StateSpace::kGlobal) look_at_sectors(asked);
}

Request RequestShape::request() const {
  Request request;
  for (std::size_t i = 0; i < distances_.size(); ++i) request.addresses[i] = first_ + distances_[i];
  request.active = active_;
  request.bytes = bytes_;
  return request;
}

void RequestShape::look_at_sectors(const Request& request) {
  const Sectors sectors(request);
  sectors_ = sectors.size();
  std::uint64_t lowest = ~std::uint64_t{0};
  std::uint64_t highest = 0;
  for (const auto& [index, mask] : sectors) {
    const std::uint64_t begin = index * kWindowSectors;
    lowest = std::min(lowest, begin + static_cast<std::uint64_t>(std::countr_zero(mask)));
    highest = std::max(highest, begin + static_cast<std::uint64_t>(std::bit_width(mask)) - 1);
  }
  near_ = highest - lowest < kWindowSectors;
  mask_ = 0;
  if (!near_) return;
  sectors_below_ = first_ / kSectorBytes - lowest;
  for (const auto& [index, mask] : sectors) {
    const std::uint64_t begin = index * kWindowSectors;
    mask_ |= begin >= lowest ? mask << (begin - lowest) : mask >> (lowest - begin);
  }
}

}  // namespace attnlab::ptx
