// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/executors.h"
#include "labs/cli/demo/sections.h"
#include "labs/cli/output/counters_text.h"

namespace attnlab::cli::demo {
namespace {

using nlohmann::ordered_json;

// The setting of the lecture's table: GPT-2 medium's attention.
constexpr int kBatch = 64;

problem::Problem one_sequence() {
  problem::Problem problem;
  problem.batch = 1;
  problem.heads = problem.kv_heads = 16;
  problem.len_q = problem.len_kv = 1024;
  problem.head_dim = 64;
  return problem;
}

// What the model counts on one sequence, times the batch: every counter is a sum over (batch, head)
// and these do not share a 32-byte sector, so the product is exact.
struct Counted {
  double flops;
  double device_bytes;
  double device_bytes_fp16;  // the same elements at 2 bytes; LSE stays fp32
  double requested_bytes;
};

Counted count(const std::string& rung_name) {
  const problem::Problem problem = one_sequence();
  const kernels::Execution execution =
      kernels::run_on_model(kernels::find_rung(rung_name), problem, problem::make_inputs(problem),
                            machine::gpu_spec("a100"));
  const machine::Counters& counters = *execution.counters;
  const double device_bytes = double(kBatch) * double(counters.device.total_bytes());
  // LSE is the last tensor of both rungs.
  const double lse_bytes = double(kBatch) * double(counters.device_by_tensor.back().total_bytes());
  return {double(kBatch) * double(counters.flops()), device_bytes,
          (device_bytes - lse_bytes) / 2 + lse_bytes,
          double(kBatch) * double(counters.global.total_bytes())};
}

ordered_json as_json(const Counted& counted) {
  return {{"flops", counted.flops},
          {"device_bytes", counted.device_bytes},
          {"device_bytes_fp16", counted.device_bytes_fp16},
          {"requested_bytes", counted.requested_bytes}};
}

constexpr const char* kNote =
    "   The published figures are for forward and backward together, in fp16, on an A100 "
    "(FlashAttention,\n"
    "   arXiv 2205.14135 v2, Figure 2). The paper does not say how it counted, and its figures do "
    "not\n"
    "   follow from literal counting: the 6 (flash: 7) matrix products of both passes alone are "
    "825\n"
    "   (962) GFLOP, 12 times what is published, and its algorithms read and write 25.2 and 5.1 "
    "GB.\n"
    "   Reconstructions that fit, not the paper's words: 18 N^2 + 12 N d elements a head (a "
    "dropout\n"
    "   and an additive mask in passes of their own) make 40.3 GB; 33 N d make 4.4 GB; a sixteenth "
    "of\n"
    "   the matrix FLOPs plus 14 for each score make 66.6 and 75.2 GFLOP. What holds under each "
    "of\n"
    "   these: 2 to 17 % more arithmetic, 5 to 17 times fewer bytes of device memory.\n";

}  // namespace

ordered_json show_lecture_table(bool print) {
  const Counted standard = count("standard/01_three_pass");
  const Counted flash = count("flash_fwd/01_tiled");
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold),
               "2  The lecture's table: batch 64, 16 heads, N = 1024, d = 64\n");
    fmt::print(
        "   Counted by the model step by step on one sequence, times 64. Forward only, fp32.\n\n");
    fmt::print("   {:<44}{:>10}{:>10}{:>9}\n", "", "standard", "flash", "ratio");
    auto row = [](const char* what, const std::string& left, const std::string& right,
                  double ratio) {
      fmt::print("   {:<44}{:>10}{:>10}{:>8.2f}x\n", what, left, right, ratio);
    };
    auto gflop = [](double flops) { return fmt::format("{:.1f}", flops / 1e9); };
    row("GFLOP", gflop(standard.flops), gflop(flash.flops), standard.flops / flash.flops);
    row("device memory, read + written", readable_bytes(standard.device_bytes),
        readable_bytes(flash.device_bytes), standard.device_bytes / flash.device_bytes);
    row("  the same elements at 2 bytes (fp16)", readable_bytes(standard.device_bytes_fp16),
        readable_bytes(flash.device_bytes_fp16),
        standard.device_bytes_fp16 / flash.device_bytes_fp16);
    row("asked of the caches by thread blocks", readable_bytes(standard.requested_bytes),
        readable_bytes(flash.requested_bytes), standard.requested_bytes / flash.requested_bytes);
    row("published: GFLOP, forward + backward", "66.6", "75.2", 66.6 / 75.2);
    row("published: device memory, forward + backward", "40.3 GB", "4.40 GB", 40.3 / 4.4);
    fmt::print("\n{}\n", kNote);
  }
  return {{"batch", kBatch},
          {"problem", "16 heads, N = 1024, d = 64, fp32, forward"},
          {"standard", as_json(standard)},
          {"flash", as_json(flash)},
          {"published",
           {{"gflop", {66.6, 75.2}},
            {"device_gb", {40.3, 4.4}},
            {"what", "forward + backward, fp16, arXiv 2205.14135 v2"}}}};
}

}  // namespace attnlab::cli::demo
