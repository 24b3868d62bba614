// SPDX-License-Identifier: MIT
// One emulated launch, from what the command line asks for to its results.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "labs/cli/emulate/argument.h"
#include "labs/cli/emulate/device_compiler.h"
#include "labs/cli/emulate/event_log.h"
#include "labs/cli/emulate/kernel_choice.h"
#include "sim/ptx/check/checker.h"
#include "sim/ptx/count/counter.h"
#include "sim/ptx/emulator.h"
#include "sim/trace/log/output_file.h"

namespace attnlab::cli {

struct EmulateOptions {
  CompileRequest source;
  std::string kernel;
  std::string grid;
  std::string block;
  std::uint32_t shared_bytes = 0;
  std::vector<std::string> arguments;
  std::vector<std::string> saved;  // N=PATH
  std::string log_path;            // empty: no log
  int workers = 0;
  std::int64_t budget = ptx::LaunchOptions().budget_per_block;
  std::string check = "all";     // races, init, sync, some of them, all or none
  std::uint64_t order_seed = 0;  // 0: blocks and warps in ascending order
  bool count = false;
  bool json = false;
};

// An argument that is saved after the run; its file is made, under a second name, before.
struct SavedArgument {
  std::size_t index = 0;
  std::unique_ptr<trace::OutputFile> file;
};

// The program's PTX and who made it.
struct Source {
  std::string ptx;
  std::string ptx_name;
  std::string compiler;  // empty: the PTX was given
};

// Everything a run is made of, in the order in which it is made.
struct Emulation {
  TemporaryFolder folder;
  Source source;
  ptx::Module module;
  KernelChoice kernel;
  ptx::DeviceMemory memory;
  std::vector<Argument> arguments;
  std::vector<SavedArgument> saved;
  std::optional<ptx::Program> program;
  std::unique_ptr<EmulationLog> log;
  std::unique_ptr<ptx::Checker> checker;
  std::unique_ptr<ptx::Counter> counter;
  ptx::LaunchShape shape;

  std::string printed;
  double seconds = 0;
  std::optional<ptx::KernelFault> fault;
};

// Everything that can be refused is refused here, before anything runs: by problem::BadInput and the
// exceptions of ptx and trace, CompileFailed, and Missing.
void prepare(const EmulateOptions& options, Emulation& run);

// Runs the kernel. A fault is a result; without one the arguments to be saved are written.
void launch(const EmulateOptions& options, Emulation& run);

}  // namespace attnlab::cli
