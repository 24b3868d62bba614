// SPDX-License-Identifier: MIT
// Sizes and places of files.
#pragma once

#include "tests/repository/tree/tree.h"

namespace attnlab::repository {

// Source files that are longer than 500 lines (tests: 600).
Faults length_faults(const Tree& tree);

// Source files that are longer than 300 lines, which a file should not be.
Faults length_warnings(const Tree& tree);

// Folders with more than 14 sources; a header and the .cpp of its name count as one.
Faults folder_faults(const Tree& tree);

// Names in the root that do not belong there.
Faults top_level_faults(const Tree& tree);

// Sources without the licence's line at their head, and headers without `#pragma once`.
Faults first_line_faults(const Tree& tree);
Faults pragma_once_faults(const Tree& tree);

}  // namespace attnlab::repository
