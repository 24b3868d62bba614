// SPDX-License-Identifier: MIT
// Blocks are dealt in order, round-robin over the SMs, then to the slot that frees first.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <tuple>
#include <utility>

#include "tests/machine/made_up_machine.h"

using namespace attnlab;
using namespace attnlab::machine;
using test::BlockLife;
using test::EventRecorder;
using test::idle_launch;
using test::small_gpu;
using trace::Event;
using trace::EventKind;

namespace {

std::vector<BlockLife> lives_of(const GpuSpec& gpu, const std::vector<Launch>& launches) {
  EventRecorder recorder;
  run(gpu, launches, 0, &recorder);
  return test::block_lives(recorder.events);
}

std::vector<std::uint32_t> random_durations(std::mt19937& random, std::size_t blocks) {
  std::vector<std::uint32_t> cycles(blocks);
  for (std::uint32_t& duration : cycles) duration = random() % 6;  // 0: a block without a step
  return cycles;
}

// The same schedule without events: block after block to the slot that is free first; of these the
// one of the lowest SM, of these the lowest slot. At the start the slots are free in dealing order.
std::vector<BlockLife> list_schedule(int sms, int slots, const std::vector<std::uint32_t>& cycles) {
  struct Slot {
    std::uint64_t free_at;
    int sm, slot;
  };
  std::vector<Slot> all;
  for (int slot = 0; slot < slots; ++slot) {
    for (int sm = 0; sm < sms; ++sm) all.push_back({0, sm, slot});
  }
  std::vector<BlockLife> lives;
  for (std::uint32_t block = 0; block < cycles.size(); ++block) {
    Slot* chosen = &all[0];
    if (block < all.size()) {
      chosen = &all[block];
    } else {
      for (Slot& slot : all) {
        if (std::tie(slot.free_at, slot.sm, slot.slot) <
            std::tie(chosen->free_at, chosen->sm, chosen->slot)) {
          chosen = &slot;
        }
      }
    }
    const std::uint64_t begin = chosen->free_at;
    chosen->free_at += cycles[block];
    lives.push_back({0, block, chosen->sm, chosen->slot, begin, chosen->free_at});
  }
  return lives;
}

}  // namespace

TEST_CASE("the first blocks go round the SMs, slot by slot") {
  const std::vector<BlockLife> lives = lives_of(small_gpu(3, 2), {idle_launch({9, 9, 9, 9, 9, 9})});
  REQUIRE(lives.size() == 6);
  for (std::uint32_t block = 0; block < 6; ++block) {
    CHECK(lives[block] ==
          BlockLife{0, block, static_cast<int>(block) % 3, static_cast<int>(block) / 3, 0, 9});
  }
}

TEST_CASE("the next block goes to the slot that frees first, at a tie to the lower SM and slot") {
  // Two SMs of two slots. Blocks 0..3 end at 5, 3, 3, 9; so block 4 follows block 2 (SM 0), block 5
  // block 1 (SM 1), and block 6 starts at 4, when block 4 ends.
  const std::vector<BlockLife> lives =
      lives_of(small_gpu(2, 2), {idle_launch({5, 3, 3, 9, 1, 4, 2})});
  CHECK(lives == std::vector<BlockLife>{{0, 0, 0, 0, 0, 5},
                                        {0, 1, 1, 0, 0, 3},
                                        {0, 2, 0, 1, 0, 3},
                                        {0, 3, 1, 1, 0, 9},
                                        {0, 4, 0, 1, 3, 4},
                                        {0, 5, 1, 0, 3, 7},
                                        {0, 6, 0, 1, 4, 6}});
}

TEST_CASE("random launches follow the list schedule") {
  std::mt19937 random(7);
  for (int trial = 0; trial < 100; ++trial) {
    const int sms = 1 + static_cast<int>(random() % 7);
    const int slots = 1 + static_cast<int>(random() % 4);
    const std::vector<std::uint32_t> cycles = random_durations(random, random() % 60);
    const std::vector<BlockLife> lives = lives_of(small_gpu(sms, slots), {idle_launch(cycles)});
    std::vector<BlockLife> expected = list_schedule(sms, slots, cycles);
    CHECK(lives == expected);
  }
}

TEST_CASE("every block runs exactly once, in a slot of its own, on a GPU that is never overfull") {
  std::mt19937 random(8);
  for (int trial = 0; trial < 30; ++trial) {
    const std::size_t blocks = 1 + random() % 200;
    std::vector<BlockLife> lives =
        lives_of(small_gpu(5, 3), {idle_launch(random_durations(random, blocks))});
    REQUIRE(lives.size() == blocks);
    for (std::uint32_t block = 0; block < blocks; ++block) CHECK(lives[block].block == block);
    for (const BlockLife& life : lives) {
      CHECK((life.sm >= 0 && life.sm < 5 && life.slot >= 0 && life.slot < 3));
      const auto resident = std::count_if(lives.begin(), lives.end(), [&](const BlockLife& other) {
        return other.sm == life.sm && other.begin_cycle <= life.begin_cycle &&
               life.begin_cycle < other.end_cycle;
      });
      CHECK(resident <= 3);
    }
  }
}

TEST_CASE("events come in order of time, and a block's steps follow each other") {
  std::mt19937 random(9);
  EventRecorder recorder;
  run(small_gpu(3, 2), {idle_launch(random_durations(random, 50))}, 0, &recorder);
  std::uint64_t cycle = 0;
  std::vector<std::uint32_t> next_step(50, 0);
  for (const Event& event : recorder.events) {
    CHECK(event.start_cycle >= cycle);
    cycle = event.start_cycle;
    if (event.kind == EventKind::kBarrier) CHECK(event.step == next_step[event.block]++);
  }
  CHECK(recorder.events.front().kind == EventKind::kLaunchBegin);
  CHECK(recorder.events.back().kind == EventKind::kLaunchEnd);
}

TEST_CASE("a launch starts when the last block of the one before has ended") {
  EventRecorder recorder;
  const RunResult result =
      run(small_gpu(2, 1), {idle_launch({3, 8}), idle_launch({}), idle_launch({2, 1, 4})}, 0,
          &recorder);
  CHECK(result.cycles == 8 + 5);  // the third launch: 2 and 1, then 4 where 1 ended
  std::vector<std::pair<EventKind, std::uint64_t>> marks;
  for (const Event& event : recorder.events) {
    if (trace::is_launch_mark(event.kind)) marks.emplace_back(event.kind, event.start_cycle);
  }
  using enum EventKind;
  CHECK(marks == std::vector<std::pair<EventKind, std::uint64_t>>{{kLaunchBegin, 0},
                                                                  {kLaunchEnd, 8},
                                                                  {kLaunchBegin, 8},
                                                                  {kLaunchEnd, 8},
                                                                  {kLaunchBegin, 8},
                                                                  {kLaunchEnd, 13}});
  for (const BlockLife& life : test::block_lives(recorder.events)) {
    CHECK((life.launch == 0 ? life.end_cycle <= 8 : life.begin_cycle >= 8));
  }
}

TEST_CASE("without a sink a run counts and takes the same") {
  const std::vector<Launch> launches = {idle_launch({3, 8, 1, 1}), idle_launch({2, 1, 4})};
  EventRecorder recorder;
  const RunResult watched = run(small_gpu(2, 1), launches, 0, &recorder);
  const RunResult alone = run(small_gpu(2, 1), launches, 0, nullptr);
  CHECK(watched.cycles == alone.cycles);
  CHECK(watched.counters == alone.counters);
  CHECK(alone.counters.blocks == 7);
}
