// SPDX-License-Identifier: MIT
#include "sim/model/paged/03_split.h"

#include "sim/model/decode/attend.h"

namespace attnlab::model {
namespace {

constexpr DecodeDesign kDesign{.entry = "paged_split", .split = true, .paged = true};

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  return decode_launch_shapes(problem, kDesign, splits_of(paged_split(), problem));
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  return decode_launches(problem, workspace, record_numbers, kDesign,
                         splits_of(paged_split(), problem));
}

TensorTable tensors(const Problem& problem) {
  return decode_tensors(problem, kDesign, splits_of(paged_split(), problem));
}

machine::Counters cost(const Problem& problem) {
  return decode_cost(problem, kDesign, splits_of(paged_split(), problem));
}

}  // namespace

const RungModel& paged_split() {
  static const RungModel rung{.name = "paged/03_split",
                              .can = {.dtypes = kAllTypes,
                                      .masks = kAllMasks,
                                      .tile_kv = {64},
                                      .max_len_q = 1,
                                      .lengths = true,
                                      .splits = true,
                                      .pages = true,
                                      .default_splits = 8},
                              .sentences = decode_sentences(kDesign),
                              .symbols = decode_symbols(),
                              .tensors = tensors,
                              .launch_shapes = launch_shapes,
                              .launches = launches,
                              .cost = cost};
  return rung;
}

}  // namespace attnlab::model
