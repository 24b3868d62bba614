// SPDX-License-Identifier: MIT
// Atomics: every operation, type and space against a model in C++, lane after lane.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <functional>
#include <random>

#include "sim/numerics/formats.h"
#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

using Next = std::function<std::uint64_t(std::uint64_t old, std::uint64_t b, std::uint64_t c)>;

struct Case {
  std::string operation;  // "add.u32"
  int bytes;
  Next next;
};

template <class T>
T as(std::uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}
template <class T>
std::uint64_t bits(T value) {
  std::uint64_t result = 0;
  std::memcpy(&result, &value, sizeof(value));
  return result;
}

template <class T>
void add_integer_cases(std::vector<Case>& cases, const std::string& type) {
  constexpr int kBytes = sizeof(T);
  const auto add = [&](const std::string& name, std::function<T(T, T)> f) {
    cases.push_back({name + type, kBytes, [f](std::uint64_t old, std::uint64_t b, std::uint64_t) {
                       return bits<T>(f(as<T>(old), as<T>(b)));
                     }});
  };
  add("add.", [](T a, T b) { return static_cast<T>(bits(a) + bits(b)); });
  add("min.", [](T a, T b) { return std::min(a, b); });
  add("max.", [](T a, T b) { return std::max(a, b); });
}

template <class T>
void add_bit_cases(std::vector<Case>& cases, const std::string& type) {
  constexpr int kBytes = sizeof(T);
  using U = std::uint64_t;
  cases.push_back({"and." + type, kBytes, [](U old, U b, U) { return old & b; }});
  cases.push_back({"or." + type, kBytes, [](U old, U b, U) { return old | b; }});
  cases.push_back({"xor." + type, kBytes, [](U old, U b, U) { return old ^ b; }});
  cases.push_back({"exch." + type, kBytes, [](U, U b, U) { return b; }});
  cases.push_back({"cas." + type, kBytes, [](U old, U b, U c) { return old == b ? c : old; }});
}

// Sums of halves, one or two of them side by side.
template <auto kToFloat, auto kFromFloat>
std::uint64_t half_sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  for (int shift = 0; shift < 32; shift += 16) {
    const float x = kToFloat(static_cast<std::uint16_t>(a >> shift));
    const float y = kToFloat(static_cast<std::uint16_t>(b >> shift));
    sum |= std::uint64_t{kFromFloat(x + y)} << shift;
  }
  return sum;
}

std::vector<Case> cases() {
  std::vector<Case> cases;
  using namespace attnlab::numerics;
  for (const auto& [type, bytes] : {std::pair{"f16", 2}, std::pair{"f16x2", 4}}) {
    cases.push_back({std::string("add.noftz.") + type, bytes, [](auto old, auto b, auto) {
                       return half_sum<f32_from_f16, f16_from_f32>(old, b);
                     }});
    cases.push_back({std::string("add.noftz.b") + type, bytes, [](auto old, auto b, auto) {
                       return half_sum<f32_from_bf16, bf16_from_f32>(old, b);
                     }});
  }
  cases.push_back({"cas.b16", 2, [](auto old, auto b, auto c) { return old == b ? c : old; }});
  add_integer_cases<std::uint32_t>(cases, "u32");
  add_integer_cases<std::int32_t>(cases, "s32");
  add_integer_cases<std::uint64_t>(cases, "u64");
  add_integer_cases<std::int64_t>(cases, "s64");
  add_bit_cases<std::uint32_t>(cases, "b32");
  add_bit_cases<std::uint64_t>(cases, "b64");
  using U = std::uint64_t;
  cases.push_back({"inc.u32", 4, [](U old, U b, U) { return old >= b ? 0 : old + 1; }});
  cases.push_back({"dec.u32", 4, [](U old, U b, U) { return old == 0 || old > b ? b : old - 1; }});
  cases.push_back(
      {"add.f64", 8, [](U old, U b, U) { return bits(as<double>(old) + as<double>(b)); }});
  cases.push_back(
      {"add.f32", 4, [](U old, U b, U) { return bits(as<float>(old) + as<float>(b)); }});
  return cases;
}

std::uint64_t mask_of(int bytes) {
  return ~std::uint64_t{0} >> (64 - 8 * bytes);
}

// Operands that meet: small numbers, so that inc wraps and cas succeeds; floats that are exact.
std::vector<std::uint64_t> operands(const Case& one, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 64; ++i) {
    const std::uint32_t small = random() % 6;
    const auto number = static_cast<float>(small) * 0.5f - 1.0f;
    const auto is = [&](const char* type) { return one.operation.find(type) != std::string::npos; };
    const std::uint64_t half = is(".bf16") ? attnlab::numerics::bf16_from_f32(number)
                                           : attnlab::numerics::f16_from_f32(number);
    values.push_back(is("f16")    ? half * (one.bytes == 4 ? 0x10001u : 1u)
                     : is(".f64") ? bits(static_cast<double>(number))
                     : is(".f32") ? bits(number)
                                  : (random() % 8 == 0 ? std::uint64_t{0} - small : small));
    values.back() &= mask_of(one.bytes);
  }
  return values;
}

// Two warps update four cells; returns the old values and, behind them, the cells.
std::vector<std::uint64_t> updated(const Case& one, const std::string& space,
                                   const std::vector<std::uint64_t>& b,
                                   const std::vector<std::uint64_t>& c, bool some_lanes) {
  const std::string width = std::to_string(8 * one.bytes);
  const std::string scale = std::to_string(one.bytes);
  const bool cas = one.operation.find("cas") == 0;
  const bool shared = space != ".global";
  Emulation emulation(
      ".shared .b64 cells[4]; .visible .entry k(.param .u64 b, .param .u64 c, "
      ".param .u64 old, .param .u64 out) {\n.reg .pred %p; .reg .b32 %r<4>; "
      ".reg .b64 %d<9>; .reg .b" +
      width + " %x<4>;\n" + R"(
    ld.param.u64 %d1, [b]; ld.param.u64 %d2, [c]; ld.param.u64 %d3, [old]; ld.param.u64 %d4, [out];
    mov.u32 %r0, %tid.x; mul.wide.u32 %d0, %r0, 8; and.b32 %r1, %r0, 3;
    add.u64 %d1, %d1, %d0; add.u64 %d2, %d2, %d0; add.u64 %d3, %d3, %d0;)" +
      (shared ? "mov.u64 %d5, cells; setp.gt.u32 %p, %r0, 3; mul.wide.u32 %d6, %r0, "
                "8; add.u64 %d6, %d6, %d5; @!%p st.shared.b64 [%d6], 0; bar.sync 0;"
              : "mov.u64 %d5, %d4;") +
      (space.empty() ? "cvta.shared.u64 %d5, %d5;" : "") + R"(
    mul.wide.u32 %d6, %r1, 8; add.u64 %d5, %d5, %d6;
    ld.global.b)" +
      width + " %x1, [%d1]; ld.global.b" + width + " %x2, [%d2];" +
      (some_lanes ? "rem.u32 %r2, %r0, 3; setp.eq.u32 %p, %r2, 1;" : "") +
      (some_lanes ? "@%p " : "") + "atom" + space + "." + one.operation + " %x0, [%d5], %x1" +
      (cas ? ", %x2" : "") + ";" + (some_lanes ? "@%p " : "") + "st.global.b" + width +
      R"( [%d3], %x0;
    bar.sync 0;)" +
      (shared ? "ld" + space +
                    ".b64 %d7, [%d5]; add.u64 %d4, %d4, %d6; setp.gt.u32 %p, %r0, 3;"
                    "@!%p st.global.b64 [%d4], %d7;"
              : "") +
      "ret; }");
  const Address in_b = emulation.buffer("b", b);
  const Address in_c = emulation.buffer("c", c);
  const Address old = emulation.buffer("old", std::vector<std::uint64_t>(64));
  const Address out = emulation.buffer("out", std::vector<std::uint64_t>(4));
  emulation.run(threads(64), {as_bytes(in_b), as_bytes(in_c), as_bytes(old), as_bytes(out)});
  std::vector<std::uint64_t> result = emulation.values<std::uint64_t>(old);
  for (const std::uint64_t cell : emulation.values<std::uint64_t>(out)) result.push_back(cell);
  return result;
}

}  // namespace

TEST_CASE("every atomic gives every lane the old value, and leaves what a model leaves") {
  std::uint32_t seed = 1;
  for (const Case& one : cases()) {
    for (const char* space : {".global", ".shared", ""}) {
      for (const bool some_lanes : {false, true}) {
        INFO(one.operation << " in '" << space << "'");
        const std::vector<std::uint64_t> b = operands(one, seed++);
        const std::vector<std::uint64_t> c = operands(one, seed++);
        std::vector<std::uint64_t> expected(68);
        for (std::size_t i = 0; i < 64; ++i) {
          if (some_lanes && i % 3 != 1) continue;
          std::uint64_t& cell = expected[64 + i % 4];
          expected[i] = cell;
          cell = one.next(cell, b[i], c[i]);
          cell &= mask_of(one.bytes);
        }
        CHECK(updated(one, space, b, c, some_lanes) == expected);
      }
    }
  }
}

TEST_CASE("reductions without a result come out right on any number of workers") {
  Emulation emulation(R"(
.visible .entry k(.param .u64 out) { .reg .b32 %r<4>; .reg .b64 %d<2>;
  ld.param.u64 %d0, [out]; mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x;
  mad.lo.u32 %r0, %r1, %r2, %r0;
  red.global.add.u32 [%d0], %r0; red.global.max.u32 [%d0+4], %r0; red.relaxed.gpu.global.xor.b32 [%d0+8], %r0;
  cvt.u64.u32 %d1, %r0; red.add.u64 [%d0+16], %d1; ret; })");
  CHECK_FALSE(emulation.program.blocks_communicate());
  for (const int workers : {1, 2, 7}) {
    const Address out = emulation.buffer("out", std::vector<std::uint32_t>(6));
    LaunchOptions options;
    options.workers = workers;
    emulation.run(threads(96, 200), {as_bytes(out)}, options);
    constexpr std::uint32_t kCount = 96 * 200;
    std::uint32_t parity = 0;
    for (std::uint32_t i = 0; i < kCount; ++i) parity ^= i;
    CHECK(emulation.values<std::uint32_t>(out) ==
          std::vector<std::uint32_t>{kCount * (kCount - 1) / 2, kCount - 1, parity, 0,
                                     kCount / 2 * (kCount - 1), 0});
  }
}

TEST_CASE("blocks that ask for the old value run in a fixed order") {
  Emulation emulation(R"(
.visible .entry k(.param .u64 out) { .reg .b32 %r<4>; .reg .b64 %d<2>;
  ld.param.u64 %d0, [out]; mov.u32 %r1, %ctaid.x;
  atom.global.inc.u32 %r0, [%d0], 1000; mul.wide.u32 %d1, %r0, 4; add.u64 %d1, %d1, %d0;
  st.global.u32 [%d1+4], %r1; ret; })");
  CHECK(emulation.program.blocks_communicate());
  for (const int workers : {1, 7}) {
    const Address out = emulation.buffer("out", std::vector<std::uint32_t>(101));
    LaunchOptions options;
    options.workers = workers;
    emulation.run(threads(1, 100), {as_bytes(out)}, options);
    CHECK(emulation.values<std::uint32_t>(out) ==
          each_thread(101, [](std::uint32_t i) { return i == 0 ? 100 : i - 1; }));
  }
}
