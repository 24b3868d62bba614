// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/event_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "sim/problem/problem.h"
#include "sim/ptx/program/program.h"

namespace attnlab::cli {
namespace {

using trace::Event;
using trace::EventKind;
using trace::MemoryLevel;

constexpr std::uint32_t kSlotsPerMultiprocessor = 32;
constexpr std::size_t kFlushFrom = std::size_t{1} << 16;   // events that wait for their turn
constexpr std::size_t kMaxPending = std::size_t{1} << 23;  // half a GiB of them

// Blocks that an SM holds at once, by threads, slots and shared memory.
std::uint32_t resident_per_multiprocessor(const ptx::LaunchShape& shape,
                                          std::uint64_t shared_bytes) {
  const ptx::GpuLimits gpu;
  const std::uint64_t threads = std::uint64_t{shape.block[0]} * shape.block[1] * shape.block[2];
  const std::uint64_t warps = std::max<std::uint64_t>((threads + 31) / 32, 1);
  const std::uint64_t by_threads = gpu.max_threads_per_multiprocessor / (32 * warps);
  const std::uint64_t by_shared = gpu.shared_bytes_per_multiprocessor / (shared_bytes + 1024);
  return static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(std::min(by_threads, by_shared), 1, kSlotsPerMultiprocessor));
}

MemoryLevel level_of(ptx::StateSpace space) {
  return space == ptx::StateSpace::kShared ? MemoryLevel::kShared : MemoryLevel::kGlobal;
}

}  // namespace

EmulationLog::EmulationLog(const std::string& path, const Run& run, const ptx::Program& program,
                           const std::vector<Argument>& arguments, const ptx::DeviceMemory& memory)
    : multiprocessors_(ptx::GpuLimits().multiprocessors), memory_(memory) {
  const std::uint32_t shared_bytes = program.static_shared_bytes() + run.shape.dynamic_shared_bytes;
  trace::LogHeader header;
  header.generator = "attnlab " ATTNLAB_VERSION " emulator";
  header.rung = run.file;
  header.problem = run.kernel;
  header.gpu = {"NVIDIA H200, emulated: a cycle is a warp instruction", 1000, multiprocessors_,
                kSlotsPerMultiprocessor};
  const auto& block = run.shape.block;
  header.launches.push_back(
      {run.kernel, run.shape.grid, block[0] * block[1] * block[2], shared_bytes});
  for (const Argument& argument : arguments) {
    if (!argument.is_array()) continue;
    tensors_[argument.address] = static_cast<std::uint16_t>(header.tensors.size());
    header.tensors.push_back(argument.name);
  }
  collect_sources(program, header);
  writer_ = std::make_unique<trace::EventLogWriter>(path, header);
  next_place_ = resident_per_multiprocessor(run.shape, shared_bytes) * multiprocessors_;
  for (std::uint32_t place = 0; place < next_place_; ++place) free_.emplace(0, place);
  Event begin;
  begin.kind = EventKind::kLaunchBegin;
  add(begin);
}

// The lines of all instructions that the kernel can reach.
void EmulationLog::collect_sources(const ptx::Program& program, trace::LogHeader& header) {
  std::map<std::pair<std::string, int>, std::uint16_t> lines;
  for (const auto& function : program.parts().functions) {
    if (function == nullptr) continue;
    for (const ptx::Instruction& instruction : function->source->instructions) {
      const ptx::SourcePlace place = ptx::source_place(program.parts(), instruction.location);
      const auto [line, is_new] = lines.try_emplace(
          {place.file, place.line}, static_cast<std::uint16_t>(header.sources.size()));
      if (is_new && header.sources.size() == trace::kNoSource) {
        lines.erase(line);  // the table is full: this line is not named
        continue;
      }
      if (is_new) header.sources.push_back({place.file, static_cast<std::uint32_t>(place.line)});
      sources_[&instruction] = line->second;
    }
  }
}

std::uint16_t EmulationLog::source_of(const ptx::Instruction* instruction) const {
  const auto found = sources_.find(instruction);
  return found == sources_.end() ? trace::kNoSource : found->second;
}

// Where the next block goes: blocks that wait for each other may need more places than were free.
std::uint32_t EmulationLog::take_place() {
  if (free_.empty()) return next_place_++;
  const std::uint32_t place = free_.begin()->second;
  settled_ = std::max(settled_, free_.begin()->first);
  free_.erase(free_.begin());
  return place;
}

EmulationLog::RunningBlock& EmulationLog::running(std::uint64_t block) {
  return running_.at(block);
}

Event EmulationLog::event_of(std::uint64_t block, const RunningBlock& at, EventKind kind) const {
  Event event;
  event.kind = kind;
  event.start_cycle = at.now;
  event.block = static_cast<std::uint32_t>(block);
  event.sm = static_cast<std::uint16_t>(at.place % multiprocessors_);
  event.slot = static_cast<std::uint16_t>(at.place / multiprocessors_);
  return event;
}

void EmulationLog::on_block_begin(std::uint64_t block) {
  RunningBlock at;
  at.place = take_place();
  at.begin = at.now = settled_;
  running_[block] = at;
  add(event_of(block, at, EventKind::kBlockBegin));
}

void EmulationLog::on_block_end(std::uint64_t block) {
  RunningBlock& at = running(block);
  ++at.now;
  add(event_of(block, at, EventKind::kBlockEnd));
  free_.emplace(at.now, at.place);
  running_.erase(block);
  if (pending_.size() > kFlushFrom) flush(settled_until());
}

void EmulationLog::on_instruction(const ptx::WarpPlace& place) {
  ++running(place.block).now;
}

void EmulationLog::add_step(std::uint64_t block, Event event) {
  event.duration_cycles = 1;
  event.step = running(block).steps++;
  add(event);
}

void EmulationLog::on_access(const ptx::WarpPlace& place, const ptx::Access& access) {
  const bool shared = access.space == ptx::StateSpace::kShared;
  if (!shared && access.space != ptx::StateSpace::kGlobal)
    return;  // registers' overflow, constants
  if (place.active == 0) return;
  const EventKind kind =
      access.kind == ptx::AccessKind::kLoad ? EventKind::kLoad : EventKind::kStore;
  Event event = event_of(place.block, running(place.block), kind);
  event.level = level_of(access.space);
  event.bytes = access.bytes * static_cast<std::uint32_t>(std::popcount(place.active));
  event.warp = static_cast<std::uint16_t>(place.warp);
  event.source = source_of(place.instruction);
  if (!shared) {
    const ptx::Allocation* allocation =
        memory_.find(access.address(std::countr_zero(place.active)));
    const auto tensor = allocation != nullptr ? tensors_.find(allocation->address) : tensors_.end();
    if (tensor != tensors_.end()) event.tensor = tensor->second;
  }
  add_step(place.block, event);
}

void EmulationLog::on_barrier_arrival(const ptx::WarpPlace& place, int, bool waits) {
  if (!waits) return;
  running(place.block).barrier_source = source_of(place.instruction);
}

void EmulationLog::on_barrier_release(std::uint64_t block, int barrier) {
  (void)barrier;
  Event event = event_of(block, running(block), EventKind::kBarrier);
  event.source = running(block).barrier_source;
  add_step(block, event);
}

void EmulationLog::add(const Event& event) {
  if (pending_.size() >= kMaxPending) {
    throw problem::BadInput(fmt::format(
        "--log would hold more than {} events at a time: launch a smaller grid", kMaxPending));
  }
  pending_.push({added_++, event});
  end_ = std::max(end_, event.start_cycle + event.duration_cycles);
}

// No event before this cycle can still come.
std::uint64_t EmulationLog::settled_until() const {
  std::uint64_t cycle = free_.empty() ? end_ : free_.begin()->first;
  for (const auto& [block, at] : running_) cycle = std::min(cycle, at.now);
  return cycle;
}

void EmulationLog::flush(std::uint64_t before) {
  settled_ = std::max(settled_, before);
  while (!pending_.empty() && pending_.top().event.start_cycle < before) {
    writer_->on_event(pending_.top().event);
    pending_.pop();
  }
}

void EmulationLog::close(bool launch_finished) {
  if (launch_finished) {
    Event end;
    end.kind = EventKind::kLaunchEnd;
    end.start_cycle = end_;
    add(end);
  }
  flush(end_ + 1);
  writer_->close();
}

}  // namespace attnlab::cli
