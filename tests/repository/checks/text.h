// SPDX-License-Identifier: MIT
// Words that no file may hold.
#pragma once

#include "tests/repository/tree/tree.h"

namespace attnlab::repository {

// Marks of unfinished work.
Faults unfinished_work_faults(const Tree& tree);

// Absolute paths into someone's own folders.
Faults machine_path_faults(const Tree& tree);

}  // namespace attnlab::repository
