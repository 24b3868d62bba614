// SPDX-License-Identifier: MIT
#include "sim/model/paged/01_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/model/paged/moves.h"
#include "sim/problem/pages.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using trace::EventKind;

enum TensorIndex : std::uint16_t { kNewK, kNewV, kSlotMapping, kKPages, kVPages };

// The kernel's sentences, by which a step finds its source line.
enum Sentence : std::uint16_t { kLookUp, kCopy };

BlockProgram token_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const std::int64_t elements = token_elements(problem);
  const int token = static_cast<int>(block);
  Workspace& memory = run->workspace;

  // Look up the token's slot; -1 is no token.
  co_yield located(read_integers_step(kSlotMapping, token, 1), kLookUp, token);
  const std::int64_t slot = memory.integers(Tensor::kSlotMapping)[token];
  if (slot < 0) co_return;

  // Copy the token's K and V there.
  std::copy_n(memory[Tensor::kNewK].data() + token * elements, elements,
              memory[Tensor::kKPages].data() + slot * elements);
  std::copy_n(memory[Tensor::kNewV].data() + token * elements, elements,
              memory[Tensor::kVPages].data() + slot * elements);
  for (const auto& [from, to] : {std::pair{kNewK, kKPages}, std::pair{kNewV, kVPages}}) {
    co_yield located(move_step(EventKind::kLoad, problem, from, token * elements, elements), kCopy,
                     token);
    co_yield located(move_step(EventKind::kStore, problem, to, slot * elements, elements), kCopy,
                     token);
  }
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  return {
      {fmt::format("paged_write_{}_kernel", copy_unit_bytes(problem, token_elements(problem))),
       {static_cast<std::uint32_t>(problem.len_q), static_cast<std::uint32_t>(problem.batch), 1},
       kWarps * kWarpLanes,
       0}};
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  return {launch_of(launch_shapes(problem).front(),
                    [run](std::uint32_t block) { return token_program(run, block); })};
}

TensorTable tensors(const Problem& problem) {
  const ElementType type = element_type_of(problem.dtype);
  const std::int64_t tokens = std::int64_t{problem.batch} * problem.len_q;
  const std::int64_t pool = problem::paged_cache(problem).slots() * token_elements(problem);
  return {{Tensor::kNewK, Role::kInput, type, tokens * token_elements(problem)},
          {Tensor::kNewV, Role::kInput, type, tokens * token_elements(problem)},
          {Tensor::kSlotMapping, Role::kInput, ElementType::kI32, tokens},
          {Tensor::kKPages, Role::kUpdated, type, pool},
          {Tensor::kVPages, Role::kUpdated, type, pool}};
}

machine::Counters cost(const Problem& problem) {
  const std::int64_t elements = token_elements(problem);
  const std::uint64_t tokens = std::uint64_t(problem.batch) * problem.len_q;
  CostSheet sheet(tensors(problem));
  std::vector<ElementRange> read;
  std::vector<ElementRange> written;
  const std::vector<std::int32_t> slots = problem::paged_cache(problem).slot_mapping;
  for (std::size_t token = 0; token < slots.size(); ++token) {
    if (slots[token] < 0) continue;
    const auto first = static_cast<std::int64_t>(token) * elements;
    read.push_back({first, first + elements});
    written.push_back({slots[token] * elements, (slots[token] + 1) * elements});
  }
  const std::uint64_t moved = read.size() * elements;
  sheet.read(kSlotMapping, tokens * kWarps * kWarpLanes, tokens);
  for (const std::uint16_t tensor : {kNewK, kNewV}) sheet.read_ranges(tensor, moved, read);
  for (const std::uint16_t tensor : {kKPages, kVPages}) sheet.write_ranges(tensor, moved, written);
  sheet.counters().blocks = tokens;
  return sheet.counters();
}

}  // namespace

const RungModel& paged_write() {
  static const RungModel rung{
      .name = "paged/01_write",
      .can = {.dtypes = kAllTypes, .masks = {problem::Mask::kNone}, .lengths = true, .pages = true},
      .sentences = {"Look up the token's slot; -1 is no token.", "Copy the token's K and V there."},
      .symbols = {},
      .tensors = tensors,
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost};
  return rung;
}

}  // namespace attnlab::model
