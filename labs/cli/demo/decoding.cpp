// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "kernels/executors.h"
#include "kernels/recorded_times.h"
#include "labs/cli/demo/sections.h"
#include "labs/cli/output/counters_text.h"

namespace attnlab::cli::demo {
namespace {

using nlohmann::ordered_json;
using problem::Problem;

// One sequence with a long context.
Problem long_context(int splits) {
  Problem problem;
  problem.heads = problem.kv_heads = 32;
  problem.len_q = 1;
  problem.len_kv = 65536;
  problem.head_dim = 128;
  problem.dtype = problem::DataType::kBf16;
  problem.splits = splits;
  return problem;
}

std::string milliseconds(const kernels::RecordedTime* time) {
  return time == nullptr ? "-" : fmt::format("{:.3f}", time->median_ms);
}

// Whether pages in another order give the bits of one piece of memory: a small problem, emulated.
bool paged_equals_contiguous(const char* contiguous, const char* paged) {
  Problem problem;
  problem.batch = 2;
  problem.heads = 4;
  problem.kv_heads = 2;
  problem.len_q = 1;
  problem.len_kv = 100;
  problem.lengths = {100, 37};
  const problem::Inputs inputs = problem::make_inputs(problem);
  const std::string in_one_piece =
      run_on_emulator(kernels::find_rung(contiguous), problem, inputs).digest;
  problem.page_size = 4;
  return run_on_emulator(kernels::find_rung(paged), problem, inputs).digest == in_one_piece;
}

}  // namespace

ordered_json show_decoding(bool print) {
  const kernels::Rung& sequential = kernels::find_rung("decode/01_sequential");
  const kernels::Rung& split = kernels::find_rung("decode/02_split");
  const kernels::RecordedTimes& times = kernels::shipped_times();
  const Problem one_block = long_context(0);
  const kernels::RecordedTime* alone = times.find(sequential.name, one_block);
  const double bytes = double(sequential.model->cost(one_block).device.total_bytes());
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold),
               "6  Decoding: split the keys and values into chunks, reduce over all splits\n");
    fmt::print(
        "   One query over 65,536 keys, 32 heads, d = 128, bf16: {} of K and V. A head is a "
        "block,\n"
        "   or a head and a split. Bytes for each SM that has a block, where the blocks are dealt "
        "evenly.\n\n"
        "   {:<10}{:>10}{:>24}{:>24}{:>16}{:>9}\n",
        readable_bytes(bytes), "splits", "blocks", "SMs at work, 108 / 132", "bytes per SM (132)",
        "ms on an H200", "ratio");
  }
  ordered_json rows = ordered_json::array();
  const auto show_row = [&](const std::string& name, std::uint64_t blocks,
                            const kernels::RecordedTime* time) {
    const double busy = double(std::min<std::uint64_t>(blocks, 132));
    rows.push_back({{"splits", name},
                    {"blocks", blocks},
                    {"busy_of_108", std::min<std::uint64_t>(blocks, 108)},
                    {"busy_of_132", std::min<std::uint64_t>(blocks, 132)},
                    {"bytes_per_busy_sm_of_132", bytes / busy}});
    if (time != nullptr) rows.back()["measured_ms"] = time->median_ms;
    if (!print) return;
    const std::string ratio = time == nullptr || alone == nullptr
                                  ? "-"
                                  : fmt::format("{:.1f}x", alone->median_ms / time->median_ms);
    fmt::print("   {:<10}{:>10}{:>24}{:>24}{:>16}{:>9}\n", name, blocks,
               fmt::format("{} / {}", std::min<std::uint64_t>(blocks, 108),
                           std::min<std::uint64_t>(blocks, 132)),
               readable_bytes(bytes / busy), milliseconds(time), ratio);
  };
  show_row("none", sequential.model->launch_shapes(one_block).front().blocks(), alone);
  for (const int splits : {4, 16, 32, 64, 128}) {
    const Problem problem = long_context(splits);
    show_row(std::to_string(splits), split.model->launch_shapes(problem).front().blocks(),
             times.find(split.name, problem));
  }
  if (print) {
    fmt::print(
        "\n   The lecture says up to 8x (whole programs, on an A100). Times are recorded: {}, "
        "{}.\n\n",
        times.gpu, times.date);
  }
  return rows;
}

ordered_json show_paging(bool print) {
  const bool whole = paged_equals_contiguous("decode/01_sequential", "paged/02_attend");
  const bool split = paged_equals_contiguous("decode/02_split", "paged/03_split");
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold),
               "7  PagedAttention: fetch blocks through the block table, attend on the fly\n");
    fmt::print(
        "   Two sequences of 100 and 37 tokens in pages of 4, dealt in any order: the answer has "
        "{}\n"
        "   bits {} the contiguous cache's (unsplit), {} (split). What waste is left: in a\n"
        "   sequence's last page, less than a page.\n\n",
        whole && split ? "the" : "OTHER", whole ? "equal to" : "than",
        split ? "equal" : "different");
  }
  return {{"unsplit_equal", whole}, {"split_equal", split}};
}

}  // namespace attnlab::cli::demo
