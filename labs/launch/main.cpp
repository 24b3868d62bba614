// SPDX-License-Identifier: MIT
// attnlab_launch: a kernel of a cubin or PTX file on this machine's GPU, with the arguments of
// `attnlab emulate` and the digests that it prints.
//
//   attnlab_launch IMAGE KERNEL --grid X[,Y,Z] --block X[,Y,Z] [--shared BYTES] [--arg ARG]...
//                  [--repeat N] [--fill] [--no-digests] [--json]
//
// Exit status: 0 the kernel ran, 1 it failed, 2 it cannot be launched so, 3 there is no GPU.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>

#include "labs/cli/output/standard_streams.h"
#include "labs/cli/whole_number.h"
#include "labs/launch/gpu_launch.h"
#include "sim/problem/problem.h"

namespace attnlab::launch {
namespace {

using nlohmann::ordered_json;

constexpr int kDone = 0;
constexpr int kKernelFailed = 1;
constexpr int kBadInput = 2;
constexpr int kMissing = 3;

int fail(int status, const std::string& sentence) {
  fmt::print(stderr, "attnlab_launch: {}\n", sentence);
  return status;
}

void add_options(CLI::App& program, LaunchRequest& request, bool& json) {
  program.add_option("IMAGE", request.image, "Machine code (.cubin) or PTX")->required();
  program.add_option("KERNEL", request.kernel, "The kernel's name in it")->required();
  program.add_option("--grid", request.grid, "Blocks of the grid")
      ->type_name("X[,Y,Z]")
      ->required();
  program.add_option("--block", request.block, "Threads of a block")
      ->type_name("X[,Y,Z]")
      ->required();
  cli::add_whole_number(program, "--shared", request.dynamic_shared_bytes, 0, 1 << 30,
                        "Bytes of dynamic shared memory of a block");
  program
      .add_option("--arg", request.arguments,
                  "The next argument, as of `attnlab emulate`; an array without a value is memory "
                  "that nothing has written to")
      ->type_name("ARG")
      ->allow_extra_args(false);
  cli::add_whole_number(program, "--repeat", request.repeat, 1, 1'000'000,
                        "Launch it so often, each time from the same content");
  program.add_flag("--fill", request.fill,
                   "Start arrays without a value as the emulator does: every byte 0xcb");
  program.add_flag("!--no-digests", request.copy_back,
                   "Copy nothing back from the GPU, print no digests");
  program.add_flag("--json", json, "Print one JSON document");
}

ordered_json extent_json(const gpu::Dim3& extent) {
  return {extent.x, extent.y, extent.z};
}

ordered_json launched_json(const LaunchRequest& request, Launched& run) {
  ordered_json json = {{"image", request.image},
                       {"kernel", request.kernel},
                       {"gpu", run.gpu},
                       {"driver", run.driver},
                       {"grid", extent_json(run.shape.grid)},
                       {"block", extent_json(run.shape.block)},
                       {"dynamic_shared_bytes", run.shape.dynamic_shared_bytes},
                       {"static_shared_bytes", run.static_shared_bytes},
                       {"launches", request.repeat},
                       {"arguments", ordered_json::array()}};
  for (const cli::Argument& argument : run.arguments) {
    if (!argument.is_array()) {
      json["arguments"].push_back(
          {{"name", argument.name},
           {"type", cli::name_of(argument.type)},
           {"value", cli::element_json(cli::load_element(argument.type, argument.bytes.data()))}});
    } else if (request.copy_back) {
      json["arguments"].push_back(cli::array_json(argument, run.memory));
    }
  }
  return json;
}

void print_text(const LaunchRequest& request, Launched& run) {
  const auto& [grid, block, shared] = run.shape;
  fmt::print("{}  grid {} x {} x {}, block {} x {} x {}, on {}\n", request.kernel, grid.x, grid.y,
             grid.z, block.x, block.y, block.z, run.gpu);
  if (!request.copy_back) return;
  for (const cli::Argument& argument : run.arguments) {
    if (argument.is_array()) fmt::print("  {}\n", cli::array_text(argument, run.memory));
  }
}

int run(int argc, char** argv) {
  CLI::App program("A kernel on this machine's GPU, with the arguments of `attnlab emulate`");
  LaunchRequest request;
  bool json = false;
  add_options(program, request, json);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", program.help());
    return kDone;
  } catch (const CLI::ParseError& error) {
    return fail(kBadInput, error.what());
  }
  Launched launched = launch(request);
  if (json) {
    cli::print_json(launched_json(request, launched));
  } else {
    print_text(request, launched);
  }
  return kDone;
}

int guarded_run(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const KernelFailed& error) {
    return fail(kKernelFailed, error.what());
  } catch (const gpu::NoGpu& error) {
    return fail(kMissing, error.what());
  } catch (const std::bad_alloc&) {
    return fail(kBadInput, "the arrays need more memory than this machine gives");
  } catch (const std::exception& error) {
    return fail(kBadInput, error.what());
  }
}

}  // namespace
}  // namespace attnlab::launch

int main(int argc, char** argv) {
  using namespace attnlab;
  cli::occupy_closed_streams();
  const int status = launch::guarded_run(argc, argv);
  const std::string reason = cli::flush_standard_output();
  if (reason.empty() || status != launch::kDone) return status;
  return launch::fail(launch::kBadInput, "cannot write to standard output: " + reason);
}
