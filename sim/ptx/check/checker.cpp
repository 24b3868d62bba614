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

void Checker::start_after(const Checker& earlier) {
  for (const auto& [allocation, shadow] : earlier.global_) {
    global_[allocation] = std::make_unique<Shadow>(shadow->for_next_launch());
  }
}

void Checker::on_block_begin(std::uint64_t block) {
  order_.begin_block(block, warps_of(shape_));
  if (idle_shared_.empty()) {
    idle_shared_.push_back(
        std::make_unique<Shadow>(shared_bytes_of(program_, shape_), /*initialised=*/false));
  }
  RunningBlock& begun = blocks_[block];
  begun.shared = std::move(idle_shared_.back());
  begun.shared->reset();
  idle_shared_.pop_back();
  running_ = &begun;
  running_index_ = block;
}

void Checker::on_block_end(std::uint64_t block) {
  run_block(block);
  order_.end_block(block);
  std::uint64_t bytes = 0;
  for (const auto& [index, running] : blocks_) bytes += running.shared->memory_bytes();
  for (const auto& [allocation, shadow] : global_) bytes += shadow->memory_bytes();
  memory_bytes_ = std::max(memory_bytes_, bytes);
  idle_shared_.push_back(std::move(running_->shared));
  blocks_.erase(block);
  running_ = nullptr;
}

void Checker::run_block(std::uint64_t block) {
  if (running_ != nullptr && running_index_ == block) return;
  order_.run_block(block);
  running_ = &blocks_.at(block);
  running_index_ = block;
}

void Checker::on_barrier_arrival(const WarpPlace& place, int barrier, bool waits) {
  run_block(place.block);
  order_.arrive(static_cast<std::uint32_t>(place.warp), barrier, waits);
}

void Checker::on_barrier_release(std::uint64_t block, int barrier) {
  run_block(block);
  if (order_.release(barrier)) {
    running_->loads.clear();
    running_->stored = false;
  } else {
    check_what_was_put_off();
  }
}

void Checker::on_warp_barrier(const WarpPlace& place, std::uint32_t lanes) {
  run_block(place.block);
  if (lanes != kAllLanes) check_what_was_put_off();
  order_.sync_lanes(static_cast<std::uint32_t>(place.warp), lanes);
}

void Checker::on_fence(const WarpPlace& place) {
  run_block(place.block);
  order_.fence(static_cast<std::uint32_t>(place.warp));
}

std::uint32_t Checker::site_of(const WarpPlace& place, const Access* access) {
  if (place.function != last_function_) {
    last_function_ = place.function;
    last_function_site_ = first_site_.find(place.function)->second;
  }
  const auto index = place.instruction - place.function->instructions.data();
  const std::uint32_t site = last_function_site_ + static_cast<std::uint32_t>(index);
  if (!sites_[site].known) {
    sites_[site] = {place.function, place.instruction,
                    access != nullptr ? access->kind : AccessKind::kLoad,
                    access != nullptr && access->strong, true};
  }
  return site;
}

// The piece of memory that an address is in. False where there is none: the access will end the run
// by itself. Local, constant and parameter memory are nobody else's.
bool Checker::find_piece(const Access& access, Address address, Piece& piece) {
  piece.space = space_of(address);
  if (piece.space == StateSpace::kShared) {
    piece = {running_->shared.get(), access.shared_memory(), piece.space, kSharedWindow};
    return true;
  }
  if (piece.space != StateSpace::kGlobal) return false;
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
  piece = {last_shadow_, last_allocation_->host, piece.space, last_allocation_->address};
  return true;
}

void Checker::on_access(const WarpPlace& place, const Access& access) {
  run_block(place.block);
  std::array<Address, kWarpLanes> addresses;
  access.copy_addresses(addresses);
  Touch touch;
  touch.access = &access;
  touch.kind = access.kind;
  touch.strong = access.strong;
  touch.bytes = access.bytes;
  touch.site = site_of(place, &access);
  touch.active = place.active;
  touch.thread = static_cast<std::uint32_t>(place.warp * kWarpLanes);
  if (access.strong && access.kind != AccessKind::kStore) order_flags(place, access);
  touch.time = order_.now();
  check_lanes(touch, addresses.data());
  if (access.strong && access.kind != AccessKind::kLoad) order_flags(place, access);
}

// The lanes of touch.active; touch.thread is lane 0's.
void Checker::check_lanes(Touch& touch, const Address* addresses) {
  const std::uint32_t lane_0 = touch.thread;
  std::uint32_t lanes = touch.active;
  if (!find_piece(*touch.access, addresses[std::countr_zero(lanes)], touch.piece)) return;
  if (put_off(touch, addresses)) return;
  for (; lanes != 0; lanes &= lanes - 1) {
    const int lane = std::countr_zero(lanes);
    const std::uint64_t size = touch.piece.shadow->size_bytes();
    touch.offset = addresses[lane] - touch.piece.base;
    if (touch.offset >= size && !find_piece(*touch.access, addresses[lane], touch.piece)) continue;
    touch.offset = addresses[lane] - touch.piece.base;
    if (touch.offset + touch.bytes > touch.piece.shadow->size_bytes()) continue;
    if (addresses[lane] % touch.bytes != 0) continue;
    touch.thread = lane_0 + static_cast<std::uint32_t>(lane);
    if (options_.uninitialised && touch.kind != AccessKind::kStore) check_initialised(touch);
    if (options_.races) check_races(touch);
    if (touch.kind != AccessKind::kLoad) {
      touch.piece.shadow->mark_written(touch.offset, touch.bytes);
    }
  }
}

// Whether the access is a load that can wait for the next store: all of it in shared memory that
// is written. What was put off before a store is checked before it.
bool Checker::put_off(const Touch& touch, const Address* addresses) {
  if (touch.piece.space != StateSpace::kShared || !options_.races) return false;
  if (touch.kind != AccessKind::kLoad || touch.strong) {
    check_what_was_put_off();
    return false;
  }
  if (running_->stored) return false;
  PutOff load{touch.time, touch.site, touch.thread / kWarpLanes, touch.active, touch.bytes, {}};
  const Shadow& shadow = *touch.piece.shadow;
  std::uint64_t lowest = ~std::uint64_t{0};
  std::uint64_t highest = 0;
  std::uint64_t bits = 0;
  for (std::uint32_t lane = 0; lane < kWarpLanes; ++lane) {
    const bool active = (touch.active >> lane & 1u) != 0;
    const std::uint64_t offset = addresses[lane] - kSharedWindow;
    load.offsets[lane] = static_cast<std::uint32_t>(offset);
    if (!active) continue;
    lowest = std::min(lowest, offset);
    highest = std::max(highest, offset);
    bits |= offset;
  }
  if (highest >= shadow.size_bytes() || highest + touch.bytes > shadow.size_bytes()) return false;
  if ((bits & (touch.bytes - 1)) != 0) return false;
  const auto span = static_cast<std::uint32_t>(highest - lowest) + touch.bytes;
  if (options_.uninitialised && shadow.first_unwritten(lowest, span) != lowest + span) return false;
  constexpr std::size_t kMost = 4096;
  if (running_->loads.size() == kMost) check_what_was_put_off();
  running_->memory = touch.piece.memory;
  running_->loads.push_back(load);
  return true;
}

void Checker::check_what_was_put_off() {
  running_->stored = true;
  for (const PutOff& load : running_->loads) {
    Touch touch;
    touch.bytes = load.bytes;
    touch.piece = {running_->shared.get(), running_->memory, StateSpace::kShared, kSharedWindow};
    touch.time = load.time;
    touch.site = load.site;
    touch.active = load.active;
    for (std::uint32_t lanes = load.active; lanes != 0; lanes &= lanes - 1) {
      const int lane = std::countr_zero(lanes);
      touch.offset = load.offsets[static_cast<std::size_t>(lane)];
      touch.thread = load.warp * kWarpLanes + static_cast<std::uint32_t>(lane);
      check_races(touch);
    }
  }
  running_->loads.clear();
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

void Checker::check_initialised(const Touch& touch) {
  const std::uint64_t end = touch.offset + touch.bytes;
  const std::uint64_t unwritten = touch.piece.shadow->first_unwritten(touch.offset, touch.bytes);
  if (unwritten < end) report_unwritten(touch, unwritten);
}

void Checker::check_races(const Touch& touch) {
  const Stamp now(touch.time, touch.site, touch.thread);
  std::uint32_t count = 0;
  Cell* cells = touch.piece.shadow->cells(touch.offset, touch.bytes, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (touch.kind == AccessKind::kLoad && is_quiet_read(cells[i], now)) continue;
    check_cell(cells[i], touch, touch.offset + i * touch.piece.shadow->granule_bytes());
  }
}

// Most reads: nobody has written since the block's last barrier, and nobody else has read, or so
// many that one more makes no difference.
bool Checker::is_quiet_read(Cell& cell, const Stamp& now) const {
  if (cell.writer && !order_.is_settled(cell.writer)) return false;
  if (cell.other.is_marked()) return true;
  if (cell.reader && !order_.is_settled(cell.reader)) return false;
  cell.reader = now;
  return true;
}

void Checker::check_cell(Cell& cell, const Touch& touch, std::uint64_t offset) {
  const Stamp now(touch.time, touch.site, touch.thread);
  const bool writes = touch.kind != AccessKind::kLoad;
  const auto is_write = [&](const Stamp& stamp) {
    return stamp && sites_[stamp.site()].kind != AccessKind::kLoad;
  };
  if (cell.writer) check_against(cell.writer, touch, offset);
  if (cell.reader && (writes || is_write(cell.reader))) check_against(cell.reader, touch, offset);
  if (cell.other && writes) check_against(cell.other, touch, offset);
  if (!writes) return remember_read(cell, now, touch.thread);
  // An atomic write does not hide the plain one before it, which other atomics still race with.
  const bool behind_plain = touch.strong && cell.writer && !sites_[cell.writer.site()].strong;
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
  if (cell.other && !one_warp && !order_.before(cell.other, thread)) return;
  const bool of_two_blocks = order_.block_of(cell.reader) != running_index_;
  cell.other = of_two_blocks && !is_write ? now.marked() : now;
}

// Atomics do not race with each other, and a volatile access is a flag's; but in shared memory, by
// one warp, it is lockstep programming, which no GPU since 2017 promises.
bool Checker::are_flags(const Stamp& earlier, const Touch& touch) const {
  const Site& site = sites_[earlier.site()];
  if (!site.strong || !touch.strong) return false;
  const bool atomic = site.kind == AccessKind::kAtomic || touch.kind == AccessKind::kAtomic;
  const bool one_warp = earlier.thread() / kWarpLanes == touch.thread / kWarpLanes &&
                        order_.block_of(earlier) == running_index_;
  return atomic || !one_warp || touch.piece.space != StateSpace::kShared;
}

void Checker::check_against(const Stamp& earlier, const Touch& touch, std::uint64_t offset) {
  const Site& site = sites_[earlier.site()];
  if (are_flags(earlier, touch) || order_.before(earlier, touch.thread)) return;
  const bool writes = site.kind != AccessKind::kLoad && touch.kind != AccessKind::kLoad;
  const bool equal = writes && writes_the_same(earlier, touch, offset);
  report_race(equal                                      ? FindingKind::kRaceEqual
              : touch.piece.space == StateSpace::kShared ? FindingKind::kRaceShared
                                                         : FindingKind::kRaceGlobal,
              earlier, touch, offset);
}

// Whether a store writes what another thread's store has left, or, of the same instruction, writes.
bool Checker::writes_the_same(const Stamp& earlier, const Touch& touch,
                              std::uint64_t offset) const {
  if (touch.kind != AccessKind::kStore) return false;
  const Access& access = *touch.access;
  std::array<std::byte, kMostBytes> mine;
  access.copy_stored(static_cast<int>(touch.thread % kWarpLanes), mine.data());
  const std::byte* value = mine.data() + (offset - touch.offset);
  const std::uint32_t bytes = touch.piece.shadow->granule_bytes();
  const int lane = static_cast<int>(earlier.thread() % kWarpLanes);
  const bool one_execution = earlier.same_execution(Stamp(touch.time, touch.site, touch.thread)) &&
                             earlier.thread() / kWarpLanes == touch.thread / kWarpLanes &&
                             (touch.active >> lane & 1u) != 0;
  const std::uint64_t other_offset = one_execution ? access.address(lane) - touch.piece.base : 0;
  if (!one_execution || offset - other_offset >= access.bytes) {
    return std::memcmp(value, touch.piece.memory + offset, bytes) == 0;
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
