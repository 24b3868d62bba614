// SPDX-License-Identifier: MIT
#include "sim/ptx/check/order.h"

#include <algorithm>

#include "sim/ptx/program/op.h"

namespace attnlab::ptx {

void Order::begin_block(std::uint64_t block, std::uint32_t warps) {
  Block& begun = blocks_[block];
  begun.warps.resize(warps);
  run_block(block);
  begun.all_met = now_;
}

void Order::end_block(std::uint64_t block) {
  blocks_.erase(block);
  running_ = nullptr;
}

void Order::run_block(std::uint64_t block) {
  if (running_ != nullptr && running_index_ == block) return;
  running_ = &blocks_[block];
  running_index_ = block;
  segments_.push_back({++now_, block});
}

std::uint64_t Order::block_of(const Stamp& stamp) const {
  if (stamp.time() >= segments_.back().begin) return segments_.back().block;
  const auto after =
      std::upper_bound(segments_.begin(), segments_.end(), stamp.time(),
                       [](Time time, const Segment& segment) { return time < segment.begin; });
  return std::prev(after)->block;
}

void Order::arrive(std::uint32_t warp, int barrier, bool waits) {
  auto& [arrived, waiting] = running_->barriers[barrier];
  arrived |= 1u << warp;
  if (waits) waiting |= 1u << warp;
}

// Before which time the other warp's accesses are known to `warp`.
Time Order::known(const Block& block, std::uint32_t warp, std::uint32_t other) const {
  const WarpTimes& others = block.warps[warp].others;
  return std::max(block.all_met, others.empty() ? 0 : others[other]);
}

void Order::learn(WarpTimes& times, const WarpTimes& news) {
  if (times.size() < news.size()) times.resize(news.size());
  for (std::size_t i = 0; i < news.size(); ++i) times[i] = std::max(times[i], news[i]);
}

// Those who waited go on behind everything that those who arrived have done, or knew of.
bool Order::release(int barrier) {
  const auto [arrived, waiting] = running_->barriers[barrier];
  running_->barriers.erase(barrier);
  Block& block = *running_;
  const auto warps = static_cast<std::uint32_t>(block.warps.size());
  ++now_;
  WarpTimes known_here(warps, block.all_met);
  std::map<std::uint64_t, WarpTimes> blocks_known;
  for (std::uint32_t w = 0; w < warps; ++w) {
    if ((arrived >> w & 1u) == 0) continue;
    learn(known_here, block.warps[w].others);
    for (const auto& [other, times] : block.warps[w].blocks) learn(blocks_known[other], times);
    known_here[w] = now_;
  }
  for (std::uint32_t w = 0; w < warps; ++w) {
    WarpClock& clock = block.warps[w];
    if ((waiting >> w & 1u) == 0) continue;
    clock.others = known_here;
    for (const auto& [other, times] : blocks_known) learn(clock.blocks[other], times);
    clock.lanes_met = now_;
    clock.some_met.clear();
  }
  const bool all = std::all_of(block.warps.begin(), block.warps.end(),
                               [&](const WarpClock& clock) { return clock.lanes_met == now_; });
  if (!all) return false;
  block.all_met = now_;
  for (WarpClock& clock : block.warps) clock.others.clear();
  return true;
}

void Order::sync_lanes(std::uint32_t warp, std::uint32_t lanes) {
  WarpClock& clock = running_->warps[warp];
  ++now_;
  if (lanes == kAllLanes) {
    clock.lanes_met = now_;
    clock.some_met.clear();
    return;
  }
  std::erase_if(clock.some_met, [&](const auto& met) { return (met.second & ~lanes) == 0; });
  clock.some_met.emplace_back(now_, lanes);
}

void Order::fence(std::uint32_t warp) {
  running_->warps[warp].fenced = ++now_;
}

// What the warp has fenced, and what it then knew of others and they, or it later, have fenced.
void Order::write_flag(std::uint32_t warp, Address address) {
  const Block& block = *running_;
  const WarpClock& clock = block.warps[warp];
  if (clock.fenced == 0) return;
  Message& message = flags_[address];
  WarpTimes own(block.warps.size());
  for (std::uint32_t other = 0; other < block.warps.size(); ++other) {
    const Time knows = known(block, warp, other);
    const Time fenced = std::max(clock.fenced, block.warps[other].fenced);
    own[other] = other == warp ? clock.fenced : std::min(knows, fenced);
  }
  learn(message[running_index_], own);
  for (const auto& [other, times] : clock.blocks) learn(message[other], times);
  ++now_;
}

void Order::read_flag(std::uint32_t warp, Address address) {
  const auto message = flags_.find(address);
  if (message == flags_.end()) return;
  WarpClock& clock = running_->warps[warp];
  for (const auto& [block, times] : message->second) {
    if (block == running_index_) {
      if (clock.others.empty()) clock.others.assign(running_->warps.size(), running_->all_met);
      learn(clock.others, times);
    } else {
      learn(clock.blocks[block], times);
    }
  }
}

bool Order::before(const Stamp& earlier, std::uint32_t thread) const {
  const std::uint32_t warp = thread / kWarpLanes;
  const std::uint32_t other_warp = earlier.thread() / kWarpLanes;
  const Time time = earlier.time();
  const std::uint64_t block = block_of(earlier);
  if (block != running_index_) {
    const auto& blocks = running_->warps[warp].blocks;
    const auto known_block = blocks.find(block);
    return known_block != blocks.end() && time < known_block->second[other_warp];
  }
  if (time < running_->all_met || earlier.thread() == thread) return true;
  if (warp != other_warp) return time < known(*running_, warp, other_warp);
  const WarpClock& clock = running_->warps[warp];
  if (time < clock.lanes_met) return true;
  const std::uint32_t both = 1u << thread % kWarpLanes | 1u << earlier.thread() % kWarpLanes;
  return std::any_of(clock.some_met.begin(), clock.some_met.end(), [&](const auto& met) {
    return time < met.first && (met.second & both) == both;
  });
}

}  // namespace attnlab::ptx
