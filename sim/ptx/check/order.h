// SPDX-License-Identifier: MIT
// What happened before what: the time of a launch, and which accesses a thread may rely on.
//
// Time is a number that grows with everything that orders accesses. An access carries a Stamp: its
// time, its site and its thread. Two accesses of different threads are ordered if, between them,
//   a block barrier released both warps (or the one waited for the other's arrival),
//   a __syncwarp let both lanes go on together,
//   or the earlier one's warp fenced and then wrote a flag (atomically or volatile) that the later
//   one's warp read (atomically or volatile).
// Whole blocks and warps are looked at here, where CUDA speaks of threads: what one thread of a warp
// has learnt from a flag, all its lanes know. Shuffles and votes order nothing (CUDA Programming
// Guide, "Warp Shuffle Functions": no memory ordering).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/ptx/memory/address_space.h"

namespace attnlab::ptx {

using Time = std::uint64_t;

// One access of one lane. 0: none.
class Stamp {
 public:
  static constexpr std::uint32_t kMostSites = 1u << 20;

  Stamp() = default;
  Stamp(Time time, std::uint32_t site, std::uint32_t thread)
      : bits_(time << 30 | static_cast<std::uint64_t>(site) << 10 | thread) {}

  explicit operator bool() const { return bits_ != 0; }
  Time time() const { return bits_ >> 30 & ((Time{1} << 33) - 1); }
  std::uint32_t site() const { return static_cast<std::uint32_t>(bits_ >> 10) & (kMostSites - 1); }
  std::uint32_t thread() const { return static_cast<std::uint32_t>(bits_) & 1023u; }
  // One more thing to be said of it.
  Stamp marked() const {
    Stamp stamp = *this;
    stamp.bits_ |= kMark;
    return stamp;
  }
  bool is_marked() const { return (bits_ & kMark) != 0; }
  // The same instruction, executed once.
  bool same_execution(const Stamp& other) const { return bits_ >> 10 == other.bits_ >> 10; }

 private:
  static constexpr std::uint64_t kMark = std::uint64_t{1} << 63;
  std::uint64_t bits_ = 0;  // mark: 1 bit, time: 33, site: 20, thread of the block: 10
};

class Order {
 public:
  void begin_block(std::uint64_t block, std::uint32_t warps);
  void end_block(std::uint64_t block);
  // From now on this block runs, until another one does.
  void run_block(std::uint64_t block);

  void arrive(std::uint32_t warp, int barrier, bool waits);
  // Whether it released all warps of the block.
  bool release(int barrier);
  void sync_lanes(std::uint32_t warp, std::uint32_t lanes);
  void fence(std::uint32_t warp);
  void write_flag(std::uint32_t warp, Address address);
  void read_flag(std::uint32_t warp, Address address);

  Time now() const { return now_; }
  std::uint64_t block_of(const Stamp& stamp) const;
  // Whether the running block's thread may rely on the access: it is done, and visible.
  bool before(const Stamp& earlier, std::uint32_t thread) const;
  // Whether it is of the running block, before its last barrier of all warps. A quick look: false
  // says nothing.
  bool is_settled(const Stamp& earlier) const {
    return earlier.time() < running_->all_met && earlier.time() >= segments_.back().begin;
  }

 private:
  // Times of warps of one block: what they did before is known.
  using WarpTimes = std::vector<Time>;

  struct WarpClock {
    Time lanes_met = 0;                                    // by a barrier of all its lanes
    std::vector<std::pair<Time, std::uint32_t>> some_met;  // since then, of these lanes
    Time fenced = 0;
    WarpTimes others;                           // of this block; empty: all_met
    std::map<std::uint64_t, WarpTimes> blocks;  // other blocks' warps
  };
  struct Block {
    Time all_met = 0;  // at the block's start, and its last barrier of all warps
    std::vector<WarpClock> warps;
    std::map<int, std::pair<std::uint32_t, std::uint32_t>> barriers;  // arrived, of them waiting
  };
  struct Segment {
    Time begin;
    std::uint64_t block;
  };
  // What whoever reads a flag learns.
  using Message = std::map<std::uint64_t, WarpTimes>;

  Time known(const Block& block, std::uint32_t warp, std::uint32_t other) const;
  static void learn(WarpTimes& times, const WarpTimes& news);

  Time now_ = 1;
  std::vector<Segment> segments_;  // who ran when
  std::map<std::uint64_t, Block> blocks_;
  Block* running_ = nullptr;
  std::uint64_t running_index_ = 0;
  std::map<Address, Message> flags_;
};

}  // namespace attnlab::ptx
