// SPDX-License-Identifier: MIT
// A PTX kernel under the counter: its counts.
#pragma once

#include <string>
#include <vector>

#include "sim/ptx/count/counter.h"
#include "tests/ptx/launch/emulation.h"

namespace attnlab::ptx::test {

struct Counted {
  Counts total;
  std::vector<LineCounts> lines;
  std::uint64_t blocks = 0;
  std::uint64_t warps = 0;

  std::uint64_t operator[](Metric metric) const { return total[metric]; }
};

// A kernel k(data) around `body`. %d0 is `data`, 1 MiB of zeros that starts at a multiple of 1 KiB;
// %r0 the thread's index in its block, %r1 in x, %r2 in y. There are %p, %h (16 bits), %r, %d
// (64 bits), %f, %g (f64) up to 39, and shared memory `s`, 16 KiB.
std::string counted_kernel(const std::string& body);
// What such a kernel's own head counts of each warp: warp instructions.
constexpr std::uint64_t kHeadInstructions = 5;

Counted count(const std::string& body, const LaunchShape& shape);

// Sectors of one warp's load or store at data + byte offset %r3, which `address` computes of %r0.
std::uint64_t load_sectors(const std::string& address, const std::string& load);
// Wavefronts of one block of 256 threads (16 x 16) or of one warp, which reads s at byte offset %r3.
std::uint64_t shared_wavefronts(const std::string& address, const std::string& access,
                                const LaunchShape& shape = threads(32));

}  // namespace attnlab::ptx::test
