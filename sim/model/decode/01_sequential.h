// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// One query over the whole cache, a block a head. The twin of kernels/decode/01_sequential.cu.
const RungModel& decode_sequential();

}  // namespace attnlab::model
