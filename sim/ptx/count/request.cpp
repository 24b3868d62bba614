// SPDX-License-Identifier: MIT
#include "sim/ptx/count/request.h"

#include <algorithm>
#include <bit>

namespace attnlab::ptx {
namespace {

constexpr std::uint32_t kBanks = 32;
constexpr std::uint32_t kWordBytes = 4;
constexpr std::uint32_t kLocalRowBytes = kWordBytes * kWarpLanes;  // one word of every lane

template <class F>
void for_each_lane(std::uint32_t active, F f) {
  for (; active != 0; active &= active - 1) f(static_cast<std::size_t>(std::countr_zero(active)));
}

// The most different words of one bank among the words of these lanes.
std::uint32_t most_words_of_a_bank(const Request& request, std::uint32_t lanes,
                                   std::uint32_t first_byte, std::uint32_t bytes) {
  std::array<std::array<std::uint64_t, kBanks>, kBanks> words;
  std::array<std::uint32_t, kBanks> counts = {};
  for_each_lane(lanes, [&](std::size_t lane) {
    const std::uint64_t begin = (request.addresses[lane] + first_byte) / kWordBytes;
    for (std::uint64_t word = begin; word < begin + (bytes + kWordBytes - 1) / kWordBytes; ++word) {
      const std::size_t bank = word % kBanks;
      const auto seen = words[bank].begin();
      const auto end = seen + counts[bank];
      if (std::find(seen, end, word) == end && counts[bank] < kBanks)
        words[bank][counts[bank]++] = word;
    }
  });
  return *std::max_element(counts.begin(), counts.end());
}

}  // namespace

Wavefronts wavefronts_of(const Request& request) {
  constexpr std::uint32_t kMostBytes = 16;  // of a lane in one wavefront
  Wavefronts result;
  for (std::uint32_t byte = 0; byte < request.bytes; byte += kMostBytes) {
    const std::uint32_t bytes = std::min(request.bytes - byte, kMostBytes);
    const std::uint32_t together = bytes <= 4 ? 32 : bytes <= 8 ? 16 : 8;
    const std::uint32_t group = together == 32 ? kAllLanes : (1u << together) - 1;
    for (std::uint32_t first = 0; first < kWarpLanes; first += together) {
      const std::uint32_t lanes = request.active & group << first;
      if (lanes == 0) continue;
      result.count += most_words_of_a_bank(request, lanes, byte, bytes);
      ++result.ideal;
    }
  }
  return result;
}

Sectors::Sectors(const Request& request) {
  for_each_lane(request.active, [&](std::size_t lane) {
    const Address address = request.addresses[lane];
    const std::uint64_t last = (address + request.bytes - 1) / kSectorBytes;
    for (std::uint64_t sector = address / kSectorBytes; sector <= last; ++sector) add(sector);
  });
}

void Sectors::add(std::uint64_t sector) {
  const std::uint64_t index = sector / kWindowSectors;
  const std::uint64_t bit = std::uint64_t{1} << sector % kWindowSectors;
  for (std::size_t i = count_; i-- > 0;) {
    if (windows_[i].index != index) continue;
    windows_[i].mask |= bit;
    return;
  }
  if (count_ < kMostWindows) windows_[count_++] = {index, bit};
}

std::uint32_t Sectors::size() const {
  int sectors = 0;
  for (const Window& window : *this) sectors += std::popcount(window.mask);
  return static_cast<std::uint32_t>(sectors);
}

Sectors local_sectors(const Request& request) {
  Sectors sectors;
  for_each_lane(request.active, [&](std::size_t lane) {
    const Address address = request.addresses[lane];
    const std::uint64_t last = (address + request.bytes - 1) / kWordBytes;
    for (std::uint64_t word = address / kWordBytes; word <= last; ++word) {
      sectors.add((word * kLocalRowBytes + lane * kWordBytes) / kSectorBytes);
    }
  });
  return sectors;
}

std::uint32_t ideal_sectors(const Request& request) {
  const auto lanes = static_cast<std::uint32_t>(std::popcount(request.active));
  return (lanes * request.bytes + static_cast<std::uint32_t>(kSectorBytes) - 1) /
         static_cast<std::uint32_t>(kSectorBytes);
}

Sharing sharing_of(const Request& request) {
  Sharing sharing;
  std::uint32_t left = request.active;
  while (left != 0) {
    const Address address = request.addresses[static_cast<std::size_t>(std::countr_zero(left))];
    std::uint32_t same = 0;
    for_each_lane(left, [&](std::size_t lane) {
      if (request.addresses[lane] == address) same |= 1u << lane;
    });
    left &= ~same;
    ++sharing.addresses;
    sharing.most_lanes =
        std::max(sharing.most_lanes, static_cast<std::uint32_t>(std::popcount(same)));
  }
  return sharing;
}

}  // namespace attnlab::ptx
