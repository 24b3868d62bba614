// SPDX-License-Identifier: MIT
#include "sim/model/flash_fwd/06_swizzled.h"

#include "sim/model/flash_fwd/query_tile.h"
#include "sim/model/flash_fwd/register_tiles_rung.h"

namespace attnlab::model {
namespace {

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  return register_tiles_launch_shapes(problem, "flash_fwd_swizzled", {});
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  return register_tiles_launches(problem, workspace, record_numbers,
                                 launch_shapes(problem).front());
}

}  // namespace

const RungModel& flash_fwd_swizzled() {
  static const RungModel rung{.name = "flash_fwd/06_swizzled",
                              .can = register_tiles_capabilities(),
                              .sentences = register_tiles_sentences(),
                              .symbols = online_softmax_symbols(),
                              .tensors = forward_tensors,
                              .launch_shapes = launch_shapes,
                              .launches = launches,
                              .cost = register_tiles_cost};
  return rung;
}

}  // namespace attnlab::model
