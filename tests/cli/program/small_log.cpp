// SPDX-License-Identifier: MIT
#include "tests/cli/program/small_log.h"

#include <stdexcept>

#include "tests/cli/program/process.h"

namespace attnlab::tests {

std::string write_small_log(const ScratchFolder& folder, const std::string& name) {
  const std::string path = folder.file(name);
  const Outcome outcome = attnlab({"run", "flash_fwd/01_tiled", "--heads", "2", "--len-q", "40",
                                   "--len-kv", "50", "--log", path});
  if (outcome.status != 0) throw std::runtime_error("no log was written: " + outcome.err);
  return path;
}

}  // namespace attnlab::tests
