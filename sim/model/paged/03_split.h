// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// PagedAttention split over the keys. The twin of kernels/paged/03_split.cu.
const RungModel& paged_split();

}  // namespace attnlab::model
