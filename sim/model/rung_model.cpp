// SPDX-License-Identifier: MIT
#include "sim/model/rung_model.h"

namespace attnlab::model {

int tile_q_of(const RungModel& rung, const Problem& problem) {
  return problem.tile_q != 0 ? problem.tile_q : rung.can.tile_q.front();
}

int tile_kv_of(const RungModel& rung, const Problem& problem) {
  return problem.tile_kv != 0 ? problem.tile_kv : rung.can.tile_kv.front();
}

int splits_of(const RungModel& rung, const Problem& problem) {
  return problem.splits != 0 ? problem.splits : rung.can.default_splits;
}

const char* storage_suffix(problem::DataType dtype) {
  if (dtype == problem::DataType::kF32) return "";
  return dtype == problem::DataType::kF16 ? "_f16" : "_bf16";
}

float scale_log2_of(const Problem& problem) {
  constexpr double kLog2E = 1.4426950408889634;
  return static_cast<float>(static_cast<double>(problem::softmax_scale(problem)) * kLog2E);
}

MemoryPlan memory_of(const RungModel& rung, const Problem& problem) {
  MemoryPlan plan;
  for (const TensorSpec& spec : rung.tensors(problem)) {
    const bool input = spec.role == Role::kInput || spec.role == Role::kCarried;
    std::int64_t& part = input                         ? plan.input_bytes
                         : spec.role == Role::kScratch ? plan.scratch_bytes
                                                       : plan.output_bytes;
    part += spec.bytes();
  }
  return plan;
}

Workspace make_workspace(const RungModel& rung, const Problem& problem, const Inputs& inputs) {
  Workspace workspace;
  if (rung.forward != nullptr) {
    fill_workspace(workspace, rung.forward().tensors(problem), problem, inputs);
  }
  fill_workspace(workspace, rung.tensors(problem), problem, inputs);
  return workspace;
}

ModelResult run(const RungModel& rung, const Problem& problem, const Inputs& inputs,
                const machine::GpuSpec& gpu, trace::EventSink* sink) {
  ModelResult result;
  result.workspace = make_workspace(rung, problem, inputs);
  const auto run_launches = [&](const RungModel& which, trace::EventSink* listener) {
    return machine::run(gpu, which.launches(problem, result.workspace, listener != nullptr),
                        static_cast<int>(which.tensors(problem).size()), listener);
  };
  if (rung.forward != nullptr) run_launches(rung.forward(), nullptr);
  machine::RunResult machine_result = run_launches(rung, sink);
  result.counters = std::move(machine_result.counters);
  result.cycles = machine_result.cycles;
  return result;
}

}  // namespace attnlab::model
