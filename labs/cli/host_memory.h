// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace attnlab::cli {

// Bytes of memory that this machine can still give without swapping (MemAvailable of
// /proc/meminfo, and the memory limit of the process's control group where there is one).
std::int64_t available_memory_bytes();

}  // namespace attnlab::cli
