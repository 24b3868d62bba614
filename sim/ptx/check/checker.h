// SPDX-License-Identifier: MIT
// Finds what a kernel does that no GPU defines, and no fault shows: races in shared and global
// memory, reads of what nobody wrote, _sync instructions with wrong masks.
//
// An observer: build the program with Checker::needs, give it to the launch. Blocks then run on one
// core. Leaks and double use of memory do not exist here: arrays live as long as the launch.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "sim/ptx/check/finding.h"
#include "sim/ptx/check/order.h"
#include "sim/ptx/check/shadow.h"
#include "sim/ptx/emulator.h"

namespace attnlab::ptx {

struct CheckOptions {
  bool races = true;
  bool uninitialised = true;
  bool synchronisation = true;
};

class Checker final : public Observer {
 public:
  // Without races and reads of what nobody wrote, no access needs to be told.
  static constexpr ObserverNeeds needs(const CheckOptions& options) {
    return {.memory = options.races || options.uninitialised,
            .barriers = true,
            .warp_synchronisation = true};
  }

  // `program` and `memory` outlive the checker; `shape` is the launch's.
  Checker(const Program& program, const DeviceMemory& memory, const LaunchShape& shape,
          const CheckOptions& options = {});

  // Before anything is observed: this launch follows that of `earlier` on the same memory, and may
  // read what that one wrote.
  void start_after(const Checker& earlier);

  // In the order in which they were first found.
  const std::vector<Finding>& findings() const { return findings_; }
  // The most memory it has needed.
  std::uint64_t memory_bytes() const { return memory_bytes_; }

  void on_block_begin(std::uint64_t block) override;
  void on_block_end(std::uint64_t block) override;
  void on_access(const WarpPlace& place, const Access& access) override;
  void on_barrier_arrival(const WarpPlace& place, int barrier, bool waits) override;
  void on_barrier_release(std::uint64_t block, int barrier) override;
  void on_warp_barrier(const WarpPlace& place, std::uint32_t lanes) override;
  void on_fence(const WarpPlace& place) override;
  void on_sync_doubt(const WarpPlace& place, SyncDoubt doubt, int lane, int other) override;

 private:
  // An instruction that accesses memory, and how.
  struct Site {
    const Function* function = nullptr;
    const Instruction* instruction = nullptr;
    AccessKind kind = AccessKind::kLoad;
    bool strong = false;
    bool known = false;
  };
  // Memory that a shadow follows.
  struct Piece {
    Shadow* shadow = nullptr;
    const std::byte* memory = nullptr;
    StateSpace space = StateSpace::kGlobal;
    Address base = 0;  // generic address of the first byte
  };
  // One lane's part of an access.
  struct Touch {
    const Access* access = nullptr;  // nullptr: a load that was put off
    AccessKind kind = AccessKind::kLoad;
    bool strong = false;
    std::uint32_t bytes = 0;
    Piece piece;
    std::uint64_t offset = 0;
    Time time = 0;
    std::uint32_t site = 0;
    std::uint32_t thread = 0;
    std::uint32_t active = 0;
  };
  // A load of shared memory that nobody has stored to since the last barrier: as long as that is so
  // it races with nothing.
  struct PutOff {
    Time time = 0;
    std::uint32_t site = 0;
    std::uint32_t warp = 0;
    std::uint32_t active = 0;
    std::uint32_t bytes = 0;
    std::array<std::uint32_t, kWarpLanes> offsets = {};
  };
  struct RunningBlock {
    std::unique_ptr<Shadow> shared;
    const std::byte* memory = nullptr;  // its shared memory
    bool stored = false;                // to shared memory, since the last barrier
    std::vector<PutOff> loads;
  };

  void run_block(std::uint64_t block);
  std::uint32_t site_of(const WarpPlace& place, const Access* access);
  bool find_piece(const Access& access, Address address, Piece& piece);
  void check_lanes(Touch& touch, const Address* addresses);
  bool put_off(const Touch& touch, const Address* addresses);
  void check_what_was_put_off();
  void check_initialised(const Touch& touch);
  void check_races(const Touch& touch);
  bool is_quiet_read(Cell& cell, const Stamp& now) const;
  void check_cell(Cell& cell, const Touch& touch, std::uint64_t offset);
  void check_against(const Stamp& earlier, const Touch& touch, std::uint64_t offset);
  void remember_read(Cell& cell, const Stamp& now, std::uint32_t thread);
  bool are_flags(const Stamp& earlier, const Touch& touch) const;
  bool writes_the_same(const Stamp& earlier, const Touch& touch, std::uint64_t offset) const;
  void order_flags(const WarpPlace& place, const Access& access);
  void report_race(FindingKind kind, const Stamp& earlier, const Touch& touch,
                   std::uint64_t offset);
  void report_unwritten(const Touch& touch, std::uint64_t offset);
  FoundAccess describe(std::uint32_t site, std::uint64_t block, std::uint32_t thread) const;
  std::string name_of_place(StateSpace space, Address address, std::uint32_t element_bytes) const;
  static std::uint32_t element_bytes_of(const Touch& touch);
  int line_of(std::uint32_t site) const;
  // The finding of this class at these sites' lines, counted once more; nullptr the first time.
  enum class FindingClass : std::uint8_t { kRace, kUninitialised, kSynchronisation };
  Finding* counted(FindingClass kind, std::uint32_t site, std::uint32_t earlier);

  const ProgramParts& program_;
  const DeviceMemory& memory_;
  LaunchShape shape_;
  CheckOptions options_;
  Order order_;
  std::map<const Function*, std::uint32_t> first_site_;
  std::vector<Site> sites_;
  const Function* last_function_ = nullptr;
  std::uint32_t last_function_site_ = 0;
  std::map<std::uint64_t, RunningBlock> blocks_;  // that run
  RunningBlock* running_ = nullptr;
  std::uint64_t running_index_ = 0;
  std::vector<std::unique_ptr<Shadow>> idle_shared_;
  std::map<const Allocation*, std::unique_ptr<Shadow>> global_;
  const Allocation* last_allocation_ = nullptr;
  Shadow* last_shadow_ = nullptr;
  std::vector<Finding> findings_;
  std::map<std::tuple<FindingClass, int, int>, std::size_t> found_;
  std::uint64_t memory_bytes_ = 0;
};

}  // namespace attnlab::ptx
