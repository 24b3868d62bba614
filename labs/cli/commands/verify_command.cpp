// SPDX-License-Identifier: MIT
// attnlab verify: model and emulator on every rung's problems, against what a GPU recorded.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "kernels/problem_json.h"
#include "kernels/recorded.h"
#include "labs/cli/command.h"
#include "labs/cli/commands/verification.h"
#include "labs/cli/commands/verify_arithmetic.h"
#include "labs/cli/output/standard_streams.h"
#include "labs/cli/output/text_file.h"
#include "labs/cli/output/today.h"
#include "labs/cli/whole_number.h"

namespace attnlab::cli {
namespace {

using kernels::Recording;
using kernels::Rung;
using nlohmann::ordered_json;

struct VerifyOptions {
  std::string rung;
  std::string record_path;
  bool arithmetic = false;
  bool all = false;
  int workers = 0;
  bool json = false;
};

ordered_json results_json(const std::vector<RungVerification>& results) {
  ordered_json json = ordered_json::object();
  for (const RungVerification& result : results) {
    ordered_json differing = ordered_json::array();
    for (const VerificationRow& row : result.rows) {
      if (row.equal()) continue;
      ordered_json digests = ordered_json::object();
      for (const auto& [executor, digest] : row.digests) digests[executor] = digest;
      differing.push_back(
          {{"problem", kernels::problem_to_json(row.problem)}, {"digests", digests}});
    }
    json[result.rung] = {{"problems", result.rows.size()},
                         {"recorded", result.recorded()},
                         {"emulated", result.emulated()},
                         {"executors", result.executors()},
                         {"different", differing}};
  }
  return json;
}

void print_results(const std::vector<RungVerification>& results) {
  for (const RungVerification& result : results) {
    fmt::print("{:<27}{} problems ({} recorded, {} emulated), {} different   {}\n", result.rung,
               result.rows.size(), result.recorded(), result.emulated(), result.different(),
               fmt::join(result.executors(), result.different() == 0 ? " = " : ", "));
    for (const VerificationRow& row : result.rows) {
      if (row.equal()) continue;
      fmt::print("  DIFFERENT  {}\n", problem::describe(row.problem));
      for (const auto& [executor, digest] : row.digests) {
        fmt::print("             {:<10}{}\n", executor, digest);
      }
    }
  }
}

// What the GPU computed, as a recording: the digests of nvcc's machine code.
Recording make_recording(const std::vector<RungVerification>& results) {
  const kernels::GpuIdentity gpu = kernels::gpu_identity();
  Recording recording{gpu.name, gpu.driver, kernels::device_compilers(), today(), {}};
  for (const RungVerification& result : results) {
    kernels::RecordedRung of_rung{result.rung, {}};
    for (const VerificationRow& row : result.rows) {
      for (const auto& [executor, digest] : row.digests) {
        if (executor == "gpu nvcc") of_rung.digests.push_back({row.problem, digest});
      }
    }
    recording.rungs.push_back(std::move(of_rung));
  }
  return recording;
}

// Options that would otherwise be passed over in silence, or lose what is recorded.
void require_sensible(const VerifyOptions& options) {
  if (options.arithmetic && options.workers != 0) {
    throw problem::BadInput("--jobs is the emulator's; leave it out with --arithmetic");
  }
  if (options.rung.empty()) return;
  if (options.arithmetic) throw problem::BadInput("--arithmetic has no rungs; leave out --rung");
  if (!options.record_path.empty()) {
    throw problem::BadInput("--record writes the digests of all rungs; leave out --rung");
  }
}

void require_recordable() {
  const std::string no_gpu = kernels::gpu_missing_because();
  if (!no_gpu.empty()) {
    throw Missing("--record writes what a GPU computes, and there is none here: " + no_gpu);
  }
  for (const Rung& rung : kernels::rungs()) {
    if (!has_machine_code(rung, "nvcc")) {
      throw Missing("--record needs nvcc's machine code, and this program was built without nvcc");
    }
  }
}

int verify_command(const VerifyOptions& options) {
  require_sensible(options);
  if (options.arithmetic) {
    return verify_arithmetic({options.record_path, options.all, options.json});
  }
  const std::string no_gpu = kernels::gpu_missing_because();
  const bool recording = !options.record_path.empty();
  if (recording) require_recordable();
  const VerificationScope scope = {.gpu = no_gpu.empty(),
                                   .recorded = !recording,
                                   .emulator = !recording,
                                   .everything = options.all,
                                   .workers = options.workers};
  std::vector<RungVerification> results;
  std::size_t different = 0;
  std::size_t uncompared = 0;
  for (const Rung& rung : kernels::rungs()) {
    if (!options.rung.empty() && rung.name != kernels::find_rung(options.rung).name) continue;
    results.push_back(verify_rung(rung, scope));
    different += results.back().different();
    uncompared += results.back().uncompared();
  }
  if (recording) write_text_file(options.record_path, recording_to_json(make_recording(results)));
  if (options.json) {
    print_json(results_json(results));
  } else {
    const Recording& shipped = kernels::shipped_recording();
    if (!recording) {
      fmt::print("recorded: {}, driver {}, {}, {}\n", shipped.gpu, shipped.driver, shipped.compiler,
                 shipped.date);
    }
    if (!no_gpu.empty()) fmt::print("no GPU here: {}\n", no_gpu);
    print_results(results);
  }
  if (different > 0) return kCheckFailed;
  if (uncompared > 0) {
    throw Missing(
        fmt::format("{} problems were compared with nothing: no digest is recorded, and "
                    "no GPU is here",
                    uncompared));
  }
  return kDone;
}

}  // namespace

void add_verify_command(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand(
      "verify", "Hold model and emulator (and a GPU, if one is here) to what an H200 computed");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("--rung", options->rung, "Only this rung");
  command->add_option("--record", options->record_path,
                      "On a GPU: write its digests to this file (they live in kernels/recorded)");
  command->add_flag("--arithmetic", options->arithmetic,
                    "The arithmetic itself: special functions over their inputs, tensor cores");
  command->add_flag("--all", options->all,
                    "Emulate every problem, not the small ones only; with --arithmetic: all 2^32 "
                    "inputs of each function, not a sample");
  add_whole_number(*command, "-j,--jobs", options->workers, 1, kMaxJobs,
                   "Cores for the emulator (default: all)");
  command->add_flag("--json", options->json, "Print one JSON document");
  command->callback([options, &work] { work = [options] { return verify_command(*options); }; });
}

}  // namespace attnlab::cli
