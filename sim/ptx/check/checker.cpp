// SPDX-License-Identifier: MIT
#include "sim/ptx/check/checker.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "sim/ptx/program/program.h"

namespace attnlab::ptx {
namespace {

constexpr std::uint32_t kMostBytes = 64;  // of one lane's access

std::uint32_t warps_of(const LaunchShape& shape) {
  return (shape.block[0] * shape.block[1] * shape.block[2] + kWarpLanes - 1) / kWarpLanes;
}

std::uint32_t shared_bytes_of(const ProgramParts& program, const LaunchShape& shape) {
  return static_cast<std::uint32_t>(program.dynamic_shared_offset) + shape.dynamic_shared_bytes;
}

}  // namespace

Checker::Checker(const Program& program, const DeviceMemory& memory, const LaunchShape& shape,
                 const CheckOptions& options)
    : program_(program.parts()), memory_(memory), shape_(shape), options_(options) {
  std::size_t sites = 0;
  for (const std::unique_ptr<DecodedFunction>& function : program_.functions) {
    if (function == nullptr) continue;
    first_site_[function->source] = static_cast<std::uint32_t>(sites);
    sites += function->source->instructions.size();
  }
  if (sites >= Stamp::kMostSites) {
    throw LaunchError("the program has too many instructions for the checkers; use --check none");
  }
  sites_.resize(sites);
}

void Checker::on_block_begin(std::uint64_t block) {
  order_.begin_block(block, warps_of(shape_));
  if (idle_shared_.empty()) {
    idle_shared_.push_back(
        std::make_unique<Shadow>(shared_bytes_of(program_, shape_), /*initialised=*/false));
  }
  idle_shared_.back()->reset();
  shared_[block] = std::move(idle_shared_.back());
  idle_shared_.pop_back();
}

void Checker::on_block_end(std::uint64_t block) {
  order_.run_block(block);
  order_.end_block(block);
  std::uint64_t bytes = 0;
  for (const auto& [running, shadow] : shared_) bytes += shadow->memory_bytes();
  for (const auto& [allocation, shadow] : global_) bytes += shadow->memory_bytes();
  memory_bytes_ = std::max(memory_bytes_, bytes);
  const auto ended = shared_.find(block);
  idle_shared_.push_back(std::move(ended->second));
  shared_.erase(ended);
}

void Checker::on_barrier_arrival(const WarpPlace& place, int barrier, bool waits) {
  order_.run_block(place.block);
  order_.arrive(static_cast<std::uint32_t>(place.warp), barrier, waits);
}

void Checker::on_barrier_release(std::uint64_t block, int barrier) {
  order_.run_block(block);
  order_.release(barrier);
}

void Checker::on_warp_barrier(const WarpPlace& place, std::uint32_t lanes) {
  order_.run_block(place.block);
  order_.sync_lanes(static_cast<std::uint32_t>(place.warp), lanes);
}

void Checker::on_fence(const WarpPlace& place) {
  order_.run_block(place.block);
  order_.fence(static_cast<std::uint32_t>(place.warp));
}

std::uint32_t Checker::site_of(const WarpPlace& place) {
  const auto index = place.instruction - place.function->instructions.data();
  const std::uint32_t site =
      first_site_.find(place.function)->second + static_cast<std::uint32_t>(index);
  if (!sites_[site].known) {
    sites_[site] = {place.function, place.instruction, AccessKind::kLoad, false, true};
  }
  return site;
}

// The shadow of the memory that a lane accesses. False where the access is a fault: it will end the
// run by itself.
bool Checker::find_shadow(const Access& access, int lane, Touch& touch) {
  const Address address = access.address(lane);
  touch.space = space_of(address);
  if (touch.space == StateSpace::kShared) {
    touch.base = kSharedWindow;
    touch.memory = access.shared_memory();
  } else if (touch.space == StateSpace::kGlobal) {
    if (last_allocation_ == nullptr ||
        address - last_allocation_->address >= last_allocation_->size_bytes) {
      last_allocation_ = memory_.find(address);
      if (last_allocation_ == nullptr) return false;
      std::unique_ptr<Shadow>& shadow = global_[last_allocation_];
      if (shadow == nullptr) {
        shadow =
            std::make_unique<Shadow>(last_allocation_->size_bytes, last_allocation_->initialised);
      }
      last_shadow_ = shadow.get();
    }
    touch.shadow = last_shadow_;
    touch.base = last_allocation_->address;
    touch.memory = last_allocation_->host;
  } else {
    return false;  // local, constant and parameter memory are nobody else's
  }
  touch.offset = address - touch.base;
  return address % access.bytes == 0 && touch.offset + access.bytes <= touch.shadow->size_bytes();
}

void Checker::on_access(const WarpPlace& place, const Access& access) {
  order_.run_block(place.block);
  Touch touch;
  touch.access = &access;
  touch.site = site_of(place);
  touch.active = place.active;
  sites_[touch.site].kind = access.kind;
  sites_[touch.site].strong = access.strong;
  Shadow* const shared = shared_.find(place.block)->second.get();
  if (access.strong && access.kind != AccessKind::kStore) order_flags(place, access);
  for (std::uint32_t lanes = place.active; lanes != 0; lanes &= lanes - 1) {
    const int lane = std::countr_zero(lanes);
    touch.shadow = shared;
    if (!find_shadow(access, lane, touch)) continue;
    touch.thread = static_cast<std::uint32_t>(place.warp * kWarpLanes + lane);
    check_lane(touch);
  }
  if (access.strong && access.kind != AccessKind::kLoad) order_flags(place, access);
}

// Flags are read before the access takes part in the order, and written after it.
void Checker::order_flags(const WarpPlace& place, const Access& access) {
  const auto warp = static_cast<std::uint32_t>(place.warp);
  for (std::uint32_t lanes = place.active; lanes != 0; lanes &= lanes - 1) {
    const Address address = access.address(std::countr_zero(lanes));
    if (access.kind != AccessKind::kStore) order_.read_flag(warp, address);
    if (access.kind != AccessKind::kLoad) order_.write_flag(warp, address);
  }
}

void Checker::check_lane(const Touch& touch) {
  const std::uint32_t bytes = touch.access->bytes;
  const bool reads = touch.access->kind != AccessKind::kStore;
  if (options_.uninitialised && reads) {
    const std::uint64_t unwritten = touch.shadow->first_unwritten(touch.offset, bytes);
    if (unwritten < touch.offset + bytes) report_unwritten(touch, unwritten);
  }
  if (options_.races) {
    std::uint32_t count = 0;
    Cell* cells = touch.shadow->cells(touch.offset, bytes, count);
    for (std::uint32_t i = 0; i < count; ++i) {
      check_cell(cells[i], touch, touch.offset + i * touch.shadow->granule_bytes());
    }
  }
  if (touch.access->kind != AccessKind::kLoad) touch.shadow->mark_written(touch.offset, bytes);
}

void Checker::check_cell(Cell& cell, const Touch& touch, std::uint64_t offset) {
  const Stamp now(order_.now(), touch.site, touch.thread);
  const bool writes = touch.access->kind != AccessKind::kLoad;
  const auto is_write = [&](const Stamp& stamp) {
    return stamp && sites_[stamp.site()].kind != AccessKind::kLoad;
  };
  if (cell.writer) check_against(cell.writer, touch, offset);
  if (cell.reader && (writes || is_write(cell.reader))) check_against(cell.reader, touch, offset);
  if (cell.other && writes) check_against(cell.other, touch, offset);
  if (!writes) return remember_read(cell, now, touch.thread);
  // An atomic write does not hide the plain one before it, which other atomics still race with.
  const bool behind_plain =
      touch.access->strong && cell.writer && !sites_[cell.writer.site()].strong;
  cell = behind_plain ? Cell{cell.writer, now, {}} : Cell{now, {}, {}};
}

void Checker::remember_read(Cell& cell, const Stamp& now, std::uint32_t thread) {
  const bool is_write = cell.reader && sites_[cell.reader.site()].kind != AccessKind::kLoad;
  if (!is_write && (!cell.reader || order_.before(cell.reader, thread))) {
    cell.reader = now;
    return;
  }
  const auto warp_of = [](const Stamp& stamp) { return stamp.thread() / kWarpLanes; };
  const bool one_warp = cell.other && warp_of(cell.other) == warp_of(cell.reader) &&
                        order_.block_of(cell.other) == order_.block_of(cell.reader);
  if (!cell.other || one_warp || order_.before(cell.other, thread)) cell.other = now;
}

// Atomics do not race with each other, and a volatile access is a flag's; but in shared memory, by
// one warp, it is lockstep programming, which no GPU since 2017 promises.
bool Checker::are_flags(const Stamp& earlier, const Touch& touch) const {
  const Site& site = sites_[earlier.site()];
  if (!site.strong || !touch.access->strong) return false;
  const bool atomic = site.kind == AccessKind::kAtomic || touch.access->kind == AccessKind::kAtomic;
  const bool one_warp = earlier.thread() / kWarpLanes == touch.thread / kWarpLanes &&
                        order_.block_of(earlier) == order_.block_of(Stamp(order_.now(), 0, 0));
  return atomic || !one_warp || touch.space != StateSpace::kShared;
}

void Checker::check_against(const Stamp& earlier, const Touch& touch, std::uint64_t offset) {
  const Site& site = sites_[earlier.site()];
  if (are_flags(earlier, touch) || order_.before(earlier, touch.thread)) return;
  const bool writes = site.kind != AccessKind::kLoad && touch.access->kind != AccessKind::kLoad;
  const bool equal = writes && writes_the_same(earlier, touch, offset);
  report_race(equal                                ? FindingKind::kRaceEqual
              : touch.space == StateSpace::kShared ? FindingKind::kRaceShared
                                                   : FindingKind::kRaceGlobal,
              earlier, touch, offset);
}

// Whether a store writes what another thread's store has left, or, of the same instruction, writes.
bool Checker::writes_the_same(const Stamp& earlier, const Touch& touch,
                              std::uint64_t offset) const {
  const Access& access = *touch.access;
  if (access.kind != AccessKind::kStore) return false;
  std::array<std::byte, kMostBytes> mine;
  access.copy_stored(static_cast<int>(touch.thread % kWarpLanes), mine.data());
  const std::byte* value = mine.data() + (offset - touch.offset);
  const std::uint32_t bytes = touch.shadow->granule_bytes();
  const int lane = static_cast<int>(earlier.thread() % kWarpLanes);
  const bool one_execution =
      earlier.same_execution(Stamp(order_.now(), touch.site, touch.thread)) &&
      earlier.thread() / kWarpLanes == touch.thread / kWarpLanes &&
      (touch.active >> lane & 1u) != 0;
  const std::uint64_t other_offset = one_execution ? access.address(lane) - touch.base : 0;
  if (!one_execution || offset - other_offset >= access.bytes) {
    return std::memcmp(value, touch.memory + offset, bytes) == 0;
  }
  std::array<std::byte, kMostBytes> others;
  access.copy_stored(lane, others.data());
  return std::memcmp(value, others.data() + (offset - other_offset), bytes) == 0;
}

Finding* Checker::counted(FindingClass kind, std::uint32_t site, std::uint32_t earlier) {
  const std::pair<int, int> lines = std::minmax({line_of(site), line_of(earlier)});
  const auto [place, is_new] =
      found_.try_emplace({kind, lines.first, lines.second}, findings_.size());
  if (is_new) return nullptr;
  ++findings_[place->second].count;
  return &findings_[place->second];
}

}  // namespace attnlab::ptx
