// SPDX-License-Identifier: MIT
// The state at any place equals a recount from the first event, however one came there.
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <stdexcept>

#include "sim/trace/cursor.h"
#include "sim/trace/log/reader.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;

TEST_CASE("state_at equals a recount from the first event, at every event") {
  const TemporaryFolder folder;
  for (const std::uint32_t chunk : {1u, 16u, 4096u}) {
    const std::vector<Event> events = random_events(chunk, 600);
    write_log(folder / "x.alog", small_header(), events, {chunk, 0.5});
    const EventLogReader log(folder / "x.alog");
    CHECK((log.keyframe_count() > 0) == (chunk != 4096));
    for (std::size_t i = 0; i <= events.size(); ++i) {
      const std::string difference =
          NaiveReplay(events, i).difference(log.state_at(i), log.header());
      INFO("chunk " << chunk << ", event " << i);
      REQUIRE(difference == "");
    }
  }
}

TEST_CASE("undo takes back every event exactly") {
  const std::vector<Event> events = random_events(77, 2000);
  ReplayState state(small_header());
  std::vector<UndoRecord> records;
  std::vector<ReplayState> states;
  for (const Event& event : events) {
    states.push_back(state);
    records.push_back(state.apply(event));
  }
  for (std::size_t i = events.size(); i-- > 0;) {
    state.undo(events[i], records[i]);
    REQUIRE(state == states[i]);
  }
}

TEST_CASE("a cursor that walks and jumps at random is always in the right state") {
  const TemporaryFolder folder;
  const std::vector<Event> events = random_events(31, 3000);
  write_log(folder / "x.alog", small_header(), events, {16, 0.3});
  const EventLogReader log(folder / "x.alog");
  std::vector<ReplayState> states = {log.initial_state()};
  for (const Event& event : events) {
    states.push_back(states.back());
    states.back().apply(event);
  }

  std::mt19937 random(4);
  ReplayCursor cursor(log);
  for (int move = 0; move < 3000; ++move) {
    const std::uint64_t before = cursor.position();
    switch (random() % 4) {
      case 0:
        CHECK(cursor.forward() == (before < events.size()));
        REQUIRE(cursor.position() == std::min<std::uint64_t>(before + 1, events.size()));
        break;
      case 1:
      case 2:
        CHECK(cursor.backward() == (before > 0));
        REQUIRE(cursor.position() == (before == 0 ? 0 : before - 1));
        break;
      default: {
        const std::uint64_t target = random() % 8 == 0 ? 0 : random() % (events.size() + 1);
        cursor.seek(target);
        REQUIRE(cursor.position() == target);
      }
    }
    REQUIRE(cursor.state() == states[cursor.position()]);
  }
  CHECK_THROWS_AS(cursor.seek(events.size() + 1), std::out_of_range);
}

TEST_CASE("a cursor walks from the end to the beginning and back") {
  const TemporaryFolder folder;
  const std::vector<Event> events = random_events(8, 1500);
  write_log(folder / "x.alog", small_header(), events, {32, 0.2});
  const EventLogReader log(folder / "x.alog");
  ReplayCursor cursor(log);
  cursor.seek(log.size());
  const ReplayState last = cursor.state();
  std::size_t steps = 0;
  while (cursor.backward()) ++steps;
  CHECK(steps == events.size());
  CHECK(cursor.state() == log.initial_state());
  while (cursor.forward()) --steps;
  CHECK(steps == 0);
  CHECK(cursor.state() == last);
  cursor.seek_cycle(events[700].start_cycle);
  CHECK(cursor.position() == log.seek_cycle(events[700].start_cycle));
}

TEST_CASE("an event that cannot follow is refused and changes nothing") {
  const std::vector<Event> good = one_block_events();
  struct Case {
    std::size_t after;  // events applied before
    Event event;
    const char* reason;
  };
  std::vector<Case> cases;
  const auto add = [&](std::size_t after, std::size_t like, const char* reason) -> Event& {
    cases.push_back({after, good[like], reason});
    return cases.back().event;
  };
  add(1, 0, "already begun");
  add(0, 1, "launch is not running");
  add(1, 2, "the slot is empty");
  add(2, 1, "the slot holds block 7");
  add(3, 2, "block 8").block = 40;
  add(3, 2, "the slot holds block 7").block = 8;
  add(4, 7, "lasts until cycle 460").start_cycle = 459;
  add(4, 8, "1 of its blocks have not ended");
  add(5, 6, "before cycle 460").start_cycle = 459;
  add(5, 6, "SM 3").sm = 3;
  add(5, 6, "slot 2").slot = 2;
  add(5, 6, "warp 4").warp = 4;
  add(5, 6, "launch 3").launch = 3;
  add(5, 6, "tensor 3").tensor = 3;
  add(5, 6, "source 2").source = 2;
  add(5, 6, "memory level").level = MemoryLevel::kNone;
  add(5, 6, "memory level 5").level = static_cast<MemoryLevel>(5);
  add(5, 6, "kind 11").kind = static_cast<EventKind>(11);
  add(5, 6, "reserved").reserved1 = 1;
  add(5, 6, "cycle").start_cycle = kMaxCycle + 1;
  add(7, 7, "mark with a duration").duration_cycles = 1;
  add(5, 5, "symbol 2").tensor = 2;                                // the symbol's place
  add(5, 5, "operand count").level = static_cast<MemoryLevel>(4);  // the count's place
  add(9, 1, "launch is not running").start_cycle = 1500;
  cases[4].reason = "block 40 is not below 40";

  for (const Case& one : cases) {
    ReplayState state(small_header());
    for (std::size_t i = 0; i < one.after; ++i) state.apply(good[i]);
    const ReplayState before = state;
    const std::string sentence = refusal([&] { state.apply(one.event); });
    INFO(one.reason << " in: " << sentence);
    CHECK(sentence.find(one.reason) != std::string::npos);
    CHECK(sentence.rfind("event " + std::to_string(one.after) + " ", 0) == 0);
    CHECK(state == before);
  }
}

TEST_CASE("a launch has no more blocks than its grid") {
  LogHeader header = small_header();
  header.launches[0].grid = {1, 1, 1};
  std::vector<Event> events = one_block_events();
  for (Event& event : events) event.block = 0;
  ReplayState state(header);
  for (std::size_t i = 0; i < 8; ++i) state.apply(events[i]);
  events[1].start_cycle = 700;
  CHECK(refusal([&] { state.apply(events[1]); }).find("all 1 blocks") != std::string::npos);
}
