// SPDX-License-Identifier: MIT
// The keyframe form of a replay state: counters, launches, traffic, then one record a resident
// block.
#include <fmt/format.h>

#include <cstring>

#include "sim/trace/log_error.h"
#include "sim/trace/replay.h"

namespace attnlab::trace {
namespace {

struct KeyframeHead {
  Counters counters;
  std::uint64_t launch_count;
  std::uint64_t traffic_count;
  std::uint64_t resident_count;
};
struct ResidentRecord {
  std::uint64_t begin_cycle;
  std::uint64_t busy_until_cycle;
  std::uint64_t latest_event;
  std::uint32_t block;
  std::uint32_t step;
  std::uint16_t launch;
  std::uint16_t sm;
  std::uint16_t slot;
  std::uint16_t reserved;
};
static_assert(sizeof(KeyframeHead) == 240 && sizeof(Counters) == 216);
static_assert(sizeof(LaunchProgress) == 12 && sizeof(Traffic) == 16);
static_assert(sizeof(ResidentRecord) == 40);

// A launch takes 12 bytes; the table is padded to 8.
std::size_t launch_table_bytes(std::size_t launches) {
  return (launches * sizeof(LaunchProgress) + 7) / 8 * 8;
}

void append(std::vector<std::byte>* out, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::byte*>(data);
  out->insert(out->end(), bytes, bytes + size);
}

void require(bool condition, const char* what) {
  if (!condition) throw LogError(what);
}

}  // namespace

std::size_t ReplayState::keyframe_bytes() const {
  return sizeof(KeyframeHead) + launch_table_bytes(launches_.size()) +
         traffic_.size() * sizeof(Traffic) + resident_count() * sizeof(ResidentRecord);
}

void ReplayState::append_keyframe(std::vector<std::byte>* out) const {
  out->reserve(out->size() + keyframe_bytes());
  const KeyframeHead head = {counters_, launches_.size(), traffic_.size(), resident_count()};
  append(out, &head, sizeof(head));

  const std::size_t launch_bytes = launches_.size() * sizeof(LaunchProgress);
  append(out, launches_.data(), launch_bytes);
  out->resize(out->size() + launch_table_bytes(launches_.size()) - launch_bytes);
  append(out, traffic_.data(), traffic_.size() * sizeof(Traffic));

  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const ResidentBlock& held = slots_[i];
    if (!held.resident) continue;
    const ResidentRecord record = {held.begin_cycle,
                                   held.busy_until_cycle,
                                   held.latest_event,
                                   held.block,
                                   held.step,
                                   held.launch,
                                   static_cast<std::uint16_t>(i / slots_per_sm()),
                                   static_cast<std::uint16_t>(i % slots_per_sm()),
                                   0};
    append(out, &record, sizeof(record));
  }
}

void ReplayState::restore_residents(const std::byte* data, std::uint64_t count) {
  std::vector<std::uint64_t> running(launches_.size());
  for (std::uint64_t i = 0; i < count; ++i) {
    ResidentRecord record;
    std::memcpy(&record, data + i * sizeof(record), sizeof(record));
    require(record.sm < sm_count() && record.slot < slots_per_sm() && record.reserved == 0 &&
                record.launch < launches_.size(),
            "a resident block's SM, slot or launch is out of range");
    require(record.block < rules_->blocks_of(record.launch) &&
                record.latest_event < counters_.event_count &&
                record.begin_cycle <= counters_.current_cycle &&
                record.busy_until_cycle <= counters_.end_cycle,
            "a resident block's index, event or cycle is out of range");
    ResidentBlock& held = slots_[std::size_t{record.sm} * slots_per_sm() + record.slot];
    require(!held.resident, "two resident blocks are in one slot");
    held = {record.begin_cycle,
            record.busy_until_cycle,
            record.latest_event,
            record.block,
            record.step,
            record.launch,
            true};
    ++running[record.launch];
  }
  for (std::size_t i = 0; i < launches_.size(); ++i) {
    const LaunchProgress& launch = launches_[i];
    require(launch.blocks_finished <= launch.blocks_started &&
                launch.blocks_started <= rules_->blocks_of(i) &&
                launch.blocks_started - launch.blocks_finished == running[i] &&
                launch.phase <= LaunchPhase::kFinished &&
                (running[i] == 0 || launch.phase == LaunchPhase::kRunning),
            "a launch's progress contradicts its resident blocks");
  }
}

void ReplayState::restore_keyframe(const std::byte* data, std::size_t size) {
  reset();
  KeyframeHead head;
  require(size >= sizeof(head), "it is too short");
  std::memcpy(&head, data, sizeof(head));
  require(head.launch_count == launches_.size() && head.traffic_count == traffic_.size(),
          "its tables do not have the header's sizes");
  require(head.resident_count <= slots_.size(), "it holds more blocks than the GPU has slots");
  require(head.counters.current_cycle <= kMaxCycle &&
              head.counters.current_cycle <= head.counters.end_cycle &&
              head.counters.end_cycle <= kMaxCycle + 0xffffffffu,
          "its cycles are out of range");
  require(head.counters.blocks_finished <= head.counters.blocks_started &&
              head.counters.blocks_started - head.counters.blocks_finished == head.resident_count,
          "its block counters contradict its resident blocks");

  counters_ = head.counters;
  const std::size_t launch_bytes = launch_table_bytes(launches_.size());
  const std::size_t traffic_bytes = traffic_.size() * sizeof(Traffic);
  require(size == sizeof(head) + launch_bytes + traffic_bytes +
                      head.resident_count * sizeof(ResidentRecord),
          "its size does not fit its tables");
  data += sizeof(head);
  if (!launches_.empty()) {
    std::memcpy(launches_.data(), data, launches_.size() * sizeof(LaunchProgress));
  }
  data += launch_bytes;
  std::memcpy(traffic_.data(), data, traffic_bytes);
  restore_residents(data + traffic_bytes, head.resident_count);
}

}  // namespace attnlab::trace
