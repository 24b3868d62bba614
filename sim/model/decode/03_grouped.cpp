// SPDX-License-Identifier: MIT
#include "sim/model/decode/03_grouped.h"

#include "sim/model/decode/attend.h"

namespace attnlab::model {
namespace {

constexpr DecodeDesign kDesign{.entry = "decode_grouped", .heads_per_block = 4, .split = true};

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  return decode_launch_shapes(problem, kDesign, splits_of(decode_grouped(), problem));
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  return decode_launches(problem, workspace, record_numbers, kDesign,
                         splits_of(decode_grouped(), problem));
}

TensorTable tensors(const Problem& problem) {
  return decode_tensors(problem, kDesign, splits_of(decode_grouped(), problem));
}

machine::Counters cost(const Problem& problem) {
  return decode_cost(problem, kDesign, splits_of(decode_grouped(), problem));
}

}  // namespace

const RungModel& decode_grouped() {
  static const RungModel rung{.name = "decode/03_grouped",
                              .can = {.dtypes = kAllTypes,
                                      .masks = kAllMasks,
                                      .tile_kv = {64},
                                      .max_len_q = 1,
                                      .lengths = true,
                                      .splits = true,
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
