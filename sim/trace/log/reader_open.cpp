// SPDX-License-Identifier: MIT
// Opening an event log: its head, its directory, or what a cut off one still holds.
#include <fmt/format.h>

#include <cstring>

#include "sim/trace/log/reader.h"

namespace attnlab::trace {

void EventLogReader::damaged(const std::string& what) const {
  throw LogError(fmt::format("{} is damaged: {}", path_, what));
}

EventLogReader::EventLogReader(const std::filesystem::path& path, const ReaderOptions& options)
    : path_(path.string()), file_(path) {
  const std::uint64_t first_chunk = read_head();
  rules_ = std::make_shared<const EventRules>(header_);
  if (options.recover) {
    scan_chunks(first_chunk);
  } else {
    read_directory(first_chunk);
  }
  checked_ = std::make_unique<std::atomic<bool>[]>(chunks_.size());
  for (std::size_t i = 0; i < chunks_.size(); ++i) checked_[i] = false;
}

// Returns the offset of the first chunk.
std::uint64_t EventLogReader::read_head() {
  if (file_.size() < sizeof(kFileMagic) ||
      std::memcmp(file_.data(), kFileMagic, sizeof(kFileMagic)) != 0) {
    throw LogError(
        fmt::format("{} is not an event log: it does not begin with an event log's mark", path_));
  }
  if (file_.size() < sizeof(FileHead)) {
    damaged(fmt::format("it is cut off after {} bytes, inside the file head of {}", file_.size(),
                        sizeof(FileHead)));
  }
  const FileHead head = read_at<FileHead>(0);
  if (head.head_checksum != checksum(&head, offsetof(FileHead, head_checksum))) {
    damaged("the checksum of the file head at offset 0 is wrong");
  }
  if (head.version != kFormatVersion) {
    throw LogError(fmt::format("{} has format version {}; this attnlab reads up to {}", path_,
                               head.version, kFormatVersion));
  }
  const std::uint32_t chunk = head.events_per_chunk;
  if (head.record_bytes != sizeof(Event) || chunk == 0 || chunk > kMaxEventsPerChunk ||
      (chunk & (chunk - 1)) != 0 || head.header_bytes > kMaxHeaderBytes) {
    damaged("the file head at offset 0 holds a size that is out of range");
  }
  while ((1u << chunk_shift_) < chunk) ++chunk_shift_;

  const std::uint64_t padded = padded_to_8(head.header_bytes);
  if (padded > file_.size() - sizeof(FileHead)) {
    damaged(fmt::format("it is cut off after {} bytes, inside its header", file_.size()));
  }
  const std::byte* json = file_.data() + sizeof(FileHead);
  if (checksum(json, padded) != head.header_checksum) {
    damaged(fmt::format("the checksum of the header at offset {} is wrong", sizeof(FileHead)));
  }
  try {
    header_ = header_from_json_text({reinterpret_cast<const char*>(json), head.header_bytes});
  } catch (const LogError& error) {
    damaged(error.what());
  }
  return sizeof(FileHead) + padded;
}

Footer EventLogReader::read_footer() const {
  const std::uint64_t size = file_.size();
  const std::uint64_t least = sizeof(FileHead) + sizeof(ChunkHead) + sizeof(Footer);
  const Footer footer = size < least ? Footer{} : read_at<Footer>(size - sizeof(Footer));
  if (std::memcmp(footer.magic, kEndMagic, sizeof(kEndMagic)) != 0) {
    throw LogError(fmt::format(
        "{} is cut off: its {} bytes do not end with a footer, so its writer did not finish; the "
        "recover option reads what is whole",
        path_, size));
  }
  if (footer.footer_checksum != checksum(&footer, offsetof(Footer, footer_checksum))) {
    damaged(fmt::format("the checksum of the footer at offset {} is wrong", size - sizeof(Footer)));
  }
  if (footer.file_bytes != size) {
    damaged(fmt::format("it has {} bytes, and its footer says {}", size, footer.file_bytes));
  }
  if (footer.head_checksum != read_at<FileHead>(0).head_checksum) {
    damaged("its footer belongs to another log");
  }
  return footer;
}

// The head at `offset` of a chunk that ends at `end` or before.
ChunkHead EventLogReader::read_chunk_head(std::uint64_t offset, std::uint64_t end) const {
  if (offset % 8 != 0 || offset > end || end - offset < sizeof(ChunkHead)) {
    damaged(fmt::format("no whole chunk fits at offset {}", offset));
  }
  const ChunkHead head = read_at<ChunkHead>(offset);
  if (head.head_checksum != checksum(&head, offsetof(ChunkHead, head_checksum))) {
    damaged(fmt::format("the checksum of the chunk head at offset {} is wrong", offset));
  }
  if (head.payload_bytes % 8 != 0 || head.payload_bytes > end - offset - sizeof(ChunkHead)) {
    damaged(fmt::format("the chunk at offset {} is cut off", offset));
  }
  return head;
}

const std::byte* EventLogReader::checked_payload(std::uint64_t offset,
                                                 const ChunkHead& head) const {
  const std::byte* payload = file_.data() + offset + sizeof(ChunkHead);
  if (checksum(payload, head.payload_bytes) != head.payload_checksum) {
    damaged(fmt::format("the checksum of the chunk at offset {} is wrong", offset));
  }
  return payload;
}

void EventLogReader::read_directory(std::uint64_t first_chunk) {
  const Footer footer = read_footer();
  const std::uint64_t end = file_.size() - sizeof(Footer);
  const std::uint64_t offset = footer.directory_offset;
  const ChunkHead head = read_chunk_head(offset, end);
  if (head.kind != ChunkKind::kDirectory || offset < first_chunk ||
      offset + sizeof(ChunkHead) + head.payload_bytes != end ||
      head.payload_bytes != std::uint64_t{head.record_count} * sizeof(DirectoryEntry)) {
    damaged(fmt::format("there is no directory at offset {}", offset));
  }
  const std::byte* payload = checked_payload(offset, head);

  // Chunks lie one behind the other, from the header to the directory.
  std::uint64_t expected = first_chunk;
  for (std::uint32_t i = 0; i < head.record_count; ++i) {
    DirectoryEntry entry;
    std::memcpy(&entry, payload + i * sizeof(entry), sizeof(entry));
    if (entry.offset != expected || offset - expected < sizeof(ChunkHead) ||
        entry.payload_bytes > offset - expected - sizeof(ChunkHead)) {
      damaged(fmt::format("entry {} of its directory points to offset {}", i, entry.offset));
    }
    expected += sizeof(ChunkHead) + entry.payload_bytes;
    add_chunk(entry);
  }
  if (expected != offset || event_count_ != footer.event_count) {
    damaged(fmt::format("the directory at offset {} does not cover all chunks", offset));
  }
}

// Notes a chunk behind the ones noted so far; its payload's bounds are known to be good.
void EventLogReader::add_chunk(const DirectoryEntry& entry) {
  const std::uint64_t chunk = std::uint64_t{1} << chunk_shift_;
  const bool events = entry.kind == ChunkKind::kEvents;
  const bool border = event_count_ % chunk == 0;
  bool good = border && entry.first_event == event_count_;
  if (events) {
    good = good && entry.record_count >= 1 && entry.record_count <= chunk &&
           entry.payload_bytes == std::uint64_t{entry.record_count} * sizeof(Event) &&
           (chunks_.empty() || entry.first_cycle >= chunks_.back().first_cycle);
  } else {
    good = good && entry.kind == ChunkKind::kKeyframe && entry.record_count == 1;
  }
  if (!good) damaged(fmt::format("the chunk at offset {} is out of place", entry.offset));
  if (events) {
    chunks_.push_back({entry.offset, entry.first_event, entry.first_cycle, entry.record_count});
    event_count_ += entry.record_count;
  } else {
    keyframes_.push_back({entry.offset, entry.first_event});
  }
}

// Notes the whole chunks from the header on, up to the first that is not.
void EventLogReader::scan_chunks(std::uint64_t first_chunk) {
  std::uint64_t offset = first_chunk;
  try {
    while (true) {
      const ChunkHead head = read_chunk_head(offset, file_.size());
      if (head.kind == ChunkKind::kDirectory) break;
      checked_payload(offset, head);
      add_chunk({offset, head.kind, head.record_count, head.payload_bytes, head.first_event,
                 head.first_cycle});
      if (head.kind == ChunkKind::kEvents) {
        try {
          check_records(chunks_.size() - 1);
        } catch (const LogError&) {
          event_count_ -= chunks_.back().record_count;
          chunks_.pop_back();
          throw;
        }
      }
      offset += sizeof(ChunkHead) + head.payload_bytes;
    }
    if (read_footer().event_count != event_count_) damaged("its footer counts other events");
  } catch (const LogError& error) {
    recovery_note_ = fmt::format("{} events were read, up to offset {} of {}: {}", event_count_,
                                 offset, file_.size(), error.what());
  }
}

}  // namespace attnlab::trace
