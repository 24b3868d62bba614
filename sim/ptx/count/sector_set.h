// SPDX-License-Identifier: MIT
// A set of sectors of global memory: what a block, or a launch, has touched.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace attnlab::ptx {

class SectorSet {
 public:
  // Adds sectors of one window (request.h) and returns those that were not there.
  std::uint64_t add(std::uint64_t window, std::uint64_t mask);
  void clear();

 private:
  static constexpr std::size_t kPageWindows = 64;
  static constexpr std::size_t kRemembered = 16;
  struct Page {
    std::uint64_t number = 0;  // window / kPageWindows
    std::array<std::uint64_t, kPageWindows> masks = {};
  };
  Page& page(std::uint64_t number);

  std::vector<std::unique_ptr<Page>> pages_;  // the first ones are in use
  std::unordered_map<std::uint64_t, Page*> in_use_;
  std::array<Page*, kRemembered> remembered_ = {};  // by their numbers' low bits
};

}  // namespace attnlab::ptx
