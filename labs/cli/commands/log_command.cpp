// SPDX-License-Identifier: MIT
// attnlab log FILE: what an event log holds; export to Perfetto.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "labs/cli/command.h"
#include "labs/cli/output/counters_text.h"
#include "labs/cli/output/standard_streams.h"
#include "sim/problem/problem.h"
#include "sim/trace/log/reader.h"
#include "sim/trace/perfetto/perfetto.h"
#include "sim/trace/summary.h"

namespace attnlab::cli {
namespace {

using nlohmann::ordered_json;

struct LogOptions {
  std::string path;
  std::string perfetto_path;
  bool recover = false;
  bool json = false;
};

ordered_json summary_json(const trace::EventLogReader& log, const trace::LogSummary& summary) {
  ordered_json launches = ordered_json::array();
  for (const trace::LaunchSummary& launch : summary.launches) {
    launches.push_back({{"name", launch.name},
                        {"blocks", launch.blocks},
                        {"blocks_finished", launch.blocks_finished},
                        {"begin_cycle", launch.begin_cycle},
                        {"end_cycle", launch.end_cycle},
                        {"flops", launch.flops}});
  }
  return {{"path", log.path()},
          {"format_version", log.format_version()},
          {"generator", log.header().generator},
          {"rung", log.header().rung},
          {"gpu", log.header().gpu.name},
          {"file_bytes", summary.file_bytes},
          {"events", summary.events},
          {"keyframes", summary.keyframes},
          {"simulated_cycles", summary.cycles},
          {"simulated_microseconds", summary.microseconds},
          {"blocks_finished", summary.blocks_finished},
          {"peak_resident_blocks", summary.peak_resident_blocks},
          {"flops", summary.flops},
          {"launches", launches}};
}

void print_summary(const trace::EventLogReader& log, const trace::LogSummary& summary) {
  fmt::print("{}  {} on {}\n", log.path(), log.header().rung, log.header().gpu.name);
  fmt::print("  written by   {}, format version {}\n", log.header().generator,
             log.format_version());
  fmt::print("  size         {}, {} events, {} keyframes\n",
             readable_bytes(double(summary.file_bytes)), summary.events, summary.keyframes);
  fmt::print("  time         {} cycles = {:.1f} us (simulated)\n", summary.cycles,
             summary.microseconds);
  fmt::print("  blocks       {} run, at most {} at a time\n", summary.blocks_finished,
             summary.peak_resident_blocks);
  for (const trace::LaunchSummary& launch : summary.launches) {
    fmt::print("    {:<32}{:>8} blocks, cycles {} to {}\n", launch.name, launch.blocks,
               launch.begin_cycle, launch.end_cycle);
  }
  fmt::print("  moved        (global memory, read and written)\n");
  for (const trace::TensorTraffic& row : summary.traffic_by_tensor) {
    if (row.tensor.empty()) continue;
    fmt::print("    {:<8}{:>10}   {:>10}\n", row.tensor,
               readable_bytes(double(row.traffic.read_bytes)),
               readable_bytes(double(row.traffic.written_bytes)));
  }
}

void refuse_export_onto_log(const LogOptions& options) {
  std::error_code ignored;
  if (std::filesystem::equivalent(options.path, options.perfetto_path, ignored)) {
    throw problem::BadInput(
        fmt::format("--perfetto {} is the log itself; name another file", options.perfetto_path));
  }
}

int log_command(const LogOptions& options) {
  refuse_export_onto_log(options);
  const trace::EventLogReader log(options.path, {.recover = options.recover});
  const trace::LogSummary summary = trace::summarize(log);
  if (!options.perfetto_path.empty()) trace::export_perfetto(log, options.perfetto_path);
  if (options.json) {
    print_json(summary_json(log, summary));
    return kDone;
  }
  print_summary(log, summary);
  if (!log.recovery_note().empty()) fmt::print("  note         {}\n", log.recovery_note());
  if (!options.perfetto_path.empty()) {
    fmt::print("  exported     {}  (open it at https://ui.perfetto.dev)\n", options.perfetto_path);
  }
  return kDone;
}

}  // namespace

void add_log_command(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("log", "Show what an event log holds; export it");
  auto options = std::make_shared<LogOptions>();
  command->add_option("FILE", options->path, "An event log, as written by run --log or demo")
      ->required();
  command
      ->add_option("--perfetto", options->perfetto_path,
                   "Write it as a Chrome/Perfetto trace (JSON) to this file")
      ->type_name("FILE")
      ->check(refuse_empty);
  command->add_flag("--recover", options->recover,
                    "Read a log that was cut off, up to its last whole part");
  command->add_flag("--json", options->json, "Print one JSON document");
  command->callback([options, &work] { work = [options] { return log_command(*options); }; });
}

}  // namespace attnlab::cli
