// SPDX-License-Identifier: MIT
// A block's program as a coroutine: its steps come in order, its exceptions reach the caller, and
// whatever ends it early, its locals are destroyed.
#include "sim/machine/block_program.h"

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>
#include <utility>

#include "tests/machine/made_up_machine.h"

using namespace attnlab::machine;

namespace {

// Counts how many of its kind are alive.
class Alive {
 public:
  explicit Alive(int* count) : count_(count) { ++*count_; }
  Alive(const Alive&) = delete;
  Alive& operator=(const Alive&) = delete;
  ~Alive() { --*count_; }

 private:
  int* count_;
};

// `steps` steps, numbered by tile_row, then the end or an exception.
BlockProgram counted_program(int* alive, std::uint32_t steps, bool fails) {
  const Alive local(alive);
  for (std::uint32_t i = 0; i < steps; ++i) {
    TileStep step;
    step.tile_row = i;
    co_yield step;
  }
  if (fails) throw std::runtime_error("the kernel's model failed");
}

}  // namespace

TEST_CASE("a program does nothing before its first step, then yields its steps in order") {
  int alive = 0;
  BlockProgram program = counted_program(&alive, 3, false);
  CHECK(alive == 0);
  for (std::uint32_t i = 0; i < 3; ++i) {
    const TileStep* step = program.next();
    REQUIRE(step != nullptr);
    CHECK(step->tile_row == i);
    CHECK(alive == 1);
  }
  CHECK(program.next() == nullptr);
  CHECK(alive == 0);
}

TEST_CASE("an exception of the program reaches the one who asked for the next step") {
  int alive = 0;
  BlockProgram program = counted_program(&alive, 1, true);
  CHECK(program.next() != nullptr);
  CHECK_THROWS_AS(program.next(), std::runtime_error);
  CHECK(alive == 0);
}

TEST_CASE("a program that is dropped early destroys its locals") {
  int alive = 0;
  {
    BlockProgram program = counted_program(&alive, 3, false);
    program.next();
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
  { BlockProgram never_started = counted_program(&alive, 3, false); }
  CHECK(alive == 0);
}

TEST_CASE("a moved program goes on where it was; the one replaced is destroyed") {
  int first_alive = 0;
  int second_alive = 0;
  BlockProgram first = counted_program(&first_alive, 3, false);
  first.next();
  BlockProgram moved = std::move(first);
  CHECK(moved.next()->tile_row == 1);
  {
    BlockProgram second = counted_program(&second_alive, 3, false);
    second.next();
    moved = std::move(second);
  }
  CHECK(first_alive == 0);
  CHECK(second_alive == 1);
  CHECK(moved.next()->tile_row == 1);
}

TEST_CASE("a run in which one block fails throws its exception and leaks no other block") {
  int alive = 0;
  const Launch launch = {"failing_kernel", 40, 32, 0, [&](std::uint32_t block) {
                           return counted_program(&alive, 5 + block, block == 17);
                         }};
  CHECK_THROWS_AS(run(test::small_gpu(4, 2), {launch}, 0, nullptr), std::runtime_error);
  CHECK(alive == 0);
}
