// SPDX-License-Identifier: MIT
// Whatever the bytes, the reader throws LogError or reads; it never crashes (run under sanitizers).
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <random>

#include "sim/trace/cursor.h"
#include "sim/trace/log/reader.h"
#include "sim/trace/perfetto/perfetto.h"
#include "sim/trace/summary.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;

namespace {

// Reads everything in every way; LogError is the only exception that may come out.
bool reads_well(const std::filesystem::path& path, bool recover, bool with_export) {
  try {
    const EventLogReader log(path, {recover});
    for (std::uint64_t i = log.size(); i-- > 0;) log.event(i);
    log.seek_cycle(log.size() * 3);
    log.state_at(log.size() / 2);
    ReplayCursor cursor(log);
    cursor.seek(log.size());
    while (cursor.backward()) continue;
    summarize(log);
    if (with_export) export_perfetto(log, path.string() + ".json");
    log.verify_all();
    return true;
  } catch (const LogError&) {
    return false;
  }
}

void flip_some(std::string* bytes, std::mt19937* random) {
  for (unsigned count = 1 + (*random)() % 4; count-- > 0;) {
    char& byte = (*bytes)[(*random)() % bytes->size()];
    // Bits, small numbers and extremes: what finds different mistakes.
    switch ((*random)() % 4) {
      case 0:
        byte = static_cast<char>((*random)());
        break;
      case 1:
        byte = static_cast<char>(0xff);
        break;
      case 2:
        byte = static_cast<char>(byte + 1);
        break;
      default:
        byte = static_cast<char>(byte ^ (1 << ((*random)() % 8)));
    }
  }
}

// Makes every checksum right that can be found by walking over the file.
void sign_everything(std::string* bytes) {
  if (bytes->size() < sizeof(FileHead) + sizeof(Footer)) return;
  FileHead head;
  std::memcpy(&head, bytes->data(), sizeof(head));
  const std::uint64_t padded = padded_to_8(head.header_bytes);
  std::uint64_t at = sizeof(head) + padded;
  if (at > bytes->size()) return;
  head.header_checksum = checksum(bytes->data() + sizeof(head), padded);
  head.head_checksum = checksum(&head, offsetof(FileHead, head_checksum));
  std::memcpy(bytes->data(), &head, sizeof(head));

  ChunkHead chunk;
  while (bytes->size() - at >= sizeof(chunk)) {
    std::memcpy(&chunk, bytes->data() + at, sizeof(chunk));
    if (chunk.payload_bytes > bytes->size() - at - sizeof(chunk)) break;
    chunk.payload_checksum = checksum(bytes->data() + at + sizeof(chunk), chunk.payload_bytes);
    chunk.head_checksum = checksum(&chunk, offsetof(ChunkHead, head_checksum));
    std::memcpy(bytes->data() + at, &chunk, sizeof(chunk));
    at += sizeof(chunk) + chunk.payload_bytes;
    if (chunk.kind == ChunkKind::kDirectory) break;
  }
  Footer footer;
  std::memcpy(&footer, bytes->data() + bytes->size() - sizeof(footer), sizeof(footer));
  footer.head_checksum = head.head_checksum;
  footer.footer_checksum = checksum(&footer, offsetof(Footer, footer_checksum));
  std::memcpy(bytes->data() + bytes->size() - sizeof(footer), &footer, sizeof(footer));
}

}  // namespace

TEST_CASE("random damage is refused") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), random_events(15, 300), {16, 0.3});
  const std::string good = read_bytes(folder / "x.alog");
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    flip_some(&bytes, &random);
    if (random() % 3 == 0) bytes.resize(random() % bytes.size());
    if (bytes == good) continue;
    write_bytes(folder / "x.alog", bytes);
    REQUIRE_FALSE(reads_well(folder / "x.alog", false, false));
    reads_well(folder / "x.alog", true, false);
  }
}

TEST_CASE("random damage under good checksums is refused or read, never a crash") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), random_events(16, 200), {16, 0.3});
  const std::string good = read_bytes(folder / "x.alog");
  std::mt19937 random(2);
  int read = 0, refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = good;
    flip_some(&bytes, &random);
    sign_everything(&bytes);
    write_bytes(folder / "x.alog", bytes);
    const bool well = reads_well(folder / "x.alog", round % 2 == 0, round % 20 == 0);
    ++(well ? read : refused);
  }
  // Both must happen: a changed tile coordinate is an event like another, a changed SM is not.
  CHECK(read > 100);
  CHECK(refused > 100);
}

TEST_CASE("random bytes as JSON never crash the validator") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), random_events(18, 60));
  export_perfetto(EventLogReader(folder / "x.alog"), folder / "x.json");
  const std::string good = read_bytes(folder / "x.json");
  REQUIRE(validate_perfetto(good).empty());
  std::mt19937 random(3);
  std::size_t found = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string bytes = good;
    flip_some(&bytes, &random);
    found += !validate_perfetto(bytes).empty();
  }
  CHECK(found > 300);
}
