// SPDX-License-Identifier: MIT
#include "sim/trace/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/trace/log_error.h"

namespace attnlab::trace {
namespace {

std::size_t index_of(EventKind kind) {
  return static_cast<std::size_t>(kind);
}

bool is_move(EventKind kind) {
  return kind == EventKind::kLoad || kind == EventKind::kStore;
}

}  // namespace

EventRules::EventRules(const LogHeader& header)
    : sm_count_(header.gpu.sm_count),
      slots_per_sm_(header.gpu.slots_per_sm),
      tensor_count_(static_cast<std::uint32_t>(header.tensors.size())),
      source_count_(static_cast<std::uint32_t>(header.sources.size())),
      symbol_count_(static_cast<std::uint32_t>(header.symbols.size())) {
  launches_.reserve(header.launches.size());
  for (const LaunchInfo& launch : header.launches) {
    launches_.push_back({launch.block_count(), launch.warp_count()});
  }
}

std::string Objection::text() const {
  return format == nullptr ? "" : fmt::format(fmt::runtime(format), first, second);
}

Objection EventRules::objection_to_place(const Event& event) const {
  const Launch& launch = launches_[event.launch];
  if (event.block >= launch.blocks) {
    return {"its block {} is not below {}", event.block, launch.blocks};
  }
  if (event.sm >= sm_count_) return {"its SM {} is not below {}", event.sm, sm_count_};
  if (event.slot >= slots_per_sm_) {
    return {"its slot {} is not below {}", event.slot, slots_per_sm_};
  }
  if (event.warp != kWholeBlock && event.warp >= launch.warps) {
    return {"its warp {} is not below {}", event.warp, launch.warps};
  }
  return {};
}

Objection EventRules::objection_to_number(const NumberEvent& number) const {
  if (number.operand_count > 3) {
    return {"its operand count {} is not below {}", number.operand_count, 4};
  }
  if (number.symbol >= symbol_count_) {
    return {"its symbol {} is not below {}", number.symbol, symbol_count_};
  }
  if (number.reserved0 != 0) return {"its reserved bytes are not 0"};
  return {};
}

Objection EventRules::objection_to_work(const Event& event) const {
  if (event.tensor != kNoTensor && event.tensor >= tensor_count_) {
    return {"its tensor {} is not below {}", event.tensor, tensor_count_};
  }
  if (static_cast<int>(event.level) >= kMemoryLevelCount) {
    return {"its memory level {} is not below {}", static_cast<std::uint64_t>(event.level),
            kMemoryLevelCount};
  }
  if (is_move(event.kind) && event.level == MemoryLevel::kNone) {
    return {"it moves bytes but names no memory level"};
  }
  if (!is_step(event.kind) && event.duration_cycles != 0) return {"it is a mark with a duration"};
  if (event.reserved0 != 0 || event.reserved1 != 0) return {"its reserved bytes are not 0"};
  return {};
}

Objection EventRules::objection_to(const Event& event) const {
  if (index_of(event.kind) >= kEventKindCount) {
    return {"its kind {} is not below {}", index_of(event.kind), kEventKindCount};
  }
  if (event.start_cycle > kMaxCycle) {
    return {"its cycle {} is above {}", event.start_cycle, kMaxCycle};
  }
  if (event.launch >= launches_.size()) {
    return {"its launch {} is not below {}", event.launch, launches_.size()};
  }
  if (event.source != kNoSource && event.source >= source_count_) {
    return {"its source {} is not below {}", event.source, source_count_};
  }
  if (!is_launch_mark(event.kind)) {
    if (const Objection objection = objection_to_place(event)) return objection;
  }
  return event.kind == EventKind::kNumber ? objection_to_number(to_number(event))
                                          : objection_to_work(event);
}

ReplayState::ReplayState(const LogHeader& header)
    : ReplayState(std::make_shared<const EventRules>(header)) {}

ReplayState::ReplayState(std::shared_ptr<const EventRules> rules)
    : rules_(std::move(rules)),
      slots_(std::size_t{rules_->sm_count()} * rules_->slots_per_sm()),
      launches_(rules_->launch_count()),
      traffic_(std::size_t{kMemoryLevelCount} * (rules_->tensor_count() + 1)) {}

void ReplayState::reset() {
  counters_ = {};
  std::fill(slots_.begin(), slots_.end(), ResidentBlock{});
  std::fill(launches_.begin(), launches_.end(), LaunchProgress{});
  std::fill(traffic_.begin(), traffic_.end(), Traffic{});
}

bool ReplayState::operator==(const ReplayState& other) const {
  return counters_ == other.counters_ && slots_ == other.slots_ && launches_ == other.launches_ &&
         traffic_ == other.traffic_;
}

Traffic ReplayState::traffic(MemoryLevel level) const {
  const std::size_t row = rules_->tensor_count() + 1;
  Traffic sum;
  for (std::size_t i = 0; i < row; ++i) {
    const Traffic& one = traffic_[static_cast<std::size_t>(level) * row + i];
    sum.read_bytes += one.read_bytes;
    sum.written_bytes += one.written_bytes;
  }
  return sum;
}

Objection ReplayState::objection_to_launch_mark(const Event& event) const {
  const LaunchProgress& launch = launches_[event.launch];
  if (event.kind == EventKind::kLaunchBegin) {
    if (launch.phase != LaunchPhase::kPending) return {"the launch has already begun"};
    return {};
  }
  if (launch.phase != LaunchPhase::kRunning) return {"its launch is not running"};
  const std::uint32_t running = launch.blocks_started - launch.blocks_finished;
  if (running != 0) return {"{} of its blocks have not ended", running};
  return {};
}

Objection ReplayState::objection_to_block_event(const Event& event) const {
  const LaunchProgress& launch = launches_[event.launch];
  if (launch.phase != LaunchPhase::kRunning) return {"its launch is not running"};
  const ResidentBlock& held = slot(event.sm, event.slot);
  if (event.kind == EventKind::kBlockBegin) {
    if (held.resident) return {"the slot holds block {} of launch {}", held.block, held.launch};
    if (launch.blocks_started >= rules_->blocks_of(event.launch)) {
      return {"all {} blocks of its launch have begun", launch.blocks_started};
    }
    return {};
  }
  if (!held.resident) return {"the slot is empty"};
  if (held.block != event.block || held.launch != event.launch) {
    return {"the slot holds block {} of launch {}", held.block, held.launch};
  }
  if (event.kind == EventKind::kBlockEnd && held.busy_until_cycle > event.start_cycle) {
    return {"a step of the block lasts until cycle {}", held.busy_until_cycle};
  }
  return {};
}

Objection ReplayState::objection_to(const Event& event) const {
  if (const Objection objection = rules_->objection_to(event)) return objection;
  if (event.start_cycle < counters_.current_cycle) {
    return {"it starts at cycle {}, before cycle {} of the event before it", event.start_cycle,
            counters_.current_cycle};
  }
  return is_launch_mark(event.kind) ? objection_to_launch_mark(event)
                                    : objection_to_block_event(event);
}

void ReplayState::refuse(const Event& event, const Objection& objection) const {
  throw LogError(
      fmt::format("event {} ({} of launch {}, block {}, SM {}, slot {}, at cycle {}): {}",
                  counters_.event_count, name_of(event.kind), event.launch, event.block, event.sm,
                  event.slot, event.start_cycle, objection.text()));
}

void ReplayState::apply_step(const Event& event) {
  ResidentBlock& held = slot_of(event);
  const std::uint64_t end = event.start_cycle + event.duration_cycles;
  held.busy_until_cycle = std::max(held.busy_until_cycle, end);
  held.latest_event = counters_.event_count;
  held.step = event.step;
  counters_.end_cycle = std::max(counters_.end_cycle, end);
  counters_.flops[index_of(event.kind)] += event.flops;
  if (event.kind == EventKind::kLoad) traffic_of(event).read_bytes += event.bytes;
  if (event.kind == EventKind::kStore) traffic_of(event).written_bytes += event.bytes;
}

// Of a number there is nothing to do.
void ReplayState::apply_mark(const Event& event) {
  LaunchProgress& launch = launches_[event.launch];
  if (event.kind == EventKind::kLaunchBegin) {
    launch.phase = LaunchPhase::kRunning;
  } else if (event.kind == EventKind::kLaunchEnd) {
    launch.phase = LaunchPhase::kFinished;
  } else if (event.kind == EventKind::kBlockBegin) {
    slot_of(event) = {event.start_cycle,
                      event.start_cycle,
                      counters_.event_count,
                      event.block,
                      event.step,
                      event.launch,
                      true};
    ++counters_.blocks_started;
    ++launch.blocks_started;
  } else if (event.kind == EventKind::kBlockEnd) {
    slot_of(event) = {};
    ++counters_.blocks_finished;
    ++launch.blocks_finished;
  }
}

UndoRecord ReplayState::apply(const Event& event) {
  if (const Objection objection = objection_to(event)) refuse(event, objection);
  UndoRecord before;
  before.current_cycle = counters_.current_cycle;
  before.end_cycle = counters_.end_cycle;
  if (!is_launch_mark(event.kind)) before.slot = slot_of(event);

  counters_.current_cycle = event.start_cycle;
  counters_.end_cycle = std::max(counters_.end_cycle, event.start_cycle);
  if (is_step(event.kind)) {
    apply_step(event);
  } else {
    apply_mark(event);
  }
  ++counters_.events[index_of(event.kind)];
  ++counters_.event_count;
  return before;
}

void ReplayState::undo(const Event& event, const UndoRecord& before) {
  LaunchProgress& launch = launches_[event.launch];
  counters_.current_cycle = before.current_cycle;
  counters_.end_cycle = before.end_cycle;
  if (!is_launch_mark(event.kind)) slot_of(event) = before.slot;
  if (event.kind == EventKind::kLaunchBegin) launch.phase = LaunchPhase::kPending;
  if (event.kind == EventKind::kLaunchEnd) launch.phase = LaunchPhase::kRunning;
  if (event.kind == EventKind::kBlockBegin) {
    --counters_.blocks_started;
    --launch.blocks_started;
  }
  if (event.kind == EventKind::kBlockEnd) {
    --counters_.blocks_finished;
    --launch.blocks_finished;
  }
  if (is_step(event.kind)) counters_.flops[index_of(event.kind)] -= event.flops;
  if (event.kind == EventKind::kLoad) traffic_of(event).read_bytes -= event.bytes;
  if (event.kind == EventKind::kStore) traffic_of(event).written_bytes -= event.bytes;
  --counters_.events[index_of(event.kind)];
  --counters_.event_count;
}

}  // namespace attnlab::trace
