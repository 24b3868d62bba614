// SPDX-License-Identifier: MIT
// Recordings of an H200 that a test needs.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>

namespace attnlab::tests {

// Skips the test case, with a sentence, as long as nobody has recorded that file.
inline void require_recorded(const std::string& path) {
  if (std::filesystem::exists(path)) return;
  SKIP("no H200 was recorded yet: kernels/recorded/record.bash makes " << path);
}

}  // namespace attnlab::tests
