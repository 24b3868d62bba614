// SPDX-License-Identifier: MIT
// A thread block's program: a coroutine that does its arithmetic in the kernel's own order and
// yields a TileStep for every step. The machine decides when each step runs.
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

#include "sim/machine/tile_step.h"

namespace attnlab::machine {

class BlockProgram {
 public:
  // The name is the language's.
  struct promise_type {  // NOLINT(readability-identifier-naming)
    TileStep step;
    std::exception_ptr failure;

    BlockProgram get_return_object() {
      return BlockProgram(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(const TileStep& next) noexcept {
      step = next;
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { failure = std::current_exception(); }
  };

  BlockProgram() = default;
  BlockProgram(BlockProgram&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  BlockProgram& operator=(BlockProgram&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~BlockProgram() {
    if (handle_) handle_.destroy();
  }

  // Runs to the next step. Returns nullptr at the end; rethrows what the program threw.
  const TileStep* next() {
    handle_.resume();
    if (handle_.promise().failure) std::rethrow_exception(handle_.promise().failure);
    return handle_.done() ? nullptr : &handle_.promise().step;
  }

 private:
  explicit BlockProgram(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

}  // namespace attnlab::machine
