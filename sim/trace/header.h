// SPDX-License-Identifier: MIT
// What an event log says once, before its events: who made it, on which GPU, and the tables that
// events index. All text is UTF-8.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace attnlab::trace {

struct GpuInfo {
  std::string name;
  double clock_mhz = 1000;          // cycles per microsecond, 1 to 100000
  std::uint32_t sm_count = 1;       // 1 to 4096
  std::uint32_t slots_per_sm = 32;  // resident blocks that an SM can hold at most, 1 to 256
};

struct LaunchInfo {
  std::string name;
  std::array<std::uint32_t, 3> grid = {1, 1, 1};  // x, y, z; the product is below 2^32, or 0
  std::uint32_t threads = 1;                      // in a block, 1 to 1024
  std::uint32_t shared_bytes = 0;                 // in a block

  std::uint64_t block_count() const { return std::uint64_t{grid[0]} * grid[1] * grid[2]; }
  std::uint32_t warp_count() const { return (threads + 31) / 32; }
};

struct SourceLine {
  std::string file;
  std::uint32_t line = 0;
};

struct Symbol {
  std::string name;     // "m_new"
  std::string formula;  // "m_new = max(m_old, m_tile)"
};

struct LogHeader {
  std::string generator;  // the program that wrote the log, "attnlab 0.1.0 model"
  std::string rung;       // "flash_fwd/01_tiled"
  std::string problem;    // the caller's own words or JSON
  GpuInfo gpu;
  std::vector<LaunchInfo> launches;  // at most 65535, as are sources and symbols
  std::vector<std::string> tensors;  // at most 1024
  std::vector<SourceLine> sources;
  std::vector<Symbol> symbols;
};

bool operator==(const LogHeader& a, const LogHeader& b);

// The header as JSON text (see docs/event_log.md). Throws LogError where a limit above is broken or
// a text is not UTF-8.
std::string to_json_text(const LogHeader& header);

// Reads that text; fields it does not know are passed over. Throws LogError naming the field.
LogHeader header_from_json_text(std::string_view text);

}  // namespace attnlab::trace
