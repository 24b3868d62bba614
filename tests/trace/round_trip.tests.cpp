// SPDX-License-Identifier: MIT
// What is written is what is read: forward, backward, at any index, by cycle, from several threads.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "sim/trace/log/reader.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;

TEST_CASE("random events come back byte for byte, whatever the chunk size") {
  const TemporaryFolder folder;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    for (const std::uint32_t chunk : {1u, 8u, 64u, 4096u}) {
      const std::vector<Event> events = random_events(seed, 50 * seed + seed % 7);
      write_log(folder / "x.alog", small_header(), events, {chunk, 0.5});
      const EventLogReader log(folder / "x.alog");
      CHECK(log.header() == small_header());
      CHECK(log.recovery_note().empty());
      REQUIRE(log.size() == events.size());
      log.verify_all();
      for (std::size_t i = 0; i < events.size(); ++i) REQUIRE(same_bytes(log.event(i), events[i]));
    }
  }
}

TEST_CASE("walking backward is walking forward reversed") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), random_events(5, 1000), {64, 0.1});
  const EventLogReader log(folder / "x.alog");
  std::vector<Event> forward(log.begin(), log.end());
  const std::vector<Event> backward(std::make_reverse_iterator(log.end()),
                                    std::make_reverse_iterator(log.begin()));
  std::reverse(forward.begin(), forward.end());
  REQUIRE(forward.size() == 1000);
  REQUIRE(backward.size() == 1000);
  CHECK(std::equal(forward.begin(), forward.end(), backward.begin(), same_bytes));
}

TEST_CASE("iterators keep the laws of random access") {
  const TemporaryFolder folder;
  const std::vector<Event> events = random_events(6, 100);
  write_log(folder / "x.alog", small_header(), events, {8, 0.1});
  const EventLogReader log(folder / "x.alog");
  const EventIterator first = log.begin();
  CHECK(log.end() - first == 100);
  CHECK(same_bytes(first[42], events[42]));
  CHECK(same_bytes(*(log.end() - 1), events[99]));
  CHECK((first + 3) - 3 == first);
  CHECK(first < first + 1);
  CHECK(first + 1 >= first);
  EventIterator it = first;
  CHECK((it++).index() == 0);
  CHECK((it--).index() == 1);
  CHECK(it->start_cycle == events[0].start_cycle);
}

TEST_CASE("seek_cycle finds the first event at a cycle or after it") {
  const TemporaryFolder folder;
  for (const std::uint32_t chunk : {1u, 16u, 4096u}) {
    const std::vector<Event> events = random_events(9, 700);
    write_log(folder / "x.alog", small_header(), events, {chunk, 0.2});
    const EventLogReader log(folder / "x.alog");
    for (std::uint64_t cycle = 0; cycle <= events.back().start_cycle + 2; ++cycle) {
      const auto expected = std::find_if(events.begin(), events.end(), [&](const Event& event) {
        return event.start_cycle >= cycle;
      });
      REQUIRE(log.seek_cycle(cycle) == static_cast<std::uint64_t>(expected - events.begin()));
    }
    CHECK(log.seek_cycle(~std::uint64_t{0}) == 700);
  }
}

TEST_CASE("an event or a state beyond the end is out of range") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), random_events(1, 10));
  const EventLogReader log(folder / "x.alog");
  CHECK_THROWS_AS(log.event(10), std::out_of_range);
  CHECK_THROWS_AS(log.event(~std::uint64_t{0}), std::out_of_range);
  CHECK_THROWS_AS(log.state_at(11), std::out_of_range);
}

TEST_CASE("an empty log is a log") {
  const TemporaryFolder folder;
  for (const LogHeader& header : {small_header(), LogHeader{}}) {
    write_log(folder / "x.alog", header, {});
    const EventLogReader log(folder / "x.alog");
    CHECK(log.empty());
    CHECK(log.header() == header);
    CHECK(log.begin() == log.end());
    CHECK(log.seek_cycle(0) == 0);
    CHECK(log.state_at(0) == ReplayState(header));
    log.verify_all();
  }
}

TEST_CASE("a lecture scene of 5000 events is below 1 MB") {
  const TemporaryFolder folder;
  write_log(folder / "scene.alog", small_header(), random_events(3, 5000));
  CHECK(std::filesystem::file_size(folder / "scene.alog") < 1'000'000);
}

TEST_CASE("several threads read one log") {
  const TemporaryFolder folder;
  const std::vector<Event> events = random_events(21, 4000);
  write_log(folder / "x.alog", small_header(), events, {32, 0.1});
  const EventLogReader log(folder / "x.alog");
  std::size_t good[4] = {};
  std::vector<std::thread> threads;
  for (std::size_t& count : good) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < events.size(); ++i) count += same_bytes(log.event(i), events[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::size_t count : good) CHECK(count == events.size());
}

// Offsets as docs/event_log.md gives them, and nothing of the reader.
TEST_CASE("the bytes lie where the documentation says") {
  const TemporaryFolder folder;
  const std::vector<Event> events = one_block_events();
  write_log(folder / "x.alog", small_header(), events, {4, 1e-9});
  const std::string bytes = read_bytes(folder / "x.alog");
  const auto u16 = [&](std::size_t at) {
    return static_cast<unsigned char>(bytes[at]) + 256u * static_cast<unsigned char>(bytes[at + 1]);
  };
  const auto u32 = [&](std::size_t at) { return u16(at) + 65536u * u16(at + 2); };
  const auto u64 = [&](std::size_t at) { return u32(at) + (std::uint64_t{u32(at + 4)} << 32); };

  CHECK(bytes.substr(0, 8) ==
        "\x8a"
        "ALOG\r\n\x1a");
  CHECK(u32(8) == 1);
  CHECK(u32(12) == 56);
  CHECK(u32(16) == 4);
  const std::size_t header_bytes = u32(20);
  CHECK(bytes.substr(40, 14) == "{\"generator\":\"");
  CHECK(bytes[40 + header_bytes - 1] == '}');

  std::size_t chunk = 40 + (header_bytes + 7) / 8 * 8;
  CHECK(bytes.substr(chunk, 4) == "EVNT");
  CHECK(u32(chunk + 4) == 4);
  CHECK(u64(chunk + 8) == 4 * 56);
  const std::size_t load = chunk + 48 + 2 * 56;  // event 2
  CHECK(u64(load) == 10);
  CHECK(u32(load + 8) == 300);
  CHECK(u32(load + 12) == 7);
  CHECK(u32(load + 28) == 1000);
  CHECK(bytes[load + 36] == 4);
  CHECK(bytes[load + 37] == 3);
  CHECK(u16(load + 40) == 2);
  CHECK(u16(load + 42) == 1);
  CHECK(u16(load + 44) == 0xffff);
  CHECK(u16(load + 48) == 0);

  const std::size_t footer = bytes.size() - 48;
  CHECK(bytes.substr(footer + 40) == "ALOGEND\n");
  CHECK(u64(footer + 8) == 9);
  CHECK(u64(footer + 16) == bytes.size());
  const std::size_t directory = u64(footer);
  CHECK(bytes.substr(directory, 4) == "EDIR");
  CHECK(u32(directory + 4) == 3);
  CHECK(directory + 48 + 3 * 40 == footer);
  CHECK(u64(directory + 48) == chunk);
}
