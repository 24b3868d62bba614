// SPDX-License-Identifier: MIT
// Accesses that follow another one through the same address register: as long as nothing wrote it,
// and nobody else ran, its lanes still have the distances that the other access looked at.
#include <algorithm>
#include <vector>

#include "sim/ptx/memory/shape.h"
#include "sim/ptx/program/function_decoder.h"

namespace attnlab::ptx {
namespace {

// The last op that looked at a row of addresses.
struct Leader {
  Row row = kNoRow;
  std::size_t op = 0;
};

constexpr Row end_of(Row row, bool wide) {
  return row + (wide ? kWideRowBytes : kRowBytes);
}

// Forgets rows that overlap [begin, end).
void forget(std::vector<Leader>& leaders, Row begin, Row end) {
  std::erase_if(leaders, [&](const Leader& leader) {
    return leader.row < end && begin < end_of(leader.row, true);
  });
}

bool is_access(const Instruction& instruction) {
  return instruction.name == "ld" || instruction.name == "ldu" || instruction.name == "st";
}

}  // namespace

void FunctionDecoder::find_followers() {
  std::vector<Leader> leaders;
  for (std::size_t i = 0; i < function_.instructions.size(); ++i) {
    const auto& block = flow_.blocks[static_cast<std::size_t>(flow_.block_of[i])];
    if (may_stop_[i] || static_cast<int>(i) == block.begin) leaders.clear();
    if (may_stop_[i]) continue;
    const std::size_t at = first_op_[i];
    Op& op = into_.ops[at];
    const bool alone = first_op_[i + 1] == at + 1;
    if (alone && is_access(function_.instructions[i]) && op.a != kNoRow) {
      const auto leader = std::find_if(leaders.begin(), leaders.end(),
                                       [&](const Leader& other) { return other.row == op.a; });
      if (leader == leaders.end()) {
        leaders.push_back({op.a, at});
      } else if (at - leader->op < kMostOpsBehind) {
        op.small |= static_cast<std::uint32_t>(at - leader->op) << kOpsBehindShift;
      } else {
        leader->op = at;
      }
    }
    for (const std::vector<int>* list : {&uses_[i].writes, &uses_[i].temporaries}) {
      for (const int reg : *list) {
        const auto index = static_cast<std::size_t>(reg);
        forget(leaders, rows_.row_of[index], end_of(rows_.row_of[index], wide_[index]));
      }
    }
  }
}

}  // namespace attnlab::ptx
