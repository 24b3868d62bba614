// SPDX-License-Identifier: MIT
// Device memory of an emulated GPU: named allocations, each with a wide gap to the next, so that no
// index that is a little wrong lands in a neighbour.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>

#include "sim/ptx/memory/address_space.h"

namespace attnlab::ptx {

// One allocation. Bytes past size_bytes are nobody's.
struct Allocation {
  Address address = 0;
  std::uint64_t size_bytes = 0;
  std::byte* host = nullptr;  // where the bytes are held; 64-byte aligned
  bool writable = true;
  bool initialised = false;  // somebody gave it a content before the launch
  std::string name;          // "o", "counter": how messages call it
  int element_bytes = 1;     // for messages: o[17]
};

class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(DeviceMemory&&) = default;
  DeviceMemory& operator=(DeviceMemory&&) = default;

  // Every byte starts as 0xcb, so that a result nobody wrote does not look like one.
  // Throws std::bad_alloc where the host has no memory left.
  Address allocate(const std::string& name, std::uint64_t size_bytes, int element_bytes = 4);

  // The bytes of the allocation that starts at `address`, which must be one.
  std::span<std::byte> bytes(Address address);

  // Whoever writes all of its bytes() says so: reading them is then no mistake of a kernel's.
  void set_initialised(Address address);

  // From then on kernels may only read it.
  void make_read_only(Address address);

  // The allocation that holds `address`, or nullptr.
  const Allocation* find(Address address) const;
  // The allocation nearest to an address that is in none, or nullptr where there is none at all.
  const Allocation* nearest(Address address) const;

 private:
  Allocation& at(Address address);

  struct Free {
    void operator()(std::byte* bytes) const;
  };
  std::deque<Allocation> allocations_;  // ascending addresses; never removed, never moved
  std::deque<std::unique_ptr<std::byte, Free>> storage_;
  Address next_ = kGlobalWindow + (1u << 20);  // a gap before the first one, too
};

}  // namespace attnlab::ptx
