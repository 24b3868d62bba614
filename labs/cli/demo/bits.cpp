// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/recorded.h"
#include "labs/cli/commands/verification.h"
#include "labs/cli/demo/sections.h"
#include "labs/cli/output/counters_text.h"

namespace attnlab::cli::demo {

using nlohmann::ordered_json;

// Of each rung's problems, so that the tour stays short.
constexpr std::size_t kEvery = 6;

ordered_json show_bits(bool print) {
  const kernels::Recording& recording = kernels::shipped_recording();
  const bool with_gpu = kernels::gpu_missing_because().empty();
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold), "1  One answer, to the last bit\n");
    fmt::print(
        "   Model and emulator run on this CPU: the algorithm, and the kernel's own PTX. Their "
        "outputs\n"
        "   are compared with what an {} computed ({}, driver {}){}.\n\n",
        recording.gpu, recording.date, recording.driver,
        with_gpu ? fmt::format(", and with the {} that is here", kernels::gpu_identity().name)
                 : "; no GPU is needed here");
  }
  ordered_json json = {{"gpu", recording.gpu}, {"date", recording.date}};
  std::size_t problems = 0;
  std::size_t different = 0;
  for (const kernels::Rung& rung : kernels::rungs()) {
    const RungVerification result = verify_rung(rung, {.gpu = with_gpu, .every = kEvery});
    problems += result.recorded();
    different += result.different();
    json["rungs"][rung.name] = {{"problems", result.rows.size()},
                                {"recorded", result.recorded()},
                                {"emulated", result.emulated()},
                                {"different", result.different()}};
    if (print) {
      fmt::print("   {:<27}{:>3} problems, {} recorded, {} emulated, {} different\n", rung.name,
                 result.rows.size(), result.recorded(), result.emulated(), result.different());
    }
  }
  if (print) {
    fmt::print("\n   That was every {}th problem; all of them: ./attnlab verify\n\n", kEvery);
  }
  json["problems"] = problems;
  json["different"] = different;
  return json;
}

}  // namespace attnlab::cli::demo
