// SPDX-License-Identifier: MIT
#include "sim/model/paged/04_copy_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/model/paged/moves.h"
#include "sim/problem/pages.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using trace::EventKind;

enum TensorIndex : std::uint16_t { kCopyPairs, kKPages, kVPages };

// The kernel's sentences, by which a step finds its source line.
enum Sentence : std::uint16_t { kLookUp, kCopy };

constexpr int kPartUnits = 1024;  // of a page, a block

// Elements of a block's part of a page.
std::int64_t part_elements(const Problem& problem) {
  return std::int64_t{kPartUnits} * copy_unit_bytes(problem, page_elements(problem)) /
         problem::size_bytes(problem.dtype);
}

std::int64_t parts_of_page(const Problem& problem) {
  return (page_elements(problem) + part_elements(problem) - 1) / part_elements(problem);
}

BlockProgram part_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  const Problem& problem = run->problem;
  const auto parts = static_cast<std::uint32_t>(parts_of_page(problem));
  const int pair = static_cast<int>(block / parts);
  Workspace& memory = run->workspace;

  // Look up which page goes where; -1 is no copy.
  co_yield located(read_integers_step(kCopyPairs, 2 * std::int64_t{pair}, 2), kLookUp, pair);
  const std::int64_t from = memory.integers(Tensor::kCopyPairs)[2 * pair];
  const std::int64_t to = memory.integers(Tensor::kCopyPairs)[2 * pair + 1];
  if (from < 0) co_return;

  // Copy this block's part of the page, K and V.
  const std::int64_t first = block % parts * part_elements(problem);
  const std::int64_t count = std::min(part_elements(problem), page_elements(problem) - first);
  const std::int64_t source = from * page_elements(problem) + first;
  const std::int64_t target = to * page_elements(problem) + first;
  for (const auto& [tensor, index] :
       {std::pair{Tensor::kKPages, kKPages}, std::pair{Tensor::kVPages, kVPages}}) {
    std::copy_n(memory[tensor].data() + source, count, memory[tensor].data() + target);
    co_yield located(move_step(EventKind::kLoad, problem, index, source, count), kCopy, pair);
    co_yield located(move_step(EventKind::kStore, problem, index, target, count), kCopy, pair);
  }
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  return {
      {fmt::format("paged_copy_blocks_{}_kernel", copy_unit_bytes(problem, page_elements(problem))),
       {static_cast<std::uint32_t>(parts_of_page(problem)),
        static_cast<std::uint32_t>(problem.batch), 1},
       kWarps * kWarpLanes,
       0}};
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  return {launch_of(launch_shapes(problem).front(),
                    [run](std::uint32_t block) { return part_program(run, block); })};
}

TensorTable tensors(const Problem& problem) {
  const ElementType type = element_type_of(problem.dtype);
  const std::int64_t pool = problem::paged_cache(problem).slots() * token_elements(problem);
  return {{Tensor::kCopyPairs, Role::kInput, ElementType::kI32, 2 * std::int64_t{problem.batch}},
          {Tensor::kKPages, Role::kUpdated, type, pool},
          {Tensor::kVPages, Role::kUpdated, type, pool}};
}

machine::Counters cost(const Problem& problem) {
  const std::int64_t elements = page_elements(problem);
  const std::uint64_t blocks = parts_of_page(problem) * problem.batch;
  CostSheet sheet(tensors(problem));
  std::vector<ElementRange> read;
  std::vector<ElementRange> written;
  std::uint64_t pairs = 0;
  const std::vector<std::int32_t> copies = problem::paged_cache(problem).copy_pairs;
  for (std::size_t i = 0; i < copies.size(); i += 2) {
    if (copies[i] < 0) continue;
    ++pairs;
    read.push_back({copies[i] * elements, (copies[i] + 1) * elements});
    written.push_back({copies[i + 1] * elements, (copies[i + 1] + 1) * elements});
  }
  sheet.read(kCopyPairs, blocks * 2 * kWarps * kWarpLanes, 2 * std::uint64_t(problem.batch));
  for (const std::uint16_t tensor : {kKPages, kVPages}) {
    sheet.read_ranges(tensor, pairs * elements, read);
    sheet.write_ranges(tensor, pairs * elements, written);
  }
  sheet.counters().blocks = blocks;
  return sheet.counters();
}

}  // namespace

const RungModel& paged_copy_blocks() {
  static const RungModel rung{.name = "paged/04_copy_blocks",
                              .can = {.dtypes = kAllTypes,
                                      .masks = {problem::Mask::kNone},
                                      .max_len_q = 1,
                                      .lengths = true,
                                      .pages = true},
                              .sentences = {"Look up which page goes where; -1 is no copy.",
                                            "Copy this block's part of the page, K and V."},
                              .symbols = {},
                              .tensors = tensors,
                              .launch_shapes = launch_shapes,
                              .launches = launches,
                              .cost = cost};
  return rung;
}

}  // namespace attnlab::model
