// SPDX-License-Identifier: MIT
#include "sim/problem/nearest_name.h"

#include <catch2/catch_test_macros.hpp>

using namespace attnlab::problem;

TEST_CASE("the edit distance counts insertions, deletions, replacements and swaps") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("tile", "tile") == 0);
  CHECK(edit_distance("", "tile") == 4);
  CHECK(edit_distance("tile", "") == 4);
  CHECK(edit_distance("tile", "tiles") == 1);
  CHECK(edit_distance("tiles", "tile") == 1);
  CHECK(edit_distance("tile", "tale") == 1);
  CHECK(edit_distance("tile", "tiel") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("flash_fwd/01_tiled", "flash_fwd/01_tild") == 1);
  // Each part is edited once: a swap cannot be edited again, so this is 3 and not 2.
  CHECK(edit_distance("ca", "abc") == 3);
}

TEST_CASE("case does not count in the edit distance") {
  CHECK(edit_distance("BF16", "bf16") == 0);
}

TEST_CASE("the nearest name is the one with the fewest edits, the first of equals") {
  CHECK(nearest_name("casual", {"none", "causal"}) == "causal");
  CHECK(nearest_name("f61", {"f32", "f16", "bf16"}) == "f16");
  CHECK(nearest_name("f99", {"f32", "f16"}) == "f32");
  CHECK(nearest_name("", {"none", "f16"}) == "f16");
  CHECK(nearest_name("anything", {}).empty());
}

TEST_CASE("an unknown name is answered in one sentence with the nearest and all known names") {
  CHECK(unknown_name_message("--dtype", "f61", {"f32", "f16"}) ==
        "--dtype \"f61\" is unknown; did you mean \"f16\"? Known: f32, f16");
  CHECK(unknown_name_message("rung", "x", {}) == "rung \"x\" is unknown");
}
