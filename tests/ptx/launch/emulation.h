// SPDX-License-Identifier: MIT
// A PTX module under test: its memory, its program, its launches.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "sim/ptx/emulator.h"

namespace attnlab::ptx::test {

class Emulation {
 public:
  // `text` follows the module's head; its kernel is called k.
  explicit Emulation(const std::string& text, const BuildOptions& options = {});

  template <class T>
  Address buffer(const std::string& name, const std::vector<T>& values) {
    const Address address = memory.allocate(name, values.size() * sizeof(T), sizeof(T));
    if (!values.empty()) {
      std::memcpy(memory.bytes(address).data(), values.data(), values.size() * sizeof(T));
    }
    return address;
  }
  template <class T>
  std::vector<T> values(Address address) {
    const auto bytes = memory.bytes(address);
    std::vector<T> result(bytes.size() / sizeof(T));
    if (!result.empty()) std::memcpy(result.data(), bytes.data(), bytes.size());
    return result;
  }

  LaunchResult run(const LaunchShape& shape, const std::vector<ArgumentBytes>& arguments,
                   const LaunchOptions& options = {});
  // The fault that the launch ends with; a test fails where there is none.
  KernelFault fault(const LaunchShape& shape, const std::vector<ArgumentBytes>& arguments,
                    const LaunchOptions& options = {});

  Module module;
  DeviceMemory memory;
  Program program;
};

// One block, or several, of so many threads.
LaunchShape threads(std::uint32_t threads, std::uint32_t blocks = 1);
// Few instructions, so that what does not end ends soon.
LaunchOptions small_budget(std::int64_t instructions = 200000);

// A kernel k(out) around `body`, which computes %r1 of each thread from its index in the grid, %r0,
// and its index in the block, %r2; out[%r0] = %r1. %r3 is the lane. There are %p, %h (16 bits), %r,
// %d (64 bits), %f, %g (f64) up to 39; %d0 is `out`. `before`: the module's other definitions.
std::string thread_kernel(const std::string& body, const std::string& before = "");

// What every thread of such a kernel stores; 0xcbcbcbcb where it stores nothing.
std::vector<std::uint32_t> run_threads(const std::string& body, const LaunchShape& shape,
                                       const std::string& before = "",
                                       const LaunchOptions& options = {});

// The fault of such a kernel.
KernelFault fault_of_threads(const std::string& body, const LaunchShape& shape,
                             const std::string& before = "",
                             const LaunchOptions& options = small_budget());

// f(thread) of every thread.
template <class F>
std::vector<std::uint32_t> each_thread(std::uint32_t threads, F f) {
  std::vector<std::uint32_t> values;
  for (std::uint32_t i = 0; i < threads; ++i) values.push_back(f(i));
  return values;
}

// Whether a report has this in it.
bool says(const std::exception& report, const std::string& words);

}  // namespace attnlab::ptx::test
