// SPDX-License-Identifier: MIT
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// The same with a swizzle in the place of padding. The twin of kernels/flash_fwd/06_swizzled.cu.
const RungModel& flash_fwd_swizzled();

}  // namespace attnlab::model
