// SPDX-License-Identifier: MIT
#include "kernels/gpu/buffer.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace attnlab::gpu {
namespace {

using Guard = std::array<std::byte, kGuardBytes>;

// The guard zone that begins at `offset` of an allocation: even bytes 0xa7, odd bytes 0xff.
Guard guard_at(std::size_t offset) {
  Guard guard = {};
  for (std::size_t i = 0; i < kGuardBytes; ++i) {
    guard[i] = (offset + i) % 2 == 0 ? std::byte{0xa7} : std::byte{0xff};
  }
  return guard;
}

constexpr std::size_t whole_words(std::size_t bytes) {
  return (bytes + 3) / 4;
}

}  // namespace

Parameter::Parameter(const Buffer& buffer) : Parameter(buffer.address()) {}

Buffer::Buffer(const Device& device, std::string name, std::size_t bytes)
    : device_(device), name_(std::move(name)), bytes_(bytes) {
  const Result result =
      device.driver().cuMemAlloc.attempt(&base_, 4 * whole_words(bytes) + 2 * kGuardBytes);
  device.driver().check(result, fmt::format("allocating {} bytes for {}", bytes, name_));
  poison();
}

Buffer::~Buffer() {
  if (base_ != 0) device_.driver().cuMemFree.attempt(base_);
}

Buffer::Buffer(Buffer&& other) noexcept
    : device_(other.device_),
      name_(std::move(other.name_)),
      bytes_(other.bytes_),
      base_(std::exchange(other.base_, 0)) {}

void Buffer::check_size(std::size_t bytes) const {
  if (bytes == bytes_) return;
  throw GpuError(fmt::format("{} has {} bytes, not {}", name_, bytes_, bytes));
}

void Buffer::upload_bytes(std::span<const std::byte> data) {
  check_size(data.size());
  if (!data.empty()) device_.driver().cuMemcpyHtoD(address(), data.data(), data.size());
}

void Buffer::download_bytes(std::span<std::byte> data) const {
  check_size(data.size());
  if (!data.empty()) device_.driver().cuMemcpyDtoH(data.data(), address(), data.size());
}

void Buffer::download_async(std::span<std::byte> data, const Stream& stream) const {
  if (data.size() > bytes_) check_size(data.size());
  if (data.empty()) return;
  device_.driver().cuMemcpyDtoHAsync(data.data(), address(), data.size(), stream.handle());
}

void Buffer::copy_from(const Buffer& other) {
  check_size(other.bytes());
  if (bytes_ != 0) device_.driver().cuMemcpyDtoD(address(), other.address(), bytes_);
}

void Buffer::poison() {
  if (bytes_ != 0) device_.driver().cuMemsetD32(address(), kPoisonBits, whole_words(bytes_));
  write_guards();  // the last word of poison may reach into the zone behind
}

void Buffer::write_guards() {
  const std::size_t behind = kGuardBytes + bytes_;
  device_.driver().cuMemcpyHtoD(base_, guard_at(0).data(), kGuardBytes);
  device_.driver().cuMemcpyHtoD(base_ + behind, guard_at(behind).data(), kGuardBytes);
}

void Buffer::check_guards() const {
  const std::size_t behind = kGuardBytes + bytes_;
  for (const std::size_t offset : {std::size_t{0}, behind}) {
    Guard found = {};
    device_.driver().cuMemcpyDtoH(found.data(), base_ + offset, kGuardBytes);
    const Guard expected = guard_at(offset);
    // The byte nearest to the data is the one to name: look backwards in the zone before it.
    for (std::size_t step = 0; step < kGuardBytes; ++step) {
      const std::size_t i = offset == 0 ? kGuardBytes - 1 - step : step;
      if (found[i] == expected[i]) continue;
      const auto at = static_cast<std::int64_t>(offset + i) - std::int64_t{kGuardBytes};
      throw GpuError(fmt::format("a kernel wrote outside of {}, at byte {}: it has {} bytes", name_,
                                 at, bytes_));
    }
  }
}

HostBuffer::HostBuffer(const Device& device, std::size_t bytes) : device_(device) {
  if (device.driver().cuMemHostAlloc.attempt(&pinned_, bytes, 0) == kSuccess) {
    bytes_ = {static_cast<std::byte*>(pinned_), bytes};
    return;
  }
  pinned_ = nullptr;
  plain_.resize(bytes);
  bytes_ = plain_;
}

HostBuffer::~HostBuffer() {
  if (pinned_ != nullptr) device_.driver().cuMemFreeHost.attempt(pinned_);
}

}  // namespace attnlab::gpu
