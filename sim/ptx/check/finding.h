// SPDX-License-Identifier: MIT
// What the checker has found: each kind at each pair of lines once, with a count.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace attnlab::ptx {

enum class FindingKind : std::uint8_t {
  kRaceShared,
  kRaceGlobal,
  kRaceEqual,  // two writes of the same value
  kUninitialisedShared,
  kUninitialisedGlobal,
  kSyncMask,
  kSyncSource,
  kSyncBarrier,
};
// "race-shared", "uninitialised-global", …
const char* name_of(FindingKind kind);

// One of the accesses that a finding is about.
struct FoundAccess {
  std::string what;         // "write", "read", "atomic"
  std::string instruction;  // PTX
  std::string file;
  int line = 0;
  std::array<std::uint32_t, 3> block = {};
  std::array<std::uint32_t, 3> thread = {};
  std::uint32_t warp = 0;
  std::uint32_t lane = 0;
};

struct Finding {
  FindingKind kind = FindingKind::kRaceShared;
  std::string kernel;
  std::string place;   // "out[17]", "tile[3]"; empty for what is about no address
  FoundAccess access;  // the later one
  std::optional<FoundAccess> earlier;
  std::string sentence;  // what happened
  std::string cause;     // what it can cause
  std::string remedy;
  std::uint64_t count = 1;  // how often, of this kind at these lines
};

}  // namespace attnlab::ptx
