// SPDX-License-Identifier: MIT
#include "sim/ptx/execute/turn_order.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <vector>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

std::vector<std::uint64_t> order_of(std::uint64_t seed, std::uint64_t count) {
  const TurnOrder order(seed, count);
  std::vector<std::uint64_t> turns;
  for (std::uint64_t i = 0; i < count; ++i) turns.push_back(order(i));
  return turns;
}

}  // namespace

TEST_CASE("every turn comes once, whatever the seed and the count") {
  for (const std::uint64_t count : {1, 2, 3, 7, 16, 97, 1000}) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      std::vector<std::uint64_t> turns = order_of(seed, count);
      if (seed == 0) REQUIRE(std::is_sorted(turns.begin(), turns.end()));
      std::sort(turns.begin(), turns.end());
      for (std::uint64_t i = 0; i < count; ++i) REQUIRE(turns[i] == i);
    }
  }
}

TEST_CASE("seeds give different orders") {
  std::set<std::vector<std::uint64_t>> orders;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) orders.insert(order_of(seed, 1000));
  CHECK(orders.size() == 20);
}

TEST_CASE("blocks and warps take their turns in the order of the seed, and all of them do") {
  // Every warp's first lane takes the next ticket: tickets in the order of turns.
  const std::string text = R"(
    .visible .entry k(.param .u64 out, .param .u64 next) {
    .reg .pred %p; .reg .b32 %r<9>; .reg .b64 %d<9>;
    ld.param.u64 %d0, [out]; ld.param.u64 %d1, [next];
    mov.u32 %r0, %tid.x; and.b32 %r1, %r0, 31; setp.ne.u32 %p, %r1, 0; @%p ret;
    atom.global.add.u32 %r2, [%d1], 1;
    mov.u32 %r3, %ctaid.x; shl.b32 %r3, %r3, 2; shr.u32 %r4, %r0, 5; add.u32 %r3, %r3, %r4;
    mul.wide.u32 %d2, %r2, 4; add.u64 %d0, %d0, %d2;
    st.global.u32 [%d0], %r3;
    ret; })";
  const auto turns = [&](std::uint64_t seed) {
    Emulation emulation(text);
    const Address out = emulation.buffer("out", std::vector<std::uint32_t>(32));
    const Address next = emulation.buffer("next", std::vector<std::uint32_t>(1));
    LaunchOptions options;
    options.order_seed = seed;
    emulation.run(threads(128, 8), {as_bytes(out), as_bytes(next)}, options);
    return emulation.values<std::uint32_t>(out);
  };
  const std::vector<std::uint32_t> ascending = turns(0);
  CHECK(ascending == each_thread(32, [](std::uint32_t i) { return i; }));
  const std::vector<std::uint32_t> shuffled = turns(5);
  CHECK(shuffled != ascending);
  CHECK(shuffled == turns(5));
  CHECK(shuffled != turns(6));
  CHECK(std::is_permutation(shuffled.begin(), shuffled.end(), ascending.begin()));
  std::vector<std::uint32_t> warps_of_first = {shuffled.begin(), shuffled.begin() + 4};
  for (std::uint32_t& turn : warps_of_first) turn %= 4;
  CHECK(std::set<std::uint32_t>(warps_of_first.begin(), warps_of_first.end()).size() == 4);
}
