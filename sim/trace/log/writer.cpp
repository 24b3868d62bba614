// SPDX-License-Identifier: MIT
#include "sim/trace/log/writer.h"

#include <fmt/format.h>

#include <cstring>
#include <string>

namespace attnlab::trace {

EventLogWriter::EventLogWriter(const std::filesystem::path& path, const LogHeader& header,
                               const WriterOptions& options)
    : file_(path), options_(options), state_(header) {
  guarded([&] {
    const std::uint32_t chunk = options_.events_per_chunk;
    if (chunk == 0 || chunk > kMaxEventsPerChunk || (chunk & (chunk - 1)) != 0) {
      throw LogError(fmt::format("events_per_chunk is {}, not a power of two from 1 to {}", chunk,
                                 kMaxEventsPerChunk));
    }
    if (!(options_.keyframe_share > 0)) {
      throw LogError(fmt::format("keyframe_share is {}, not above 0", options_.keyframe_share));
    }
    pending_.reserve(chunk);
    write_head(header);
  });
}

// Runs `work`; whatever it throws abandons the log, and our own sentences get the file's name.
template <typename Work>
void EventLogWriter::guarded(Work work) {
  if (!open_) {
    throw LogError(fmt::format("{}: the log is closed or was abandoned", file_.name()));
  }
  try {
    work();
  } catch (const LogError& error) {
    open_ = false;
    file_.discard();
    const std::string sentence = error.what();
    if (sentence.rfind(file_.name(), 0) == 0) throw;
    throw LogError(fmt::format("{}: {}", file_.name(), sentence));
  } catch (...) {
    open_ = false;
    file_.discard();
    throw;
  }
}

void EventLogWriter::write_head(const LogHeader& header) {
  std::string json = to_json_text(header);
  FileHead head = {};
  std::memcpy(head.magic, kFileMagic, sizeof(head.magic));
  head.version = kFormatVersion;
  head.record_bytes = sizeof(Event);
  head.events_per_chunk = options_.events_per_chunk;
  head.header_bytes = static_cast<std::uint32_t>(json.size());
  json.resize(padded_to_8(json.size()), '\0');
  head.header_checksum = checksum(json.data(), json.size());
  head.head_checksum = checksum(&head, offsetof(FileHead, head_checksum));
  head_checksum_ = head.head_checksum;
  file_.write(&head, sizeof(head));
  file_.write(json);
}

void EventLogWriter::on_event(const Event& event) {
  guarded([&] {
    // A keyframe is taken at the border of two chunks, before the first event of the later one.
    if (pending_.empty()) maybe_write_keyframe();
    state_.apply(event);
    pending_.push_back(event);
    if (pending_.size() == options_.events_per_chunk) flush_events();
  });
}

void EventLogWriter::maybe_write_keyframe() {
  const double bytes = static_cast<double>(state_.keyframe_bytes() + sizeof(ChunkHead));
  if (bytes > options_.keyframe_share * static_cast<double>(bytes_since_keyframe_)) return;
  keyframe_.clear();
  state_.append_keyframe(&keyframe_);
  ChunkHead head = {};
  head.kind = ChunkKind::kKeyframe;
  head.record_count = 1;
  head.payload_bytes = keyframe_.size();
  head.first_event = size();
  head.first_cycle = state_.counters().current_cycle;
  write_chunk(head, keyframe_.data());
  bytes_since_keyframe_ = 0;
}

void EventLogWriter::flush_events() {
  if (pending_.empty()) return;
  ChunkHead head = {};
  head.kind = ChunkKind::kEvents;
  head.record_count = static_cast<std::uint32_t>(pending_.size());
  head.payload_bytes = pending_.size() * sizeof(Event);
  head.first_event = size() - pending_.size();
  head.first_cycle = pending_.front().start_cycle;
  write_chunk(head, pending_.data());
  bytes_since_keyframe_ += head.payload_bytes;
  pending_.clear();
}

void EventLogWriter::write_chunk(const ChunkHead& unsigned_head, const void* payload) {
  ChunkHead head = unsigned_head;
  head.payload_checksum = checksum(payload, head.payload_bytes);
  head.head_checksum = checksum(&head, offsetof(ChunkHead, head_checksum));
  if (head.kind != ChunkKind::kDirectory) {
    directory_.push_back({file_.size(), head.kind, head.record_count, head.payload_bytes,
                          head.first_event, head.first_cycle});
  }
  file_.write(&head, sizeof(head));
  file_.write(payload, head.payload_bytes);
  file_.flush();
}

void EventLogWriter::write_directory_and_footer() {
  Footer footer = {};
  footer.directory_offset = file_.size();
  ChunkHead head = {};
  head.kind = ChunkKind::kDirectory;
  head.record_count = static_cast<std::uint32_t>(directory_.size());
  head.payload_bytes = directory_.size() * sizeof(DirectoryEntry);
  head.first_event = size();
  head.first_cycle = state_.counters().current_cycle;
  write_chunk(head, directory_.data());

  footer.event_count = size();
  footer.file_bytes = file_.size() + sizeof(footer);
  footer.head_checksum = head_checksum_;
  footer.footer_checksum = checksum(&footer, offsetof(Footer, footer_checksum));
  std::memcpy(footer.magic, kEndMagic, sizeof(footer.magic));
  file_.write(&footer, sizeof(footer));
}

void EventLogWriter::close() {
  guarded([&] {
    flush_events();
    write_directory_and_footer();
    file_.commit();
    open_ = false;
  });
}

}  // namespace attnlab::trace
