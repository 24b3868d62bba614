// SPDX-License-Identifier: MIT
#include "sim/ptx/execute/places.h"

#include <fmt/format.h>

#include <bit>
#include <functional>

#include "sim/ptx/execute/block_state.h"

namespace attnlab::ptx {

std::string lanes_in_words(std::uint32_t mask) {
  std::string words;
  for (int lane = 0; lane < kWarpLanes;) {
    if ((mask >> lane & 1u) == 0) {
      ++lane;
      continue;
    }
    const int first = lane;
    while (lane < kWarpLanes && (mask >> lane & 1u) != 0) ++lane;
    if (!words.empty()) words += ", ";
    words += lane - first == 1 ? fmt::format("{}", first) : fmt::format("{}-{}", first, lane - 1);
  }
  return words;
}

const Instruction& instruction_of(const ProgramParts& program, const Op* op) {
  static const Instruction end = [] {
    Instruction instruction;
    instruction.text = "}";
    return instruction;
  }();
  const std::less<> before;
  for (const std::unique_ptr<DecodedFunction>& function : program.functions) {
    if (function == nullptr) continue;
    const std::vector<Op>& ops = function->ops;
    if (before(op, ops.data()) || !before(op, ops.data() + ops.size())) continue;
    const std::vector<Instruction>& instructions = function->source->instructions;
    return instructions.empty() ? end : instructions[op->instruction];
  }
  return end;
}

std::string describe_waiting(const Warp& warp, const std::string& sentence) {
  std::string text = sentence;
  const char* separator = ": ";
  for (const LaneGroup& group : warp.control->groups) {
    const ProgramParts& program = *warp.block->grid->program;
    const Instruction& instruction = instruction_of(program, group.next);
    const SourcePlace place = source_place(program, instruction.location);
    text += fmt::format("{}lanes {} of warp {} in `{}` at {}:{}", separator,
                        lanes_in_words(group.lanes), warp.index, instruction.text, place.file,
                        place.line);
    separator = "; ";
  }
  return text;
}

std::array<std::uint32_t, 3> thread_coordinates(const std::array<std::uint32_t, 3>& block,
                                                std::uint32_t linear) {
  return {linear % block[0], linear / block[0] % block[1], linear / block[0] / block[1]};
}

KernelFault::Place place_of(const Warp& warp, const Op* op, int lane) {
  const Grid& grid = *warp.block->grid;
  KernelFault::Place place;
  place.kernel = grid.program->entry_name;
  place.block = warp.block->index;
  place.warp = warp.index;
  place.lane = lane;
  const std::uint32_t first = static_cast<std::uint32_t>(
      lane >= 0 ? lane : (warp.active != 0 ? std::countr_zero(warp.active) : 0));
  place.thread = thread_coordinates(grid.shape.block,
                                    static_cast<std::uint32_t>(warp.index) * kWarpLanes + first);
  const Instruction& instruction = instruction_of(*grid.program, op);
  place.instruction = instruction.text;
  const SourcePlace source = source_place(*grid.program, instruction.location);
  place.file = source.file;
  place.line = source.line;
  return place;
}

WarpPlace warp_place(const Warp& warp, const Op* op) {
  const Function& function = *header_of(warp).function->source;
  return {&function, &function.instructions[op->instruction], warp.block->linear, warp.index,
          warp.active};
}

}  // namespace attnlab::ptx
