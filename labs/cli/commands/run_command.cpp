// SPDX-License-Identifier: MIT
// attnlab run RUNG: one problem on every executor there is; bits, error, counters.
#include <fmt/color.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "kernels/executors.h"
#include "kernels/judge.h"
#include "kernels/problem_json.h"
#include "kernels/recorded.h"
#include "labs/cli/command.h"
#include "labs/cli/host_memory.h"
#include "labs/cli/output/counters_text.h"
#include "labs/cli/output/progress.h"
#include "labs/cli/output/standard_streams.h"
#include "labs/cli/problem_options.h"
#include "labs/cli/whole_number.h"
#include "sim/problem/nearest_name.h"

namespace attnlab::cli {
namespace {

using kernels::Execution;
using nlohmann::ordered_json;
using problem::BadInput;

const std::vector<std::string> kExecutors = {"model", "emulator", "gpu"};

struct RunOptions {
  std::string rung;
  ProblemOptions problem;
  std::vector<std::string> executors;
  std::string gpu_model = "h200";
  std::string log_path;
  kernels::EmulatorOptions emulator;
  bool json = false;
};

struct RunReport {
  std::vector<Execution> executions;
  std::optional<std::string> recorded_digest;
  kernels::Judgement error;

  bool compared() const { return executions.size() > 1 || recorded_digest.has_value(); }
  bool bits_equal() const {
    const std::string& digest = executions.front().digest;
    for (const Execution& execution : executions) {
      if (execution.digest != digest) return false;
    }
    return !recorded_digest || *recorded_digest == digest;
  }
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The executors to run: those asked for, or all that are here.
std::vector<std::string> choose_executors(const std::vector<std::string>& asked) {
  const std::string no_gpu = kernels::gpu_missing_because();
  if (asked.empty()) {
    return no_gpu.empty() ? kExecutors : std::vector<std::string>{"model", "emulator"};
  }
  for (const std::string& name : asked) {
    if (!contains(kExecutors, name)) {
      throw BadInput(problem::unknown_name_message("--on", name, kExecutors));
    }
    if (std::count(asked.begin(), asked.end(), name) > 1) {
      throw BadInput(fmt::format("--on names {} more than once", name));
    }
    if (name == "gpu" && !no_gpu.empty()) throw Missing("--on gpu: " + no_gpu);
  }
  return asked;
}

machine::GpuSpec find_gpu_model(const std::string& name) {
  const std::vector<std::string> known = machine::gpu_names();
  if (!contains(known, name)) {
    throw BadInput(problem::unknown_name_message("--gpu-model", name, known));
  }
  return machine::gpu_spec(name);
}

// Options of the emulator must not be passed over, and its PTX must be here.
void require_emulator(const kernels::Rung& rung, const std::vector<std::string>& executors,
                      const kernels::EmulatorOptions& options) {
  if (!contains(executors, "emulator")) {
    if (!options.compiler.empty() || options.workers != 0) {
      throw BadInput("--compiler and --jobs are the emulator's; add emulator to --on");
    }
    return;
  }
  if (options.compiler.empty()) return;
  const std::vector<std::string> known = {"clang", "nvcc"};
  if (!contains(known, options.compiler)) {
    throw BadInput(problem::unknown_name_message("--compiler", options.compiler, known));
  }
  if (!contains(kernels::emulated_compilers(rung), options.compiler)) {
    throw Missing(fmt::format("--compiler {}: this program was built without it, by {}",
                              options.compiler, kernels::device_compilers()));
  }
}

RunReport run_everywhere(const kernels::Rung& rung, const problem::Problem& problem,
                         const RunOptions& options) {
  const machine::GpuSpec gpu = find_gpu_model(options.gpu_model);
  require_block_fits(rung, problem, gpu);
  const std::vector<std::string> executors = choose_executors(options.executors);
  if (!options.log_path.empty() && !contains(executors, "model")) {
    throw BadInput("--log writes what the model does; add model to --on");
  }
  require_emulator(rung, executors, options.emulator);
  const problem::Inputs inputs = problem::make_inputs(problem);
  RunReport report;
  Progress progress("run " + rung.name);
  const std::size_t stages = executors.size() + 1;
  for (const std::string& name : executors) {
    progress.show(report.executions.size(), stages, name);
    if (name == "model") {
      report.executions.push_back(run_on_model(rung, problem, inputs, gpu, options.log_path));
    } else if (name == "emulator") {
      report.executions.push_back(run_on_emulator(rung, problem, inputs, options.emulator));
    } else {
      report.executions.push_back(run_on_gpu(rung, problem, inputs));
    }
  }
  report.recorded_digest = recorded_digest(kernels::shipped_recording(), rung.name, problem);
  progress.show(executors.size(), stages, "oracle");
  report.error = kernels::judge(rung, problem, inputs, report.executions.front().outputs);
  return report;
}

ordered_json report_json(const kernels::Rung& rung, const problem::Problem& problem,
                         const RunReport& report) {
  ordered_json executors = ordered_json::object();
  for (const Execution& execution : report.executions) {
    ordered_json& row = executors[execution.executor];
    row = {{"where", execution.where},
           {"digest", execution.digest},
           {"bits_equal", execution.digest == report.executions.front().digest},
           {"seconds", execution.seconds}};
    if (execution.counters) row["counters"] = counters_json(rung, *execution.counters);
    if (execution.cycles) row["simulated_cycles"] = *execution.cycles;
    if (!execution.note.empty()) row["note"] = execution.note;
  }
  ordered_json json = {{"rung", rung.name},
                       {"problem", kernels::problem_to_json(problem)},
                       {"executors", executors}};
  if (report.recorded_digest) {
    const kernels::Recording& recording = kernels::shipped_recording();
    json["recorded"] = {
        {"gpu", recording.gpu},
        {"date", recording.date},
        {"digest", *report.recorded_digest},
        {"bits_equal", *report.recorded_digest == report.executions.front().digest}};
  }
  json["bits_equal"] =
      report.compared() ? ordered_json(report.bits_equal()) : ordered_json(nullptr);
  json["oracle"] = {{"max_abs_error", report.error.max_abs_error()},
                    {"rel_l2_error", report.error.rel_l2_error()},
                    {"mismatches", report.error.mismatches()}};
  for (const kernels::TensorError& error : report.error.tensors) {
    json["oracle"]["tensors"][model::name_of(error.tensor)] = {
        {"max_abs_error", error.max_abs_error},
        {"rel_l2_error", error.rel_l2_error},
        {"mismatches", error.mismatches}};
  }
  return json;
}

std::string verdict(const RunReport& report) {
  if (!report.compared()) {
    return "nothing to compare with: one executor ran, and no GPU's digest is recorded for this "
           "problem";
  }
  if (report.bits_equal())
    return fmt::format(styled_if_terminal(fmt::fg(fmt::terminal_color::green)), "equal");
  return fmt::format(styled_if_terminal(fmt::fg(fmt::terminal_color::red)), "DIFFERENT");
}

void print_report(const kernels::Rung& rung, const problem::Problem& problem,
                  const RunReport& report, const RunOptions& options) {
  fmt::print("{}  {}\n  {}\n\n", rung.name, rung.idea, problem::describe(problem));
  for (const Execution& execution : report.executions) {
    fmt::print("  {:<9}{}  {:.3f} s  {}\n", execution.executor, execution.digest, execution.seconds,
               execution.where);
    if (!execution.note.empty()) fmt::print("           {}\n", execution.note);
  }
  if (report.recorded_digest) {
    const kernels::Recording& recording = kernels::shipped_recording();
    fmt::print("  {:<9}{}  {}, {}\n", "recorded", *report.recorded_digest, recording.gpu,
               recording.date);
  }
  fmt::print("\n  bits      {}\n", verdict(report));
  fmt::print("  oracle    largest error {:.3g}, relative {:.3g} (float64)",
             report.error.max_abs_error(), report.error.rel_l2_error());
  if (report.error.mismatches() > 0) {
    fmt::print("; {} elements are a number on one side only", report.error.mismatches());
  }
  fmt::print("\n");
  for (const Execution& execution : report.executions) {
    if (execution.counters) print_counters(rung, *execution.counters);
  }
  if (!options.log_path.empty()) {
    fmt::print("\n  event log {}  (attnlab log {})\n", options.log_path, options.log_path);
  }
}

int run_command(const RunOptions& options) {
  const kernels::Rung& rung = kernels::find_rung(options.rung);
  const problem::Problem problem = options.problem.problem(rung.model->can.max_len_q);
  require_supported(rung, problem);
  require_memory(rung, problem, available_memory_bytes(), "this machine");
  const RunReport report = run_everywhere(rung, problem, options);
  if (options.json) {
    print_json(report_json(rung, problem, report));
  } else {
    print_report(rung, problem, report, options);
  }
  const bool failed = (report.compared() && !report.bits_equal()) || report.error.mismatches() > 0;
  return failed ? kCheckFailed : kDone;
}

}  // namespace

void add_run_command(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand(
      "run", "Run a rung on every executor: compare bits, error and counters");
  auto options = std::make_shared<RunOptions>();
  command->add_option("RUNG", options->rung, "For example flash_fwd/01_tiled; see attnlab list")
      ->required();
  options->problem.add_to(*command);
  command
      ->add_option("--on", options->executors,
                   "Executors: model, emulator, gpu (default: all here)")
      ->type_name("NAME")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--gpu-model", options->gpu_model, "The GPU that the model simulates")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--log", options->log_path, "Write the model's event log to this file")
      ->type_name("FILE")
      ->check(refuse_empty);
  command
      ->add_option("--compiler", options->emulator.compiler,
                   "Whose PTX the emulator runs: clang or nvcc (default: clang where it is here)")
      ->type_name("NAME");
  add_whole_number(*command, "-j,--jobs", options->emulator.workers, 1, kMaxJobs,
                   "Cores for the emulator (default: all)");
  command->add_flag("--json", options->json, "Print one JSON document");
  command->callback([options, &work] { work = [options] { return run_command(*options); }; });
}

}  // namespace attnlab::cli
