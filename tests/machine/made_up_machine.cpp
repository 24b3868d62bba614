// SPDX-License-Identifier: MIT
#include "tests/machine/made_up_machine.h"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <utility>

namespace attnlab::machine::test {

using trace::Event;
using trace::EventKind;

GpuSpec small_gpu(int sm_count, int slots_per_sm) {
  GpuSpec gpu;
  gpu.name = "small";
  gpu.title = "small GPU";
  gpu.sm_count = sm_count;
  gpu.clock_mhz = 1000;
  gpu.max_threads_per_sm = 2048;
  gpu.max_blocks_per_sm = slots_per_sm;
  gpu.registers_per_sm = 65536;
  gpu.shared_bytes_per_sm = 65536;
  gpu.max_shared_bytes_per_block = 64512;
  gpu.reserved_shared_bytes_per_block = 1024;
  gpu.fp32_fma_per_cycle_per_sm = 64;
  gpu.mufu_per_cycle_per_sm = 16;
  gpu.shared_bytes_per_cycle_per_sm = 128;
  gpu.device_bandwidth_bytes_per_second = 32e9 * sm_count;
  gpu.device_latency_cycles = 400;
  return gpu;
}

BlockProgram idle_program(std::uint32_t cycles) {
  for (std::uint32_t i = 0; i < cycles; ++i) co_yield TileStep{};
}

Launch idle_launch(const std::vector<std::uint32_t>& cycles_of_block) {
  return {"idle_kernel", static_cast<std::uint32_t>(cycles_of_block.size()), 32, 0,
          [cycles_of_block](std::uint32_t block) { return idle_program(cycles_of_block[block]); }};
}

std::vector<BlockLife> block_lives(const std::vector<Event>& events) {
  std::vector<BlockLife> lives;
  std::map<std::pair<int, int>, std::size_t> resident;  // by SM and slot: index of the life
  for (const Event& event : events) {
    const std::pair<int, int> place = {event.sm, event.slot};
    if (event.kind == EventKind::kBlockBegin) {
      REQUIRE_FALSE(resident.contains(place));
      resident[place] = lives.size();
      lives.push_back({event.launch, event.block, event.sm, event.slot, event.start_cycle, 0});
    } else if (event.kind == EventKind::kBlockEnd) {
      REQUIRE(resident.contains(place));
      BlockLife& life = lives[resident[place]];
      REQUIRE(std::pair(life.launch, life.block) == std::pair(event.launch, event.block));
      life.end_cycle = event.start_cycle;
      resident.erase(place);
    }
  }
  REQUIRE(resident.empty());
  return lives;
}

}  // namespace attnlab::machine::test
