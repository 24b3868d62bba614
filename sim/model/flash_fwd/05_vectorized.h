// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// Tiles in registers, 16-byte loads, rows padded against bank conflicts. The twin of
// kernels/flash_fwd/05_vectorized.cu.
const RungModel& flash_fwd_vectorized();

}  // namespace attnlab::model
