// SPDX-License-Identifier: MIT
#include "labs/cli/output/counters_text.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace attnlab::cli {

using nlohmann::ordered_json;

namespace {

// In the order of the counters. Which tensors a rung has does not depend on the problem.
std::vector<std::string> tensor_names(const kernels::Rung& rung) {
  std::vector<std::string> names;
  for (const model::TensorSpec& spec : rung.model->tensors({})) {
    names.emplace_back(model::name_of(spec.tensor));
  }
  return names;
}

}  // namespace

fmt::text_style styled_if_terminal(fmt::text_style style) {
  static const bool coloured = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return coloured ? style : fmt::text_style();
}

std::string readable_bytes(double bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  int unit = 0;
  while (bytes >= 999.5 && unit < 5) {
    bytes /= 1000;
    ++unit;
  }
  if (unit == 0) return fmt::format("{:.0f} B", bytes);
  const int decimals = bytes < 9.995 ? 2 : bytes < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", bytes, decimals, units[unit]);
}

ordered_json counters_json(const kernels::Rung& rung, const machine::Counters& counters) {
  auto traffic = [](const machine::Traffic& t) {
    return ordered_json{{"read_bytes", t.read_bytes}, {"written_bytes", t.written_bytes}};
  };
  ordered_json by_tensor = ordered_json::object();
  const std::vector<std::string> names = tensor_names(rung);
  for (std::size_t i = 0; i < names.size(); ++i) {
    by_tensor[names[i]] = {{"global", traffic(counters.global_by_tensor[i])},
                           {"device", traffic(counters.device_by_tensor[i])}};
  }
  return {{"device", traffic(counters.device)}, {"global", traffic(counters.global)},
          {"shared", traffic(counters.shared)}, {"by_tensor", by_tensor},
          {"flops", counters.flops()},          {"fma", counters.fma},
          {"add_mul", counters.add_mul},        {"mufu", counters.mufu},
          {"blocks", counters.blocks}};
}

void print_counters(const kernels::Rung& rung, const machine::Counters& counters) {
  fmt::print("\n  counted by the model     read      written\n");
  auto row = [](const std::string& name, const machine::Traffic& t) {
    fmt::print("    {:<18}{:>10}   {:>10}\n", name, readable_bytes(double(t.read_bytes)),
               readable_bytes(double(t.written_bytes)));
  };
  row("device memory", counters.device);
  row("global requests", counters.global);
  const std::vector<std::string> names = tensor_names(rung);
  for (std::size_t i = 0; i < names.size(); ++i) {
    row("  " + names[i], counters.global_by_tensor[i]);
  }
  row("shared memory", counters.shared);
  fmt::print("    {} blocks; {:.4g} GFLOP: {} fused, {} other, {} special function\n",
             counters.blocks, double(counters.flops()) / 1e9, counters.fma, counters.add_mul,
             counters.mufu);
}

}  // namespace attnlab::cli
