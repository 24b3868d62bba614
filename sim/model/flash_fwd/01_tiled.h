// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// FlashAttention's idea at its plainest: one thread block per query tile walks over the key tiles
// with an online softmax. The twin of kernels/flash_fwd/01_tiled.cu.
const RungModel& flash_fwd_tiled();

}  // namespace attnlab::model
