// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/emulation.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>

#include "labs/cli/emulate/parameter_names.h"
#include "labs/cli/host_memory.h"
#include "labs/cli/whole_number.h"
#include "sim/problem/nearest_name.h"
#include "sim/ptx/observe/observers.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab::cli {
namespace {

using problem::BadInput;

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// "8", "8,4", "8,4,2".
std::array<std::uint32_t, 3> parse_extent(const std::string& option, const std::string& text) {
  std::array<std::uint32_t, 3> extent = {1, 1, 1};
  const std::vector<std::string> parts = split_at_commas(text);
  if (parts.size() > extent.size()) {
    throw BadInput(fmt::format("{} {} is not X[,Y,Z]", option, text));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    extent[i] = parse_whole_number<std::uint32_t>(option, parts[i], 0, UINT32_MAX);
  }
  return extent;
}

// By its number, from 0, or by its name.
std::size_t find_argument(const std::string& option, const std::string& which,
                          const std::vector<Argument>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (which == arguments[i].name || which == std::to_string(i)) return i;
  }
  std::vector<std::string> known;
  for (const Argument& argument : arguments) known.push_back(argument.name);
  throw BadInput(
      fmt::format("--out {}: {}", option, problem::unknown_name_message("argument", which, known)));
}

std::vector<SavedArgument> open_outputs(const std::vector<std::string>& texts,
                                        const std::vector<Argument>& arguments) {
  std::vector<SavedArgument> saved;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals + 1 == text.size()) {
      throw BadInput(fmt::format("--out {} is not N=PATH", text));
    }
    const std::size_t index = find_argument(text, text.substr(0, equals), arguments);
    if (!arguments[index].is_array()) {
      throw BadInput(fmt::format("--out {}: argument {} is no array", text, index));
    }
    saved.push_back({index, std::make_unique<trace::OutputFile>(text.substr(equals + 1))});
  }
  return saved;
}

std::string text_of_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) {
    throw BadInput(fmt::format("cannot read {}: it is a folder", path));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file || (text.empty() && errno != 0)) {
    throw BadInput(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  return text;
}

Source load_source(const CompileRequest& request, const TemporaryFolder& folder) {
  Source source{text_of_file(request.file), request.file, ""};
  const std::string extension = std::filesystem::path(request.file).extension();
  if (extension == ".ptx") {
    if (!request.compiler.empty() || !request.includes.empty() || !request.defines.empty()) {
      throw BadInput("--compiler, -I and -D are for a .cu file; this one is PTX already");
    }
    return source;
  }
  if (extension != ".cu") {
    throw BadInput(fmt::format("{} is neither a .cu nor a .ptx file", request.file));
  }
  CompiledPtx compiled = compile_to_ptx(request, folder);
  return {std::move(compiled.text), request.file + " (" + compiled.compiler + "'s PTX)",
          compiled.compiler};
}

// Messages call arguments by their names in the source, where it tells them.
void name_arguments(const EmulateOptions& options, Emulation& run) {
  if (run.source.compiler.empty()) return;
  const std::vector<std::string> names = parameter_names(
      text_of_file(options.source.file), run.kernel.name.base, run.arguments.size());
  for (std::size_t i = 0; i < names.size(); ++i) run.arguments[i].name = names[i];
}

// "all", "none", "races,init".
ptx::CheckOptions parse_checks(const std::string& text) {
  if (text == "all") return {};
  ptx::CheckOptions checks{false, false, false};
  if (text == "none") return checks;
  for (const std::string& name : split_at_commas(text)) {
    if (name == "races") {
      checks.races = true;
    } else if (name == "init") {
      checks.uninitialised = true;
    } else if (name == "sync") {
      checks.synchronisation = true;
    } else {
      throw BadInput(fmt::format(
          "--check {}: there is no check called \"{}\"; there are all, none, races, init, sync",
          text, name));
    }
  }
  return checks;
}

bool any(const ptx::CheckOptions& checks) {
  return checks.races || checks.uninitialised || checks.synchronisation;
}

}  // namespace

void prepare(const EmulateOptions& options, Emulation& run) {
  run.shape = {parse_extent("--grid", options.grid), parse_extent("--block", options.block),
               options.shared_bytes};
  run.arguments = parse_arguments(options.arguments, available_memory_bytes());
  run.source = load_source(options.source, run.folder);
  run.module = ptx::parse(std::move(run.source.ptx), run.source.ptx_name);
  run.kernel = choose_kernel(run.module, options.kernel, options.source.file);
  require_suitable(run.kernel, run.arguments);
  name_arguments(options, run);
  place_arguments(run.arguments, run.memory);
  ptx::BuildOptions build_options;
  build_options.name = run.source.ptx_name;
  const ptx::CheckOptions checks = parse_checks(options.check);
  if (!options.log_path.empty()) build_options.observe = EmulationLog::kNeeds;
  if (any(checks)) build_options.observe = build_options.observe | ptx::Checker::needs(checks);
  if (options.count) build_options.observe = build_options.observe | ptx::Counter::kNeeds;
  run.program.emplace(ptx::build(run.module, run.kernel.name.symbol, run.memory, build_options));
  if (any(checks)) {
    run.checker = std::make_unique<ptx::Checker>(*run.program, run.memory, run.shape, checks);
  }
  if (options.count) run.counter = std::make_unique<ptx::Counter>(*run.program, run.shape);
  run.saved = open_outputs(options.saved, run.arguments);
  if (!options.log_path.empty()) {
    run.log = std::make_unique<EmulationLog>(
        options.log_path,
        EmulationLog::Run{options.source.file, run.kernel.name.signature, run.shape}, *run.program,
        run.arguments, run.memory);
  }
}

void launch(const EmulateOptions& options, Emulation& run) {
  ptx::LaunchOptions launch_options;
  launch_options.workers = options.workers;
  launch_options.budget_per_block = options.budget;
  launch_options.order_seed = options.order_seed;
  ptx::Observers observers;
  observers.add(run.log.get());
  observers.add(run.checker.get());
  observers.add(run.counter.get());
  launch_options.observer = observers.as_one();
  const std::vector<std::byte> parameters =
      ptx::pack_arguments(*run.program, launch_bytes(run.arguments));
  const auto start = std::chrono::steady_clock::now();
  try {
    run.printed =
        ptx::launch(*run.program, run.shape, parameters, run.memory, launch_options).printed;
  } catch (const ptx::LaunchError& error) {
    throw BadInput(with_readable_name(error.what(), run.kernel.name));
  } catch (const ptx::KernelFault& fault) {
    run.fault = fault;
    run.printed = fault.printed;
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (run.log != nullptr) run.log->close(!run.fault);
  if (run.fault) return;
  for (const SavedArgument& saved : run.saved) {
    const auto bytes = run.memory.bytes(run.arguments[saved.index].address);
    saved.file->write(bytes.data(), bytes.size());
    saved.file->commit();
  }
}

}  // namespace attnlab::cli
