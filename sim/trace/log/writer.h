// SPDX-License-Identifier: MIT
// Writes an event log (docs/event_log.md) as its events happen. The file grows as PATH.partial and
// takes its name at close(); whatever fails before removes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "sim/trace/event.h"
#include "sim/trace/header.h"
#include "sim/trace/log/format.h"
#include "sim/trace/log/output_file.h"
#include "sim/trace/log_error.h"
#include "sim/trace/replay.h"

namespace attnlab::trace {

struct WriterOptions {
  std::uint32_t events_per_chunk = 4096;  // a power of two, 1 to 65536
  double keyframe_share = 0.04;           // bytes of keyframes per byte of events, at most
};

// Holds one chunk and the replay state in memory, however long the log.
class EventLogWriter final : public EventSink {
 public:
  // Throws LogError where the header breaks a limit or the file cannot be made.
  EventLogWriter(const std::filesystem::path& path, const LogHeader& header,
                 const WriterOptions& options = {});
  ~EventLogWriter() override = default;  // without close(): nothing is left

  // Throws LogError where the event cannot follow the ones before (see ReplayState::apply) or the
  // disk is full; the log is then abandoned and its file removed.
  void on_event(const Event& event) override;

  // Completes the file, brings it to the disk and gives it its name. Needed once, last.
  void close();

  std::uint64_t size() const { return state_.counters().event_count; }
  const ReplayState& state() const { return state_; }

 private:
  void write_head(const LogHeader& header);
  void write_chunk(const ChunkHead& head, const void* payload);
  void flush_events();
  void maybe_write_keyframe();
  void write_directory_and_footer();
  template <typename Work>
  void guarded(Work work);

  OutputFile file_;
  WriterOptions options_;
  ReplayState state_;
  std::vector<Event> pending_;             // the chunk being filled
  std::vector<DirectoryEntry> directory_;  // one entry a chunk
  std::vector<std::byte> keyframe_;
  std::uint64_t bytes_since_keyframe_ = 0;  // of events
  std::uint64_t head_checksum_ = 0;         // the file head's, repeated in the footer
  bool open_ = true;
};

}  // namespace attnlab::trace
