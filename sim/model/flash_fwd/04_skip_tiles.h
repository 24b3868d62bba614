// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// FlashAttention that leaves out the key tiles which a mask hides from a whole query tile. The twin
// of kernels/flash_fwd/04_skip_tiles.cu.
const RungModel& flash_fwd_skip_tiles();

}  // namespace attnlab::model
