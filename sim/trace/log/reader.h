// SPDX-License-Identifier: MIT
// Reads an event log through a memory map: any event at once, forward or backward, and the replay
// state at any of them. The file is never trusted: what is damaged, cut off or newer is refused by
// a LogError, whether at once (header, directory) or when the damaged chunk is first touched.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/trace/event.h"
#include "sim/trace/header.h"
#include "sim/trace/log/format.h"
#include "sim/trace/log/mapped_file.h"
#include "sim/trace/log_error.h"
#include "sim/trace/replay.h"

namespace attnlab::trace {

struct ReaderOptions {
  // Reads a log that was cut off (also PATH.partial of a writer that was killed) up to the last
  // whole chunk, instead of refusing it.
  bool recover = false;
};

class EventIterator;

// Const functions may be called from several threads at once.
class EventLogReader {
 public:
  explicit EventLogReader(const std::filesystem::path& path, const ReaderOptions& options = {});

  const LogHeader& header() const { return header_; }
  std::uint32_t format_version() const { return kFormatVersion; }
  const std::string& path() const { return path_; }
  std::uint64_t file_bytes() const { return file_.size(); }
  std::uint64_t keyframe_count() const { return keyframes_.size(); }

  // With `recover`: one sentence saying what was left out; empty where the log was whole.
  const std::string& recovery_note() const { return recovery_note_; }

  std::uint64_t size() const { return event_count_; }
  bool empty() const { return event_count_ == 0; }

  // Requires index < size(), else throws std::out_of_range. The reference lives as long as the
  // reader. Throws LogError where the event's chunk is damaged.
  const Event& event(std::uint64_t index) const;

  // Random access iterators; std::make_reverse_iterator(end()) walks backward.
  EventIterator begin() const;
  EventIterator end() const;

  // The index of the first event whose start_cycle is `cycle` or later; size() if there is none.
  std::uint64_t seek_cycle(std::uint64_t cycle) const;

  // The state after the events [0, index), index <= size(), from the nearest keyframe before it.
  ReplayState state_at(std::uint64_t index) const;
  // Before any event, ready for apply().
  ReplayState initial_state() const { return ReplayState(rules_); }
  // Becomes the nearest keyframe's state at or before `index`; returns that keyframe's event index.
  std::uint64_t restore_keyframe_before(std::uint64_t index, ReplayState* state) const;

  // Applies the event that follows `state`, and notes how to undo it. Throws LogError where the
  // log's events contradict each other.
  void step(ReplayState* state, std::vector<UndoRecord>* undo = nullptr) const;

  // Checks every chunk, replays every event and compares each keyframe with the replay.
  void verify_all() const;

 private:
  struct Chunk {
    std::uint64_t offset;  // of its ChunkHead
    std::uint64_t first_event;
    std::uint64_t first_cycle;
    std::uint32_t record_count;
  };
  struct Keyframe {
    std::uint64_t offset;
    std::uint64_t first_event;
  };

  std::uint64_t read_head();
  Footer read_footer() const;
  void read_directory(std::uint64_t first_chunk);
  void scan_chunks(std::uint64_t first_chunk);
  ChunkHead read_chunk_head(std::uint64_t offset, std::uint64_t end) const;
  const std::byte* checked_payload(std::uint64_t offset, const ChunkHead& head) const;
  void add_chunk(const DirectoryEntry& entry);
  const Event* records(const Chunk& chunk) const;
  void check_chunk(std::size_t index) const;
  void check_records(std::size_t index) const;
  void restore(const Keyframe& keyframe, ReplayState* state) const;
  // The caller has checked that the value lies inside the file.
  template <typename T>
  T read_at(std::uint64_t offset) const {
    T value;
    std::memcpy(&value, file_.data() + offset, sizeof(value));
    return value;
  }
  [[noreturn]] void damaged(const std::string& what) const;

  std::string path_;
  MappedFile file_;
  LogHeader header_;
  std::shared_ptr<const EventRules> rules_;
  std::uint32_t chunk_shift_ = 0;  // log2 of the events in a chunk
  std::uint64_t event_count_ = 0;
  std::vector<Chunk> chunks_;
  std::vector<Keyframe> keyframes_;
  mutable std::unique_ptr<std::atomic<bool>[]> checked_;  // chunk by chunk, on first touch
  std::string recovery_note_;
};

class EventIterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = Event;
  using difference_type = std::ptrdiff_t;
  using pointer = const Event*;
  using reference = const Event&;

  EventIterator() = default;
  EventIterator(const EventLogReader* log, std::uint64_t index) : log_(log), index_(index) {}

  std::uint64_t index() const { return index_; }
  reference operator*() const { return log_->event(index_); }
  pointer operator->() const { return &log_->event(index_); }
  reference operator[](difference_type n) const { return *(*this + n); }

  EventIterator& operator+=(difference_type n) {
    index_ += static_cast<std::uint64_t>(n);
    return *this;
  }
  EventIterator& operator-=(difference_type n) { return *this += -n; }
  EventIterator& operator++() { return *this += 1; }
  EventIterator& operator--() { return *this += -1; }
  EventIterator operator++(int) { return std::exchange(*this, *this + 1); }
  EventIterator operator--(int) { return std::exchange(*this, *this - 1); }

  friend EventIterator operator+(EventIterator it, difference_type n) { return it += n; }
  friend EventIterator operator+(difference_type n, EventIterator it) { return it += n; }
  friend EventIterator operator-(EventIterator it, difference_type n) { return it -= n; }
  friend difference_type operator-(const EventIterator& a, const EventIterator& b) {
    return static_cast<difference_type>(a.index_ - b.index_);
  }
  friend bool operator==(const EventIterator& a, const EventIterator& b) = default;
  friend bool operator<(const EventIterator& a, const EventIterator& b) {
    return a.index_ < b.index_;
  }
  friend bool operator>(const EventIterator& a, const EventIterator& b) { return b < a; }
  friend bool operator<=(const EventIterator& a, const EventIterator& b) { return !(b < a); }
  friend bool operator>=(const EventIterator& a, const EventIterator& b) { return !(a < b); }

 private:
  const EventLogReader* log_ = nullptr;
  std::uint64_t index_ = 0;
};

inline EventIterator EventLogReader::begin() const {
  return {this, 0};
}
inline EventIterator EventLogReader::end() const {
  return {this, event_count_};
}

}  // namespace attnlab::trace
