// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// The textbook's backward pass, with P and dS in device memory. The twin of
// kernels/flash_bwd/01_stored_p.cu.
const RungModel& flash_bwd_stored_p();

}  // namespace attnlab::model
