// SPDX-License-Identifier: MIT
// Observers: what a run can be watched by. A program is built for what its observer needs: the
// decoder puts an op that tells the observer in front of the instruction it is about, so a program
// that is built for nobody has no such op and pays nothing.
#pragma once

#include <array>
#include <cstdint>

#include "sim/ptx/program/op.h"
#include "sim/ptx/syntax/module.h"

namespace attnlab::ptx {

// What an observer wants to hear of; blocks and launches are always told.
struct ObserverNeeds {
  bool memory = false;        // every load, store and atomic
  bool barriers = false;      // arrivals and releases
  bool branches = false;      // every conditional branch
  bool instructions = false;  // every instruction
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

// One memory instruction of one warp.
struct Access {
  AccessKind kind = AccessKind::kLoad;
  StateSpace space = StateSpace::kGlobal;  // of the first active lane, where the address is generic
  std::uint32_t bytes = 4;                 // a lane, all elements of a vector
  std::array<std::uint64_t, kWarpLanes> addresses = {};  // generic; of active lanes only
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
  virtual void on_barrier_arrival(const WarpPlace& place, int barrier) {
    (void)place;
    (void)barrier;
  }
  virtual void on_barrier_release(std::uint64_t block, int barrier) {
    (void)block;
    (void)barrier;
  }
  // `taken`: the lanes of place.active that take the branch.
  virtual void on_branch(const WarpPlace& place, std::uint32_t taken) {
    (void)place;
    (void)taken;
  }
  virtual void on_instruction(const WarpPlace& place) { (void)place; }
};

}  // namespace attnlab::ptx
