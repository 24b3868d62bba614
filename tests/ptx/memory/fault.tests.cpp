// SPDX-License-Identifier: MIT
// Accesses that are not allowed: each is a fault that names what, where and whose, and changes
// nothing.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

constexpr std::uint32_t kElements = 64;

// One launch on in[64] and out[64] of 32-bit words; %d1 and %d2 are their addresses, %r0 the
// thread's index in the block.
struct Attempt {
  explicit Attempt(const std::string& body, const LaunchShape& shape = threads(32),
                   const std::string& before = "")
      : emulation(before + R"(
.visible .entry k(.param .u64 in, .param .u64 out) {
  .reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<9>; .reg .b64 %d<9>;
  ld.param.u64 %d1, [in]; ld.param.u64 %d2, [out];
  mov.u32 %r0, %tid.x; mul.wide.u32 %d3, %r0, 4; mov.u32 %r1, 7;
)" + body + "\nret; }"),
        in(emulation.buffer("in", std::vector<std::uint32_t>(kElements, 1))),
        out(emulation.buffer("out", std::vector<std::uint32_t>(kElements, 2))),
        fault(run(shape)) {
    CHECK(emulation.values<std::uint32_t>(in) == std::vector<std::uint32_t>(kElements, 1));
    CHECK(emulation.values<std::uint32_t>(out) == std::vector<std::uint32_t>(kElements, 2));
  }

  KernelFault run(const LaunchShape& shape) {
    emulation.memory.make_read_only(in);
    return emulation.fault(shape, {as_bytes(in), as_bytes(out)});
  }

  Emulation emulation;
  Address in;
  Address out;
  KernelFault fault;
};

}  // namespace

TEST_CASE("one element too far, before or behind, by one lane or all, is out of bounds") {
  const struct {
    const char* body;
    const char* words;
    std::uint32_t thread;
  } cases[] = {
      {"add.u64 %d4, %d2, %d3; st.global.u32 [%d4+132], %r1;",
       "writes 4 bytes at out[64], but out has 64 elements of 4 bytes", 31},
      {"add.u64 %d4, %d2, %d3; st.u32 [%d4+132], %r1;", "writes 4 bytes at out[64]", 31},
      {"add.u64 %d4, %d2, %d3; ld.global.u32 %r1, [%d4+-4];", "reads 4 bytes at out[-1]", 0},
      {"add.u64 %d4, %d2, %d3; atom.global.add.u32 %r1, [%d4+132], 1;",
       "updates 4 bytes at out[64]", 31},
      {"setp.eq.u32 %p0, %r0, 17; @%p0 st.global.u32 [%d2+256], %r1;", "out[64]", 17},
      {"selp.b32 %r2, 64, 3, %p0; setp.eq.u32 %p1, %r0, 9; @%p1 mov.u32 %r2, 64;"
       "mad.wide.u32 %d4, %r2, 4, %d2; st.global.u32 [%d4], %r1;",
       "out[64]", 9},
      {"st.global.v2.u32 [%d2+256], {%r1, %r1};", "writes 8 bytes at out[64]", 0},
      {"ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%d2+-16];", "reads 16 bytes at out[-4]", 0},
      {"ld.global.u8 %r1, [%d1+256];", "reads 1 bytes at in[64]", 0},
      {"ld.global.u64 %d4, [%d1+2048];", "reads 8 bytes at in[512]", 0},
  };
  for (const auto& [body, words, thread] : cases) {
    INFO(body);
    const KernelFault fault = Attempt(body).fault;
    CHECK(fault.kind == FaultKind::kOutOfBounds);
    CHECK(says(fault, words));
    CHECK(fault.place.thread[0] == thread);
  }
}

TEST_CASE("a report names the kernel, its source line, the block, the thread and the instruction") {
  const Attempt attempt(".loc 1 41 5\nst.global.u32 [%d2+256], %r1;", {{3, 2, 1}, {20, 3, 1}, 0},
                        ".file 1 \"scale.cu\"\n");
  const KernelFault& fault = attempt.fault;
  CHECK(std::string(fault.what()) ==
        "scale.cu:41: k: block (0, 0, 0), thread (0, 0, 0) (warp 0, lane 0): writes 4 bytes at "
        "out[64], but out has 64 elements of 4 bytes\n  in `st.global.u32 [%d2+256], %r1;`");
  const KernelFault second = Attempt(
                                 "mov.u32 %r2, %tid.y; setp.eq.u32 %p0, %r2, 2; mov.u32 %r3, "
                                 "%ctaid.y; setp.eq.and.u32 %p0, %r3, 1, %p0;"
                                 "@%p0 st.global.u32 [%d2+256], %r1;",
                                 {{3, 2, 1}, {20, 3, 1}, 0})
                                 .fault;
  CHECK(says(second, "block (0, 1, 0), thread (0, 2, 0) (warp 1, lane 8)"));
  CHECK(second.place.file == "kernel.ptx");
}

TEST_CASE("null pointers, addresses of nothing, and wrapped ones are told apart") {
  const auto fault = [](const std::string& body) { return Attempt(body).fault; };
  CHECK(fault("mov.u64 %d4, 0; ld.global.u32 %r1, [%d4];").kind == FaultKind::kNullPointer);
  CHECK(fault("mov.u64 %d4, 0; st.u32 [%d4+124], %r1;").kind == FaultKind::kNullPointer);
  CHECK(fault("atom.add.u32 %r1, [%d3], 1;").kind == FaultKind::kNullPointer);
  for (const char* address :
       {"-4", "0x7fffffffffffffff", "0x8000000000000000", "0x7ffffffffffffff0", "0x123456789abc0",
        "0x7e0000000000", "0xffffffff00000000"}) {
    for (const char* space : {"", ".global", ".shared", ".local", ".const", ".param"}) {
      for (const char* lanes : {"", "add.u64 %d4, %d4, %d3;", "sub.u64 %d4, %d4, %d3;",
                                "setp.lt.u32 %p0, %r0, 5; @%p0 mov.u64 %d4, %d1;"}) {
        const std::string body = std::string("mov.u64 %d4, ") + address +
                                 "; and.b64 %d4, %d4, -4;" + lanes + " ld" + space +
                                 ".u32 %r1, [%d4];";
        INFO(body);
        CHECK(Attempt(body, threads(32), ".shared .u32 s[32]; .const .u32 c[32];").fault.kind ==
              FaultKind::kOutOfBounds);
      }
    }
  }
}

TEST_CASE("what is not aligned is a fault that names the address") {
  for (const char* body :
       {"ld.global.u32 %r1, [%d2+2];", "ld.global.u16 %r1, [%d2+1];", "ld.u64 %d4, [%d2+4];",
        "ld.global.v2.u32 {%r1, %r2}, [%d2+4];", "st.global.v4.u32 [%d2+8], {%r1, %r1, %r1, %r1};",
        "atom.global.add.u32 %r1, [%d2+2], 1;", "red.global.add.u64 [%d2+4], %d3;",
        "setp.eq.u32 %p0, %r0, 30; @%p0 add.u64 %d2, %d2, 1; ld.global.u32 %r1, [%d2];",
        "st.shared.u32 [s+1], %r1;", "ld.local.u16 %h1, [a+1];", "ld.const.u32 %r1, [c+2];"}) {
    INFO(body);
    const KernelFault fault = Attempt(std::string(".local .b8 a[8];") + body, threads(32),
                                      ".shared .align 8 .b8 s[32]; .const .align 8 .b8 c[32];")
                                  .fault;
    CHECK(fault.kind == FaultKind::kMisaligned);
    CHECK(says(fault, "which is no multiple of"));
  }
}

TEST_CASE("read-only memory cannot be written by any instruction") {
  for (const char* body :
       {"st.global.u32 [%d1], %r1;", "add.u64 %d4, %d1, %d3; st.global.u32 [%d4], %r1;",
        "st.u32 [%d1], %r1;", "atom.global.exch.b32 %r1, [%d1], 1;", "red.add.u32 [%d1], 1;",
        "mov.u64 %d4, c; st.const.u32 [%d4], %r1;",
        "mov.u64 %d4, c; cvta.const.u64 %d4, %d4; st.u32 [%d4], %r1;",
        "mov.u64 %d4, in; cvta.param.u64 %d4, %d4; st.u64 [%d4], %d3;"}) {
    INFO(body);
    const KernelFault fault = Attempt(body, threads(32), ".const .u32 c[32];").fault;
    CHECK(fault.kind == FaultKind::kWriteToReadOnly);
    CHECK(says(fault, "which is read-only"));
  }
}

TEST_CASE("shared, local, const and param memory end where they end") {
  const struct {
    const char* body;
    const char* words;
  } cases[] = {
      {"st.shared.u32 [s+128], %r1;", "writes 4 bytes at s[32], byte 128 of the block's 128 bytes"},
      {"mov.u32 %r2, s; sub.u32 %r2, %r2, 4; ld.shared.u32 %r1, [%r2];",
       "byte 4294967292 of shared memory, but the block has 128 bytes"},
      {"mov.u64 %d4, s; cvta.shared.u64 %d4, %d4; ld.u32 %r1, [%d4+128];", "s[32]"},
      {"ld.local.u32 %r1, [a+16];", "byte 16 of local memory, but the thread has 16 bytes"},
      {"mov.u64 %d4, a; ld.local.u32 %r1, [%d4+-4];", "of local memory"},
      {"ld.const.u32 %r1, [c+128];", "byte 128 of const memory, which ends before"},
      {"ld.param.u32 %r1, [out+8];", "byte 16 of param memory, which ends before"},
      {"ld.param.u64 %d4, [in+-8];", "of param memory"},
  };
  for (const auto& [body, words] : cases) {
    INFO(body);
    const KernelFault fault = Attempt(std::string(".local .align 4 .b8 a[16];") + body, threads(32),
                                      ".shared .u32 s[32]; .const .u32 c[32];")
                                  .fault;
    INFO(fault.what());
    CHECK(fault.kind == FaultKind::kOutOfBounds);
    CHECK(says(fault, words));
  }
}

TEST_CASE("a function's own shared array is named, the one that was overrun") {
  const KernelFault fault = Attempt(R"(
    .shared .u32 first[8]; .shared .u16 second[8];
    st.shared.u32 [first], %r1; mov.u32 %r2, second; mad.lo.u32 %r2, %r0, 2, %r2;
    st.shared.u16 [%r2+2], %r1;)",
                                    threads(8))
                                .fault;
  CHECK(says(fault, "second[8], byte 48 of the block's 48 bytes of shared memory"));
}

TEST_CASE("an allocation of no bytes has none, and does not hide its neighbours") {
  Emulation emulation(R"(
.visible .entry k(.param .u64 p) { .reg .b64 %d; .reg .b32 %r;
  ld.param.u64 %d, [p]; ld.global.u8 %r, [%d]; ret; })");
  const Address before = emulation.buffer("before", std::vector<std::uint8_t>(300));
  const Address none = emulation.memory.allocate("none", 0, 1);
  const Address after = emulation.buffer("after", std::vector<std::uint8_t>(3));
  const KernelFault fault = emulation.fault(threads(1), {as_bytes(none)});
  CHECK(says(fault, "none[0], but none has 0 elements"));
  emulation.run(threads(1), {as_bytes(before + 299)});
  emulation.run(threads(1), {as_bytes(after + 2)});
  CHECK(says(emulation.fault(threads(1), {as_bytes(before + 300)}), "before[300]"));
  CHECK(says(emulation.fault(threads(1), {as_bytes(after - 1)}), "after[-1]"));
  CHECK(emulation.memory.bytes(none).empty());
  CHECK_THROWS_AS(emulation.memory.allocate("all", ~std::uint64_t{0}), std::bad_alloc);
  CHECK_THROWS_AS(emulation.memory.allocate("all", kGlobalBytes), std::bad_alloc);
}
