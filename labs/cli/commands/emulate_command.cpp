// SPDX-License-Identifier: MIT
// attnlab emulate FILE: any CUDA kernel on this machine's cores, every access checked.
#include <fmt/format.h>

#include <memory>

#include "labs/cli/command.h"
#include "labs/cli/emulate/emulation.h"
#include "labs/cli/emulate/findings_report.h"
#include "labs/cli/emulate/report.h"
#include "labs/cli/output/standard_streams.h"
#include "labs/cli/whole_number.h"

namespace attnlab::cli {
namespace {

int emulate_command(const EmulateOptions& options) {
  Emulation run;
  try {
    prepare(options, run);
  } catch (const CompileFailed& error) {
    fmt::print(stderr, "{}attnlab: {} does not compile\n", error.what(), options.source.file);
    return kBadInput;
  }
  launch(options, run);
  if (options.json) {
    print_json(report_json(options, run));
  } else {
    print_report(options, run);
  }
  const bool found = run.checker != nullptr && any_serious(run.checker->findings());
  return run.fault || found ? kCheckFailed : kDone;
}

void add_launch_options(CLI::App& command, EmulateOptions& options) {
  command.add_option("--grid", options.grid, "Blocks of the grid")
      ->type_name("X[,Y,Z]")
      ->required();
  command.add_option("--block", options.block, "Threads of a block")
      ->type_name("X[,Y,Z]")
      ->required();
  add_whole_number<std::uint32_t>(command, "--shared", options.shared_bytes, 0, 1u << 30,
                                  "Bytes of dynamic shared memory of a block");
  command
      .add_option("--arg", options.arguments,
                  "The next argument: TYPE=VALUE, or an array: TYPE[N] (every byte 0xcb), "
                  "TYPE[N]=zeros, =iota, =normal:SEED, =uniform:SEED, =file:PATH; TYPE is one of "
                  "i8 u8 i16 u16 i32 u32 i64 u64 f16 bf16 f32 f64")
      ->type_name("ARG")
      ->allow_extra_args(false);
  command
      .add_option(
          "--out", options.saved,
          "Save array argument N (from 0, or its name) to this file after the run, little-endian")
      ->type_name("N=PATH")
      ->allow_extra_args(false);
  add_whole_number(command, "-j,--jobs", options.workers, 1, kMaxJobs,
                   "Cores to run blocks on (default: all); the result is the same on any number");
  add_whole_number<std::int64_t>(command, "--budget", options.budget, 1, INT64_MAX / 8,
                                 "Warp instructions that a block may execute before it counts as "
                                 "an endless loop")
      ->default_str(std::to_string(options.budget));
}

}  // namespace

void add_emulate_command(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand(
      "emulate", "Run any CUDA kernel on the CPU, with a GPU's bits and every access checked");
  auto options = std::make_shared<EmulateOptions>();
  command->add_option("FILE", options->source.file, "CUDA (.cu) or PTX (.ptx)")->required();
  command->add_option("--kernel", options->kernel, "Its name; needed where the file has several");
  add_launch_options(*command, *options);
  command
      ->add_option("--check", options->check,
                   "What is looked for besides faults: all, none, or some of races, init "
                   "(reads of what nobody wrote), sync (masks of _sync instructions)")
      ->type_name("LIST")
      ->capture_default_str();
  add_whole_number<std::uint64_t>(
      *command, "--seed", options->order_seed, 0, UINT64_MAX,
      "Shuffle the order of blocks and warps by this number (on one core)")
      ->default_str("0: none");
  command->add_flag("--count", options->count,
                    "Count instructions, sectors, bank conflicts and more: in total, with Nsight "
                    "Compute's names, and by source line");
  command->add_option("--log", options->log_path, "Write an event log to this file")
      ->type_name("FILE")
      ->check(refuse_empty);
  command
      ->add_option("--compiler", options->source.compiler,
                   "For a .cu file: clang or nvcc (default: clang where it is here)")
      ->type_name("NAME");
  command->add_option("-I,--include", options->source.includes, "Look for headers here, too")
      ->type_name("DIR")
      ->allow_extra_args(false);
  command->add_option("-D,--define", options->source.defines, "Define a macro")
      ->type_name("NAME[=VALUE]")
      ->allow_extra_args(false);
  command->add_flag("--json", options->json, "Print one JSON document");
  command->callback([options, &work] { work = [options] { return emulate_command(*options); }; });
}

}  // namespace attnlab::cli
