// SPDX-License-Identifier: MIT
// Wavefronts of shared memory: 32 banks of four bytes.
#include <catch2/catch_test_macros.hpp>
#include <numeric>
#include <string>

#include "tests/count/counted.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

const std::string kLoad4 = "ld.shared.f32 %f0, [%r3];";
const std::string kLoad8 = "ld.shared.v2.f32 {%f0, %f1}, [%r3];";
const std::string kLoad16 = "ld.shared.v4.f32 {%f0, %f1, %f2, %f3}, [%r3];";
const LaunchShape kTile = {{1, 1, 1}, {16, 16, 1}, 0};  // 8 warps of two rows

std::string lanes_apart(std::uint32_t bytes) {
  return "mul.lo.u32 %r3, %r0, " + std::to_string(bytes) + ";";
}

// tile[%r2][%r1] of rows of so many words, and tile[%r1][%r2].
std::string by_rows(std::uint32_t words) {
  return "mad.lo.u32 %r3, %r2, " + std::to_string(words) + ", %r1; shl.b32 %r3, %r3, 2;";
}
std::string by_columns(std::uint32_t words) {
  return "mad.lo.u32 %r3, %r1, " + std::to_string(words) + ", %r2; shl.b32 %r3, %r3, 2;";
}

}  // namespace

TEST_CASE("a stride of s words takes gcd(s, 32) wavefronts") {
  // Lanes i and j share a bank where 32 divides s (i - j): 32 / gcd banks for 32 lanes.
  for (std::uint32_t stride = 1; stride <= 33; ++stride) {
    INFO("stride " << stride);
    CHECK(shared_wavefronts(lanes_apart(4 * stride), kLoad4) == std::gcd(stride, 32u));
    CHECK(shared_wavefronts(lanes_apart(4 * stride), "st.shared.u32 [%r3], %r0;") ==
          std::gcd(stride, 32u));
  }
}

TEST_CASE("a word that several lanes want is one, of a load and of a store") {
  CHECK(shared_wavefronts("mov.u32 %r3, 20;", kLoad4) == 1);
  CHECK(shared_wavefronts("mov.u32 %r3, 20;", "st.shared.u32 [%r3], %r0;") == 1);
  // Words 0 and 32, of one bank.
  CHECK(shared_wavefronts("and.b32 %r3, %r0, 1; shl.b32 %r3, %r3, 7;", kLoad4) == 2);
  // Bytes and half words: several in each word.
  CHECK(shared_wavefronts(lanes_apart(1), "ld.shared.u8 %r6, [%r3];") == 1);
  CHECK(shared_wavefronts(lanes_apart(2), "ld.shared.u16 %h0, [%r3];") == 1);
  // Byte 4 i + 2 at a stride of 4 bytes: words 0 to 31.
  CHECK(shared_wavefronts(lanes_apart(4), "ld.shared.u16 %h0, [%r3+2];") == 1);
}

TEST_CASE("columns of [32][32] take 32 wavefronts, of [32][33] and swizzled one") {
  const LaunchShape warp = {{1, 1, 1}, {32, 1, 1}, 0};
  CHECK(shared_wavefronts(by_columns(32), kLoad4, warp) == 32);
  CHECK(shared_wavefronts(by_columns(33), kLoad4, warp) == 1);
  // Row i, column 5 ^ i: the banks 5 ^ i are all different.
  const std::string swizzled =
      "xor.b32 %r6, %r0, 5; mad.lo.u32 %r3, %r0, 32, %r6; shl.b32 %r3, %r3, 2;";
  CHECK(shared_wavefronts(swizzled, kLoad4, warp) == 1);
}

TEST_CASE("16 x 16 threads: rows of 17 words cost what rows of 16 do not, and save in columns") {
  // A warp has two rows. [16][16] by rows: words 0 to 31.
  CHECK(shared_wavefronts(by_rows(16), kLoad4, kTile) == 8 * 1);
  // [16][17] by rows: words 0 to 15 and 17 to 32; 0 and 32 are of one bank.
  CHECK(shared_wavefronts(by_rows(17), kLoad4, kTile) == 8 * 2);
  // [16][16] by columns: word 16 x + y is of bank y or 16 + y: 8 words each, for both y.
  CHECK(shared_wavefronts(by_columns(16), kLoad4, kTile) == 8 * 8);
  // [16][17] by columns: 17 x is of the banks 0, 2, .., 14, 17, 19, .., 31, all once; 17 x + 1, the
  // other row, of 1, 3, .., 15, 18, .., 30 and 0: two of bank 0.
  CHECK(shared_wavefronts(by_columns(17), kLoad4, kTile) == 8 * 2);
}

TEST_CASE("lanes of 8 bytes are served by half-warps, of 16 by quarter-warps") {
  CHECK(shared_wavefronts(lanes_apart(8), kLoad8) == 2);
  CHECK(shared_wavefronts(lanes_apart(8), "ld.shared.f64 %g0, [%r3];") == 2);
  CHECK(shared_wavefronts(lanes_apart(16), kLoad16) == 4);
  // 16 bytes apart: words 4 i and 4 i + 1 of 16 lanes; lanes i and i + 8 share banks.
  CHECK(shared_wavefronts(lanes_apart(16), kLoad8) == 2 * 2);
  // 32 bytes apart: words 8 i to 8 i + 3 of 8 lanes; lanes i and i + 4 share banks.
  CHECK(shared_wavefronts(lanes_apart(32), kLoad16) == 4 * 2);
  // 128 bytes apart: all in the same banks.
  CHECK(shared_wavefronts(lanes_apart(128), kLoad16) == 32);
}

TEST_CASE("conflicts are the wavefronts over one for each group of lanes that takes part") {
  // Half a warp of 8-byte lanes is one group; at 16 bytes apart it takes two.
  const Counted counted = count(R"(
    mov.u32 %r5, s; mad.lo.u32 %r3, %r0, 16, %r5;
    ld.shared.v2.f32 {%f0, %f1}, [%r3]; ret;)",
                                threads(16));
  CHECK(counted[Metric::kSharedLoadWavefronts] == 2);
  CHECK(counted[Metric::kSharedLoadIdealWavefronts] == 1);
  CHECK(derived(counted.total, "shared_load_bank_conflicts") == 1);
}

TEST_CASE("an address that moves by words keeps its conflicts") {
  // 64 loads of a column of [32][32], the k-th 4 k bytes further: 32 wavefronts each.
  const Counted counted = count(R"(
    mov.u32 %r5, s; mad.lo.u32 %r3, %r0, 128, %r5; mov.u32 %r6, 0;
LOOP: ld.shared.f32 %f0, [%r3]; add.u32 %r3, %r3, 4; add.u32 %r6, %r6, 1;
    setp.lt.u32 %p0, %r6, 64; @%p0 bra LOOP; ret;)",
                                threads(32));
  CHECK(counted[Metric::kSharedLoadRequests] == 64);
  CHECK(counted[Metric::kSharedLoadWavefronts] == 64 * 32);
}
