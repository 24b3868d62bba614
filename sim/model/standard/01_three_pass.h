// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// The textbook's three passes with S and P in device memory: what FlashAttention is measured
// against. The twin of kernels/standard/01_three_pass.cu.
const RungModel& standard_three_pass();

}  // namespace attnlab::model
