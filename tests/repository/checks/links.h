// SPDX-License-Identifier: MIT
// Links of the Markdown files.
#pragma once

#include "tests/repository/tree/tree.h"

namespace attnlab::repository {

// Links to files that are not there, or to headings that the file does not have. Links to other
// sites are not followed.
Faults link_faults(const Tree& tree);

// The anchor that a heading gets: "1. One *step*: `c`" is "1-one-step-c".
std::string anchor_of(std::string_view heading);

}  // namespace attnlab::repository
