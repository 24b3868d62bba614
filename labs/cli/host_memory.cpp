// SPDX-License-Identifier: MIT
#include "labs/cli/host_memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace attnlab::cli {
namespace {

constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();

std::int64_t from_meminfo() {
  std::ifstream meminfo("/proc/meminfo");
  std::string name, unit;
  std::int64_t kibibytes = 0;
  while (meminfo >> name >> kibibytes) {
    std::getline(meminfo, unit);
    if (name == "MemAvailable:") return kibibytes * 1024;
  }
  return kUnknown;
}

std::int64_t number_in(const char* path) {
  std::ifstream file(path);
  std::int64_t number = 0;
  return file >> number ? number : kUnknown;  // "max" is no number
}

}  // namespace

std::int64_t available_memory_bytes() {
  const std::int64_t limit = number_in("/sys/fs/cgroup/memory.max");
  const std::int64_t used = number_in("/sys/fs/cgroup/memory.current");
  const std::int64_t group = limit == kUnknown || used == kUnknown ? kUnknown : limit - used;
  return std::min(from_meminfo(), std::max<std::int64_t>(group, 0));
}

}  // namespace attnlab::cli
