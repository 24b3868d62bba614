// SPDX-License-Identifier: MIT
// Witnesses go bit by bit, as the PTX ISA's pseudo-code does.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/ptx/instructions/run_instruction.h"

namespace attnlab::ptx::testing {
namespace {

using Values = std::vector<std::uint64_t>;
constexpr std::size_t kRows = 1000;

std::string register_of(int bits) {
  return "b" + std::to_string(bits);
}
Column words(int bits, std::uint64_t seed) {
  return {register_of(bits), operands(bits, kRows, seed)};
}
// Mostly 0 to 79, some large.
Column positions(std::uint64_t seed) {
  Column column = words(32, seed);
  for (std::size_t i = 0; i < kRows; ++i) {
    if (i % 8 != 0) column.values[i] %= 80;
  }
  return column;
}
bool bit(std::uint64_t word, std::uint64_t i) {
  return i < 64 && (word >> i & 1u) != 0;
}

using Row = std::vector<std::uint64_t>;
void check(const std::string& text, int result_bits, const std::vector<Column>& columns,
           const std::function<std::uint64_t(const Row&)>& formula) {
  for (const numerics::Isa isa : supported_isas()) {
    const Values results = run_instruction(text, register_of(result_bits), columns, isa);
    for (std::size_t i = 0; i < kRows; ++i) {
      Row row;
      for (const Column& column : columns) row.push_back(column.values[i]);
      const std::uint64_t expected = formula(row) & (~std::uint64_t{0} >> (64 - result_bits));
      if (results[i] != expected) {
        FAIL(text << " of " << row.front() << " … gives " << results[i] << ", not " << expected);
      }
    }
  }
}

TEST_CASE("logic works bit by bit in every width", "[sim][ptx]") {
  for (const int bits : {16, 32, 64}) {
    const std::string type = ".b" + std::to_string(bits);
    const std::vector<Column> columns = {words(bits, 1), words(bits, 2)};
    check("and" + type + " %d, %a, %b;", bits, columns, [](const Row& r) { return r[0] & r[1]; });
    check("or" + type + " %d, %a, %b;", bits, columns, [](const Row& r) { return r[0] | r[1]; });
    check("xor" + type + " %d, %a, %b;", bits, columns, [](const Row& r) { return r[0] ^ r[1]; });
    check("not" + type + " %d, %a;", bits, {columns[0]}, [](const Row& r) { return ~r[0]; });
    check("cnot" + type + " %d, %a;", bits, {columns[0]},
          [](const Row& r) { return r[0] == 0 ? 1u : 0u; });
  }
}

TEST_CASE("predicates have logic too", "[sim][ptx]") {
  const Column p = {"pred", {0, 0, 1, 1}};
  const Column q = {"pred", {0, 1, 0, 1}};
  CHECK(run_instruction("and.pred %d, %a, %b;", "pred", {p, q}) == Values{0, 0, 0, 1});
  CHECK(run_instruction("or.pred %d, %a, !%b;", "pred", {p, q}) == Values{1, 0, 1, 1});
  CHECK(run_instruction("xor.pred %d, %a, %b;", "pred", {p, q}) == Values{0, 1, 1, 0});
  CHECK(run_instruction("not.pred %d, %a;", "pred", {p}) == Values{1, 1, 0, 0});
}

TEST_CASE("lop3 looks each bit up in its table", "[sim][ptx]") {
  const std::vector<Column> columns = {words(32, 1), words(32, 2), words(32, 3)};
  for (std::uint64_t table = 0; table < 256; table += 5) {
    check("lop3.b32 %d, %a, %b, %c, " + std::to_string(table) + ";", 32, columns,
          [&](const Row& r) {
            std::uint64_t result = 0;
            for (int i = 0; i < 32; ++i) {
              const int index = 4 * bit(r[0], i) + 2 * bit(r[1], i) + bit(r[2], i);
              result |= (table >> index & 1u) << i;
            }
            return result;
          });
  }
}

TEST_CASE("lop3 combines whether its result is nonzero with a predicate", "[sim][ptx]") {
  const std::vector<Column> columns = {
      {"b32", {0, 0, 1, 1}}, {"b32", {1, 1, 1, 1}}, {"b32", {1, 1, 1, 1}}, {"pred", {0, 1, 0, 1}}};
  const auto both =
      run_instructions("lop3.and.b32 %d|%q, %a, %b, %c, 0x80, %e;", {"b32", "pred"}, columns);
  CHECK(both == std::vector<Values>{{0, 0, 1, 1}, {0, 0, 0, 1}});
  const auto either = run_instructions("lop3.or.b32 _|%q, %a, %b, %c, 0x80, !%e; mov.b32 %d, 0;",
                                       {"b32", "pred"}, columns);
  CHECK(either[1] == Values{1, 0, 1, 1});
}

TEST_CASE("shifts by the width and more leave nothing but the sign", "[sim][ptx]") {
  for (const int bits : {16, 32, 64}) {
    const std::string width = std::to_string(bits);
    const std::vector<Column> columns = {words(bits, 1), positions(2)};
    const auto limit = static_cast<std::uint64_t>(bits);
    check("shl.b" + width + " %d, %a, %b;", bits, columns,
          [&](const Row& r) { return r[1] < limit ? r[0] << r[1] : 0; });
    check("shr.u" + width + " %d, %a, %b;", bits, columns,
          [&](const Row& r) { return r[1] < limit ? r[0] >> r[1] : 0; });
    check("shr.s" + width + " %d, %a, %b;", bits, columns, [&](const Row& r) {
      std::uint64_t result = 0;
      for (std::uint64_t i = 0; i < limit; ++i) {
        const std::uint64_t from = std::min(i + r[1], limit - 1);
        result |= std::uint64_t{bit(r[0], from)} << i;
      }
      return result;
    });
  }
}

TEST_CASE("funnel shifts move 64 bits and keep a word", "[sim][ptx]") {
  const std::vector<Column> columns = {words(32, 1), words(32, 2), positions(3)};
  for (const bool wrap : {false, true}) {
    const std::string mode = wrap ? "wrap" : "clamp";
    const auto both = [](const Row& r) { return r[1] << 32 | r[0]; };
    const auto amount = [=](const Row& r) {
      return wrap ? r[2] % 32 : std::min<std::uint64_t>(r[2], 32);
    };
    check("shf.l." + mode + ".b32 %d, %a, %b, %c;", 32, columns,
          [=](const Row& r) { return both(r) << amount(r) >> 32; });
    check("shf.r." + mode + ".b32 %d, %a, %b, %c;", 32, columns,
          [=](const Row& r) { return both(r) >> amount(r); });
  }
}

TEST_CASE("prmt selects bytes and their signs", "[sim][ptx]") {
  check("prmt.b32 %d, %a, %b, %c;", 32, {words(32, 1), words(32, 2), words(32, 3)},
        [](const Row& r) {
          std::uint64_t result = 0;
          for (int i = 0; i < 4; ++i) {
            const std::uint64_t selector = r[2] >> (4 * i) & 0xf;
            std::uint64_t byte = (r[1] << 32 | r[0]) >> (8 * (selector % 8)) & 0xff;
            if (selector >= 8) byte = byte >= 128 ? 0xff : 0;
            result |= byte << (8 * i);
          }
          return result;
        });
  // The modes, from the table of the PTX ISA: bytes named by their own number.
  const std::vector<Column> bytes = {
      {"b32", {0x03020100u, 0x03020100u}}, {"b32", {0x07060504u, 0x07060504u}}, {"b32", {1, 2}}};
  const auto mode = [&](const std::string& name) {
    return run_instruction("prmt.b32." + name + " %d, %a, %b, %c;", "b32", bytes);
  };
  CHECK(mode("f4e") == Values{0x04030201u, 0x05040302u});
  CHECK(mode("b4e") == Values{0x06070001u, 0x07000102u});
  CHECK(mode("rc8") == Values{0x01010101u, 0x02020202u});
  CHECK(mode("ecl") == Values{0x03020101u, 0x03020202u});
  CHECK(mode("ecr") == Values{0x01010100u, 0x02020100u});
  CHECK(mode("rc16") == Values{0x03020302u, 0x01000100u});
}

TEST_CASE("bit fields are taken out and put in", "[sim][ptx]") {
  for (const int bits : {32, 64}) {
    const std::string width = std::to_string(bits);
    const auto top = static_cast<std::uint64_t>(bits) - 1;
    // In 32-bit words, only 8 bits of a position count.
    const auto taken = [=](std::uint64_t n) { return bits == 32 ? n % 256 : n; };
    const Column word = words(bits, 1);
    for (const std::string sign : {"u", "s"}) {
      check("bfe." + sign + width + " %d, %a, %b, %c;", bits, {word, positions(2), positions(3)},
            [&](const Row& r) {
              const std::uint64_t first = taken(r[1]);
              const std::uint64_t length = taken(r[2]);
              const bool fill =
                  sign == "s" && length != 0 && bit(r[0], std::min(first + length - 1, top));
              std::uint64_t result = 0;
              for (std::uint64_t i = 0; i <= top; ++i) {
                const bool inside = i < length && first + i <= top;
                result |= std::uint64_t{inside ? bit(r[0], first + i) : fill} << i;
              }
              return result;
            });
    }
    check("bfi.b" + width + " %d, %a, %b, %c, %e;", bits,
          {word, words(bits, 4), positions(2), positions(3)}, [&](const Row& r) {
            std::uint64_t result = r[1];
            for (std::uint64_t i = 0; i < taken(r[3]) && taken(r[2]) + i <= top; ++i) {
              const std::uint64_t at = std::uint64_t{1} << (taken(r[2]) + i);
              result = bit(r[0], i) ? result | at : result & ~at;
            }
            return result;
          });
  }
}

TEST_CASE("counts and searches of bits", "[sim][ptx]") {
  for (const int bits : {32, 64}) {
    const std::string width = std::to_string(bits);
    const Column word = words(bits, 1);
    const auto highest = [=](std::uint64_t w) {
      int at = bits - 1;
      while (at >= 0 && !bit(w, static_cast<std::uint64_t>(at))) --at;
      return at;
    };
    check("popc.b" + width + " %d, %a;", 32, {word}, [](const Row& r) {
      std::uint64_t count = 0;
      for (std::uint64_t i = 0; i < 64; ++i) count += bit(r[0], i);
      return count;
    });
    check("clz.b" + width + " %d, %a;", 32, {word},
          [=](const Row& r) { return static_cast<std::uint64_t>(bits - 1 - highest(r[0])); });
    check("brev.b" + width + " %d, %a;", bits, {word}, [=](const Row& r) {
      std::uint64_t result = 0;
      for (int i = 0; i < bits; ++i) {
        result |= std::uint64_t{bit(r[0], static_cast<std::uint64_t>(bits - 1 - i))} << i;
      }
      return result;
    });
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - bits);
    check("bfind.u" + width + " %d, %a;", 32, {word},
          [=](const Row& r) { return static_cast<std::uint64_t>(highest(r[0])); });
    check("bfind.shiftamt.s" + width + " %d, %a;", 32, {word}, [=](const Row& r) {
      const bool negative = bit(r[0], static_cast<std::uint64_t>(bits - 1));
      const int at = highest(negative ? ~r[0] & all : r[0]);
      return static_cast<std::uint64_t>(at < 0 ? -1 : bits - 1 - at);
    });
  }
}

TEST_CASE("fns finds the n-th set bit in either direction", "[sim][ptx]") {
  const Column mask = {"b32", {0x80000121u, 0x80000121u, 0x80000121u, 0x80000121u, 0x80000121u}};
  const Column base = {"b32", {0, 1, 31, 5, 1}};
  const Column nth = {"b32", {1, 2, 0xfffffffeu, 0, 0}};
  CHECK(run_instruction("fns.b32 %d, %a, %b, %c;", "b32", {mask, base, nth}) ==
        Values{0, 8, 8, 5, 0xffffffffu});
}

TEST_CASE("bmsk and szext wrap or clamp their lengths", "[sim][ptx]") {
  const std::vector<Column> fields = {{"b32", {4, 0, 28, 33, 0}}, {"b32", {8, 32, 8, 1, 0}}};
  CHECK(run_instruction("bmsk.clamp.b32 %d, %a, %b;", "b32", fields) ==
        Values{0xff0u, 0xffffffffu, 0xf0000000u, 0, 0});
  CHECK(run_instruction("bmsk.wrap.b32 %d, %a, %b;", "b32", fields) ==
        Values{0xff0u, 0, 0xf0000000u, 2, 0});
  const std::vector<Column> numbers = {{"b32", {0xabcdef80u, 0xabcdef80u, 0xabcdef80u}},
                                       {"b32", {8, 32, 0}}};
  CHECK(run_instruction("szext.clamp.s32 %d, %a, %b;", "b32", numbers) ==
        Values{0xffffff80u, 0xabcdef80u, 0});
  CHECK(run_instruction("szext.wrap.u32 %d, %a, %b;", "b32", numbers) == Values{0x80u, 0, 0});
}

}  // namespace
}  // namespace attnlab::ptx::testing
