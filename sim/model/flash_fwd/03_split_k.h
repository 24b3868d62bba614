// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// Four warps share a query tile and split the keys: what FlashAttention-2 moved away from. The twin
// of kernels/flash_fwd/03_split_k.cu.
const RungModel& flash_fwd_split_k();

}  // namespace attnlab::model
