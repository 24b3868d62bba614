// SPDX-License-Identifier: MIT
#include "sim/model/paged/02_attend.h"

#include "sim/model/decode/attend.h"

namespace attnlab::model {
namespace {

constexpr DecodeDesign kDesign{.entry = "paged_attend", .paged = true};

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  return decode_launch_shapes(problem, kDesign, 1);
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  return decode_launches(problem, workspace, record_numbers, kDesign, 1);
}

TensorTable tensors(const Problem& problem) {
  return decode_tensors(problem, kDesign, 1);
}

machine::Counters cost(const Problem& problem) {
  return decode_cost(problem, kDesign, 1);
}

}  // namespace

const RungModel& paged_attend() {
  static const RungModel rung{.name = "paged/02_attend",
                              .can = {.dtypes = kAllTypes,
                                      .masks = kAllMasks,
                                      .tile_kv = {64},
                                      .max_len_q = 1,
                                      .lengths = true,
                                      .pages = true},
                              .sentences = decode_sentences(kDesign),
                              .symbols = decode_symbols(),
                              .tensors = tensors,
                              .launch_shapes = launch_shapes,
                              .launches = launches,
                              .cost = cost};
  return rung;
}

}  // namespace attnlab::model
