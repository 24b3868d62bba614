// SPDX-License-Identifier: MIT
// A damaged, cut off or newer log is refused by one sentence that names it.
#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "sim/trace/log/reader.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;

namespace {

// A log of some chunks and keyframes, small enough to damage every byte.
struct SmallLog {
  SmallLog() {
    write_log(path, small_header(), events, {8, 0.9});
    bytes = read_bytes(path);
  }
  // What opening and reading everything says of these bytes.
  std::string sentence_of(const std::string& changed) {
    write_bytes(path, changed);
    return refusal([&] { EventLogReader(path).verify_all(); });
  }

  TemporaryFolder folder;
  std::filesystem::path path = folder / "x.alog";
  std::vector<Event> events = random_events(4, 60);
  std::string bytes;
};

template <typename T>
T get(const std::string& bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

template <typename T>
void put(std::string* bytes, std::size_t at, const T& value) {
  std::memcpy(bytes->data() + at, &value, sizeof(value));
}

std::size_t first_chunk(const std::string& bytes) {
  return sizeof(FileHead) + padded_to_8(get<FileHead>(bytes, 0).header_bytes);
}

// The offset of the n-th chunk of a kind.
std::size_t find_chunk(const std::string& bytes, ChunkKind kind, int n) {
  std::size_t at = first_chunk(bytes);
  while (true) {
    const auto head = get<ChunkHead>(bytes, at);
    if (head.kind == kind && n-- == 0) return at;
    REQUIRE(head.kind != ChunkKind::kDirectory);
    at += sizeof(head) + head.payload_bytes;
  }
}

// Makes the checksums of the chunk at `at` right again.
void sign_chunk(std::string* bytes, std::size_t at) {
  auto head = get<ChunkHead>(*bytes, at);
  head.payload_checksum = checksum(bytes->data() + at + sizeof(head), head.payload_bytes);
  head.head_checksum = checksum(&head, offsetof(ChunkHead, head_checksum));
  put(bytes, at, head);
}

void sign_file_head(std::string* bytes) {
  auto head = get<FileHead>(*bytes, 0);
  head.head_checksum = checksum(&head, offsetof(FileHead, head_checksum));
  put(bytes, 0, head);
}

}  // namespace

TEST_CASE("a newer log is refused by its name and both versions") {
  SmallLog log;
  put(&log.bytes, offsetof(FileHead, version), std::uint32_t{3});
  sign_file_head(&log.bytes);
  CHECK(log.sentence_of(log.bytes) ==
        log.path.string() + " has format version 3; this attnlab reads up to 1");
}

TEST_CASE("every damaged byte is found") {
  SmallLog log;
  REQUIRE(log.sentence_of(log.bytes) == "");
  REQUIRE(EventLogReader(log.path).keyframe_count() >= 2);
  for (std::size_t at = 0; at < log.bytes.size(); ++at) {
    std::string changed = log.bytes;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    const std::string sentence = log.sentence_of(changed);
    INFO("byte " << at << ": " << sentence);
    REQUIRE(sentence.rfind(log.path.string() + " is ", 0) == 0);
  }
}

TEST_CASE("a log cut off anywhere is refused, and recovered up to its last whole chunk") {
  SmallLog log;
  const std::size_t head_end = first_chunk(log.bytes);
  for (std::size_t size = 0; size < log.bytes.size(); ++size) {
    const std::string sentence = log.sentence_of(log.bytes.substr(0, size));
    INFO("cut to " << size << ": " << sentence);
    REQUIRE(sentence.rfind(log.path.string() + " is ", 0) == 0);
    if (size < head_end) {
      REQUIRE(refusal([&] { EventLogReader(log.path, {true}); }) != "");
      continue;
    }
    // Count the whole chunks by hand.
    std::size_t whole_events = 0;
    for (std::size_t at = head_end; at + sizeof(ChunkHead) <= size;) {
      const auto head = get<ChunkHead>(log.bytes, at);
      at += sizeof(head) + head.payload_bytes;
      if (head.kind == ChunkKind::kEvents && at <= size) whole_events += head.record_count;
    }
    const EventLogReader recovered(log.path, {true});
    REQUIRE(recovered.size() == whole_events);
    REQUIRE(recovered.recovery_note() != "");
    recovered.verify_all();
    for (std::size_t i = 0; i < whole_events; ++i) {
      REQUIRE(same_bytes(recovered.event(i), log.events[i]));
    }
  }
}

TEST_CASE("the sentence for a cut off log tells of the recover option") {
  SmallLog log;
  const std::string cut = log.bytes.substr(0, log.bytes.size() - 1);
  CHECK(log.sentence_of(cut) ==
        log.path.string() + " is cut off: its " + std::to_string(cut.size()) +
            " bytes do not end with a footer, so its writer did not finish; the recover option "
            "reads what is whole");
}

TEST_CASE("the recover option passes a whole log without a note") {
  SmallLog log;
  const EventLogReader reader(log.path, {true});
  CHECK(reader.size() == 60);
  CHECK(reader.recovery_note() == "");
  reader.verify_all();
}

TEST_CASE("the partial file of a killed writer is read with the recover option") {
  const TemporaryFolder folder;
  const std::vector<Event> events = random_events(2, 100);
  EventLogWriter writer(folder / "x.alog", small_header(), {8, 0.5});
  for (const Event& event : events) writer.on_event(event);
  // The writer still holds the last 4 events, as if it were killed here.
  const EventLogReader recovered((folder / "x.alog.partial"), {true});
  CHECK(recovered.size() == 96);
  CHECK(recovered.recovery_note().find("96 events were read") == 0);
  recovered.verify_all();
}

TEST_CASE("a damaged chunk is refused on touch, and what lies elsewhere is read") {
  SmallLog log;
  const std::size_t chunk = find_chunk(log.bytes, ChunkKind::kEvents, 3);
  log.bytes[chunk + sizeof(ChunkHead) + 100] ^= 0x10;
  write_bytes(log.path, log.bytes);
  const EventLogReader reader(log.path);
  CHECK(same_bytes(reader.event(23), log.events[23]));
  CHECK(same_bytes(reader.event(32), log.events[32]));
  CHECK(refusal([&] { reader.event(24); }) ==
        log.path.string() + " is damaged: the checksum of the chunk at offset " +
            std::to_string(chunk) + " is wrong");
  CHECK(EventLogReader(log.path, {true}).size() == 24);
}

TEST_CASE("files that are no event logs are refused") {
  SmallLog log;
  for (const std::string& bytes :
       {std::string(), std::string("{}"), std::string(1000, '\0'), log.bytes.substr(1)}) {
    CHECK(log.sentence_of(bytes) ==
          log.path.string() + " is not an event log: it does not begin with an event log's mark");
  }
  for (const std::filesystem::path& path :
       {log.folder.path(), log.folder / "missing.alog", std::filesystem::path("/dev/null")}) {
    const std::string sentence = refusal([&] { EventLogReader reader(path); });
    CHECK(sentence.rfind(path.string() + " cannot be read: ", 0) == 0);
  }
}

// Faults that no checksum shows: each is planted with the checksums made right again.
TEST_CASE("well signed nonsense is refused") {
  SmallLog log;
  const std::size_t events = find_chunk(log.bytes, ChunkKind::kEvents, 2);
  const std::size_t record = events + sizeof(ChunkHead) + 3 * sizeof(Event);  // event 19
  const std::size_t keyframe = find_chunk(log.bytes, ChunkKind::kKeyframe, 1);
  const std::size_t state = keyframe + sizeof(ChunkHead);

  SECTION("an event of an unknown kind") {
    log.bytes[record + offsetof(Event, kind)] = 77;
    sign_chunk(&log.bytes, events);
    CHECK(log.sentence_of(log.bytes).find("event 19 in the chunk at offset") != std::string::npos);
  }
  SECTION("an event of an SM that is not there") {
    put(&log.bytes, record + offsetof(Event, sm), std::uint16_t{3});
    sign_chunk(&log.bytes, events);
    CHECK(log.sentence_of(log.bytes).find("SM 3 is not below 3") != std::string::npos);
  }
  SECTION("an event before its time") {
    put(&log.bytes, record + sizeof(Event), std::uint64_t{0});
    sign_chunk(&log.bytes, events);
    CHECK(log.sentence_of(log.bytes).find("event 20 starts before") != std::string::npos);
  }
  SECTION("a chunk that ends after the next one begins") {
    put(&log.bytes, record + 4 * sizeof(Event), std::uint64_t{1} << 40);
    sign_chunk(&log.bytes, events);
    CHECK(log.sentence_of(log.bytes).find("ends after the next") != std::string::npos);
  }
  SECTION("events that contradict each other") {
    auto second = get<Event>(log.bytes, record);
    second.kind = EventKind::kLaunchBegin;
    second.duration_cycles = 0;
    second.tensor = kNoTensor;
    second.reserved0 = 0;
    second.reserved1 = 0;
    second.level = MemoryLevel::kNone;
    second.launch = 0;
    put(&log.bytes, record, second);
    sign_chunk(&log.bytes, events);
    CHECK(log.sentence_of(log.bytes).find("already begun") != std::string::npos);
  }
  SECTION("a keyframe whose counters differ from the replay") {
    auto flops = get<std::uint64_t>(log.bytes, state + 40 + 8 * kEventKindCount);
    put(&log.bytes, state + 40 + 8 * kEventKindCount, flops + 1);
    sign_chunk(&log.bytes, keyframe);
    CHECK(log.sentence_of(log.bytes).find("contradicts the events") != std::string::npos);
  }
  SECTION("a keyframe of another event") {
    auto count = get<std::uint64_t>(log.bytes, state);
    put(&log.bytes, state, count + 1);
    sign_chunk(&log.bytes, keyframe);
    CHECK(log.sentence_of(log.bytes).find("of another event") != std::string::npos);
  }
  SECTION("a keyframe with more blocks than slots") {
    put(&log.bytes, state + 232, std::uint64_t{7});
    sign_chunk(&log.bytes, keyframe);
    CHECK(log.sentence_of(log.bytes).find("more blocks than the GPU") != std::string::npos);
  }
  SECTION("a footer of another log") {
    auto footer = get<Footer>(log.bytes, log.bytes.size() - sizeof(Footer));
    footer.head_checksum ^= 1;
    footer.footer_checksum = checksum(&footer, offsetof(Footer, footer_checksum));
    put(&log.bytes, log.bytes.size() - sizeof(Footer), footer);
    CHECK(log.sentence_of(log.bytes).find("belongs to another log") != std::string::npos);
  }
  SECTION("a directory entry that points elsewhere") {
    const std::size_t directory = find_chunk(log.bytes, ChunkKind::kDirectory, 0);
    put(&log.bytes, directory + sizeof(ChunkHead) + sizeof(DirectoryEntry),
        std::uint64_t{0xfffffffffffffff8});
    sign_chunk(&log.bytes, directory);
    CHECK(log.sentence_of(log.bytes).find("entry 1 of its directory points to offset") !=
          std::string::npos);
  }
  SECTION("a header with a wrong field") {
    const std::size_t at = log.bytes.find("sm_count");
    log.bytes[at] = 'S';
    auto head = get<FileHead>(log.bytes, 0);
    head.header_checksum =
        checksum(log.bytes.data() + sizeof(head), padded_to_8(head.header_bytes));
    put(&log.bytes, 0, head);
    sign_file_head(&log.bytes);
    CHECK(log.sentence_of(log.bytes).find("gpu has no field 'sm_count'") != std::string::npos);
  }
}
