// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/report.h"

#include <fmt/format.h>

#include <cstdio>

#include "labs/cli/emulate/count_report.h"
#include "labs/cli/emulate/fault_report.h"
#include "labs/cli/emulate/findings_report.h"

namespace attnlab::cli {
namespace {

using nlohmann::ordered_json;

const char* name_of(ptx::Note::Kind kind) {
  return kind == ptx::Note::Kind::kMayFuse ? "may_fuse" : "inexact";
}

ordered_json notes_json(const std::vector<ptx::Note>& notes) {
  ordered_json list = ordered_json::array();
  for (const ptx::Note& note : notes) {
    list.push_back({{"kind", name_of(note.kind)},
                    {"instruction", note.instruction},
                    {"reason", note.reason},
                    {"file", note.file},
                    {"line", note.line}});
  }
  return list;
}

}  // namespace

ordered_json report_json(const EmulateOptions& options, Emulation& run) {
  ordered_json json = {
      {"file", options.source.file},
      {"kernel", run.kernel.name.signature},
      {"symbol", run.kernel.name.symbol},
      {"compiler",
       run.source.compiler.empty() ? ordered_json(nullptr) : ordered_json(run.source.compiler)},
      {"grid", run.shape.grid},
      {"block", run.shape.block},
      {"dynamic_shared_bytes", run.shape.dynamic_shared_bytes},
      {"static_shared_bytes", run.program->static_shared_bytes()},
      {"code_instructions", run.program->warp_instructions()},
      {"seconds", run.seconds},
      {"notes", notes_json(run.program->notes())},
      {"printed", run.printed},
      {"arguments", ordered_json::array()}};
  for (const Argument& argument : run.arguments) {
    if (argument.is_array()) {
      json["arguments"].push_back(array_json(argument, run.memory));
    } else {
      json["arguments"].push_back(
          {{"name", argument.name},
           {"type", name_of(argument.type)},
           {"value", element_json(load_element(argument.type, argument.bytes.data()))}});
    }
  }
  if (run.checker != nullptr) {
    json["findings"] = findings_json(run.checker->findings());
    json["checker_bytes"] = run.checker->memory_bytes();
  }
  if (run.counter != nullptr) json["counts"] = count_json(*run.counter);
  if (run.fault) json["fault"] = fault_json(*run.fault, run.kernel.name);
  return json;
}

void print_report(const EmulateOptions& options, Emulation& run) {
  fmt::print("{}", run.printed);
  if (run.checker != nullptr && !run.checker->findings().empty()) {
    std::fflush(stdout);
    fmt::print(stderr, "{}", findings_text(run.checker->findings()));
  }
  if (run.fault) {
    std::fflush(stdout);
    fmt::print(stderr, "attnlab: {}", fault_text(*run.fault, run.kernel.name));
    return;
  }
  const auto& [grid, block, shared] = run.shape;
  fmt::print("{}  grid {} x {} x {}, block {} x {} x {}\n", run.kernel.name.signature, grid[0],
             grid[1], grid[2], block[0], block[1], block[2]);
  fmt::print("  {:.3f} s; {} instructions of code{}\n", run.seconds,
             run.program->warp_instructions(),
             run.source.compiler.empty() ? "" : ", compiled by " + run.source.compiler);
  for (const Argument& argument : run.arguments) {
    if (argument.is_array()) fmt::print("  {}\n", array_text(argument, run.memory));
  }
  for (const ptx::Note& note : run.program->notes()) {
    fmt::print("  note: {}:{}: {}: {}\n", note.file, note.line, note.instruction, note.reason);
  }
  if (run.counter != nullptr) fmt::print("{}", count_text(*run.counter));
  if (!options.log_path.empty()) {
    fmt::print("  event log {}  (attnlab log {})\n", options.log_path, options.log_path);
  }
}

}  // namespace attnlab::cli
