// SPDX-License-Identifier: MIT
#include "kernels/timing_cases.h"

namespace attnlab::kernels {
namespace {

using problem::DataType;
using problem::Mask;

Problem shape(int batch, int heads, int kv_heads, int len_q, int len_kv, int head_dim) {
  Problem problem;
  problem.batch = batch;
  problem.heads = heads;
  problem.kv_heads = kv_heads;
  problem.len_q = len_q;
  problem.len_kv = len_kv;
  problem.head_dim = head_dim;
  return problem;
}

// The rungs of these families that can do the problem.
void add_all(std::vector<TimingCase>& cases, const std::string& group,
             const std::vector<std::string>& families, const Problem& problem) {
  for (const std::string& family : families) {
    for (const Rung& rung : rungs_of(family)) {
      if (supports(rung, problem)) cases.push_back({group, rung.name, problem});
    }
  }
}

// One query over a long cache, in as many splits as each rung lets one choose.
void add_decode(std::vector<TimingCase>& cases, const std::string& group, const Problem& problem,
                const std::vector<int>& splits) {
  for (const char* family : {"decode", "paged"}) {
    for (const Rung& rung : rungs_of(family)) {
      Problem of_rung = problem;
      of_rung.page_size = rung.model->can.pages ? problem.page_size : 0;
      for (const int count : rung.model->can.splits ? splits : std::vector<int>{0}) {
        of_rung.splits = count;
        if (supports(rung, of_rung)) cases.push_back({group, rung.name, of_rung});
      }
    }
  }
}

}  // namespace

std::vector<TimingCase> timing_cases() {
  std::vector<TimingCase> cases;
  const std::vector<std::string> training = {"standard", "flash_fwd", "flash_bwd"};
  Problem lecture = shape(64, 16, 16, 1024, 1024, 64);
  add_all(cases, "lecture", training, lecture);
  lecture.dtype = DataType::kF16;
  add_all(cases, "lecture, fp16", training, lecture);
  Problem causal = shape(4, 16, 16, 4096, 4096, 128);
  causal.mask = Mask::kCausal;
  add_all(cases, "causal", {"standard", "flash_fwd"}, causal);

  Problem context = shape(1, 32, 32, 1, 65536, 128);
  context.dtype = DataType::kBf16;
  context.page_size = 16;
  add_decode(cases, "long context", context, {4, 16, 32, 64, 128});
  context.kv_heads = 8;
  add_decode(cases, "long context, GQA", context, {16, 64, 128});
  Problem batch = shape(32, 32, 32, 1, 4096, 128);
  batch.dtype = DataType::kBf16;
  batch.page_size = 16;
  add_decode(cases, "many sequences", batch, {1, 4});
  return cases;
}

Floor floor_of(const machine::Counters& cost, const machine::GpuSpec& gpu,
               double copy_bytes_per_second) {
  const double cycles_per_second = 1e6 * gpu.clock_mhz;
  const auto bytes = static_cast<double>(cost.device.total_bytes());
  const auto fp32 = static_cast<double>(cost.fma + cost.add_mul);
  const auto special = static_cast<double>(cost.mufu);
  Floor floor{bytes / copy_bytes_per_second, "bytes"};
  const double fp32_seconds =
      fp32 / (cycles_per_second * gpu.sm_count * gpu.fp32_fma_per_cycle_per_sm);
  if (fp32_seconds > floor.seconds) floor = {fp32_seconds, "fp32"};
  const double special_seconds =
      special / (cycles_per_second * gpu.sm_count * gpu.mufu_per_cycle_per_sm);
  if (special_seconds > floor.seconds) floor = {special_seconds, "special functions"};
  return floor;
}

}  // namespace attnlab::kernels
