// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// Whole pages copied, as copy-on-write does. The twin of kernels/paged/04_copy_blocks.cu.
const RungModel& paged_copy_blocks();

}  // namespace attnlab::model
