// SPDX-License-Identifier: MIT
// Ten million events of an H200-sized run: what it costs to write them, to read them, and to jump.
#include <fmt/format.h>
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>

#include "sim/trace/cursor.h"
#include "sim/trace/log/reader.h"
#include "sim/trace/perfetto/perfetto.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;

namespace {

constexpr std::uint64_t kEvents = 10'000'000;
constexpr std::uint32_t kSms = 132, kSlots = 8, kStepsPerBlock = 98;

LogHeader large_header() {
  LogHeader header = small_header();
  header.gpu = {"large GPU", 1980, kSms, kSlots};
  header.launches = {{"kernel", {1000, 1000, 1}, 128, 49152}};
  return header;
}

// The i-th event of a run in which all slots work in step: begin, 98 steps of 10 cycles, end.
// Event 0 begins the launch.
Event event_at(std::uint64_t i) {
  Event event;
  if (i == 0) return event;
  const std::uint64_t slots = std::uint64_t{kSms} * kSlots, period = kStepsPerBlock + 2;
  const std::uint64_t round = (i - 1) / slots, lane = (i - 1) % slots;
  const std::uint64_t step = round % period;
  event.start_cycle = round * 10;
  event.sm = static_cast<std::uint16_t>(lane % kSms);
  event.slot = static_cast<std::uint16_t>(lane / kSms);
  event.block = static_cast<std::uint32_t>(round / period * slots + lane);
  event.step = static_cast<std::uint32_t>(step);
  if (step == 0) {
    event.kind = EventKind::kBlockBegin;
  } else if (step == period - 1) {
    event.kind = EventKind::kBlockEnd;
  } else {
    event.kind = step % 3 == 0 ? EventKind::kLoad : EventKind::kMatmul;
    event.duration_cycles = 10;
    event.tensor = static_cast<std::uint16_t>(step % 2);
    event.level = step % 3 == 0 ? MemoryLevel::kGlobal : MemoryLevel::kNone;
    event.bytes = 16384;
    event.flops = 65536;
  }
  return event;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

void report(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
}

}  // namespace

TEST_CASE("ten million events are written, read and sought through", "[.evidence]") {
  const TemporaryFolder folder;
  const auto now = [] { return std::chrono::steady_clock::now(); };
  const double megabytes = kEvents * sizeof(Event) / 1e6;

  auto start = now();
  EventLogWriter writer(folder / "x.alog", large_header());
  for (std::uint64_t i = 0; i < kEvents; ++i) writer.on_event(event_at(i));
  const double accepted_ms = milliseconds_since(start);
  writer.close();
  const double write_ms = milliseconds_since(start);
  const auto file_bytes = static_cast<double>(std::filesystem::file_size(folder / "x.alog"));
  report(fmt::format("write: {:.0f} ms, {:.0f} MB/s; with fsync {:.0f} ms", accepted_ms,
                     megabytes / accepted_ms * 1e3, write_ms));

  start = now();
  const EventLogReader log(folder / "x.alog");
  report(fmt::format("open: {:.2f} ms", milliseconds_since(start)));
  const double overhead = file_bytes / (kEvents * sizeof(Event)) - 1;
  report(fmt::format("overhead over bare events: {:.2f} %, {} keyframes", overhead * 100,
                     log.keyframe_count()));
  CHECK(overhead < 0.05);
  REQUIRE(log.size() == kEvents);

  start = now();
  std::uint64_t different = 0;
  for (std::uint64_t i = 0; i < kEvents; ++i) different += !same_bytes(log.event(i), event_at(i));
  const double read_ms = milliseconds_since(start);
  CHECK(different == 0);
  report(fmt::format("first read, with checksums: {:.0f} ms, {:.0f} MB/s", read_ms,
                     megabytes / read_ms * 1e3));
  start = now();
  log.verify_all();
  report(fmt::format("verify_all: {:.0f} ms", milliseconds_since(start)));

  std::mt19937_64 random(1);
  std::vector<double> seeks;
  ReplayCursor cursor(log);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t target = random() % (kEvents + 1);
    const std::clock_t before = std::clock();  // processor time: others may use the machine
    cursor.seek(target);
    seeks.push_back(static_cast<double>(std::clock() - before) * 1e3 / CLOCKS_PER_SEC);
    REQUIRE(cursor.position() == target);
  }
  std::sort(seeks.begin(), seeks.end());
  report(fmt::format("random seek: median {:.3f} ms, 99 % {:.3f} ms, most {:.3f} ms",
                     seeks[seeks.size() / 2], seeks[seeks.size() * 99 / 100], seeks.back()));
  CHECK(seeks.back() < 5);

  start = now();
  for (int i = 0; i < 200; ++i) log.state_at(random() % (kEvents + 1));
  report(fmt::format("state_at: mean {:.3f} ms", milliseconds_since(start) / 200));

  cursor.seek(kEvents);
  start = now();
  for (int i = 0; i < 1'000'000; ++i) cursor.backward();
  report(fmt::format("a step backward: {:.1f} ns", milliseconds_since(start)));
  start = now();
  for (int i = 0; i < 1'000'000; ++i) cursor.forward();
  report(fmt::format("a step forward: {:.1f} ns", milliseconds_since(start)));
  CHECK(cursor.state() == writer.state());
}

TEST_CASE("a million events export to a valid trace", "[.evidence]") {
  const TemporaryFolder folder;
  constexpr std::uint64_t kCount = 1'000'000;
  {
    EventLogWriter writer(folder / "x.alog", large_header());
    for (std::uint64_t i = 0; i < kCount; ++i) writer.on_event(event_at(i));
    writer.close();
  }
  const EventLogReader log(folder / "x.alog");
  const auto start = std::chrono::steady_clock::now();
  export_perfetto(log, folder / "x.json");
  const double export_ms = milliseconds_since(start);
  const auto bytes = static_cast<double>(std::filesystem::file_size(folder / "x.json"));
  report(fmt::format("export: {:.0f} ms, {:.0f} MB, {:.0f} MB/s", export_ms, bytes / 1e6,
                     bytes / 1e3 / export_ms));
  const std::string text = read_bytes(folder / "x.json");
  CHECK(validate_perfetto(text).empty());
}
