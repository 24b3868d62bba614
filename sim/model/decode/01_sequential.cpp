// SPDX-License-Identifier: MIT
#include "sim/model/decode/01_sequential.h"

#include "sim/model/decode/attend.h"

namespace attnlab::model {
namespace {

constexpr DecodeDesign kDesign{.entry = "decode_sequential"};

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

const RungModel& decode_sequential() {
  static const RungModel rung{.name = "decode/01_sequential",
                              .can = {.dtypes = kAllTypes,
                                      .masks = kAllMasks,
                                      .tile_kv = {64},
                                      .max_len_q = 1,
                                      .lengths = true},
                              .sentences = decode_sentences(kDesign),
                              .symbols = decode_symbols(),
                              .tensors = tensors,
                              .launch_shapes = launch_shapes,
                              .launches = launches,
                              .cost = cost};
  return rung;
}

}  // namespace attnlab::model
