// SPDX-License-Identifier: MIT
// What orders two accesses of different threads, and what does not.
#include "sim/ptx/check/order.h"

#include <catch2/catch_test_macros.hpp>

#include "sim/ptx/program/op.h"

using namespace attnlab::ptx;

namespace {

constexpr std::uint32_t kSite = 7;
constexpr Address kFlag = 0x1000;

// A block of three warps that runs, and accesses of its threads.
struct Fixture {
  Fixture() { order.begin_block(0, 3); }
  Stamp access(std::uint32_t thread) const { return {order.now(), kSite, thread}; }
  void barrier(std::uint32_t arriving, std::uint32_t waiting) {
    for (std::uint32_t warp = 0; warp < 3; ++warp) {
      if ((arriving >> warp & 1u) != 0) order.arrive(warp, 1, (waiting >> warp & 1u) != 0);
    }
    order.release(1);
  }
  Order order;
};

}  // namespace

TEST_CASE("a stamp keeps its time, site and thread") {
  const Stamp stamp(123456789, Stamp::kMostSites - 1, 1023);
  CHECK(stamp.time() == 123456789);
  CHECK(stamp.site() == Stamp::kMostSites - 1);
  CHECK(stamp.thread() == 1023);
  CHECK(static_cast<bool>(stamp));
  CHECK_FALSE(static_cast<bool>(Stamp()));
  CHECK(stamp.same_execution(Stamp(123456789, Stamp::kMostSites - 1, 5)));
  CHECK_FALSE(stamp.same_execution(Stamp(123456788, Stamp::kMostSites - 1, 1023)));
}

TEST_CASE("a thread knows what it did itself, and nobody else does") {
  Fixture f;
  const Stamp mine = f.access(3);
  CHECK(f.order.before(mine, 3));
  CHECK_FALSE(f.order.before(mine, 4));
  CHECK_FALSE(f.order.before(mine, 40));
}

TEST_CASE("a barrier of all warps orders what was before it, for all") {
  Fixture f;
  const Stamp before = f.access(3);
  f.barrier(7, 7);
  const Stamp after = f.access(3);
  for (const std::uint32_t thread : {4u, 40u, 95u}) {
    CHECK(f.order.before(before, thread));
    CHECK_FALSE(f.order.before(after, thread));
  }
}

TEST_CASE("a barrier of two warps orders these two") {
  Fixture f;
  const Stamp before = f.access(3);
  f.barrier(3, 3);
  CHECK(f.order.before(before, 40));
  CHECK_FALSE(f.order.before(before, 70));
  f.barrier(6, 6);  // warp 1 tells warp 2 what it knows
  CHECK(f.order.before(before, 70));
}

TEST_CASE("who arrives without waiting is known to who waits, not the other way round") {
  Fixture f;
  const Stamp of_producer = f.access(3);
  const Stamp of_consumer = f.access(40);
  f.barrier(3, 2);
  CHECK(f.order.before(of_producer, 40));
  CHECK_FALSE(f.order.before(of_consumer, 3));
}

TEST_CASE("__syncwarp orders the lanes of its mask, and a chain of masks orders no others") {
  Fixture f;
  const Stamp of_lane_3 = f.access(3);
  f.order.sync_lanes(0, 0x0000ffff);
  CHECK(f.order.before(of_lane_3, 15));
  CHECK_FALSE(f.order.before(of_lane_3, 16));
  CHECK_FALSE(f.order.before(of_lane_3, 35));
  f.order.sync_lanes(0, kAllLanes);
  CHECK(f.order.before(of_lane_3, 16));
  const Stamp later = f.access(3);
  CHECK_FALSE(f.order.before(later, 15));
}

TEST_CASE("between blocks a fenced flag orders, a flag without a fence does not") {
  for (const bool fenced : {true, false}) {
    Fixture f;
    const Stamp data = f.access(3);
    if (fenced) f.order.fence(0);
    f.order.write_flag(0, kFlag);
    const Stamp behind_the_fence = f.access(3);
    f.order.begin_block(1, 3);
    CHECK_FALSE(f.order.before(data, 3));
    f.order.read_flag(0, kFlag + 4);
    CHECK_FALSE(f.order.before(data, 3));
    f.order.read_flag(0, kFlag);
    CHECK(f.order.before(data, 3) == fenced);
    CHECK_FALSE(f.order.before(behind_the_fence, 3));
    CHECK_FALSE(f.order.before(data, 40));  // another warp has not looked
    f.barrier(7, 7);
    CHECK(f.order.before(data, 40) == fenced);
  }
}

TEST_CASE("a flag tells what a barrier had told its writer, and what a third block had") {
  Fixture f;
  const Stamp of_warp_1 = f.access(40);
  f.barrier(7, 7);
  f.order.fence(0);
  f.order.write_flag(0, kFlag);
  f.order.begin_block(1, 3);
  f.order.read_flag(2, kFlag);
  CHECK(f.order.before(of_warp_1, 70));
  f.order.fence(2);
  f.order.write_flag(2, kFlag + 4);
  f.order.begin_block(2, 1);
  f.order.read_flag(0, kFlag + 4);
  CHECK(f.order.before(of_warp_1, 0));
}

TEST_CASE("blocks that take turns keep their times apart") {
  Fixture f;
  const Stamp first = f.access(3);
  f.order.begin_block(1, 3);
  const Stamp second = f.access(3);
  f.order.run_block(0);
  const Stamp third = f.access(3);
  CHECK(f.order.block_of(first) == 0);
  CHECK(f.order.block_of(second) == 1);
  CHECK(f.order.block_of(third) == 0);
  CHECK(f.order.before(first, 3));
  CHECK_FALSE(f.order.before(second, 3));
}
