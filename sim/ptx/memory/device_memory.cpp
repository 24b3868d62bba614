// SPDX-License-Identifier: MIT
#include "sim/ptx/memory/device_memory.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>

namespace attnlab::ptx {
namespace {

constexpr std::uint64_t kAlignBytes = 256;     // as cudaMalloc's
constexpr std::uint64_t kGapBytes = 1u << 20;  // between allocations
constexpr int kPoison = 0xcb;

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

}  // namespace

void DeviceMemory::Free::operator()(std::byte* bytes) const {
  std::free(bytes);
}

Address DeviceMemory::allocate(const std::string& name, std::uint64_t size_bytes,
                               int element_bytes) {
  const std::uint64_t left = kGlobalBytes - (next_ - kGlobalWindow);
  if (left < 2 * kGapBytes || size_bytes >= left - 2 * kGapBytes) throw std::bad_alloc();
  const std::uint64_t held = rounded_up(std::max<std::uint64_t>(size_bytes, 1), kAlignBytes);
  std::unique_ptr<std::byte, Free> storage(
      static_cast<std::byte*>(std::aligned_alloc(kAlignBytes, held)));
  if (storage == nullptr) throw std::bad_alloc();
  std::memset(storage.get(), kPoison, held);
  allocations_.push_back({next_, size_bytes, storage.get(), true, false, name, element_bytes});
  storage_.push_back(std::move(storage));
  next_ += rounded_up(held + kGapBytes, kAlignBytes);
  return allocations_.back().address;
}

const Allocation* DeviceMemory::find(Address address) const {
  const Allocation* allocation = nearest(address);
  if (allocation == nullptr || address - allocation->address >= allocation->size_bytes) {
    return nullptr;
  }
  return allocation;
}

const Allocation* DeviceMemory::nearest(Address address) const {
  if (allocations_.empty()) return nullptr;
  const auto after = std::upper_bound(
      allocations_.begin(), allocations_.end(), address,
      [](Address value, const Allocation& allocation) { return value < allocation.address; });
  if (after == allocations_.begin()) return &allocations_.front();
  const Allocation& before = *std::prev(after);
  if (after == allocations_.end()) return &before;
  // Between two: the nearer end.
  const Address end = before.address + before.size_bytes;
  return address < end || address - end <= after->address - address ? &before : &*after;
}

std::span<std::byte> DeviceMemory::bytes(Address address) {
  const Allocation* allocation = nearest(address);
  assert(allocation != nullptr && allocation->address == address);
  return {allocation->host, allocation->size_bytes};
}

Allocation& DeviceMemory::at(Address address) {
  const auto found =
      std::find_if(allocations_.begin(), allocations_.end(),
                   [&](const Allocation& allocation) { return allocation.address == address; });
  assert(found != allocations_.end());
  return *found;
}

void DeviceMemory::set_initialised(Address address) {
  at(address).initialised = true;
}

void DeviceMemory::make_read_only(Address address) {
  at(address).writable = false;
}

}  // namespace attnlab::ptx
