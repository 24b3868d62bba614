// SPDX-License-Identifier: MIT
// The runtime's last error, as cudaGetLastError reports it.
#pragma once

#include "kernels/kit/host/runtime_types.h"

namespace attnlab::programs {

extern cudaError_t g_last_error;

// Remembers the error, and gives it back.
inline cudaError_t fail(cudaError_t error) {
  g_last_error = error;
  return error;
}

}  // namespace attnlab::programs
