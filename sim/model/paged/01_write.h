// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// New tokens into the pages of their sequences. The twin of kernels/paged/01_write.cu.
const RungModel& paged_write();

}  // namespace attnlab::model
