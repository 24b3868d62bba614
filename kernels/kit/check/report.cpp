// SPDX-License-Identifier: MIT
#include "kernels/kit/check/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace attnlab::kit_check {
namespace {

std::string hex(std::uint64_t digest) {
  return fmt::format("{:016x}", digest);
}

std::string rows(const FunctionResult& result) {
  if (!result.missing_in.empty()) {
    return fmt::format("{:<36} missing in {}\n", result.name, result.missing_in);
  }
  std::string text =
      fmt::format("{:<36} {:>10} {:>10} {:>8} {:>6} {:>6}  {}\n", result.name, result.indices,
                  result.differences, result.payloads_of_two_nans, result.digests.size(),
                  result.differing_blocks, hex(result.total_digest()));
  for (const Example& example : result.examples) {
    text += fmt::format("    index {:#x}: nvcc {:#x}, kit {:#x}\n", example.index, example.nvcc,
                        example.kit);
  }
  return text;
}

}  // namespace

std::string table(const Circumstances& circumstances, std::span<const FunctionResult> results) {
  std::string text = fmt::format(
      "# The kit (clang) against nvcc: every checked function's results, bit for bit.\n"
      "# {}; driver {}; {}; {}\n"
      "# nvcc's PTX for compute_80 and clang's for sm_80, both assembled by ptxas -fmad=false for "
      "sm_90a.\n"
      "# two NaNs: both operands are NaN and the results differ in whose payload they carry. That\n"
      "# is the assembler's choice of an order of operands, so it is counted apart.\n"
      "# blocks: of 65,536 results, each with a digest; total: the sum of nvcc's digests.\n"
      "{:<36} {:>10} {:>10} {:>8} {:>6} {:>6}  {}\n",
      circumstances.gpu, circumstances.driver, circumstances.compilers, circumstances.date,
      "function", "arguments", "differ", "two NaNs", "blocks", "differ", "total");
  for (const FunctionResult& result : results) text += rows(result);
  const auto equal = std::count_if(results.begin(), results.end(),
                                   [](const FunctionResult& result) { return result.equal(); });
  return text + fmt::format("{} functions: {} equal, {} differ\n", results.size(), equal,
                            static_cast<std::int64_t>(results.size()) - equal);
}

// One function a line, so that a diff of two records reads well.
std::string record(const Circumstances& circumstances, std::span<const FunctionResult> results) {
  using nlohmann::ordered_json;
  std::string text = fmt::format(
      "{{\n\"gpu\": {},\n\"driver\": {},\n\"compilers\": {},\n\"date\": {},\n\"functions\": {{",
      ordered_json(circumstances.gpu).dump(), ordered_json(circumstances.driver).dump(),
      ordered_json(circumstances.compilers).dump(), ordered_json(circumstances.date).dump());
  const char* separator = "\n";
  for (const FunctionResult& result : results) {
    if (!result.missing_in.empty()) continue;
    ordered_json blocks = ordered_json::object();
    for (const std::uint64_t block : recorded_blocks(result.digests.size())) {
      blocks[std::to_string(block)] = hex(result.digests[block]);
    }
    const ordered_json row = {{"total", hex(result.total_digest())}, {"blocks", blocks}};
    text += fmt::format("{}\"{}\": {}", separator, result.name, row.dump());
    separator = ",\n";
  }
  return text + "\n}\n}\n";
}

}  // namespace attnlab::kit_check
