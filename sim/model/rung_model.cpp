// SPDX-License-Identifier: MIT
#include "sim/model/rung_model.h"

#include "sim/numerics/host_device.h"

namespace attnlab::model {
namespace {

// A NaN with a payload: the GPU's arithmetic only ever makes 0x7fffffff, so a survivor is visible.
constexpr std::uint32_t kPoisonBits = 0x7fa5a5a5u;

}  // namespace

int tile_q_of(const RungModel& rung, const Problem& problem) {
  return problem.tile_q != 0 ? problem.tile_q : rung.tile_q_choices.front();
}

float scale_log2_of(const Problem& problem) {
  constexpr double kLog2E = 1.4426950408889634;
  return static_cast<float>(static_cast<double>(problem::softmax_scale(problem)) * kLog2E);
}

Workspace make_workspace(const RungModel& rung, const Problem& problem) {
  const float poison = numerics::float_of_bits(kPoisonBits);
  Workspace workspace;
  workspace.o.assign(problem::q_elements(problem), poison);
  workspace.lse_nat.assign(problem::lse_elements(problem), poison);
  if (rung.memory(problem).scratch_bytes > 0) {
    const std::int64_t scores = problem::lse_elements(problem) * problem.len_kv;
    workspace.s.assign(scores, poison);
    workspace.p.assign(scores, poison);
  }
  return workspace;
}

ModelResult run(const RungModel& rung, const Problem& problem, const Inputs& inputs,
                const machine::GpuSpec& gpu, trace::EventSink* sink) {
  ModelResult result;
  result.workspace = make_workspace(rung, problem);
  const std::vector<machine::Launch> launches =
      rung.launches(problem, inputs, result.workspace, sink != nullptr);
  machine::RunResult machine_result =
      machine::run(gpu, launches, static_cast<int>(rung.tensors.size()), sink);
  result.counters = std::move(machine_result.counters);
  result.cycles = machine_result.cycles;
  return result;
}

}  // namespace attnlab::model
