// SPDX-License-Identifier: MIT
// The expected bytes are what ptxas 13.0 puts into the initialised data of its output.
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/ptx/syntax/parsed.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes initial(const std::string& declaration) {
  return module_of(".global " + declaration + ";").variables.at(0).initial;
}

// The eight bytes of ".s64 x = expression", as one number.
std::uint64_t folded(const std::string& expression) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : initial(".s64 x = " + expression)) {
    value = value >> 8 | std::uint64_t{byte} << 56;
  }
  return value;
}

}  // namespace

TEST_CASE("integers are stored in little-endian order") {
  CHECK(initial(".u32 x = 0x12345678") == Bytes{0x78, 0x56, 0x34, 0x12});
  CHECK(initial(".s16 x = -2") == Bytes{0xfe, 0xff});
  CHECK(initial(".b8 x[4] = {0x1f, 017, 0b101, 9U}") == Bytes{31, 15, 5, 9});
  CHECK(initial(".u64 x = 18446744073709551615") == Bytes(8, 0xff));
}

TEST_CASE("an integer keeps the low bits that fit") {
  CHECK(initial(".b8 x[2] = {256, -200}") == Bytes{0, 56});
  CHECK(initial(".u32 x = 1<<33") == Bytes(4, 0));
}

TEST_CASE("floats are stored as written, or rounded to the type") {
  CHECK(initial(".f32 x = 0f3F800000") == Bytes{0, 0, 0x80, 0x3f});
  CHECK(initial(".f32 x = 1.5") == Bytes{0, 0, 0xc0, 0x3f});
  CHECK(initial(".f32 x = -2.5e0") == Bytes{0, 0, 0x20, 0xc0});
  CHECK(initial(".f32 x = 1e39") == Bytes{0, 0, 0x80, 0x7f});
  CHECK(initial(".f32 x = 1.00000005960464485") == Bytes{0, 0, 0x80, 0x3f});
  CHECK(initial(".f32 x = 0d3FF0000000000000") == Bytes{0, 0, 0x80, 0x3f});
  CHECK(initial(".f64 x = 0f3F800000") == Bytes{0, 0, 0, 0, 0, 0, 0xf0, 0x3f});
  CHECK(initial(".f64 x = 1.0/3.0") == Bytes{0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5, 0x3f});
}

TEST_CASE("untyped bits take a float's pattern") {
  CHECK(initial(".b32 x = 0f3F800000") == Bytes{0, 0, 0x80, 0x3f});
  CHECK(initial(".b32 x = 1.5") == Bytes{0, 0, 0xc0, 0x3f});
  CHECK(initial(".b64 x = 1.5") == Bytes{0, 0, 0, 0, 0, 0, 0xf8, 0x3f});
  CHECK(initial(".b64 x = 0f3F800000") == Bytes{0, 0, 0x80, 0x3f, 0, 0, 0, 0});
}

TEST_CASE("elements that are left out are zeros") {
  CHECK(initial(".b8 x[4] = {1}") == Bytes{1, 0, 0, 0});
  CHECK(initial(".b8 x[2][3] = {{1}, {2, 3}}") == Bytes{1, 0, 0, 2, 3, 0});
  CHECK(initial(".b8 x[2][2][2] = {{{1}, {}}, {{2, 3}}}") == Bytes{1, 0, 0, 0, 2, 3, 0, 0});
  CHECK(initial(".b8 x[2] = {}") == Bytes{0, 0});
  CHECK(initial(".b8 x[2]").empty());
}

TEST_CASE("a vector is the innermost dimension of its initial values") {
  CHECK(initial(".v4 .b8 x = {1, 2, 3, 4}") == Bytes{1, 2, 3, 4});
  CHECK(initial(".v2 .b8 x[2] = {{1, 2}, {3, 4}}") == Bytes{1, 2, 3, 4});
}

TEST_CASE("initial values complete an array without a size") {
  const Module module = module_of(".global .b16 x[][2] = {{1, 2}, {3, 4}, {5}};");
  CHECK(module.variables[0].size_bytes == 12);
  CHECK_FALSE(module.variables[0].unsized);
  CHECK(module.variables[0].initial == Bytes{1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0, 0});
}

TEST_CASE("expressions fold as ptxas folds them") {
  CHECK(folded("-(3-4)*2") == 2);
  CHECK(folded("1+2<<3") == 24);
  CHECK(folded("1|2^3&1") == 3);
  CHECK(folded("-7/2") == ~std::uint64_t{0} - 2);
  CHECK(folded("-7>>1") == ~std::uint64_t{0} - 3);
  CHECK(folded("-7 % 4") == ~std::uint64_t{0} - 2);
  CHECK(folded("~0>>63") == 1);
  CHECK(folded("-1U>>1") == ~std::uint64_t{0} >> 1);
  CHECK(folded("5-6U") == ~std::uint64_t{0});
  CHECK(folded("!5") == 0);
  CHECK(folded("!0 + +1") == 2);
  CHECK(folded("1<<70") == 64);
  CHECK(folded("1<<-1") == std::uint64_t{1} << 63);
  CHECK(folded("0x8000000000000000/2") == std::uint64_t{1} << 62);
  CHECK(folded("WARP_SZ*2") == 64);
  CHECK(folded("(-9223372036854775807-1)/-1") == std::uint64_t{1} << 63);
  CHECK(folded("(-9223372036854775807-1)%-1") == 0);
}

TEST_CASE("addresses become relocations") {
  const Module module = module_of(R"(
.global .b32 gi[4];
.global .align 8 .u64 s[5] = {97, gi, gi+4, generic(gi), generic(gi)+12};
.func f() { ret; }
.global .u64 later = f;)");
  const Variable& s = *module.find_variable("s");
  REQUIRE(s.relocations.size() == 4);
  CHECK((s.relocations[0].symbol == "gi" && s.relocations[0].offset_bytes == 8));
  CHECK((s.relocations[0].addend == 0 && !s.relocations[0].generic));
  CHECK((s.relocations[1].offset_bytes == 16 && s.relocations[1].addend == 4));
  CHECK((s.relocations[2].generic && s.relocations[2].addend == 0));
  CHECK((s.relocations[3].generic && s.relocations[3].addend == 12));
  CHECK((s.relocations[3].bytes == 8 && s.relocations[3].shift_bits == 0));
  CHECK(s.initial[0] == 97);
  CHECK(module.find_variable("later")->relocations[0].symbol == "f");
}

TEST_CASE("a mask stores one byte of an address") {
  const Module module = module_of(
      ".global .b32 g; .global .u8 x[4] = {7, 0xFF(g), 0xFF00(generic(g)+4), "
      "0xFF00000000000000(g)};");
  const Variable& x = module.variables[1];
  REQUIRE(x.relocations.size() == 3);
  CHECK((x.relocations[0].bytes == 1 && x.relocations[0].shift_bits == 0));
  CHECK((x.relocations[1].shift_bits == 8 && x.relocations[1].addend == 4));
  CHECK((x.relocations[1].generic && x.relocations[1].offset_bytes == 2));
  CHECK(x.relocations[2].shift_bits == 56);
}
