// SPDX-License-Identifier: MIT
// Who includes whom.
#pragma once

#include "tests/repository/tree/tree.h"

namespace attnlab::repository {

// Quoted includes: written from the root, of a file that is there (or a header that the
// build makes), and in a direction that is allowed.
Faults include_faults(const Tree& tree);

// CUDA's own headers are included by no one: device code gets its words from the compiler or from
// kernels/kit/cuda_kit.h, and host code opens the driver at run time. Only the kit, which has headers
// of the same names, and its tests may use those names.
Faults cuda_header_faults(const Tree& tree);

}  // namespace attnlab::repository
