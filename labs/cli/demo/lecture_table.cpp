// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/recorded_times.h"
#include "kernels/registry.h"
#include "labs/cli/demo/sections.h"
#include "labs/cli/output/counters_text.h"

namespace attnlab::cli::demo {
namespace {

using nlohmann::ordered_json;

// Forward and backward, of equal care: the same tiles, loads and arithmetic, but for the idea. The
// plainest kernels, and forward also those with tiles in registers.
const std::vector<std::string> kStandard = {"standard/01_three_pass", "flash_bwd/01_stored_p"};
const std::vector<std::string> kFlash = {"flash_fwd/01_tiled", "flash_bwd/02_recompute"};
const std::vector<std::string> kStandardTiles = {"standard/02_register_tiles"};
const std::vector<std::string> kFlashTiles = {"flash_fwd/05_vectorized"};

// The setting of the lecture's table: GPT-2 medium's attention.
problem::Problem whole_batch() {
  problem::Problem problem;
  problem.batch = 64;
  problem.heads = problem.kv_heads = 16;
  problem.len_q = problem.len_kv = 1024;
  problem.head_dim = 64;
  return problem;
}

// What the closed form says of the batch; tests hold it to what the model counts step by step.
struct Counted {
  double flops = 0;
  double device_bytes = 0;
  double device_bytes_fp16 = 0;  // the same elements at 2 bytes; LSE and the like stay fp32
  double requested_bytes = 0;

  Counted& operator+=(const Counted& other) {
    flops += other.flops;
    device_bytes += other.device_bytes;
    device_bytes_fp16 += other.device_bytes_fp16;
    requested_bytes += other.requested_bytes;
    return *this;
  }
};

// Whether a 16-bit rung would still keep the tensor in fp32.
bool stays_fp32(model::Tensor tensor) {
  return tensor == model::Tensor::kLse || tensor == model::Tensor::kDelta;
}

Counted count(const std::string& rung_name) {
  const kernels::Rung& rung = kernels::find_rung(rung_name);
  const problem::Problem problem = whole_batch();
  const machine::Counters cost = rung.model->cost(problem);
  Counted counted{double(cost.flops()), double(cost.device.total_bytes()), 0,
                  double(cost.global.total_bytes())};
  const model::TensorTable table = rung.model->tensors(problem);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double bytes = double(cost.device_by_tensor[i].total_bytes());
    counted.device_bytes_fp16 += stays_fp32(table[i].tensor) ? bytes : bytes / 2;
  }
  return counted;
}

// Milliseconds on the recorded GPU, of all the rungs together; 0 where one was not timed.
double measured_ms(const std::vector<std::string>& rungs) {
  double sum = 0;
  for (const std::string& rung : rungs) {
    const kernels::RecordedTime* time = kernels::shipped_times().find(rung, whole_batch());
    if (time == nullptr) return 0;
    sum += time->median_ms;
  }
  return sum;
}

ordered_json as_json(const Counted& counted) {
  return {{"flops", counted.flops},
          {"device_bytes", counted.device_bytes},
          {"device_bytes_fp16", counted.device_bytes_fp16},
          {"requested_bytes", counted.requested_bytes}};
}

constexpr const char* kTimesNote =
    "   The measured kernels use the fp32 units, where arithmetic is dear and an H200's bytes are "
    "cheap:\n"
    "   plain ones are bound by instructions and shared memory, so recomputing costs more than it "
    "saves;\n"
    "   with tiles in registers the saved bytes show. The published ratio needs tensor cores.\n";

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

void print_row(const char* what, const std::string& left, const std::string& right, double ratio) {
  fmt::print("   {:<44}{:>10}{:>10}{:>8.2f}x\n", what, left, right, ratio);
}

void print_counted(const Counted& standard, const Counted& flash) {
  const auto gflop = [](double flops) { return fmt::format("{:.1f}", flops / 1e9); };
  const auto bytes_row = [](const char* what, double left, double right) {
    print_row(what, readable_bytes(left), readable_bytes(right), left / right);
  };
  print_row("GFLOP", gflop(standard.flops), gflop(flash.flops), standard.flops / flash.flops);
  bytes_row("device memory, read + written", standard.device_bytes, flash.device_bytes);
  bytes_row("  the same elements at 2 bytes (fp16)", standard.device_bytes_fp16,
            flash.device_bytes_fp16);
  bytes_row("asked of the caches by thread blocks", standard.requested_bytes,
            flash.requested_bytes);
}

void print_measured(const char* what, double standard_ms, double flash_ms) {
  if (standard_ms == 0 || flash_ms == 0) return;
  print_row(fmt::format("ms, {}, fp32, {}", kernels::shipped_times().gpu, what).c_str(),
            fmt::format("{:.1f}", standard_ms), fmt::format("{:.1f}", flash_ms),
            standard_ms / flash_ms);
}

}  // namespace

ordered_json show_lecture_table(bool print) {
  const Counted standard = count(kStandard[0]);
  const Counted flash = count(kFlash[0]);
  Counted standard_both = standard;
  Counted flash_both = flash;
  standard_both += count(kStandard[1]);
  flash_both += count(kFlash[1]);
  const double standard_ms = measured_ms(kStandard);
  const double flash_ms = measured_ms(kFlash);
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold),
               "2  The lecture's table: batch 64, 16 heads, N = 1024, d = 64\n");
    fmt::print(
        "   Counted in fp32: {} and {};\n   backward: {} and {}.\n\n   {:<44}{:>10}{:>10}{:>9}\n",
        kStandard[0], kFlash[0], kStandard[1], kFlash[1], "forward", "standard", "flash", "ratio");
    print_counted(standard, flash);
    print_measured("plain", measured_ms({kStandard[0]}), measured_ms({kFlash[0]}));
    print_measured("tiles in registers", measured_ms(kStandardTiles), measured_ms(kFlashTiles));
    fmt::print("\n   {:<44}{:>10}{:>10}{:>9}\n", "forward + backward", "standard", "flash",
               "ratio");
    print_counted(standard_both, flash_both);
    print_measured("plain", standard_ms, flash_ms);
    fmt::print("\n   {:<44}{:>10}{:>10}{:>9}\n", "published, forward + backward, fp16", "standard",
               "flash", "ratio");
    print_row("GFLOP", "66.6", "75.2", 66.6 / 75.2);
    print_row("device memory", "40.3 GB", "4.40 GB", 40.3 / 4.4);
    print_row("ms, NVIDIA A100, tensor cores", "41.7", "7.3", 41.7 / 7.3);
    fmt::print("\n{}\n{}\n", kTimesNote, kNote);
  }
  ordered_json json = {{"batch", whole_batch().batch},
                       {"problem", "16 heads, N = 1024, d = 64, fp32"},
                       {"standard", as_json(standard)},
                       {"flash", as_json(flash)},
                       {"standard_forward_backward", as_json(standard_both)},
                       {"flash_forward_backward", as_json(flash_both)},
                       {"published",
                        {{"gflop", {66.6, 75.2}},
                         {"device_gb", {40.3, 4.4}},
                         {"ms", {41.7, 7.3}},
                         {"what", "forward + backward, fp16, A100, arXiv 2205.14135 v2"}}}};
  if (standard_ms > 0 && flash_ms > 0) {
    json["measured"] = {
        {"gpu", kernels::shipped_times().gpu},
        {"date", kernels::shipped_times().date},
        {"ms", {standard_ms, flash_ms}},
        {"ms_forward", {measured_ms({kStandard[0]}), measured_ms({kFlash[0]})}},
        {"ms_forward_register_tiles", {measured_ms(kStandardTiles), measured_ms(kFlashTiles)}}};
  }
  return json;
}

}  // namespace attnlab::cli::demo
