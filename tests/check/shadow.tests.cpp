// SPDX-License-Identifier: MIT
#include "sim/ptx/check/shadow.h"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <vector>

using namespace attnlab::ptx;

TEST_CASE("bytes are unwritten until they are written, one by one") {
  std::mt19937 random(5);
  for (int run = 0; run < 50; ++run) {
    const std::uint32_t size = 1 + random() % 300;
    Shadow shadow(size, false);
    std::vector<bool> written(size);
    for (int i = 0; i < 40; ++i) {
      const std::uint32_t bytes = 1u << random() % 5;
      if (bytes > size) continue;
      const std::uint32_t offset = random() % (size - bytes + 1);
      std::uint64_t expected = offset;
      while (expected < offset + bytes && written[expected]) ++expected;
      REQUIRE(shadow.first_unwritten(offset, bytes) == expected);
      if (i % 2 == 0) continue;
      shadow.mark_written(offset, bytes);
      for (std::uint32_t b = 0; b < bytes; ++b) written[offset + b] = true;
    }
    shadow.reset();
    REQUIRE(shadow.first_unwritten(0, 1) == 0);
  }
}

TEST_CASE("memory that was given a content has no unwritten byte") {
  const Shadow shadow(100, true);
  CHECK(shadow.first_unwritten(0, 16) == 16);
  CHECK(shadow.first_unwritten(96, 4) == 100);
}

TEST_CASE("cells are of four bytes until somebody touches less, and keep what they held") {
  Shadow shadow(64, false);
  std::uint32_t count = 0;
  Cell* cells = shadow.cells(8, 16, count);
  CHECK(count == 4);
  cells[1].writer = Stamp(9, 3, 2);  // bytes 12 to 15
  cells = shadow.cells(14, 2, count);
  CHECK(count == 1);
  CHECK(shadow.granule_bytes() == 2);
  CHECK(cells->writer.time() == 9);
  cells = shadow.cells(15, 1, count);
  CHECK(count == 1);
  CHECK(shadow.granule_bytes() == 1);
  CHECK(cells->writer.time() == 9);
  cells = shadow.cells(8, 8, count);
  CHECK(count == 8);
  CHECK_FALSE(static_cast<bool>(cells[3].writer));
  CHECK(static_cast<bool>(cells[4].writer));
  shadow.reset();
  CHECK_FALSE(static_cast<bool>(shadow.cells(12, 4, count)->writer));
}
