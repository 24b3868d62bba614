// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/executors.h"
#include "labs/cli/counters_text.h"
#include "labs/cli/demo/sections.h"
#include "sim/trace/log/reader.h"
#include "sim/trace/perfetto/perfetto.h"
#include "sim/trace/summary.h"

namespace attnlab::cli::demo {

using nlohmann::ordered_json;

ordered_json show_event_log(bool print, const std::string& folder) {
  // A scene that fits a slide: 4 heads of 128 queries and keys, causal.
  problem::Problem problem;
  problem.heads = problem.kv_heads = 4;
  problem.mask = problem::Mask::kCausal;
  const std::string log_path = folder + "/flash_fwd.alog";
  const std::string perfetto_path = folder + "/flash_fwd.perfetto.json";
  kernels::run_on_model(kernels::find_rung("flash_fwd/01_tiled"), problem,
                        problem::make_inputs(problem), machine::gpu_spec("a100"), log_path);
  const trace::EventLogReader log(log_path);
  const trace::LogSummary summary = trace::summarize(log);
  trace::export_perfetto(log, perfetto_path);
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold), "4  The event log\n");
    fmt::print(
        "   {}: {} events, {}: every step of {} thread blocks on a\n"
        "   simulated A100, with the numbers of the online softmax. Look into it:\n"
        "     ./attnlab log {}\n"
        "     {}: open it at https://ui.perfetto.dev\n",
        log_path, summary.events, readable_bytes(double(summary.file_bytes)),
        summary.blocks_finished, log_path, perfetto_path);
  }
  return {{"path", log_path},
          {"perfetto", perfetto_path},
          {"events", summary.events},
          {"bytes", summary.file_bytes}};
}

}  // namespace attnlab::cli::demo
