// SPDX-License-Identifier: MIT
// What the GPU side throws.
#pragma once

#include <stdexcept>
#include <string>

namespace attnlab::gpu {

// A call of the driver failed, or a kernel broke its contract. `code` is the driver's CUresult, 0
// where the finding is ours.
class GpuError : public std::runtime_error {
 public:
  explicit GpuError(const std::string& sentence, int code = 0)
      : std::runtime_error(sentence), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

// There is no GPU to use: no driver, a driver that does not start, or no device. The command line
// reports it and exits with 3.
class NoGpu : public GpuError {
 public:
  using GpuError::GpuError;
};

}  // namespace attnlab::gpu
