// SPDX-License-Identifier: MIT
#include "sim/model/paged/moves.h"

#include "sim/problem/pages.h"

namespace attnlab::model {

using machine::TileStep;
using trace::EventKind;

int copy_unit_bytes(const Problem& problem, std::int64_t elements) {
  const std::int64_t bytes = elements * problem::size_bytes(problem.dtype);
  if (bytes % 16 == 0) return 16;
  return bytes % 4 == 0 ? 4 : 2;
}

std::int64_t token_elements(const Problem& problem) {
  return std::int64_t{problem.kv_heads} * problem.head_dim;
}

std::int64_t page_elements(const Problem& problem) {
  return problem::page_size_of(problem) * token_elements(problem);
}

TileStep move_step(EventKind kind, const Problem& problem, std::uint16_t tensor, std::int64_t first,
                   std::int64_t elements) {
  TileStep step;
  step.kind = kind;
  step.tensor = tensor;
  step.region = {first, 1, elements, 0};
  step.element_bytes = problem::size_bytes(problem.dtype);
  return step;
}

TileStep read_integers_step(std::uint16_t tensor, std::int64_t first, int count) {
  TileStep step;
  step.kind = EventKind::kLoad;
  step.tensor = tensor;
  step.region = {first, kWarps * kWarpLanes, count, 0};
  return step;
}

}  // namespace attnlab::model
