// SPDX-License-Identifier: MIT
#include "sim/trace/log/format.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace attnlab::trace {

std::uint64_t checksum(const void* data, std::size_t size) {
  return XXH3_64bits(data, size);
}

}  // namespace attnlab::trace
