// SPDX-License-Identifier: MIT
// attnlab bench: how long the rungs take on a GPU, beside the least that they could; without a GPU,
// what was recorded on an H200.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "kernels/executors.h"
#include "kernels/recorded_times.h"
#include "labs/cli/command.h"
#include "labs/cli/output/progress.h"
#include "labs/cli/output/standard_streams.h"
#include "labs/cli/output/text_file.h"
#include "labs/cli/output/today.h"
#include "labs/cli/whole_number.h"

namespace attnlab::cli {
namespace {

using kernels::RecordedTime;
using kernels::RecordedTimes;
using kernels::TimingCase;
using nlohmann::ordered_json;

struct BenchOptions {
  std::string rung;
  std::string record_path;
  int repeats = 20;
  bool recorded = false;
  bool json = false;
};

RecordedTime time_case(const TimingCase& what, const problem::Inputs& inputs, int repeats,
                       double copy_bytes_per_second) {
  const kernels::Rung& rung = kernels::find_rung(what.rung);
  const kernels::GpuTiming timing =
      time_on_gpu(rung, what.problem, inputs, repeats, /*flush_cache=*/true);
  const kernels::Floor floor = kernels::floor_of(rung.model->cost(what.problem),
                                                 machine::gpu_spec("h200"), copy_bytes_per_second);
  return {what,
          repeats,
          timing.seconds.front() * 1e3,
          timing.median_seconds() * 1e3,
          floor.seconds * 1e3,
          floor.bound};
}

// Whether the inputs of one problem are those of the other, too.
bool same_inputs(problem::Problem a, const problem::Problem& b) {
  a.splits = b.splits;
  a.page_size = b.page_size;
  return a == b;
}

RecordedTimes measure(const BenchOptions& options) {
  const kernels::GpuIdentity gpu = kernels::gpu_identity();
  const double copy_speed = kernels::gpu_copy_bytes_per_second();
  RecordedTimes times{gpu.name, gpu.driver,       kernels::device_compilers(),
                      today(),  copy_speed / 1e9, {}};
  const std::vector<TimingCase> cases = kernels::timing_cases();
  Progress progress("bench");
  problem::Inputs inputs;
  const TimingCase* inputs_of = nullptr;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const TimingCase& what = cases[i];
    if (!options.rung.empty() && what.rung != options.rung) continue;
    progress.show(i, cases.size(), what.rung);
    if (inputs_of == nullptr || !same_inputs(what.problem, inputs_of->problem)) {
      inputs = problem::make_inputs(what.problem);
      inputs_of = &what;
    }
    times.times.push_back(time_case(what, inputs, options.repeats, copy_speed));
  }
  return times;
}

void print_times(const RecordedTimes& times) {
  fmt::print("{}, driver {}, {}, {}; a copy moves {:.0f} GB/s\n", times.gpu, times.driver,
             times.compiler, times.date, times.copy_gb_per_second);
  std::string group;
  for (const RecordedTime& time : times.times) {
    if (time.what.group != group) {
      group = time.what.group;
      fmt::print("\n{}: {}\n  {:<26}{:>7}{:>12}{:>12}{:>12}  {:<8}{:>6}\n", group,
                 problem::describe(time.what.problem), "", "splits", "least ms", "median ms",
                 "floor ms", "bound", "floor");
    }
    const int splits = time.what.problem.splits;
    fmt::print("  {:<26}{:>7}{:>12.4f}{:>12.4f}{:>12.4f}  {:<8}{:>5.0f}%\n", time.what.rung,
               splits == 0 ? "" : std::to_string(splits), time.least_ms, time.median_ms,
               time.floor_ms, time.bound, 100 * time.floor_ms / time.median_ms);
  }
}

int bench_command(const BenchOptions& options) {
  if (!options.rung.empty()) kernels::find_rung(options.rung);
  if (!options.rung.empty() && !options.record_path.empty()) {
    throw problem::BadInput("--record writes the times of all rungs; leave out --rung");
  }
  const std::string no_gpu = kernels::gpu_missing_because();
  if (!options.record_path.empty() && !no_gpu.empty()) {
    throw Missing("--record writes what a GPU takes, and there is none here: " + no_gpu);
  }
  const bool measured = no_gpu.empty() && !options.recorded;
  const RecordedTimes times = measured ? measure(options) : kernels::shipped_times();
  if (!options.record_path.empty()) write_text_file(options.record_path, times_to_json(times));
  if (options.json) {
    print_json(ordered_json::parse(times_to_json(times)));
    return kDone;
  }
  if (!measured && !no_gpu.empty()) fmt::print("no GPU here: {}; what was recorded:\n", no_gpu);
  print_times(times);
  return kDone;
}

}  // namespace

void add_bench_command(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand(
      "bench", "Time the rungs on a GPU beside their floors (without one: what an H200 took)");
  auto options = std::make_shared<BenchOptions>();
  command->add_option("--rung", options->rung, "Only this rung");
  command
      ->add_option("--record", options->record_path,
                   "Write the times to this file (they live in kernels/recorded)")
      ->type_name("FILE")
      ->check(refuse_empty);
  add_whole_number(*command, "--repeats", options->repeats, 1, 10000, "Runs of each case")
      ->default_str(std::to_string(options->repeats));
  command->add_flag("--recorded", options->recorded, "Show what was recorded, GPU or not");
  command->add_flag("--json", options->json, "Print one JSON document");
  command->callback([options, &work] { work = [options] { return bench_command(*options); }; });
}

}  // namespace attnlab::cli
