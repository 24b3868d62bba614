// SPDX-License-Identifier: MIT
#include "sim/machine/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "sim/machine/sm_state.h"

namespace attnlab::machine {
namespace {

using trace::Event;
using trace::EventKind;

// A block that sits in a slot of an SM.
struct ResidentBlock {
  std::uint32_t block = 0;
  std::uint32_t next_step = 0;
  BlockProgram program;
};

// The moment at which the block in a slot is ready for its next step. Ties go to the lower SM, then
// the lower slot, so that a run is one sequence.
struct Ready {
  std::uint64_t cycle;
  int sm;
  int slot;

  bool operator>(const Ready& other) const {
    if (cycle != other.cycle) return cycle > other.cycle;
    return sm != other.sm ? sm > other.sm : slot > other.slot;
  }
};

// One launch on the GPU from its first block to its last.
class LaunchRun {
 public:
  LaunchRun(const GpuSpec& gpu, const Launch& launch, std::uint16_t launch_index,
            std::uint64_t start_cycle, CounterObserver& counter, trace::EventSink* sink)
      : launch_(launch),
        launch_index_(launch_index),
        start_cycle_(start_cycle),
        end_cycle_(start_cycle),
        slots_(resident_blocks_per_sm(gpu, launch)),
        sms_(gpu.sm_count, SmState(gpu)),
        resident_(static_cast<std::size_t>(gpu.sm_count) * slots_),
        counter_(counter),
        sink_(sink) {}

  // Returns the cycle at which the last block ended.
  std::uint64_t to_the_end() {
    counter_.on_launch_begin();
    emit_mark(EventKind::kLaunchBegin, start_cycle_);
    deal_first_blocks();
    while (!ready_.empty()) {
      const Ready now = ready_.top();
      ready_.pop();
      advance(now);
    }
    emit_mark(EventKind::kLaunchEnd, end_cycle_);
    return end_cycle_;
  }

 private:
  // Deal one block to every SM, then a second one, until the slots or the blocks run out.
  void deal_first_blocks() {
    for (int slot = 0; slot < slots_; ++slot) {
      for (int sm = 0; sm < static_cast<int>(sms_.size()); ++sm) {
        if (next_block_ < launch_.blocks) start_block(start_cycle_, sm, slot);
      }
    }
  }

  void start_block(std::uint64_t cycle, int sm, int slot) {
    ResidentBlock& resident = resident_[sm * slots_ + slot];
    resident = {next_block_, 0, launch_.program(next_block_)};
    ++next_block_;
    counter_.on_block_begin();
    emit(block_mark(EventKind::kBlockBegin, cycle, sm, slot, resident));
    ready_.push({cycle, sm, slot});
  }

  // Run the next step of the block in this slot, or free the slot and deal the next block to it.
  void advance(const Ready& now) {
    ResidentBlock& resident = resident_[now.sm * slots_ + now.slot];
    const TileStep* step = resident.program.next();
    if (step == nullptr) {
      emit(block_mark(EventKind::kBlockEnd, now.cycle, now.sm, now.slot, resident));
      end_cycle_ = std::max(end_cycle_, now.cycle);
      if (next_block_ < launch_.blocks) start_block(now.cycle, now.sm, now.slot);
      return;
    }
    const StepTime time = sms_[now.sm].place(*step, now.cycle);
    counter_.on_step(*step);
    if (sink_ != nullptr) emit_step(*step, time, now, resident);
    ++resident.next_step;
    ready_.push({time.end_cycle, now.sm, now.slot});
  }

  Event block_mark(EventKind kind, std::uint64_t cycle, int sm, int slot,
                   const ResidentBlock& resident) const {
    Event event{};
    event.kind = kind;
    event.start_cycle = cycle;
    event.block = resident.block;
    event.step = resident.next_step;
    event.launch = launch_index_;
    event.sm = static_cast<std::uint16_t>(sm);
    event.slot = static_cast<std::uint16_t>(slot);
    event.warp = trace::kWholeBlock;
    event.source = trace::kNoSource;
    event.tensor = trace::kNoTensor;
    return event;
  }

  void emit_mark(EventKind kind, std::uint64_t cycle) {
    emit(block_mark(kind, cycle, 0, 0, ResidentBlock{}));
  }

  void emit_step(const TileStep& step, const StepTime& time, const Ready& now,
                 const ResidentBlock& resident) {
    Event event = block_mark(step.kind, time.start_cycle, now.sm, now.slot, resident);
    event.duration_cycles = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(time.end_cycle - time.start_cycle, UINT32_MAX));
    event.tile_row = step.tile_row;
    event.tile_column = step.tile_column;
    event.source = step.source;
    event.tensor = step.tensor;
    const bool moves = step.tensor != trace::kNoTensor;
    event.level = moves ? trace::MemoryLevel::kGlobal : trace::MemoryLevel::kNone;
    event.bytes =
        moves ? static_cast<std::uint32_t>(step.region.elements() * step.element_bytes)
              : static_cast<std::uint32_t>(step.shared_read_bytes + step.shared_written_bytes);
    event.flops = static_cast<std::uint32_t>(step.operations.flops());
    emit(event);
    for (const Number& number : step.numbers) emit_number(event, number);
  }

  void emit_number(const Event& of_step, const Number& number) {
    trace::NumberEvent event{};
    event.start_cycle = of_step.start_cycle;
    event.kind = EventKind::kNumber;
    event.block = of_step.block;
    event.step = of_step.step;
    event.launch = of_step.launch;
    event.sm = of_step.sm;
    event.slot = of_step.slot;
    event.warp = of_step.warp;
    event.source = of_step.source;
    event.symbol = number.symbol;
    event.row = number.row;
    event.column = number.column;
    event.result = number.result;
    event.operands[0] = number.operands[0];
    event.operands[1] = number.operands[1];
    event.third_operand = number.operands[2];
    event.operand_count = static_cast<std::uint8_t>(number.operand_count);
    emit(trace::to_event(event));
  }

  void emit(const Event& event) {
    if (sink_ != nullptr) sink_->on_event(event);
  }

  const Launch& launch_;
  std::uint16_t launch_index_;
  std::uint64_t start_cycle_;
  std::uint64_t end_cycle_;
  int slots_;
  std::vector<SmState> sms_;
  std::vector<ResidentBlock> resident_;  // [sm][slot]
  std::uint32_t next_block_ = 0;
  std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready_;
  CounterObserver& counter_;
  trace::EventSink* sink_;
};

}  // namespace

int resident_blocks_per_sm(const GpuSpec& gpu, const Launch& launch) {
  const int warps = (launch.threads_per_block + 31) / 32;
  const int by_threads = gpu.max_threads_per_sm / 32 / std::max(warps, 1);
  const std::int64_t shared = launch.shared_bytes + gpu.reserved_shared_bytes_per_block;
  const auto by_shared =
      static_cast<int>(gpu.shared_bytes_per_sm / std::max<std::int64_t>(shared, 1));
  if (launch.shared_bytes > gpu.max_shared_bytes_per_block || by_shared == 0) {
    throw SpecError(
        fmt::format("{} needs {} bytes of shared memory a block; {} gives a block at most {}",
                    launch.name, launch.shared_bytes, gpu.title, gpu.max_shared_bytes_per_block));
  }
  if (by_threads == 0) {
    throw SpecError(fmt::format("{} has {} threads a block; an SM of {} holds {}", launch.name,
                                launch.threads_per_block, gpu.title, gpu.max_threads_per_sm));
  }
  return std::min({by_threads, by_shared, gpu.max_blocks_per_sm});
}

RunResult run(const GpuSpec& gpu, const std::vector<Launch>& launches, int tensor_count,
              trace::EventSink* sink) {
  CounterObserver counter(tensor_count);
  RunResult result;
  for (std::size_t i = 0; i < launches.size(); ++i) {
    LaunchRun launch_run(gpu, launches[i], static_cast<std::uint16_t>(i), result.cycles, counter,
                         sink);
    result.cycles = launch_run.to_the_end();
  }
  result.counters = counter.counters();
  return result;
}

}  // namespace attnlab::machine
