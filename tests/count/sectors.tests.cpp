// SPDX-License-Identifier: MIT
// Sectors of global memory: 32 bytes each, of the addresses that a warp's lanes give together.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/count/counted.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

const std::string kLoad4 = "ld.global.f32 %f0, [%d1];";

// Lane i at byte i * bytes + offset.
std::string lanes_apart(std::uint32_t bytes, std::uint32_t offset = 0) {
  return "mul.lo.u32 %r3, %r0, " + std::to_string(bytes) + "; add.u32 %r3, %r3, " +
         std::to_string(offset) + ";";
}

}  // namespace

TEST_CASE("a stride of s floats touches floor(31 s / 8) + 1 sectors up to 8, then one a lane") {
  // Lane i lies in sector floor(4 s i / 32). Up to a stride of 8 these are all from 0 to lane 31's.
  for (std::uint32_t stride = 1; stride <= 32; ++stride) {
    INFO("stride " << stride);
    const std::uint64_t expected = stride <= 8 ? 31 * stride / 8 + 1 : 32;
    CHECK(load_sectors(lanes_apart(4 * stride), kLoad4) == expected);
  }
}

TEST_CASE("a warp that begins one float late needs one sector more") {
  // Bytes 4 to 131: sectors 0 to 4.
  CHECK(load_sectors(lanes_apart(4, 4), kLoad4) == 5);
  CHECK(load_sectors(lanes_apart(4, 28), kLoad4) == 5);
  CHECK(load_sectors(lanes_apart(4, 32), kLoad4) == 4);
}

TEST_CASE("wider lanes touch as many sectors as they have bytes") {
  CHECK(load_sectors(lanes_apart(1), "ld.global.u8 %r6, [%d1];") == 1);
  CHECK(load_sectors(lanes_apart(2), "ld.global.u16 %h0, [%d1];") == 2);
  CHECK(load_sectors(lanes_apart(8), "ld.global.f64 %g0, [%d1];") == 8);
  CHECK(load_sectors(lanes_apart(8), "ld.global.v2.f32 {%f0, %f1}, [%d1];") == 8);
  CHECK(load_sectors(lanes_apart(16), "ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%d1];") == 16);
  // Bytes 16 to 527: sectors 0 to 16.
  CHECK(load_sectors(lanes_apart(16, 16), "ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%d1];") == 17);
}

TEST_CASE("lanes that share a sector count once, in whatever order they are") {
  CHECK(load_sectors("mov.u32 %r3, 64;", kLoad4) == 1);
  CHECK(load_sectors("mul.lo.u32 %r3, %r0, 4; sub.u32 %r3, 124, %r3;", kLoad4) == 4);
  // Byte 4096 i: each lane in a window of its own.
  CHECK(load_sectors(lanes_apart(4096), kLoad4) == 32);
  // Bytes 1984 to 2111: sectors 62 to 65, which lie in two windows of 64.
  CHECK(load_sectors(lanes_apart(4, 1984), kLoad4) == 4);
}

TEST_CASE("requests that only move count the same; those that lie differently count anew") {
  // 16 loads, the k-th at byte 4 i + 4 k: 4 sectors where k is a multiple of 8, else 5.
  const Counted moved = count(R"(
    mul.wide.u32 %d1, %r0, 4; add.u64 %d1, %d0, %d1; mov.u32 %r5, 0;
LOOP: ld.global.f32 %f0, [%d1]; add.u64 %d1, %d1, 4; add.u32 %r5, %r5, 1;
    setp.lt.u32 %p0, %r5, 16; @%p0 bra LOOP; ret;)",
                              threads(32));
  CHECK(moved[Metric::kGlobalLoadRequests] == 16);
  CHECK(moved[Metric::kGlobalLoadSectors] == 2 * 4 + 14 * 5);
  CHECK(moved[Metric::kGlobalLoadIdealSectors] == 16 * 4);
  // The k-th load at byte 4 k i, k from 1 to 8: 4 + 8 + 12 + 16 + 20 + 24 + 28 + 32.
  const Counted stretched = count(R"(
    mul.wide.u32 %d2, %r0, 4; mov.u64 %d1, %d0; mov.u32 %r5, 0;
LOOP: add.u64 %d1, %d1, %d2; ld.global.f32 %f0, [%d1]; add.u32 %r5, %r5, 1;
    setp.lt.u32 %p0, %r5, 8; @%p0 bra LOOP; ret;)",
                                  threads(32));
  CHECK(stretched[Metric::kGlobalLoadSectors] == 144);
}

TEST_CASE("lanes that do not take part touch nothing, and half a warp asks for half") {
  // Lanes 0 to 9 store 40 bytes: sectors 0 and 1. The second warp asks for nothing.
  const Counted counted = count(R"(
    setp.lt.u32 %p0, %r0, 10; mul.wide.u32 %d1, %r0, 4; add.u64 %d1, %d0, %d1;
    @%p0 st.global.u32 [%d1], %r0; ret;)",
                                threads(64));
  CHECK(counted[Metric::kGlobalStoreRequests] == 1);
  CHECK(counted[Metric::kGlobalStoreThreads] == 10);
  CHECK(counted[Metric::kGlobalStoreSectors] == 2);
  CHECK(counted[Metric::kGlobalStoreIdealSectors] == 2);
}

TEST_CASE("a block fetches a sector once, the launch once from the device; stores go through") {
  // Two blocks; each loads the same 128 bytes twice and stores 128 bytes of its own twice.
  const Counted counted = count(R"(
    mov.u32 %r5, %ctaid.x; shl.b32 %r6, %r5, 7; mul.wide.u32 %d1, %r0, 4; add.u64 %d1, %d0, %d1;
    ld.global.u32 %r7, [%d1]; ld.global.u32 %r8, [%d1];
    cvt.u64.u32 %d2, %r6; add.u64 %d2, %d1, %d2;
    st.global.u32 [%d2+4096], %r7; st.global.u32 [%d2+4096], %r8; ret;)",
                                threads(32, 2));
  CHECK(counted[Metric::kGlobalLoadSectors] == 2 * 2 * 4);
  CHECK(counted[Metric::kL2LoadSectors] == 2 * 4);
  CHECK(counted[Metric::kDeviceReadSectors] == 4);
  CHECK(counted[Metric::kL2StoreSectors] == 2 * 2 * 4);
  CHECK(counted[Metric::kDeviceWriteSectors] == 2 * 4);
  CHECK(derived(counted.total, "l2_bytes") == 32 * (8 + 16));
  CHECK(derived(counted.total, "device_read_bytes") == 128);
  CHECK(counted.blocks == 2);
  CHECK(counted.warps == 2);
}

TEST_CASE("local memory: lanes' words lie side by side, so one variable of all is 4 sectors") {
  const Counted same = count(R"(
    .local .align 16 .b8 l[64];
    st.local.u32 [l+8], %r0; ld.local.v4.u32 {%r5, %r6, %r7, %r8}, [l+16]; ret;)",
                             threads(32));
  CHECK(same[Metric::kLocalStoreRequests] == 1);
  CHECK(same[Metric::kLocalStoreSectors] == 4);
  CHECK(same[Metric::kLocalLoadSectors] == 16);
  // Lane i's word i mod 8: each of 8 rows of words is asked for by 4 lanes, i, i + 8, i + 16, i + 24,
  // which lie in 4 different sectors.
  const Counted different = count(R"(
    .local .align 16 .b8 l[64];
    and.b32 %r5, %r0, 7; shl.b32 %r5, %r5, 2; mov.u32 %r6, l; add.u32 %r5, %r5, %r6;
    st.local.u32 [%r5], %r0; ret;)",
                                  threads(32));
  CHECK(different[Metric::kLocalStoreSectors] == 32);
}
