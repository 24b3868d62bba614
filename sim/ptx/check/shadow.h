// SPDX-License-Identifier: MIT
// What the checker knows of the bytes of one piece of memory: whether anybody wrote them, and who
// touched them last. Cells are of four bytes, until somebody touches less: then they are split.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/ptx/check/order.h"

namespace attnlab::ptx {

// The last accesses of a granule that somebody else may race with.
struct Cell {
  Stamp writer;
  Stamp reader;  // since the last write; or an atomic write behind a plain one, which is `writer`
  Stamp other;  // another reader that `reader` is not ordered with, of another warp where possible;
                // marked if of another block: then no further reader makes a difference
};

class Shadow {
 public:
  Shadow(std::uint64_t size_bytes, bool initialised);

  // The same memory for the launch after this one: what was written stays so, who did is forgotten.
  Shadow for_next_launch() const;

  std::uint64_t size_bytes() const { return size_bytes_; }
  // The cells of [offset, offset + bytes): made when they are first asked for, split if need be.
  Cell* cells(std::uint64_t offset, std::uint32_t bytes, std::uint32_t& count);
  std::uint32_t granule_bytes() const { return granule_bytes_; }

  // The first byte of [offset, offset + bytes) that nobody wrote, or offset + bytes.
  std::uint64_t first_unwritten(std::uint64_t offset, std::uint32_t bytes) const;
  void mark_written(std::uint64_t offset, std::uint32_t bytes);

  // A new block starts on this memory: nobody wrote it, and old cells mean nothing any more.
  void reset();

  std::uint64_t memory_bytes() const;

 private:
  void split(std::uint32_t granule_bytes);

  std::uint64_t size_bytes_;
  std::uint32_t granule_bytes_ = 4;
  std::vector<Cell> cells_;
  std::vector<std::uint64_t> written_;  // a bit a byte; empty: all are
};

}  // namespace attnlab::ptx
