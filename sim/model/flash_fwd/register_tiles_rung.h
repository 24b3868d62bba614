// SPDX-License-Identifier: MIT
// The rungs that keep tiles in registers (05, 06): they differ in where a number lies in shared
// memory, which changes neither bits nor bytes.
#pragma once

#include "sim/model/rung_model.h"

namespace attnlab::model {

// Where tiles lie in shared memory: floats that follow a row's numbers.
struct TilePadding {
  int row_floats = 0;    // of Q, K and V
  int p_row_floats = 0;  // of P
};

// "flash_fwd_swizzled" gives the entry point "flash_fwd_swizzled_d64_bf16_kernel".
std::vector<LaunchShape> register_tiles_launch_shapes(const Problem& problem, const char* entry,
                                                      TilePadding padding);
std::vector<machine::Launch> register_tiles_launches(const Problem& problem, Workspace& workspace,
                                                     bool record_numbers, const LaunchShape& shape);
machine::Counters register_tiles_cost(const Problem& problem);
Capabilities register_tiles_capabilities();
std::vector<std::string> register_tiles_sentences();

}  // namespace attnlab::model
