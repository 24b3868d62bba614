// SPDX-License-Identifier: MIT
// Runs of the rungs' models for the tests: on given inputs, on any GPU, watched or not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/model/rung_model.h"

namespace attnlab::model::test {

// The models under test.
std::vector<const RungModel*> all_models();

// The same run on an H200 unless another GPU is given.
ModelResult run_model(const RungModel& rung, const Problem& problem, const Inputs& inputs);
ModelResult run_model(const RungModel& rung, const Problem& problem);

// [batch, heads, len, head_dim] = [1, heads, ...] and so on: the fields that most tests set.
Problem shape(int heads, int kv_heads, int len_q, int len_kv, int head_dim,
              problem::Mask mask = problem::Mask::kNone);

// Small problems of every kind: ragged, GQA, causal or not, len_kv = 0 among them, any query tile
// that the rung has; normal and uniform inputs.
std::vector<Problem> random_problems(const RungModel& rung, std::uint32_t seed, int count);

// Equal length and equal bits, element by element: -0 is not +0, and a NaN is its bits.
bool same_bits(std::span<const float> a, std::span<const float> b);
bool same_outputs(const ModelResult& a, const ModelResult& b);

class EventRecorder final : public trace::EventSink {
 public:
  void on_event(const trace::Event& event) override { events.push_back(event); }

  std::vector<trace::Event> events;
};

}  // namespace attnlab::model::test
