// SPDX-License-Identifier: MIT
// Instructions, lanes, branches, atomics, operations, lines.
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>

#include "sim/ptx/observe/observers.h"
#include "tests/count/counted.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

const char* const kDivergent = R"(
    setp.lt.u32 %p0, %r0, 10;
    @%p0 bra LOW;
    add.u32 %r5, %r0, 1;
    bra.uni JOIN;
LOW:
    add.u32 %r5, %r0, 2;
JOIN:
    @%p0 st.global.u32 [%d0], %r5;
    ret;)";

// Tells of instructions one by one, as the counter's stretches must have them all.
class OneByOne final : public Observer {
 public:
  void on_instruction(const WarpPlace& place) override {
    auto& [times, lanes] = counts[place.instruction];
    ++times;
    lanes += static_cast<std::uint64_t>(std::popcount(place.active));
  }
  std::map<const Instruction*, std::pair<std::uint64_t, std::uint64_t>> counts;
};

void require_the_same_one_by_one(const std::string& body, const LaunchShape& shape,
                                 const std::string& before = "") {
  BuildOptions build;
  build.observe = Counter::kNeeds | ObserverNeeds{.instructions = true};
  Emulation emulation(before + counted_kernel(body), build);
  const Address data = emulation.buffer("data", std::vector<std::uint32_t>(1u << 18));
  Counter counter(emulation.program, shape);
  OneByOne one_by_one;
  Observers both;
  both.add(&counter);
  both.add(&one_by_one);
  LaunchOptions options;
  options.observer = both.as_one();
  emulation.run(shape, {as_bytes(data)}, options);
  std::size_t found = 0;
  for (const InstructionCounts& one : counter.instructions()) {
    INFO(one.instruction->text);
    const auto [times, lanes] = one_by_one.counts[one.instruction];
    CHECK(one.counts[Metric::kInstructions] == times);
    CHECK(one.counts[Metric::kThreads] == lanes);
    ++found;
  }
  CHECK(found == one_by_one.counts.size());
}

}  // namespace

TEST_CASE("instructions count for each group of lanes, guarded ones with the lanes they run for") {
  const Counted counted = count(kDivergent, threads(64));
  // Warp 0: setp, bra, then 2 by 22 lanes, 1 by 10, then st and ret together. Warp 1 does not take
  // the branch: setp, bra, add, bra, st by no lane, ret.
  CHECK(counted[Metric::kInstructions] == 2 * kHeadInstructions + 7 + 6);
  CHECK(counted[Metric::kThreads] == 2 * 32 * kHeadInstructions + (4 * 32 + 2 * 22 + 10) + 6 * 32);
  CHECK(counted[Metric::kThreadsOn] ==
        2 * 32 * kHeadInstructions + (2 * 32 + 10 + 10 + 2 * 22 + 10) + 4 * 32);
  CHECK(counted[Metric::kBranches] == 2);
  CHECK(counted[Metric::kDivergentBranches] == 1);
  CHECK(counted.total.instructions_of(InstructionClass::kControl) == 2 * (1 + 1 + 1));
  CHECK(counted.total.threads_on_of(InstructionClass::kStoreGlobal) == 10);
  CHECK(counted[Metric::kGlobalStoreRequests] == 1);
}

TEST_CASE("stretches count what instructions count one by one") {
  require_the_same_one_by_one(kDivergent, threads(80, 3));
  SECTION("a loop of as many turns as the lane says, and a barrier behind it") {
    require_the_same_one_by_one(R"(
        mov.u32 %r5, 0;
LOOP:   add.u32 %r5, %r5, 1; setp.lt.u32 %p0, %r5, %r0; @%p0 bra LOOP;
        bar.sync 0; add.u32 %r6, %r5, 1; add.u32 %r6, %r6, 1; ret;)",
                                threads(100));
  }
  SECTION("shuffles that lanes reach apart, guarded barriers, early returns") {
    require_the_same_one_by_one(R"(
        and.b32 %r5, %r0, 1; setp.eq.u32 %p0, %r5, 0; mov.u32 %r7, -1;
        @%p0 bra EVEN; add.u32 %r6, %r0, 3; add.u32 %r6, %r6, 3;
EVEN:   shfl.sync.bfly.b32 %r6, %r0, 1, 31, %r7; add.u32 %r6, %r6, 1;
        setp.lt.u32 %p1, %r0, 32; @%p1 bar.sync 1, 32; add.u32 %r6, %r6, 1;
        setp.gt.u32 %p2, %r0, 40; @%p2 ret; add.u32 %r6, %r6, 1; ret;)",
                                threads(64));
  }
  SECTION("calls") {
    require_the_same_one_by_one(R"(
        { .param .b32 a; .param .b32 b; st.param.b32 [a], %r0;
          call.uni (b), twice, (a); ld.param.b32 %r5, [b]; }
        add.u32 %r5, %r5, 1; ret;)",
                                threads(40), R"(
.func (.param .b32 b) twice(.param .b32 a) {
  .reg .b32 %r<3>; .reg .pred %p;
  ld.param.b32 %r0, [a]; setp.lt.u32 %p, %r0, 9; @%p bra OUT; add.u32 %r0, %r0, %r0;
OUT: st.param.b32 [b], %r0; ret;
}
)");
  }
  SECTION("a table of branches") {
    require_the_same_one_by_one(R"(
        and.b32 %r5, %r0, 3; TABLE: .branchtargets A, B, A, C;
        brx.idx %r5, TABLE;
A:      add.u32 %r6, %r5, 1; bra.uni END;
B:      add.u32 %r6, %r5, 2; add.u32 %r6, %r6, 2;
C:      add.u32 %r6, %r5, 3;
END:    add.u32 %r6, %r6, 1; ret;)",
                                threads(64));
  }
}

TEST_CASE("atomics: requests, lanes, and how many of them meet at one address") {
  // Lane i adds to word i mod 4: 4 addresses, 8 lanes each. The second warp has 8 lanes: 2 each.
  const Counted counted = count(R"(
    and.b32 %r5, %r0, 3; mul.wide.u32 %d1, %r5, 4; add.u64 %d1, %d0, %d1;
    red.global.add.u32 [%d1], 1;
    shl.b32 %r5, %r5, 2; mov.u32 %r6, s; add.u32 %r5, %r5, %r6;
    atom.shared.add.u32 %r7, [%r5], 1; ret;)",
                                threads(40));
  CHECK(counted[Metric::kGlobalAtomicRequests] == 2);
  CHECK(counted[Metric::kGlobalAtomicThreads] == 40);
  CHECK(counted[Metric::kGlobalAtomicAddresses] == 8);
  CHECK(counted[Metric::kGlobalAtomicSerial] == 8 + 2);
  CHECK(counted[Metric::kGlobalAtomicSectors] == 2);
  CHECK(counted[Metric::kSharedAtomicRequests] == 2);
  CHECK(counted[Metric::kSharedAtomicThreads] == 40);
  CHECK(derived(counted.total, "shared_atomic_lanes_per_address") == 5);
  CHECK(counted[Metric::kSharedLoadRequests] == 0);
  CHECK(counted[Metric::kL2AtomicSectors] == 2);
  CHECK(counted[Metric::kDeviceReadSectors] == 1);
  CHECK(counted[Metric::kDeviceWriteSectors] == 1);
}

TEST_CASE(
    "operations of lanes: a fused one is two, an f16x2 one double, only where the guard holds") {
  const Counted counted = count(R"(
    setp.lt.u32 %p0, %r0, 4; mov.f32 %f0, 0f3f800000; mov.f64 %g0, 0d3ff0000000000000;
    mov.b32 %r5, 0; mov.b16 %h0, 0;
    fma.rn.f32 %f1, %f0, %f0, %f0; add.rn.f32 %f1, %f0, %f0; sub.rn.f32 %f1, %f0, %f0;
    @%p0 mul.rn.f32 %f1, %f0, %f0; max.f32 %f1, %f0, %f0;
    fma.rn.f64 %g1, %g0, %g0, %g0; mul.rn.f64 %g1, %g0, %g0;
    fma.rn.f16x2 %r6, %r5, %r5, %r5; add.rn.f16 %h1, %h0, %h0; ex2.approx.ftz.f32 %f1, %f0; ret;)",
                                threads(32));
  CHECK(derived(counted.total, "fp32_flops") == 32 * (2 + 1 + 1) + 4);
  CHECK(derived(counted.total, "fp64_flops") == 32 * (2 + 1));
  CHECK(derived(counted.total, "half_flops") == 32 * (2 * 2 + 1));
  CHECK(counted[Metric::kFloat32Mul] == 4);
  CHECK(counted.total.instructions_of(InstructionClass::kFloat32Other) == 1);
  CHECK(counted.total.instructions_of(InstructionClass::kSpecial) == 1);
  CHECK(counted.total.instructions_of(InstructionClass::kFloat32Add) == 2);
}

TEST_CASE("constants: different addresses of a request, one after the other") {
  BuildOptions build;
  build.observe = Counter::kNeeds;
  Emulation emulation(".const .b32 table[64];\n" + counted_kernel(R"(
    mov.u32 %r5, table; ld.const.u32 %r6, [%r5]; and.b32 %r7, %r0, 3; shl.b32 %r7, %r7, 2;
    add.u32 %r5, %r5, %r7; ld.const.u32 %r6, [%r5]; ret;)"),
                      build);
  const Address data = emulation.buffer("data", std::vector<std::uint32_t>(4));
  Counter counter(emulation.program, threads(32));
  LaunchOptions options;
  options.observer = &counter;
  emulation.run(threads(32), {as_bytes(data)}, options);
  CHECK(counter.total()[Metric::kConstantRequests] == 2);
  CHECK(counter.total()[Metric::kConstantAddresses] == 1 + 4);
}

TEST_CASE("a generic access counts where its address lies") {
  const Counted counted = count(R"(
    mul.wide.u32 %d1, %r0, 4; add.u64 %d1, %d0, %d1; ld.u32 %r5, [%d1];
    mov.u64 %d2, s; cvta.shared.u64 %d2, %d2; st.u32 [%d2], %r5; ret;)",
                                threads(32));
  CHECK(counted[Metric::kGlobalLoadSectors] == 4);
  CHECK(counted[Metric::kSharedStoreWavefronts] == 1);
  CHECK(counted.total.instructions_of(InstructionClass::kLoadGeneric) == 1);
  CHECK(counted.total.instructions_of(InstructionClass::kStoreGeneric) == 1);
}

TEST_CASE("lines add up what their instructions count; their sum is the total") {
  BuildOptions build;
  build.observe = Counter::kNeeds;
  Emulation emulation(".file 1 \"a.cu\"\n" + counted_kernel(R"(
    .loc 1 7 0
    mul.wide.u32 %d1, %r0, 4; add.u64 %d1, %d0, %d1;
    .loc 1 8 0
    ld.global.u32 %r5, [%d1];
    .loc 1 7 0
    ld.global.u32 %r6, [%d1+4];
    .loc 1 9 0
    ret;)"),
                      build);
  const Address data = emulation.buffer("data", std::vector<std::uint32_t>(64));
  Counter counter(emulation.program, threads(32));
  LaunchOptions options;
  options.observer = &counter;
  emulation.run(threads(32), {as_bytes(data)}, options);
  Counts sum;
  std::map<int, Counts> of_file;
  for (const LineCounts& line : counter.lines()) {
    sum += line.counts;
    if (line.file == "a.cu") of_file[line.line] = line.counts;
  }
  CHECK(sum.metrics == counter.total().metrics);
  CHECK(sum.instructions == counter.total().instructions);
  REQUIRE(of_file.size() == 3);
  CHECK(of_file[7][Metric::kInstructions] == 3);
  CHECK(of_file[7][Metric::kGlobalLoadSectors] == 5);
  CHECK(of_file[8][Metric::kGlobalLoadSectors] == 4);
  CHECK(of_file[9][Metric::kInstructions] == 1);
}
