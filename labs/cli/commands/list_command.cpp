// SPDX-License-Identifier: MIT
// attnlab list: what there is.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "kernels/registry.h"
#include "labs/cli/command.h"
#include "labs/cli/output/standard_streams.h"
#include "sim/machine/gpu_spec.h"
#include "sim/problem/nearest_name.h"

namespace attnlab::cli {
namespace {

using nlohmann::ordered_json;

const std::vector<std::string> kKinds = {"rungs", "gpus"};

struct ListOptions {
  std::vector<std::string> kinds;
  bool json = false;
};

void add_rungs(ordered_json& json) {
  for (const kernels::Rung& rung : kernels::rungs()) {
    json["rungs"].push_back({{"name", rung.name},
                             {"idea", rung.idea},
                             {"source", rung.source_file()},
                             {"dtypes", problem::names_of(rung.model->can.dtypes)},
                             {"masks", problem::names_of(rung.model->can.masks)},
                             {"tile_q", rung.model->can.tile_q},
                             {"tile_kv", rung.model->can.tile_kv},
                             {"max_head_dim", rung.model->can.max_head_dim}});
  }
}

void add_gpus(ordered_json& json) {
  for (const std::string& name : machine::gpu_names()) {
    const machine::GpuSpec gpu = machine::gpu_spec(name);
    json["gpus"].push_back(
        {{"name", gpu.name},
         {"title", gpu.title},
         {"sm_count", gpu.sm_count},
         {"clock_mhz", gpu.clock_mhz},
         {"device_memory_bytes", gpu.device_memory_bytes},
         {"device_bandwidth_gb_per_s", gpu.device_bandwidth_bytes_per_second / 1e9}});
  }
}

void print(const ordered_json& json) {
  if (json.contains("rungs")) {
    fmt::print("Rungs (attnlab run NAME)\n");
    for (const ordered_json& rung : json["rungs"]) {
      fmt::print("  {:<27}{}\n", rung["name"].get<std::string>(), rung["idea"].get<std::string>());
    }
  }
  if (json.contains("gpus")) {
    fmt::print("GPUs that a model can run on (--gpu-model NAME)\n");
    for (const ordered_json& gpu : json["gpus"]) {
      fmt::print("  {:<27}{}: {} SMs, {} MHz, {:.0f} GB/s\n", gpu["name"].get<std::string>(),
                 gpu["title"].get<std::string>(), gpu["sm_count"].get<int>(),
                 gpu["clock_mhz"].get<int>(), gpu["device_bandwidth_gb_per_s"].get<double>());
    }
  }
}

int list_command(const ListOptions& options) {
  const std::vector<std::string> kinds = options.kinds.empty() ? kKinds : options.kinds;
  ordered_json json = ordered_json::object();
  for (const std::string& kind : kinds) {
    if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end()) {
      throw problem::BadInput(problem::unknown_name_message("kind", kind, kKinds));
    }
    if (json.contains(kind)) continue;
    kind == "rungs" ? add_rungs(json) : add_gpus(json);
  }
  if (options.json) {
    print_json(json);
  } else {
    print(json);
  }
  return kDone;
}

}  // namespace

void add_list_command(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("list", "Show what there is: rungs, gpus");
  auto options = std::make_shared<ListOptions>();
  command->add_option("KIND", options->kinds, "rungs, gpus (default: all)")->delimiter(',');
  command->add_flag("--json", options->json, "Print one JSON document");
  command->callback([options, &work] { work = [options] { return list_command(*options); }; });
}

}  // namespace attnlab::cli
