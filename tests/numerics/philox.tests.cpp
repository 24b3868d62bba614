// SPDX-License-Identifier: MIT
#include "sim/numerics/philox.h"

#include <Random123/philox.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>

using attnlab::numerics::philox4x32_10;
using attnlab::numerics::PhiloxCounter;
using attnlab::numerics::PhiloxKey;

namespace {

bool equal(const PhiloxCounter& a, const PhiloxCounter& b) {
  return a.word[0] == b.word[0] && a.word[1] == b.word[1] && a.word[2] == b.word[2] &&
         a.word[3] == b.word[3];
}

}  // namespace

// Random123's published tests/kat_vectors, the lines "philox4x32 10".
TEST_CASE("philox gives the published known answers") {
  const PhiloxCounter zeros = philox4x32_10({{0u, 0u, 0u, 0u}}, {{0u, 0u}});
  CHECK(equal(zeros, {{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}}));
  const PhiloxCounter ones = philox4x32_10({{~0u, ~0u, ~0u, ~0u}}, {{~0u, ~0u}});
  CHECK(equal(ones, {{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}}));
  const PhiloxCounter pi = philox4x32_10({{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}},
                                         {{0xa4093822u, 0x299f31d0u}});
  CHECK(equal(pi, {{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}}));
}

TEST_CASE("philox equals Random123's on a hundred thousand chained counters and keys") {
  PhiloxCounter counter = {{1, 2, 3, 4}};
  PhiloxKey key = {{5, 6}};
  int differences = 0;
  for (int i = 0; i < 100000; ++i) {
    philox4x32_ctr_t theirs = {
        {counter.word[0], counter.word[1], counter.word[2], counter.word[3]}};
    const philox4x32_key_t their_key = {{key.word[0], key.word[1]}};
    theirs = philox4x32_R(10, theirs, their_key);
    const PhiloxCounter ours = philox4x32_10(counter, key);
    if (!equal(ours, {{theirs.v[0], theirs.v[1], theirs.v[2], theirs.v[3]}})) ++differences;
    // The answer is the next question.
    counter = ours;
    key = {{ours.word[2] ^ key.word[1], ours.word[0]}};
  }
  CHECK(differences == 0);
}
