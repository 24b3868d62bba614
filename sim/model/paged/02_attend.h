// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// PagedAttention: one query over keys that lie in pages. The twin of kernels/paged/02_attend.cu.
const RungModel& paged_attend();

}  // namespace attnlab::model
