// SPDX-License-Identifier: MIT
#include "sim/ptx/count/counter.h"

#include <bit>
#include <cstddef>
#include <utility>

#include "sim/ptx/program/program.h"

namespace attnlab::ptx {
namespace {

std::uint32_t lanes_in(std::uint32_t mask) {
  return mask == kAllLanes ? kWarpLanes : static_cast<std::uint32_t>(std::popcount(mask));
}

using enum Metric;

// The metric of a store, or of what is none.
constexpr Metric of(AccessKind kind, Metric load, Metric store) {
  return kind == AccessKind::kStore ? store : load;
}

}  // namespace

Counter::Counter(const Program& program, const LaunchShape& shape)
    : program_(program.parts()),
      warps_of_block_((shape.block[0] * shape.block[1] * shape.block[2] + kWarpLanes - 1) /
                      kWarpLanes) {
  std::size_t sites = 0;
  for (const std::unique_ptr<DecodedFunction>& function : program_.functions) {
    if (function == nullptr) continue;
    first_site_[function->source] = sites;
    sites += function->source->instructions.size();
  }
  stretches_.resize(sites);
  tallies_.resize(sites);
}

void Counter::on_block_begin(std::uint64_t block) {
  ++blocks_;
  if (idle_.empty()) idle_.push_back(std::make_unique<SectorSet>());
  loaded_by_[block] = std::move(idle_.back());
  idle_.pop_back();
}

void Counter::on_block_end(std::uint64_t block) {
  const auto ended = loaded_by_.find(block);
  ended->second->clear();
  idle_.push_back(std::move(ended->second));
  loaded_by_.erase(ended);
  last_loaded_ = nullptr;
}

SectorSet& Counter::sectors_of_block(std::uint64_t block) {
  if (last_loaded_ == nullptr || last_block_ != block) {
    last_block_ = block;
    last_loaded_ = loaded_by_.find(block)->second.get();
  }
  return *last_loaded_;
}

void Counter::on_stretch(const WarpPlace& place, std::uint32_t count, std::uint32_t on) {
  Stretch& stretch = stretches_[site_of(place)];
  ++stretch.times;
  stretch.threads += lanes_in(place.active);
  stretch.threads_on += lanes_in(on);
  stretch.length = count;
}

void Counter::on_branch(const WarpPlace& place, std::uint32_t taken) {
  Tally& tally = tally_of(place);
  ++tally[kBranches];
  if (taken != 0 && taken != place.active) ++tally[kDivergentBranches];
}

void Counter::on_access(const WarpPlace& place, const Access& access) {
  if (place.active == 0) return;
  Tally& tally = tally_of(place);
  tally.shape.update(access, place.active);
  const std::uint32_t lanes = lanes_in(place.active);
  switch (access.space) {
    case StateSpace::kGlobal:
      return count_global(place, access.kind, tally);
    case StateSpace::kShared:
      return count_shared(lanes, access.kind, tally);
    case StateSpace::kLocal:
      return count_local(lanes, access.kind, tally);
    case StateSpace::kConst:
      return count_constant(lanes, tally);
    default:
      return;  // parameters, and addresses that are nobody's
  }
}

void Counter::count_global(const WarpPlace& place, AccessKind kind, Tally& tally) {
  const std::uint32_t lanes = lanes_in(place.active);
  if (kind == AccessKind::kAtomic) {
    ++tally[kGlobalAtomicRequests];
    tally[kGlobalAtomicThreads] += lanes;
    tally[kGlobalAtomicAddresses] += tally.shape.sharing().addresses;
    tally[kGlobalAtomicSerial] += tally.shape.sharing().most_lanes;
    tally[kGlobalAtomicSectors] += tally.shape.sectors();
  } else {
    ++tally[of(kind, kGlobalLoadRequests, kGlobalStoreRequests)];
    tally[of(kind, kGlobalLoadThreads, kGlobalStoreThreads)] += lanes;
    tally[of(kind, kGlobalLoadSectors, kGlobalStoreSectors)] += tally.shape.sectors();
    tally[of(kind, kGlobalLoadIdealSectors, kGlobalStoreIdealSectors)] +=
        tally.shape.ideal_sectors();
  }
  count_caches(place, kind, tally);
}

// The model: a block fetches a sector once and keeps it as long as it runs; stores and atomics go
// through to the L2, which keeps everything as long as the launch runs.
void Counter::count_caches(const WarpPlace& place, AccessKind kind, Tally& tally) {
  const auto sectors = [](std::uint64_t mask) {
    return static_cast<std::uint64_t>(std::popcount(mask));
  };
  SectorSet* const of_block = kind == AccessKind::kLoad ? &sectors_of_block(place.block) : nullptr;
  tally.shape.for_each_window([&](const Sectors::Window& window) {
    std::uint64_t mask = window.mask;
    if (of_block != nullptr) {
      mask = of_block->add(window.index, mask);
      if (mask == 0) return;
      tally[kL2LoadSectors] += sectors(mask);
    } else {
      tally[of(kind, kL2AtomicSectors, kL2StoreSectors)] += sectors(mask);
    }
    if (kind != AccessKind::kStore) {
      tally[kDeviceReadSectors] += sectors(read_.add(window.index, mask));
    }
    if (kind != AccessKind::kLoad) {
      tally[kDeviceWriteSectors] += sectors(written_.add(window.index, mask));
    }
  });
}

void Counter::count_shared(std::uint32_t lanes, AccessKind kind, Tally& tally) {
  if (kind == AccessKind::kAtomic) {
    ++tally[kSharedAtomicRequests];
    tally[kSharedAtomicThreads] += lanes;
    tally[kSharedAtomicAddresses] += tally.shape.sharing().addresses;
    tally[kSharedAtomicSerial] += tally.shape.sharing().most_lanes;
    return;
  }
  ++tally[of(kind, kSharedLoadRequests, kSharedStoreRequests)];
  tally[of(kind, kSharedLoadThreads, kSharedStoreThreads)] += lanes;
  tally[of(kind, kSharedLoadWavefronts, kSharedStoreWavefronts)] += tally.shape.wavefronts().count;
  tally[of(kind, kSharedLoadIdealWavefronts, kSharedStoreIdealWavefronts)] +=
      tally.shape.wavefronts().ideal;
}

void Counter::count_local(std::uint32_t lanes, AccessKind kind, Tally& tally) {
  ++tally[of(kind, kLocalLoadRequests, kLocalStoreRequests)];
  tally[of(kind, kLocalLoadThreads, kLocalStoreThreads)] += lanes;
  tally[of(kind, kLocalLoadSectors, kLocalStoreSectors)] += tally.shape.sectors();
  tally[of(kind, kLocalLoadIdealSectors, kLocalStoreIdealSectors)] += tally.shape.ideal_sectors();
}

void Counter::count_constant(std::uint32_t lanes, Tally& tally) {
  ++tally[kConstantRequests];
  tally[kConstantThreads] += lanes;
  tally[kConstantAddresses] += tally.shape.sharing().addresses;
}

}  // namespace attnlab::ptx
