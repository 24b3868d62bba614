// SPDX-License-Identifier: MIT
// Observers: what a run can be watched by. A program is built for what its observer needs: the
// decoder puts an op that tells the observer in front of the instruction it is about, so a program
// that is built for nobody has no such op and pays nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/ptx/memory/address_space.h"
#include "sim/ptx/program/op.h"
#include "sim/ptx/syntax/module.h"

namespace attnlab::ptx {

// What an observer wants to hear of; blocks and launches are always told.
struct ObserverNeeds {
  bool memory = false;                // every load, store and atomic
  bool barriers = false;              // arrivals and releases
  bool branches = false;              // every conditional branch
  bool instructions = false;          // every instruction
  bool warp_synchronisation = false;  // __syncwarp, fences, and doubtful _sync instructions
  bool stretches = false;             // every instruction, too, but many at a time
};

// Where the running warp is.
struct WarpPlace {
  const Function* function = nullptr;
  const Instruction* instruction = nullptr;
  std::uint64_t block = 0;  // linear index in the grid
  int warp = 0;
  std::uint32_t active = 0;  // lanes that execute it
};

enum class AccessKind : std::uint8_t { kLoad, kStore, kAtomic };

// One memory instruction of one warp, before it is executed; it looks at the warp's registers, and
// so lives no longer than the call that tells of it.
class Access {
 public:
  AccessKind kind = AccessKind::kLoad;
  StateSpace space = StateSpace::kGlobal;  // of the first active lane, where the address is generic
  std::uint32_t bytes = 4;                 // a lane, all elements of a vector
  bool strong = false;                     // atomic, volatile, relaxed, acquire, release

  // The generic address of an active lane.
  Address address(int lane) const {
    if (wide_) return window_ + static_cast<const std::uint64_t*>(base_)[lane] + offset_;
    return window_ + static_cast<std::uint32_t>(static_cast<const std::uint32_t*>(base_)[lane] +
                                                static_cast<std::uint32_t>(offset_));
  }
  // Of all lanes; what stands there for one that is not active means nothing.
  void copy_addresses(std::array<Address, kWarpLanes>& to) const;
  // Whether all lanes' addresses are as far from lane 0's as `distances` says, of which `low` are the
  // low 32 bits. Quick; where an address would not fit in its space, the answer may be yes.
  bool has_distances(const std::array<Address, kWarpLanes>& distances,
                     const std::array<std::uint32_t, kWarpLanes>& low) const {
    return wide_ ? same(static_cast<const std::uint64_t*>(base_), distances)
                 : same(static_cast<const std::uint32_t*>(base_), low);
  }
  // What a lane's store writes: `bytes` bytes.
  void copy_stored(int lane, std::byte* to) const;
  // The block's shared memory, from offset 0.
  const std::byte* shared_memory() const { return shared_; }

  static Access of(const Warp& warp, const Op& op);

 private:
  template <class A>
  static bool same(const A* address, const std::array<A, kWarpLanes>& distances) {
    A different = 0;
    for (std::size_t i = 0; i < distances.size(); ++i) {
      different |= (address[i] - address[0]) ^ distances[i];
    }
    return different == 0;
  }

  const void* base_ = nullptr;  // a row of 32- or 64-bit addresses
  bool wide_ = true;
  Address window_ = 0;
  std::uint64_t offset_ = 0;
  const std::byte* frame_ = nullptr;
  const Row* elements_ = nullptr;
  std::uint32_t element_count_ = 0;
  bool wide_elements_ = false;
  const std::byte* shared_ = nullptr;
};

// A _sync instruction or barrier that PTX leaves undefined.
enum class SyncDoubt : std::uint8_t {
  kNotInOwnMask,     // a lane executes it that is not in the mask it brings
  kMaskNamesAbsent,  // the mask names a lane that has returned instead of coming
  kMasksDiffer,      // lanes that meet bring different masks
  kInactiveSource,   // a shuffle reads a lane that does not take part
  kBarrierMissed     // a block barrier for whole warps; a lane has returned instead of coming
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_block_begin(std::uint64_t block) { (void)block; }
  virtual void on_block_end(std::uint64_t block) { (void)block; }
  virtual void on_access(const WarpPlace& place, const Access& access) {
    (void)place;
    (void)access;
  }
  // waits: not for barrier.arrive.
  virtual void on_barrier_arrival(const WarpPlace& place, int barrier, bool waits) {
    (void)place;
    (void)barrier;
    (void)waits;
  }
  virtual void on_barrier_release(std::uint64_t block, int barrier) {
    (void)block;
    (void)barrier;
  }
  // Lanes that a __syncwarp lets go on together.
  virtual void on_warp_barrier(const WarpPlace& place, std::uint32_t lanes) {
    (void)place;
    (void)lanes;
  }
  virtual void on_fence(const WarpPlace& place) { (void)place; }
  // `lane` does it; `other`: the lane that is read, or missing, or brings another mask.
  virtual void on_sync_doubt(const WarpPlace& place, SyncDoubt doubt, int lane, int other) {
    (void)place;
    (void)doubt;
    (void)lane;
    (void)other;
  }
  // `taken`: the lanes of place.active that take the branch.
  virtual void on_branch(const WarpPlace& place, std::uint32_t taken) {
    (void)place;
    (void)taken;
  }
  virtual void on_instruction(const WarpPlace& place) { (void)place; }
  // place.instruction and the next ones, `count` in all, are about to be executed by the same lanes,
  // in one go unless one of them is a fault: no branch leads in or out, and nobody waits. `on`: the
  // lanes whose guard holds; an instruction with a guard is a stretch of its own.
  virtual void on_stretch(const WarpPlace& place, std::uint32_t count, std::uint32_t on) {
    (void)place;
    (void)count;
    (void)on;
  }
};

}  // namespace attnlab::ptx
