// SPDX-License-Identifier: MIT
// Loads and stores of every space, width and vector size, in whatever pattern the lanes lie.
#include <catch2/catch_test_macros.hpp>
#include <functional>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

// A kernel of one warp that copies by index: lane i loads element from(i) and stores it at to(i).
// The indices are read from a table, so that every pattern goes through the same code.
std::vector<std::uint8_t> copied(const std::string& type, std::uint32_t bytes,
                                 const std::vector<std::uint32_t>& from,
                                 const std::vector<std::uint32_t>& to, bool generic) {
  const std::string vector = type.substr(0, type.find_last_of('.') + 1);
  const int elements = vector.find("v4") != vector.npos   ? 4
                       : vector.find("v2") != vector.npos ? 2
                                                          : 1;
  const std::string scalar = type.substr(type.find_last_of('.') + 1);
  const std::string space = generic ? "" : ".global";
  std::string list;
  for (int e = 0; e < elements; ++e) list += (e > 0 ? ", %x" : "%x") + std::to_string(e);
  if (elements > 1) list = "{" + list + "}";
  Emulation emulation(
      ".visible .entry k(.param .u64 in, .param .u64 out, .param .u64 index) {\n"
      ".reg .b" +
      std::to_string(scalar == "b8" ? 16 : 8 * bytes / elements) +
      " %x<4>; .reg .b32 %r<4>; .reg .b64 %d<6>;\n" + R"(
    ld.param.u64 %d0, [in]; ld.param.u64 %d1, [out]; ld.param.u64 %d2, [index];
    mov.u32 %r0, %tid.x; mul.wide.u32 %d3, %r0, 8; add.u64 %d2, %d2, %d3;
    ld.global.v2.u32 {%r1, %r2}, [%d2];
    mad.wide.u32 %d4, %r1, )" +
      std::to_string(bytes) + R"(, %d0;
    mad.wide.u32 %d5, %r2, )" +
      std::to_string(bytes) + ", %d1;\n" + "ld" + space + type + " " + list + ", [%d4];\nst" +
      space + type + " [%d5], " + list + ";\nret; }");
  std::vector<std::uint8_t> in;
  for (std::uint32_t i = 0; i < 64 * bytes; ++i)
    in.push_back(static_cast<std::uint8_t>(7 * i + i / 256));
  std::vector<std::uint32_t> index;
  for (std::size_t i = 0; i < from.size(); ++i) {
    index.push_back(from[i]);
    index.push_back(to[i]);
  }
  const Address a = emulation.buffer("in", in);
  const Address b = emulation.buffer("out", std::vector<std::uint8_t>(64 * bytes, 0xcb));
  const Address c = emulation.buffer("index", index);
  emulation.run(threads(static_cast<std::uint32_t>(from.size())),
                {as_bytes(a), as_bytes(b), as_bytes(c)});
  std::vector<std::uint8_t> expected(64 * bytes, 0xcb);
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::copy_n(in.begin() + from[i] * bytes, bytes, expected.begin() + to[i] * bytes);
  }
  const std::vector<std::uint8_t> out = emulation.values<std::uint8_t>(b);
  CHECK(out == expected);
  return out;
}

using Index = std::function<std::uint32_t(std::uint32_t)>;

}  // namespace

TEST_CASE("every width and vector goes through every pattern, whole warps and parts") {
  const Index patterns[] = {
      [](std::uint32_t i) { return i; },
      [](std::uint32_t i) { return i + 5; },
      [](std::uint32_t i) { return 31 - i; },
      [](std::uint32_t i) { return 2 * i; },
      [](std::uint32_t) { return 9u; },
      [](std::uint32_t i) { return i < 16 ? 3u : i; },
      [](std::uint32_t i) { return i * 13 % 64; },
      [](std::uint32_t i) { return i ^ 16u; },
  };
  const struct {
    const char* type;
    std::uint32_t bytes;
  } types[] = {{".b8", 1},    {".b16", 2},    {".b32", 4},    {".b64", 8},
               {".v2.b8", 2}, {".v2.b16", 4}, {".v2.b32", 8}, {".v2.b64", 16},
               {".v4.b8", 4}, {".v4.b16", 8}, {".v4.b32", 16}};
  for (const auto& [type, bytes] : types) {
    for (const Index& from : patterns) {
      for (const Index& to : patterns) {
        for (const std::uint32_t lanes : {32u, 11u}) {
          INFO(type << ", " << lanes << " lanes");
          copied(type, bytes, each_thread(lanes, from), each_thread(lanes, to), bytes == 4);
        }
      }
    }
  }
}

TEST_CASE("loads extend as their type says, into registers of any width") {
  const std::string words =
      ".global .align 8 .b8 data[8] = {0x80, 0xff, 0xfe, 0xfd, 1, 2, 3, 0x84};";
  const auto loaded = [&](const std::string& type, const std::string& reg,
                          const std::string& to_word) {
    return run_threads("mov.u64 %d2, data; ld.global." + type + " " + reg + ", [%d2]; " + to_word,
                       threads(1), words)[0];
  };
  CHECK(loaded("u8", "%r1", "") == 0x80);
  CHECK(loaded("s8", "%r1", "") == 0xffffff80);
  CHECK(loaded("b16", "%r1", "") == 0xff80);
  CHECK(loaded("s16", "%r1", "") == 0xffffff80);
  CHECK(loaded("s8", "%h1", "cvt.u32.u16 %r1, %h1;") == 0xff80);
  CHECK(loaded("u8", "%h1", "cvt.u32.u16 %r1, %h1;") == 0x80);
  CHECK(loaded("s16", "%h1", "cvt.u32.u16 %r1, %h1;") == 0xff80);
  CHECK(loaded("s8", "%d3", "shr.u64 %d3, %d3, 32; cvt.u32.u64 %r1, %d3;") == 0xffffffff);
  CHECK(loaded("s32", "%d3", "shr.u64 %d3, %d3, 32; cvt.u32.u64 %r1, %d3;") == 0xffffffff);
  CHECK(loaded("u32", "%d3", "shr.u64 %d3, %d3, 32; cvt.u32.u64 %r1, %d3;") == 0);
  CHECK(loaded("b64", "%d3", "shr.u64 %d3, %d3, 32; cvt.u32.u64 %r1, %d3;") == 0x84030201);
  CHECK(loaded("v2.s8", "{%r1, %r4}", "sub.u32 %r1, %r1, %r4;") == 0xffffff81);
}

TEST_CASE("a generic address reaches every space, and cvta goes both ways") {
  const auto result = run_threads(R"(
    .local .u32 mine; .shared .u32 ours;
    mov.u64 %d2, mine; cvta.local.u64 %d2, %d2; st.u32 [%d2], %r2;
    mov.u64 %d3, ours; cvta.shared.u64 %d3, %d3; st.u32 [%d3], 1000;
    mov.u64 %d4, theirs; cvta.global.u64 %d4, %d4;
    mov.u64 %d5, fixed; cvta.const.u64 %d5, %d5;
    mov.u64 %d6, out; cvta.param.u64 %d6, %d6;
    ld.u32 %r4, [%d2]; ld.u32 %r5, [%d3]; ld.u32 %r6, [%d4]; ld.u32 %r7, [%d5+4]; ld.u64 %d7, [%d6];
    add.u32 %r1, %r4, %r5; add.u32 %r1, %r1, %r6; add.u32 %r1, %r1, %r7;
    cvta.to.shared.u64 %d8, %d3; ld.shared.u32 %r8, [%d8]; sub.u32 %r1, %r1, %r8;
    setp.ne.u64 %p0, %d7, %d0; @%p0 mov.u32 %r1, 0;
    isspacep.local %p1, %d2; isspacep.shared %p2, %d3; isspacep.global %p3, %d4;
    isspacep.const %p4, %d5; isspacep.shared %p5, %d2;
    and.pred %p1, %p1, %p2; and.pred %p1, %p1, %p3; and.pred %p1, %p1, %p4;
    not.pred %p5, %p5; and.pred %p1, %p1, %p5;
    @!%p1 mov.u32 %r1, 1;)",
                                  threads(50),
                                  ".global .u32 theirs = 200000; "
                                  ".const .u32 fixed[2] = {1, 3000000};\n");
  CHECK(result == each_thread(50, [](std::uint32_t i) { return 3200000 + i; }));
}

TEST_CASE("lanes of one generic load may lie in different spaces") {
  const auto result = run_threads(R"(
    .local .u32 mine; .shared .u32 ours;
    mov.u64 %d2, mine; cvta.local.u64 %d2, %d2; st.u32 [%d2], %r2;
    mov.u64 %d3, ours; cvta.shared.u64 %d3, %d3; st.u32 [%d3], 1000;
    mov.u64 %d4, theirs;
    rem.u32 %r4, %r2, 3; setp.eq.u32 %p0, %r4, 0; setp.eq.u32 %p1, %r4, 1;
    selp.b64 %d5, %d2, %d3, %p0; selp.b64 %d5, %d4, %d5, %p1;
    ld.u32 %r1, [%d5];)",
                                  threads(32), ".global .u32 theirs = 200000;\n");
  CHECK(result == each_thread(32, [](std::uint32_t i) {
          return i % 3 == 0 ? i : i % 3 == 1 ? 200000u : 1000u;
        }));
}

TEST_CASE("a local array with a computed index is each lane's own, also by 32-bit addresses") {
  const auto result = run_threads(R"(
    .local .align 4 .b8 a[64];
    mov.u32 %r9, a; mov.u64 %d2, a;
    mov.u32 %r4, 0;
  FILL:
    mad.lo.u32 %r5, %r4, 4, %r9; add.u32 %r6, %r4, %r2; st.local.u32 [%r5], %r6;
    add.u32 %r4, %r4, 1; setp.lt.u32 %p0, %r4, 16; @%p0 bra FILL;
    and.b32 %r7, %r2, 15; mul.wide.u32 %d3, %r7, 4; add.u64 %d2, %d2, %d3; ld.local.u32 %r1, [%d2];)",
                                  threads(70));
  CHECK(result == each_thread(70, [](std::uint32_t i) { return i + i % 16; }));
}

TEST_CASE("offsets may be negative and 32-bit addresses wrap around") {
  const auto result = run_threads(R"(
    mov.u32 %r4, s; shl.b32 %r5, %r2, 2; add.u32 %r6, %r4, %r5;
    add.u32 %r7, %r6, 128; st.shared.u32 [%r7+-128], %r2;
    sub.u32 %r8, %r6, 256; ld.shared.u32 %r1, [%r8+256];
    setp.lt.u32 %p0, %r2, 9; @%p0 ld.shared.u32 %r9, [%r8+256]; @%p0 add.u32 %r1, %r1, %r9;)",
                                  threads(32), ".shared .u32 s[32];\n");
  CHECK(result == each_thread(32, [](std::uint32_t i) { return i < 9 ? 2 * i : i; }));
}

TEST_CASE("dynamic shared memory lies behind the static, aligned as it asks") {
  LaunchShape shape = threads(32);
  shape.dynamic_shared_bytes = 128;
  const auto result = run_threads(R"(
    mov.u32 %r4, dynamic; mov.u32 %r5, also;
    shl.b32 %r6, %r2, 2; add.u32 %r7, %r5, %r6;
    st.shared.u32 [%r7], %r2; st.shared.u8 [few+2], 77;
    sub.u32 %r8, %r4, %r5; and.b32 %r9, %r4, 15; add.u32 %r8, %r8, %r9;
    ld.shared.u32 %r1, [%r7]; add.u32 %r1, %r1, %r8;
    mov.u32 %r10, %dynamic_smem_size; mad.lo.u32 %r1, %r10, 1000, %r1;)",
                                  shape,
                                  ".shared .b8 few[3]; .extern .shared .align 16 .b8 dynamic[];"
                                  ".extern .shared .align 4 .b32 also[];\n");
  CHECK(result == each_thread(32, [](std::uint32_t i) { return 128000 + i; }));
}

TEST_CASE("one instruction meets many patterns and allocations, one after the other") {
  Emulation emulation(R"(
.visible .entry k(.param .u64 table, .param .u64 out) {
  .reg .pred %p<3>; .reg .b32 %r<12>; .reg .b64 %d<8>; .shared .b32 s[256];
  ld.param.u64 %d0, [table]; ld.param.u64 %d1, [out];
  mov.u32 %r0, %tid.x; mov.u32 %r1, 0; mov.u32 %r2, 0;
LOOP:
  rem.u32 %r3, %r1, 3; mul.wide.u32 %d2, %r3, 8; add.u64 %d2, %d0, %d2; ld.global.u64 %d3, [%d2];
  mul.lo.u32 %r4, %r0, %r1; and.b32 %r4, %r4, 255; mul.wide.u32 %d4, %r4, 4;
  add.u64 %d4, %d3, %d4; ld.global.u32 %r5, [%d4]; mad.lo.u32 %r2, %r2, 5, %r5;
  shl.b32 %r6, %r4, 2; mov.u32 %r7, s; add.u32 %r6, %r6, %r7; st.shared.u32 [%r6], %r0;
  ld.shared.u32 %r8, [%r6]; add.u32 %r2, %r2, %r8;
  add.u32 %r1, %r1, 1; setp.lt.u32 %p0, %r1, 200; @%p0 bra LOOP;
  mul.wide.u32 %d5, %r0, 4; add.u64 %d5, %d1, %d5; st.global.u32 [%d5], %r2; ret; })");
  std::vector<Address> table;
  for (std::uint32_t a = 0; a < 3; ++a) {
    table.push_back(emulation.buffer(
        "part", each_thread(256, [&](std::uint32_t i) { return i * 7 + a * 1000; })));
  }
  const Address pointers = emulation.buffer("table", table);
  const Address out = emulation.buffer("out", std::vector<std::uint32_t>(32));
  emulation.run(threads(32), {as_bytes(pointers), as_bytes(out)});
  CHECK(emulation.values<std::uint32_t>(out) == each_thread(32, [](std::uint32_t lane) {
          std::uint32_t sum = 0;
          for (std::uint32_t i = 0; i < 200; ++i) {
            const std::uint32_t at = lane * i % 256;
            std::uint32_t last = lane;  // of the lanes that stored at this place
            for (std::uint32_t other = lane; other < 32; ++other) {
              if (other * i % 256 == at) last = other;
            }
            sum = sum * 5 + at * 7 + i % 3 * 1000 + last;
          }
          return sum;
        }));
}
