// SPDX-License-Identifier: MIT
// The operations of each instruction set, for bulk.h's dispatch.
#pragma once

#include "sim/numerics/bulk.h"

namespace attnlab::numerics {

const BulkOps& baseline_ops();
const BulkOps& avx2_ops();

}  // namespace attnlab::numerics
