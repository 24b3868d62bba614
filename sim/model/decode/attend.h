// SPDX-License-Identifier: MIT
// One query token a sequence over its keys: what all decode and paged rungs run. They differ in a
// DecodeDesign.
#pragma once

#include "sim/model/attention_block.h"
#include "sim/model/attention_cost.h"
#include "sim/model/rung_model.h"

namespace attnlab::model {

struct DecodeDesign {
  const char* entry = "";   // "decode_split" of "decode_split_d128_bf16_kernel"
  int heads_per_block = 1;  // query heads that share a K/V head, in one block
  bool split = false;       // over the keys, with a second kernel that reduces
  bool paged = false;       // keys and values lie in pages
};

std::vector<LaunchShape> decode_launch_shapes(const Problem& problem, const DecodeDesign& design,
                                              int splits);
std::vector<machine::Launch> decode_launches(const Problem& problem, Workspace& workspace,
                                             bool record_numbers, const DecodeDesign& design,
                                             int splits);
TensorTable decode_tensors(const Problem& problem, const DecodeDesign& design, int splits);
machine::Counters decode_cost(const Problem& problem, const DecodeDesign& design, int splits);
std::vector<std::string> decode_sentences(const DecodeDesign& design);
std::vector<Symbol> decode_symbols();

// The tiles of 64 keys that split `split` of `splits` takes of a sequence.
KeyRange tiles_of_split(KeyRange seen, int split, int splits);

}  // namespace attnlab::model
