// SPDX-License-Identifier: MIT
#include "sim/ptx/check/shadow.h"

#include <algorithm>
#include <bit>

namespace attnlab::ptx {
namespace {

constexpr std::uint32_t kWordBits = 64;

// `bytes` bits from `offset` on, as far as they lie in that word. bytes <= 64.
std::uint64_t mask_in_word(std::uint64_t word, std::uint64_t offset, std::uint32_t bytes) {
  const std::uint64_t begin = std::max(offset, word * kWordBits);
  const std::uint64_t end = std::min(offset + bytes, (word + 1) * kWordBits);
  return (~std::uint64_t{0} >> (kWordBits - (end - begin))) << (begin % kWordBits);
}

}  // namespace

Shadow::Shadow(std::uint64_t size_bytes, bool initialised) : size_bytes_(size_bytes) {
  if (!initialised) written_.resize((size_bytes + kWordBits - 1) / kWordBits);
}

Shadow Shadow::for_next_launch() const {
  Shadow next(size_bytes_, /*initialised=*/true);
  next.written_ = written_;
  return next;
}

Cell* Shadow::cells(std::uint64_t offset, std::uint32_t bytes, std::uint32_t& count) {
  const std::uint64_t both = offset | bytes;
  if ((both & (granule_bytes_ - 1)) != 0) split((both & 1) != 0 ? 1 : 2);
  if (cells_.empty()) cells_.resize((size_bytes_ + granule_bytes_ - 1) / granule_bytes_);
  count = bytes / granule_bytes_;
  return &cells_[offset / granule_bytes_];
}

void Shadow::split(std::uint32_t granule_bytes) {
  const std::uint32_t parts = granule_bytes_ / granule_bytes;
  granule_bytes_ = granule_bytes;
  if (cells_.empty()) return;
  std::vector<Cell> smaller(cells_.size() * parts);
  for (std::size_t i = 0; i < smaller.size(); ++i) smaller[i] = cells_[i / parts];
  cells_ = std::move(smaller);
}

std::uint64_t Shadow::first_unwritten(std::uint64_t offset, std::uint32_t bytes) const {
  if (written_.empty()) return offset + bytes;
  for (std::uint64_t word = offset / kWordBits; word * kWordBits < offset + bytes; ++word) {
    const std::uint64_t missing = mask_in_word(word, offset, bytes) & ~written_[word];
    if (missing != 0) {
      return word * kWordBits + static_cast<std::uint64_t>(std::countr_zero(missing));
    }
  }
  return offset + bytes;
}

void Shadow::mark_written(std::uint64_t offset, std::uint32_t bytes) {
  if (written_.empty()) return;
  for (std::uint64_t word = offset / kWordBits; word * kWordBits < offset + bytes; ++word) {
    written_[word] |= mask_in_word(word, offset, bytes);
  }
}

void Shadow::reset() {
  std::fill(written_.begin(), written_.end(), 0);
  std::fill(cells_.begin(), cells_.end(), Cell{});
}

std::uint64_t Shadow::memory_bytes() const {
  return cells_.capacity() * sizeof(Cell) + written_.capacity() * sizeof(std::uint64_t);
}

}  // namespace attnlab::ptx
