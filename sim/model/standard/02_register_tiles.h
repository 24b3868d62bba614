// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// The three passes with tiles in registers: the standard that FlashAttention is fairly measured
// against. The twin of kernels/standard/02_register_tiles.cu.
const RungModel& standard_register_tiles();

}  // namespace attnlab::model
