// SPDX-License-Identifier: MIT
// Counts the bytes that an emulated kernel moves, tensor by tensor, in the words of the models'
// closed forms (machine::Counters): requested by lanes, and behind a cache that never forgets.
#pragma once

#include <unordered_map>
#include <vector>

#include "sim/machine/counters.h"
#include "sim/ptx/count/sector_set.h"
#include "sim/ptx/emulator.h"

namespace attnlab::kernels {

class TrafficObserver final : public ptx::Observer {
 public:
  static constexpr ptx::ObserverNeeds kNeeds = {.memory = true};

  // `addresses`: where the tensors lie, as the rung's table numbers them; `memory` holds them and
  // outlives the observer.
  TrafficObserver(const ptx::DeviceMemory& memory, std::vector<ptx::Address> addresses);

  // Forgets which sectors were touched: a cache keeps nothing between launches.
  void begin_launch();

  // Bytes and blocks; the operations stay 0.
  const machine::Counters& traffic() const { return traffic_; }

  void on_block_begin(std::uint64_t block) override;
  void on_access(const ptx::WarpPlace& place, const ptx::Access& access) override;

 private:
  // What was read or written of one tensor in this launch.
  struct Touched {
    ptx::SectorSet read;
    ptx::SectorSet written;
  };
  std::size_t tensor_of(ptx::Address address);

  const ptx::DeviceMemory& memory_;
  std::vector<ptx::Address> addresses_;
  std::vector<Touched> touched_;
  const ptx::Allocation* last_ = nullptr;  // the allocation that was looked up last
  std::size_t last_tensor_ = 0;
  machine::Counters traffic_;
};

}  // namespace attnlab::kernels
