// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// Flash-Decoding: the keys are split over blocks, a second kernel reduces. The twin of
// kernels/decode/02_split.cu.
const RungModel& decode_split();

}  // namespace attnlab::model
