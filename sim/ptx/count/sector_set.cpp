// SPDX-License-Identifier: MIT
#include "sim/ptx/count/sector_set.h"

namespace attnlab::ptx {

std::uint64_t SectorSet::add(std::uint64_t window, std::uint64_t mask) {
  std::uint64_t& known = page(window / kPageWindows).masks[window % kPageWindows];
  const std::uint64_t fresh = mask & ~known;
  known |= mask;
  return fresh;
}

SectorSet::Page& SectorSet::page(std::uint64_t number) {
  Page*& remembered = remembered_[number % kRemembered];
  if (remembered != nullptr && remembered->number == number) return *remembered;
  Page*& held = in_use_[number];
  if (held == nullptr) {
    if (in_use_.size() > pages_.size()) pages_.push_back(std::make_unique<Page>());
    held = pages_[in_use_.size() - 1].get();
    held->number = number;
  }
  remembered = held;
  return *held;
}

void SectorSet::clear() {
  for (std::size_t i = 0; i < in_use_.size(); ++i) pages_[i]->masks.fill(0);
  in_use_.clear();
  remembered_.fill(nullptr);
}

}  // namespace attnlab::ptx
