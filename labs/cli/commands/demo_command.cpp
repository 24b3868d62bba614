// SPDX-License-Identifier: MIT
// attnlab demo: the tour. What the lecture claims, computed here.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "labs/cli/command.h"
#include "labs/cli/demo/sections.h"
#include "labs/cli/output/standard_streams.h"
#include "sim/problem/problem.h"

namespace attnlab::cli {
namespace {

struct DemoOptions {
  std::string folder = "out";
  bool json = false;
};

int demo_command(const DemoOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error || !std::filesystem::is_directory(options.folder)) {
    throw problem::BadInput(fmt::format("--out {}: cannot make this folder ({})", options.folder,
                                        error ? error.message() : "it is a file"));
  }
  const bool print = !options.json;
  nlohmann::ordered_json json;
  json["bits"] = demo::show_bits(print);
  json["lecture_table"] = demo::show_lecture_table(print);
  json["memory"] = demo::show_memory(print, options.folder);
  json["thread_blocks"] = demo::show_thread_blocks(print);
  json["warps"] = demo::show_warps(print);
  json["decoding"] = demo::show_decoding(print);
  json["paging"] = demo::show_paging(print);
  json["event_log"] = demo::show_event_log(print, options.folder);
  if (options.json) print_json(json);
  return json["bits"]["different"] == 0 ? kDone : kCheckFailed;
}

}  // namespace

void add_demo_command(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("demo", "The tour: what the lecture claims, computed");
  auto options = std::make_shared<DemoOptions>();
  command->add_option("--out", options->folder, "Folder for the event log and the pictures")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print one JSON document");
  command->callback([options, &work] { work = [options] { return demo_command(*options); }; });
}

}  // namespace attnlab::cli
