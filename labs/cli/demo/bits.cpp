// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/recorded.h"
#include "labs/cli/commands/verification.h"
#include "labs/cli/demo/sections.h"
#include "labs/cli/output/counters_text.h"

namespace attnlab::cli::demo {

using nlohmann::ordered_json;

ordered_json show_bits(bool print) {
  const kernels::Recording& recording = kernels::shipped_recording();
  const bool with_gpu = kernels::gpu_missing_because().empty();
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold), "1  One answer, to the last bit\n");
    fmt::print(
        "   The model runs on this CPU. Its outputs are compared with what an {} computed\n"
        "   ({}, driver {}){}.\n\n",
        recording.gpu, recording.date, recording.driver,
        with_gpu ? fmt::format(", and with the {} that is here", kernels::gpu_identity().name)
                 : "; no GPU is needed here");
  }
  ordered_json json = {{"gpu", recording.gpu}, {"date", recording.date}};
  std::size_t problems = 0;
  std::size_t different = 0;
  for (const kernels::Rung& rung : kernels::rungs()) {
    const RungVerification result = verify_rung(rung, with_gpu, /*with_recorded=*/true);
    problems += result.recorded();
    different += result.different();
    json["rungs"][rung.name] = {{"problems", result.rows.size()},
                                {"recorded", result.recorded()},
                                {"different", result.different()}};
    if (print) {
      fmt::print("   {:<24}{:>3} problems, {} recorded, {} different\n", rung.name,
                 result.rows.size(), result.recorded(), result.different());
    }
  }
  if (print) fmt::print("\n");
  json["problems"] = problems;
  json["different"] = different;
  return json;
}

}  // namespace attnlab::cli::demo
