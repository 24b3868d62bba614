// SPDX-License-Identifier: MIT
// Bytes moved at each level of the memory hierarchy, and operations done.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/machine/tile_step.h"

namespace attnlab::machine {

struct Traffic {
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;

  std::uint64_t total_bytes() const { return read_bytes + written_bytes; }
  bool operator==(const Traffic&) const = default;
};

// shared  bytes that lanes request from shared memory
// global  bytes that thread blocks request from global memory (what reaches the caches)
// device  bytes that cross the pins of device memory, behind a cache that never forgets within one
//         launch and keeps nothing between launches: every 32-byte sector that a launch touches is
//         read once and written once
struct Counters {
  Traffic shared;
  Traffic global;
  Traffic device;
  std::vector<Traffic> global_by_tensor;
  std::vector<Traffic> device_by_tensor;
  std::uint64_t fma = 0;
  std::uint64_t add_mul = 0;
  std::uint64_t mufu = 0;
  std::uint64_t blocks = 0;

  std::uint64_t flops() const { return 2 * fma + add_mul + mufu; }
  bool operator==(const Counters&) const = default;
};

inline constexpr int kSectorBytes = 32;

// Counts the steps of a run. Tensors are numbered as in the program's tensor table.
class CounterObserver {
 public:
  explicit CounterObserver(int tensor_count);

  void on_launch_begin();
  void on_block_begin() { ++counters_.blocks; }
  void on_step(const TileStep& step);

  const Counters& counters() const { return counters_; }

 private:
  using SectorSet = std::vector<bool>;

  static std::uint64_t count_new_sectors(SectorSet& touched, const TileStep& step);

  Counters counters_;
  std::vector<SectorSet> read_sectors_;  // of each tensor, in this launch
  std::vector<SectorSet> written_sectors_;
};

}  // namespace attnlab::machine
