// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// FlashAttention's backward pass: P is computed anew from LSE, tile by tile. The twin of
// kernels/flash_bwd/02_recompute.cu.
const RungModel& flash_bwd_recompute();

}  // namespace attnlab::model
