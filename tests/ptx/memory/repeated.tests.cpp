// SPDX-License-Identifier: MIT
// Accesses through an address register that was used before, and instructions that one handler
// executes together: quicker, and otherwise the same.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <random>
#include <vector>

#include "sim/ptx/memory/shape.h"
#include "tests/ptx/launch/emulation.h"

using namespace attnlab::ptx;
using namespace attnlab::ptx::test;

namespace {

constexpr std::uint32_t kThreads = 64;
constexpr std::uint32_t kWords = 256;  // of shared memory; word i holds i % 7 as a float
constexpr std::uint32_t kMask = 4 * (kWords - 4) - 4;  // of addresses: 4 words lie behind each

std::uint32_t word(std::uint32_t address) {
  return address / 4 % 7;
}

// A kernel that is written and, thread by thread, computed here at the same time: %r10 to %r12 are
// addresses, %r1 is a sum of what was loaded, %f0 one of products.
class RandomAccesses {
 public:
  explicit RandomAccesses(std::uint32_t seed) : random_(seed) {
    for (std::uint32_t t = 0; t < kThreads; ++t) {
      for (std::uint32_t a = 0; a < 3; ++a) threads_[t].address[a] = 4 * t + 16 * a;
    }
  }

  void statement() {
    switch (below(10)) {
      case 0:
        return change_address(below(3) == 0);
      case 1:
        line("bar.sync 0");
        return;
      case 2:
        return products(40);
      case 3:
        return load(true);
      case 4:
      case 5:
        return products(1);
      default:
        return load(false);
    }
  }

  const std::string& text() const { return text_; }
  std::vector<std::uint32_t> results() const {
    return each_thread(kThreads, [&](std::uint32_t t) {
      return threads_[t].sum ^ static_cast<std::uint32_t>(threads_[t].products);
    });
  }

 private:
  struct Thread {
    std::array<std::uint32_t, 3> address;
    std::uint32_t sum = 0;
    float products = 0;
  };

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  void line(const std::string& statement) { text_ += statement + ";\n"; }

  // %p1 holds for lanes whose index has the bit: sometimes for none of the warp, or for all.
  std::uint32_t guard() {
    const std::uint32_t bit = below(7);
    line("and.b32 %r20, %r2, " + std::to_string(1u << bit));
    line("setp.ne.u32 %p1, %r20, 0");
    return 1u << bit;
  }

  void change_address(bool guarded) {
    const std::uint32_t lanes = guarded ? guard() : ~0u;
    const std::uint32_t a = below(3);
    const std::uint32_t factor = 4 * below(5);
    const std::uint32_t start = 4 * below(kWords);
    const std::string address = "%r1" + std::to_string(a);
    const std::string at = guarded ? "@%p1 " : "";
    line(at + "mad.lo.u32 " + address + ", %r2, " + std::to_string(factor) + ", " +
         std::to_string(start));
    line(at + "and.b32 " + address + ", " + address + ", " + std::to_string(kMask));
    for (std::uint32_t t = 0; t < kThreads; ++t) {
      if (!guarded || (t & lanes) != 0) threads_[t].address[a] = (t * factor + start) & kMask;
    }
  }

  void load(bool guarded) {
    const std::uint32_t lanes = guarded ? guard() : ~0u;
    const std::uint32_t a = below(3);
    const std::uint32_t offset = 4 * below(4);
    const std::string at = guarded ? "@%p1 " : "";
    line("mov.f32 %f1, 0f00000000");
    line(at + "ld.shared.f32 %f1, [%r1" + std::to_string(a) + "+" + std::to_string(offset) + "]");
    line("cvt.rzi.u32.f32 %r20, %f1");
    line("mad.lo.u32 %r1, %r1, 3, %r20");
    for (std::uint32_t t = 0; t < kThreads; ++t) {
      const bool loads = !guarded || (t & lanes) != 0;
      Thread& thread = threads_[t];
      thread.sum = thread.sum * 3 + (loads ? word(thread.address[a] + offset) : 0);
    }
  }

  // ld, ld, fma, as often as that.
  void products(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t a = below(3);
      const std::uint32_t b = below(3);
      const std::uint32_t offset = 4 * below(4);
      line("ld.shared.f32 %f1, [%r1" + std::to_string(a) + "+" + std::to_string(offset) + "]");
      line("ld.shared.f32 %f2, [%r1" + std::to_string(b) + "]");
      line("fma.rn.f32 %f0, %f1, %f2, %f0");
      for (Thread& thread : threads_) {
        const float x = static_cast<float>(word(thread.address[a] + offset));
        thread.products += x * static_cast<float>(word(thread.address[b]));
      }
    }
  }

  std::mt19937 random_;
  std::array<Thread, kThreads> threads_;
  std::string text_;
};

std::string filled_shared_memory() {
  std::string text = "mov.u32 %r1, 0; mov.f32 %f0, 0f00000000;\n";
  for (std::uint32_t i = 0; i < kWords / kThreads; ++i) {
    text += "add.u32 %r20, %r2, " + std::to_string(i * kThreads) +
            "; rem.u32 %r21, %r20, 7; cvt.rn.f32.u32 %f1, %r21; shl.b32 %r20, %r20, 2;"
            " mov.u32 %r21, words; add.u32 %r20, %r20, %r21; st.shared.f32 [%r20], %f1;\n";
  }
  return text + "bar.sync 0;\n" +
         "shl.b32 %r10, %r2, 2; add.u32 %r11, %r10, 16; add.u32 %r12, %r10, 32;\n";
}

}  // namespace

TEST_CASE("an address that was used before, changed or not, by all lanes or some, loads its word") {
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    RandomAccesses accesses(seed);
    for (int i = 0; i < 60; ++i) accesses.statement();
    INFO("seed " << seed);
    REQUIRE(run_threads(filled_shared_memory() + accesses.text() +
                            "cvt.rzi.u32.f32 %r20, %f0; xor.b32 %r1, %r1, %r20;",
                        threads(kThreads),
                        ".shared .align 16 .b8 words[1024];") == accesses.results());
  }
}

TEST_CASE("what is executed together faults at the instruction that faults") {
  const struct {
    const char* first;
    const char* second;
    std::string faulting;
  } cases[] = {{"[%r10+1024]", "[%r10]", "%f1"},
               {"[%r10]", "[%r10+1024]", "%f2"},
               {"[%r10]", "[%r11]", "%f2"}};
  for (const auto& c : cases) {
    const KernelFault fault = fault_of_threads(
        filled_shared_memory() + "mov.u32 %r11, 2;\nld.shared.f32 %f1, " + c.first +
            ";\nld.shared.f32 %f2, " + c.second + ";\nfma.rn.f32 %f0, %f1, %f2, %f0;",
        threads(kThreads), ".shared .align 16 .b8 words[1024];");
    INFO(fault.what());
    CHECK(fault.place.instruction.find("ld.shared.f32 " + c.faulting) == 0);
  }
}

TEST_CASE("a shape that was forgotten, or made way for others, is nobody's") {
  const auto is_none = [](const Shape& shape) {
    return shape.relative[0] != 0 && shape.extent_bytes[2] == Shape::kNoExtent;
  };
  const std::vector<Op> ops(100);
  const auto pool = std::make_unique<ShapePool>();
  const auto learn = [&](std::uint32_t op, std::uint32_t stride) {
    const std::vector<std::uint32_t> distances =
        each_thread(kWarpLanes, [&](std::uint32_t lane) { return lane * stride; });
    pool->learn(&ops[op], distances.data());
  };
  learn(0, 4);
  learn(1, 4);
  CHECK(pool->last(ops.data())->extent_bytes[2] == 4 * kWarpLanes);
  pool->forget(ops.data());
  CHECK(is_none(*pool->last(ops.data())));
  CHECK_FALSE(is_none(*pool->last(&ops[1])));
  for (std::uint32_t i = 2; i < 100; ++i) learn(i, 4 * i);
  CHECK(is_none(*pool->last(&ops[1])));
  CHECK(pool->last(&ops[99])->extent_bytes[2] == 31 * 4 * 99 + 4);
}
