// SPDX-License-Identifier: MIT
// The event log of an emulated launch: its blocks, barriers and memory instructions, each with its
// warp and source line.
//
// Time is counted in warp instructions of the block: instruction n of a block happens n cycles after
// the block began. Blocks are dealt in order of index to the slots of the emulated GPU's SMs, the
// next one to the slot that frees first. It is an order of events, not a prediction of time.
#pragma once

#include <cstdint>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "labs/cli/emulate/argument.h"
#include "sim/ptx/emulator.h"
#include "sim/trace/log/writer.h"

namespace attnlab::cli {

class EmulationLog final : public ptx::Observer {
 public:
  struct Run {
    std::string file;    // "scale.cu"
    std::string kernel;  // "scale(float*)"
    ptx::LaunchShape shape;
  };

  // What a program must be built to tell of.
  static constexpr ptx::ObserverNeeds kNeeds = {
      .memory = true, .barriers = true, .branches = false, .instructions = true};

  // Throws trace::LogError where the file cannot be written.
  EmulationLog(const std::string& path, const Run& run, const ptx::Program& program,
               const std::vector<Argument>& arguments, const ptx::DeviceMemory& memory);

  void on_block_begin(std::uint64_t block) override;
  void on_block_end(std::uint64_t block) override;
  void on_access(const ptx::WarpPlace& place, const ptx::Access& access) override;
  void on_barrier_arrival(const ptx::WarpPlace& place, int barrier, bool waits) override;
  void on_barrier_release(std::uint64_t block, int barrier) override;
  void on_instruction(const ptx::WarpPlace& place) override;

  // Completes the file. Blocks that a fault cut off stay unfinished in it, and so does the launch.
  void close(bool launch_finished);

 private:
  struct RunningBlock {
    std::uint32_t place = 0;  // slot * SMs + SM
    std::uint64_t begin = 0;
    std::uint64_t now = 0;  // cycle of its latest instruction
    std::uint32_t steps = 0;
    std::uint16_t barrier_source = trace::kNoSource;
  };
  struct Pending {
    std::uint64_t order = 0;  // of events of the same cycle
    trace::Event event;
    bool operator<(const Pending& other) const {
      return std::pair(event.start_cycle, order) > std::pair(other.event.start_cycle, other.order);
    }
  };

  void collect_sources(const ptx::Program& program, trace::LogHeader& header);
  std::uint32_t take_place();
  RunningBlock& running(std::uint64_t block);
  std::uint16_t source_of(const ptx::Instruction* instruction) const;
  trace::Event event_of(std::uint64_t block, const RunningBlock& at, trace::EventKind kind) const;
  void add_step(std::uint64_t block, trace::Event event);
  void add(const trace::Event& event);
  void flush(std::uint64_t before);
  std::uint64_t settled_until() const;

  std::uint32_t multiprocessors_ = 0;
  std::unique_ptr<trace::EventLogWriter> writer_;
  const ptx::DeviceMemory& memory_;
  std::unordered_map<ptx::Address, std::uint16_t> tensors_;  // by the array's address
  std::unordered_map<const ptx::Instruction*, std::uint16_t> sources_;
  std::set<std::pair<std::uint64_t, std::uint32_t>> free_;  // (free from this cycle on, place)
  std::uint32_t next_place_ = 0;                            // places from here on were never used
  std::unordered_map<std::uint64_t, RunningBlock> running_;
  std::priority_queue<Pending> pending_;
  std::uint64_t added_ = 0;
  std::uint64_t settled_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace attnlab::cli
