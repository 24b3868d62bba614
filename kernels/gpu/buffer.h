// SPDX-License-Identifier: MIT
// Memory of the device, watched: every buffer lies between two guard zones, and starts poisoned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/gpu/device.h"

namespace attnlab::gpu {

// The zones before and after a buffer's data. Their bytes alternate so that any 16 or 32 bits of
// them, read as a float, are a NaN.
inline constexpr std::size_t kGuardBytes = 256;

// What a buffer holds before anything is written: a NaN that no arithmetic of a GPU returns.
inline constexpr std::uint32_t kPoisonBits = 0x7fa5a5a5u;

class Buffer {
 public:
  // `name` is for messages. 0 bytes are allowed.
  Buffer(const Device& device, std::string name, std::size_t bytes);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) = delete;

  template <typename T, std::size_t kCount>
  void upload(std::span<T, kCount> data) {
    upload_bytes(std::as_bytes(data));
  }
  template <typename T, std::size_t kCount>
  void download(std::span<T, kCount> data) const {
    download_bytes(std::as_writable_bytes(data));
  }
  // The size must be the buffer's; waits for the default stream.
  void upload_bytes(std::span<const std::byte> data);
  void download_bytes(std::span<std::byte> data) const;
  // The first data.size() bytes, when `stream` gets there; `data` best of a HostBuffer.
  void download_async(std::span<std::byte> data, const Stream& stream) const;

  // Of a buffer of the same size on the same device.
  void copy_from(const Buffer& other);

  // Fills the data with kPoisonBits again.
  void poison();
  // Throws GpuError, naming the buffer and the first byte, if a guard zone was written to.
  void check_guards() const;

  DevicePointer address() const { return base_ + kGuardBytes; }
  std::size_t bytes() const { return bytes_; }
  const std::string& name() const { return name_; }

 private:
  void write_guards();
  void check_size(std::size_t bytes) const;

  const Device& device_;
  std::string name_;
  std::size_t bytes_;
  DevicePointer base_ = 0;  // of the allocation: guard, data, guard
};

// Host memory for copies from the device: pinned, so that they run at full speed in the background;
// where the system does not let us pin, plain memory, and the copies are slower.
class HostBuffer {
 public:
  HostBuffer(const Device& device, std::size_t bytes);
  ~HostBuffer();
  HostBuffer(const HostBuffer&) = delete;
  HostBuffer& operator=(const HostBuffer&) = delete;
  std::span<std::byte> bytes() { return bytes_; }

 private:
  const Device& device_;
  void* pinned_ = nullptr;
  std::vector<std::byte> plain_;
  std::span<std::byte> bytes_;
};

}  // namespace attnlab::gpu
