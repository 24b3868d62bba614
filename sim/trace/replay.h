// SPDX-License-Identifier: MIT
// The state of the simulated GPU after a number of events: which block sits in which slot, and the
// counters so far. It steps forward and backward exactly, and refuses an event that cannot follow.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/trace/event.h"
#include "sim/trace/header.h"

namespace attnlab::trace {

// One slot of one SM. Where `resident` is false, all other fields are 0.
struct ResidentBlock {
  std::uint64_t begin_cycle = 0;
  std::uint64_t busy_until_cycle = 0;  // the latest end of its steps so far
  std::uint64_t latest_event = 0;      // log index of its latest step, or of its begin
  std::uint32_t block = 0;
  std::uint32_t step = 0;  // index of its latest step
  std::uint16_t launch = 0;
  bool resident = false;

  bool operator==(const ResidentBlock&) const = default;
};

enum class LaunchPhase : std::uint32_t { kPending, kRunning, kFinished };

struct LaunchProgress {
  LaunchPhase phase = LaunchPhase::kPending;
  std::uint32_t blocks_started = 0;
  std::uint32_t blocks_finished = 0;

  bool operator==(const LaunchProgress&) const = default;
};

struct Traffic {
  std::uint64_t read_bytes = 0;     // by loads
  std::uint64_t written_bytes = 0;  // by stores

  bool operator==(const Traffic&) const = default;
};

struct Counters {
  std::uint64_t event_count = 0;    // how many events made this state
  std::uint64_t current_cycle = 0;  // start of the latest event
  std::uint64_t end_cycle = 0;      // the latest end of any event
  std::uint64_t blocks_started = 0;
  std::uint64_t blocks_finished = 0;
  std::array<std::uint64_t, kEventKindCount> events{};  // by EventKind
  std::array<std::uint64_t, kEventKindCount> flops{};   // by EventKind

  bool operator==(const Counters&) const = default;
};

// What undo() needs beyond the event itself.
struct UndoRecord {
  ResidentBlock slot;
  std::uint64_t current_cycle = 0;
  std::uint64_t end_cycle = 0;
};

// Why an event is refused: a sentence with places for two numbers. Empty where it is not.
struct Objection {
  const char* format = nullptr;
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  explicit operator bool() const { return format != nullptr; }
  std::string text() const;
};

// Which single events a header allows: every index in its table, every value in its range.
class EventRules {
 public:
  explicit EventRules(const LogHeader& header);

  Objection objection_to(const Event& event) const;

  std::uint32_t sm_count() const { return sm_count_; }
  std::uint32_t slots_per_sm() const { return slots_per_sm_; }
  std::uint32_t tensor_count() const { return tensor_count_; }
  std::uint32_t launch_count() const { return static_cast<std::uint32_t>(launches_.size()); }
  std::uint64_t blocks_of(std::size_t launch) const { return launches_[launch].blocks; }

 private:
  struct Launch {
    std::uint64_t blocks;
    std::uint32_t warps;
  };

  Objection objection_to_place(const Event& event) const;
  Objection objection_to_number(const NumberEvent& number) const;
  Objection objection_to_work(const Event& event) const;

  std::uint32_t sm_count_, slots_per_sm_, tensor_count_, source_count_, symbol_count_;
  std::vector<Launch> launches_;
};

class ReplayState {
 public:
  explicit ReplayState(const LogHeader& header);
  explicit ReplayState(std::shared_ptr<const EventRules> rules);

  // Steps forward. Throws LogError, and changes nothing, where the event cannot follow: an index
  // out of its table, time running backward, a slot taken twice, a step of a block that is not
  // resident, a block that ends before its steps do, a launch that ends before its blocks do.
  UndoRecord apply(const Event& event);

  // Steps backward over the event that was applied last, with the record that apply() returned.
  void undo(const Event& event, const UndoRecord& before);

  const Counters& counters() const { return counters_; }
  std::uint64_t resident_count() const {
    return counters_.blocks_started - counters_.blocks_finished;
  }
  std::uint32_t sm_count() const { return rules_->sm_count(); }
  std::uint32_t slots_per_sm() const { return rules_->slots_per_sm(); }
  // Requires sm < sm_count(), slot < slots_per_sm().
  const ResidentBlock& slot(std::uint32_t sm, std::uint32_t slot) const {
    return slots_[std::size_t{sm} * slots_per_sm() + slot];
  }
  const std::vector<LaunchProgress>& launches() const { return launches_; }

  // Bytes of one tensor (kNoTensor: of steps that name none), or of a whole level.
  // Requires a tensor of the header.
  Traffic traffic(MemoryLevel level, std::uint16_t tensor) const {
    return traffic_[traffic_index(level, tensor)];
  }
  Traffic traffic(MemoryLevel level) const;

  // The keyframe form of this state (docs/event_log.md).
  void append_keyframe(std::vector<std::byte>* out) const;
  // Becomes the state that a keyframe holds. Throws LogError, leaving the state unspecified but
  // safe to assign or restore, where the bytes are no state of this header.
  void restore_keyframe(const std::byte* data, std::size_t size);
  std::size_t keyframe_bytes() const;

  // Becomes the state before any event.
  void reset();

  bool operator==(const ReplayState& other) const;

 private:
  ResidentBlock& slot_of(const Event& event) {
    return slots_[std::size_t{event.sm} * slots_per_sm() + event.slot];
  }
  std::size_t traffic_index(MemoryLevel level, std::uint16_t tensor) const {
    const std::size_t tensors = rules_->tensor_count();
    return static_cast<std::size_t>(level) * (tensors + 1) +
           (tensor == kNoTensor ? tensors : tensor);
  }
  Traffic& traffic_of(const Event& event) {
    return traffic_[traffic_index(event.level, event.tensor)];
  }
  Objection objection_to(const Event& event) const;
  Objection objection_to_launch_mark(const Event& event) const;
  Objection objection_to_block_event(const Event& event) const;
  [[noreturn]] void refuse(const Event& event, const Objection& objection) const;
  void apply_step(const Event& event);
  void apply_mark(const Event& event);
  void restore_residents(const std::byte* data, std::uint64_t count);

  std::shared_ptr<const EventRules> rules_;
  Counters counters_;
  std::vector<ResidentBlock> slots_;      // sm * slots_per_sm + slot
  std::vector<LaunchProgress> launches_;  // as in the header
  std::vector<Traffic> traffic_;          // level * (tensors + 1) + tensor; the last tensor: none
};

}  // namespace attnlab::trace
