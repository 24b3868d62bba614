// SPDX-License-Identifier: MIT
// What does not end is ended, and the report names the line that goes around.
#include <catch2/catch_test_macros.hpp>

#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

// The instruction that a kernel without an end is found in.
std::string endless(const std::string& body, const std::string& before = "",
                    std::uint32_t lanes = 64) {
  const KernelFault fault = fault_of_threads(body, threads(lanes), before);
  CHECK(fault.kind == FaultKind::kBudget);
  CHECK(says(fault, "an endless loop?"));
  return fault.place.instruction;
}

}  // namespace

TEST_CASE("an endless loop is found at its branch, of whatever kind") {
  CHECK(endless("L: bra.uni L;") == "bra.uni L;");
  CHECK(endless("L: add.u32 %r1, %r1, 1; setp.ge.u32 %p0, %r1, 0; @%p0 bra L;") == "@%p0 bra L;");
  CHECK(endless("T: .branchtargets A, B; A: B: and.b32 %r4, %r2, 1; brx.idx %r4, T;") ==
        "brx.idx %r4, T;");
  CHECK(endless("L: nanosleep.u32 100; bra.uni L;") == "nanosleep.u32 100;");
  CHECK(endless("L: bar.sync 0; bra.uni L;") == "bar.sync 0;");
}

TEST_CASE("an endless loop of a lane is found while the others wait where they would meet") {
  CHECK(endless("L: setp.eq.u32 %p0, %r2, 5; @%p0 bra L;") == "@%p0 bra L;");
  CHECK(endless("L: setp.eq.u32 %p0, %r2, 5; @%p0 bra L; bar.sync 0;") == "@%p0 bra L;");
  CHECK(endless("setp.ne.u32 %p0, %r2, 5; @%p0 bra M; L: call f, (); bra.uni L; M:",
                ".func f() { ret; }") == "bra.uni L;");
}

TEST_CASE("an endless loop of calls is found, also where no branch goes backwards") {
  CHECK(endless("L: call f, (); bra.uni L;", ".func f() { ret; }") == "bra.uni L;");
  // Calls double at every level; 2^40 of them would take for ever.
  std::string functions = ".func f0() { ret; }\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string callee = "call f" + std::to_string(i - 1) + ", ();";
    functions += ".func f" + std::to_string(i) + "() { " + callee + callee + " ret; }\n";
  }
  CHECK(endless("call f40, ();", functions).find("call f") == 0);
}

TEST_CASE("recursion without an end fills the stack") {
  const char* const before = R"(
.func odd();
.func even() { call odd, (); ret; }
.func odd() { call even, (); ret; })";
  const KernelFault fault = fault_of_threads("call even, ();", threads(32), before);
  CHECK(fault.kind == FaultKind::kStackOverflow);
  CHECK(says(fault, "the stack is full"));
}

TEST_CASE("a loop that ends within the budget is no fault, one instruction more is") {
  const std::string body = R"(
  L:
    add.u32 %r1, %r1, 1;
    setp.lt.u32 %p0, %r1, 30000;
    @%p0 bra L;)";
  CHECK(run_threads(body, threads(32), "", small_budget(100000)) ==
        std::vector<std::uint32_t>(32, 30000));
  CHECK(fault_of_threads(body, threads(32), "", small_budget(80000)).kind == FaultKind::kBudget);
}

TEST_CASE("the report of an endless loop names the loop though other lanes stand in a function") {
  const KernelFault fault = fault_of_threads(R"(
    setp.ne.u32 %p0, %r2, 5;
    @%p0 bra CALL;
  L:
    bra.uni L;
  CALL:
    call f, ();)",
                                             threads(32), ".func f() { M: bra.uni M; }");
  CHECK(fault.kind == FaultKind::kBudget);
  CHECK((fault.place.instruction == "bra.uni L;" || fault.place.instruction == "bra.uni M;"));
}
