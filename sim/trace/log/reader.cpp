// SPDX-License-Identifier: MIT
#include "sim/trace/log/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace attnlab::trace {

const Event* EventLogReader::records(const Chunk& chunk) const {
  return reinterpret_cast<const Event*>(file_.data() + chunk.offset + sizeof(ChunkHead));
}

void EventLogReader::check_chunk(std::size_t index) const {
  const Chunk& chunk = chunks_[index];
  const ChunkHead head = read_chunk_head(chunk.offset, file_.size());
  if (head.kind != ChunkKind::kEvents || head.record_count != chunk.record_count ||
      head.payload_bytes != std::uint64_t{chunk.record_count} * sizeof(Event) ||
      head.first_event != chunk.first_event || head.first_cycle != chunk.first_cycle) {
    damaged(fmt::format("the chunk at offset {} is not what the directory says", chunk.offset));
  }
  checked_payload(chunk.offset, head);
  check_records(index);
  checked_[index].store(true, std::memory_order_release);
}

// Every event is one that the header allows, and time does not run backward.
void EventLogReader::check_records(std::size_t index) const {
  const Chunk& chunk = chunks_[index];
  const Event* event = records(chunk);
  std::uint64_t cycle = chunk.first_cycle;
  if (event->start_cycle != cycle) {
    damaged(fmt::format("the chunk at offset {} begins at another cycle", chunk.offset));
  }
  for (std::uint32_t i = 0; i < chunk.record_count; ++i, ++event) {
    if (const Objection objection = rules_->objection_to(*event)) {
      damaged(fmt::format("event {} in the chunk at offset {}: {}", chunk.first_event + i,
                          chunk.offset, objection.text()));
    }
    if (event->start_cycle < cycle) {
      damaged(fmt::format("event {} starts before the event before it", chunk.first_event + i));
    }
    cycle = event->start_cycle;
  }
  if (index + 1 < chunks_.size() && chunks_[index + 1].first_cycle < cycle) {
    damaged(fmt::format("the chunk at offset {} ends after the next one begins", chunk.offset));
  }
}

const Event& EventLogReader::event(std::uint64_t index) const {
  if (index >= event_count_) {
    throw std::out_of_range(
        fmt::format("{}: there is no event {} among {}", path_, index, event_count_));
  }
  const std::size_t chunk = index >> chunk_shift_;
  if (!checked_[chunk].load(std::memory_order_acquire)) check_chunk(chunk);
  return records(chunks_[chunk])[index - chunks_[chunk].first_event];
}

std::uint64_t EventLogReader::seek_cycle(std::uint64_t cycle) const {
  // The first event at `cycle` or later is in the last chunk that begins before it, or right
  // behind.
  const auto later = std::partition_point(chunks_.begin(), chunks_.end(), [&](const Chunk& chunk) {
    return chunk.first_cycle < cycle;
  });
  if (later == chunks_.begin()) return 0;
  const Chunk& chunk = *std::prev(later);
  const Event* first = &event(chunk.first_event);
  const Event* found =
      std::partition_point(first, first + chunk.record_count,
                           [&](const Event& event) { return event.start_cycle < cycle; });
  return chunk.first_event + static_cast<std::uint64_t>(found - first);
}

void EventLogReader::restore(const Keyframe& keyframe, ReplayState* state) const {
  const ChunkHead head = read_chunk_head(keyframe.offset, file_.size());
  if (head.kind != ChunkKind::kKeyframe || head.first_event != keyframe.first_event) {
    damaged(fmt::format("there is no keyframe at offset {}", keyframe.offset));
  }
  const std::byte* payload = checked_payload(keyframe.offset, head);
  try {
    state->restore_keyframe(payload, head.payload_bytes);
  } catch (const LogError& error) {
    damaged(fmt::format("the keyframe at offset {}: {}", keyframe.offset, error.what()));
  }
  if (state->counters().event_count != keyframe.first_event ||
      state->counters().current_cycle != head.first_cycle) {
    damaged(fmt::format("the keyframe at offset {} is of another event", keyframe.offset));
  }
}

std::uint64_t EventLogReader::restore_keyframe_before(std::uint64_t index,
                                                      ReplayState* state) const {
  const auto later =
      std::partition_point(keyframes_.begin(), keyframes_.end(),
                           [&](const Keyframe& keyframe) { return keyframe.first_event <= index; });
  if (later == keyframes_.begin()) {
    state->reset();
    return 0;
  }
  restore(*std::prev(later), state);
  return std::prev(later)->first_event;
}

void EventLogReader::step(ReplayState* state, std::vector<UndoRecord>* undo) const {
  const Event& next = event(state->counters().event_count);
  try {
    const UndoRecord before = state->apply(next);
    if (undo != nullptr) undo->push_back(before);
  } catch (const LogError& error) {
    damaged(error.what());
  }
}

ReplayState EventLogReader::state_at(std::uint64_t index) const {
  if (index > event_count_) {
    throw std::out_of_range(
        fmt::format("{}: there is no state {} among {} events", path_, index, event_count_));
  }
  ReplayState state = initial_state();
  std::uint64_t position = restore_keyframe_before(index, &state);
  for (; position < index; ++position) step(&state);
  return state;
}

void EventLogReader::verify_all() const {
  ReplayState state = initial_state();
  ReplayState recorded = initial_state();
  auto keyframe = keyframes_.begin();
  for (std::uint64_t i = 0; i <= event_count_; ++i) {
    for (; keyframe != keyframes_.end() && keyframe->first_event == i; ++keyframe) {
      restore(*keyframe, &recorded);
      if (!(recorded == state)) {
        damaged(fmt::format("the keyframe at offset {} contradicts the events before it",
                            keyframe->offset));
      }
    }
    if (i < event_count_) step(&state);
  }
}

}  // namespace attnlab::trace
