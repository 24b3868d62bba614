// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// Flash-Decoding with the query heads of a K/V head in one block. The twin of
// kernels/decode/03_grouped.cu.
const RungModel& decode_grouped();

}  // namespace attnlab::model
