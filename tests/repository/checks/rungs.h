// SPDX-License-Identifier: MIT
// Rungs: registry, kernels, models and the table in docs/rungs.md tell of the same ones.
#pragma once

#include "tests/repository/tree/tree.h"

namespace attnlab::repository {

struct RungName {
  std::string name;  // "flash_fwd/01_tiled"
  std::string idea;
};

// A rung of the registry without its kernel, its model or its row in the table; a numbered kernel
// that the registry does not know; a row of the table that is no rung.
Faults rung_faults(const Tree& tree, const std::vector<RungName>& registry);

// Fields that the header comment of a rung's kernel lacks.
Faults kernel_header_faults(const Tree& tree, const std::vector<RungName>& registry);

}  // namespace attnlab::repository
