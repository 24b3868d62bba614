// SPDX-License-Identifier: MIT
#include "kernels/executors.h"

#include <chrono>
#include <memory>

#include "kernels/problem_json.h"
#include "kernels/source_lines.h"
#include "sim/trace/log/writer.h"

namespace attnlab::kernels {
namespace {

trace::LogHeader log_header(const Rung& rung, const Problem& problem, const machine::GpuSpec& gpu) {
  trace::LogHeader header;
  header.generator = "attnlab " ATTNLAB_VERSION " model";
  header.rung = rung.name;
  header.problem = problem_to_json(problem).dump();
  header.gpu.name = gpu.title;
  header.gpu.clock_mhz = gpu.clock_mhz;
  header.gpu.sm_count = static_cast<std::uint32_t>(gpu.sm_count);
  header.gpu.slots_per_sm = static_cast<std::uint32_t>(gpu.max_blocks_per_sm);
  for (const model::LaunchShape& shape : rung.model->launch_shapes(problem)) {
    header.launches.push_back({shape.entry, shape.grid,
                               static_cast<std::uint32_t>(shape.threads_per_block),
                               static_cast<std::uint32_t>(shape.dynamic_shared_bytes)});
  }
  for (const TensorSpec& spec : rung.model->tensors(problem)) {
    header.tensors.emplace_back(model::name_of(spec.tensor));
  }
  for (int line : sentence_lines(rung)) {
    header.sources.push_back({rung.source_file(), static_cast<std::uint32_t>(line)});
  }
  for (const model::Symbol& symbol : rung.model->symbols) {
    header.symbols.push_back({symbol.name, symbol.formula});
  }
  return header;
}

}  // namespace

Execution run_on_model(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                       const machine::GpuSpec& gpu, const std::string& log_path) {
  require_block_fits(rung, problem, gpu);
  std::unique_ptr<trace::EventLogWriter> log;
  if (!log_path.empty()) {
    log = std::make_unique<trace::EventLogWriter>(log_path, log_header(rung, problem, gpu));
  }
  const auto start = std::chrono::steady_clock::now();
  model::ModelResult result = model::run(*rung.model, problem, inputs, gpu, log.get());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (log != nullptr) log->close();

  Execution execution;
  execution.executor = "model";
  execution.where = gpu.title + ", simulated";
  execution.outputs = outputs_of(result.workspace, rung.model->tensors(problem));
  execution.digest = digest_of(execution.outputs);
  execution.seconds = seconds.count();
  execution.counters = std::move(result.counters);
  execution.cycles = result.cycles;
  return execution;
}

}  // namespace attnlab::kernels
