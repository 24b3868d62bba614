// SPDX-License-Identifier: MIT
// Where a function's registers lie in its frame: rows, shared by registers that are never needed at
// the same time (liveness by data flow, then a linear scan). Few rows keep a warp in the L1 cache.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/ptx/program/control_flow.h"
#include "sim/ptx/program/op.h"

namespace attnlab::ptx {

// What one instruction does with registers, by number.
struct RegisterUse {
  std::vector<int> reads;
  std::vector<int> writes;
  std::vector<int> temporaries;  // written and read by this instruction alone
  bool guarded = false;          // may leave what it writes as it was
  bool entangled = false;  // reads and writes in no clear order: none of its rows may be shared
};

struct RowAssignment {
  std::vector<Row> row_of;  // of each register
  Row begin = 0;            // rows used: [begin, end)
  Row end = 0;
  bool reads_unwritten = false;  // some register may be read before anything wrote it
};

// `wide[r]`: register r has 64 bits. Rows start at `begin`.
RowAssignment assign_rows(const ControlFlow& flow, const std::vector<RegisterUse>& uses,
                          const std::vector<bool>& wide, Row begin);

}  // namespace attnlab::ptx
