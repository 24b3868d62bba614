// SPDX-License-Identifier: MIT
// Several observers of one launch, told one after the other.
#pragma once

#include <vector>

#include "sim/ptx/observe/observer.h"

namespace attnlab::ptx {

constexpr ObserverNeeds operator|(const ObserverNeeds& a, const ObserverNeeds& b) {
  return {a.memory || b.memory,
          a.barriers || b.barriers,
          a.branches || b.branches,
          a.instructions || b.instructions,
          a.warp_synchronisation || b.warp_synchronisation,
          a.stretches || b.stretches};
}

class Observers final : public Observer {
 public:
  void add(Observer* observer) {
    if (observer != nullptr) all_.push_back(observer);
  }
  // Nobody, the only one, or this.
  Observer* as_one() { return all_.empty() ? nullptr : all_.size() == 1 ? all_.front() : this; }

  void on_block_begin(std::uint64_t block) override {
    for (Observer* one : all_) one->on_block_begin(block);
  }
  void on_block_end(std::uint64_t block) override {
    for (Observer* one : all_) one->on_block_end(block);
  }
  void on_access(const WarpPlace& place, const Access& access) override {
    for (Observer* one : all_) one->on_access(place, access);
  }
  void on_barrier_arrival(const WarpPlace& place, int barrier, bool waits) override {
    for (Observer* one : all_) one->on_barrier_arrival(place, barrier, waits);
  }
  void on_barrier_release(std::uint64_t block, int barrier) override {
    for (Observer* one : all_) one->on_barrier_release(block, barrier);
  }
  void on_warp_barrier(const WarpPlace& place, std::uint32_t lanes) override {
    for (Observer* one : all_) one->on_warp_barrier(place, lanes);
  }
  void on_fence(const WarpPlace& place) override {
    for (Observer* one : all_) one->on_fence(place);
  }
  void on_sync_doubt(const WarpPlace& place, SyncDoubt doubt, int lane, int other) override {
    for (Observer* one : all_) one->on_sync_doubt(place, doubt, lane, other);
  }
  void on_branch(const WarpPlace& place, std::uint32_t taken) override {
    for (Observer* one : all_) one->on_branch(place, taken);
  }
  void on_instruction(const WarpPlace& place) override {
    for (Observer* one : all_) one->on_instruction(place);
  }
  void on_stretch(const WarpPlace& place, std::uint32_t count, std::uint32_t on) override {
    for (Observer* one : all_) one->on_stretch(place, count, on);
  }

 private:
  std::vector<Observer*> all_;
};

}  // namespace attnlab::ptx
