// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/executors.h"
#include "labs/cli/demo/pictures.h"
#include "labs/cli/demo/sections.h"
#include "labs/cli/output/counters_text.h"
#include "labs/cli/output/text_file.h"
#include "sim/trace/log/reader.h"
#include "sim/trace/perfetto/perfetto.h"
#include "sim/trace/summary.h"

namespace attnlab::cli::demo {

using nlohmann::ordered_json;

ordered_json show_event_log(bool print, const std::string& folder) {
  // More blocks than slots, so that there is a second wave: 4 sequences of 16 heads, causal.
  problem::Problem problem;
  problem.batch = 4;
  problem.heads = problem.kv_heads = 16;
  problem.len_q = problem.len_kv = 128;
  problem.head_dim = 256;
  problem.mask = problem::Mask::kCausal;
  const std::string log_path = folder + "/flash_fwd.alog";
  const std::string perfetto_path = folder + "/flash_fwd.perfetto.json";
  kernels::run_on_model(kernels::find_rung("flash_fwd/01_tiled"), problem,
                        problem::make_inputs(problem), machine::gpu_spec("a100"), log_path);
  const trace::EventLogReader log(log_path);
  const trace::LogSummary summary = trace::summarize(log);
  trace::export_perfetto(log, perfetto_path);
  const std::string picture_path = folder + "/timeline.svg";
  write_text_file(picture_path, timeline_picture(log, /*sms=*/24));
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold), "8  The event log\n");
    fmt::print(
        "   Every step of {} thread blocks on a simulated A100, with the numbers of the online\n"
        "   softmax: {} events, {}.\n\n"
        "   {:<30} ./attnlab log shows what it holds\n"
        "   {:<30} open it at https://ui.perfetto.dev\n"
        "   {:<30} the blocks on 24 of the 108 SMs\n",
        summary.blocks_finished, summary.events, readable_bytes(double(summary.file_bytes)),
        log_path, perfetto_path, picture_path);
  }
  return {{"path", log_path},
          {"perfetto", perfetto_path},
          {"events", summary.events},
          {"bytes", summary.file_bytes}};
}

}  // namespace attnlab::cli::demo
