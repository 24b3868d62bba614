// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// FlashAttention-1's order: key tiles outside, query tiles inside, O in device memory between them.
// The twin of kernels/flash_fwd/02_kv_outer.cu.
const RungModel& flash_fwd_kv_outer();

}  // namespace attnlab::model
