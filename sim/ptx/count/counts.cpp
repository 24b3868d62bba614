// SPDX-License-Identifier: MIT
#include "sim/ptx/count/counts.h"

#include <stdexcept>
#include <string>

namespace attnlab::ptx {
namespace {

constexpr double kSectorBytes = 32;

// In the order of Metric.
constexpr CountName kMetricNames[] = {
    {"warp_instructions", "smsp__inst_executed.sum"},
    {"thread_instructions", "smsp__thread_inst_executed.sum"},
    {"thread_instructions_on", "smsp__thread_inst_executed_pred_on.sum"},
    {"conditional_branches", ""},
    {"divergent_branches", "smsp__sass_branch_targets_threads_divergent.sum"},
    {"global_load_requests", "l1tex__t_requests_pipe_lsu_mem_global_op_ld.sum"},
    {"global_load_threads", ""},
    {"global_load_sectors", "l1tex__t_sectors_pipe_lsu_mem_global_op_ld.sum"},
    {"global_load_ideal_sectors", ""},
    {"global_store_requests", "l1tex__t_requests_pipe_lsu_mem_global_op_st.sum"},
    {"global_store_threads", ""},
    {"global_store_sectors", "l1tex__t_sectors_pipe_lsu_mem_global_op_st.sum"},
    {"global_store_ideal_sectors", ""},
    {"local_load_requests", "l1tex__t_requests_pipe_lsu_mem_local_op_ld.sum"},
    {"local_load_threads", ""},
    {"local_load_sectors", "l1tex__t_sectors_pipe_lsu_mem_local_op_ld.sum"},
    {"local_load_ideal_sectors", ""},
    {"local_store_requests", "l1tex__t_requests_pipe_lsu_mem_local_op_st.sum"},
    {"local_store_threads", ""},
    {"local_store_sectors", "l1tex__t_sectors_pipe_lsu_mem_local_op_st.sum"},
    {"local_store_ideal_sectors", ""},
    {"shared_load_requests", "smsp__inst_executed_op_shared_ld.sum"},
    {"shared_load_threads", ""},
    {"shared_load_wavefronts", "l1tex__data_pipe_lsu_wavefronts_mem_shared_op_ld.sum"},
    {"shared_load_ideal_wavefronts", ""},
    {"shared_store_requests", "smsp__inst_executed_op_shared_st.sum"},
    {"shared_store_threads", ""},
    {"shared_store_wavefronts", "l1tex__data_pipe_lsu_wavefronts_mem_shared_op_st.sum"},
    {"shared_store_ideal_wavefronts", ""},
    {"constant_requests", ""},
    {"constant_threads", ""},
    {"constant_addresses", ""},
    {"global_atomic_requests",
     "l1tex__t_requests_pipe_lsu_mem_global_op_atom.sum + "
     "l1tex__t_requests_pipe_lsu_mem_global_op_red.sum"},
    {"global_atomic_threads", ""},
    {"global_atomic_addresses", ""},
    {"global_atomic_serial", ""},
    {"global_atomic_sectors",
     "l1tex__t_sectors_pipe_lsu_mem_global_op_atom.sum + "
     "l1tex__t_sectors_pipe_lsu_mem_global_op_red.sum"},
    {"shared_atomic_requests", "smsp__inst_executed_op_shared_atom.sum"},
    {"shared_atomic_threads", ""},
    {"shared_atomic_addresses", ""},
    {"shared_atomic_serial", ""},
    {"fp32_fma", "smsp__sass_thread_inst_executed_op_ffma_pred_on.sum"},
    {"fp32_add", "smsp__sass_thread_inst_executed_op_fadd_pred_on.sum"},
    {"fp32_mul", "smsp__sass_thread_inst_executed_op_fmul_pred_on.sum"},
    {"fp64_fma", "smsp__sass_thread_inst_executed_op_dfma_pred_on.sum"},
    {"fp64_add", "smsp__sass_thread_inst_executed_op_dadd_pred_on.sum"},
    {"fp64_mul", "smsp__sass_thread_inst_executed_op_dmul_pred_on.sum"},
    {"half_fma", ""},
    {"half_add", ""},
    {"half_mul", ""},
    {"l2_load_sectors", "lts__t_sectors_srcunit_tex_op_read.sum"},
    {"l2_store_sectors", "lts__t_sectors_srcunit_tex_op_write.sum"},
    {"l2_atomic_sectors", ""},
    {"device_read_sectors", "dram__sectors_read.sum"},
    {"device_write_sectors", "dram__sectors_write.sum"},
};
static_assert(std::size(kMetricNames) == kMetrics);

// In the order of InstructionClass.
constexpr const char* kClassNames[] = {
    "fp32 fma",      "fp32 add",      "fp32 mul",     "fp32 other",
    "fp64 fma",      "fp64 add",      "fp64 mul",     "fp64 other",
    "half fma",      "half add",      "half mul",     "half other",
    "integer",       "bits",          "conversion",   "special",
    "move, select",  "load global",   "store global", "load shared",
    "store shared",  "load local",    "store local",  "load generic",
    "store generic", "load constant", "parameter",    "atomic",
    "control",       "barrier",       "fence",        "warp: shuffle, vote, match",
    "other",
};
static_assert(std::size(kClassNames) == kInstructionClasses);

double count(const Counts& counts, Metric metric) {
  return static_cast<double>(counts[metric]);
}
double ratio(double of, double to) {
  return to == 0 ? 0 : of / to;
}

template <Metric kOf, Metric kTo>
double per(const Counts& counts) {
  return ratio(count(counts, kOf), count(counts, kTo));
}
template <Metric kOf, Metric kTo>
double more_than(const Counts& counts) {
  return count(counts, kOf) - count(counts, kTo);
}
template <Metric kFma, Metric kAdd, Metric kMul>
double operations(const Counts& counts) {
  return 2 * count(counts, kFma) + count(counts, kAdd) + count(counts, kMul);
}
template <Metric... kSectors>
double bytes(const Counts& counts) {
  return kSectorBytes * (count(counts, kSectors) + ...);
}

constexpr DerivedCount kDerived[] = {
    {{"average_lanes", "smsp__thread_inst_executed_per_inst_executed.ratio"},
     true,
     per<Metric::kThreads, Metric::kInstructions>},
    {{"average_lanes_on", "smsp__thread_inst_executed_pred_on_per_inst_executed.ratio"},
     true,
     per<Metric::kThreadsOn, Metric::kInstructions>},
    {{"global_load_sectors_per_request",
      "l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio"},
     true,
     per<Metric::kGlobalLoadSectors, Metric::kGlobalLoadRequests>},
    {{"global_store_sectors_per_request",
      "l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_st.ratio"},
     true,
     per<Metric::kGlobalStoreSectors, Metric::kGlobalStoreRequests>},
    {{"shared_load_wavefronts_per_request", ""},
     true,
     per<Metric::kSharedLoadWavefronts, Metric::kSharedLoadRequests>},
    {{"shared_store_wavefronts_per_request", ""},
     true,
     per<Metric::kSharedStoreWavefronts, Metric::kSharedStoreRequests>},
    {{"shared_load_bank_conflicts", "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_ld.sum"},
     false,
     more_than<Metric::kSharedLoadWavefronts, Metric::kSharedLoadIdealWavefronts>},
    {{"shared_store_bank_conflicts", "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_st.sum"},
     false,
     more_than<Metric::kSharedStoreWavefronts, Metric::kSharedStoreIdealWavefronts>},
    {{"global_atomic_lanes_per_address", ""},
     true,
     per<Metric::kGlobalAtomicThreads, Metric::kGlobalAtomicAddresses>},
    {{"shared_atomic_lanes_per_address", ""},
     true,
     per<Metric::kSharedAtomicThreads, Metric::kSharedAtomicAddresses>},
    {{"fp32_flops", ""},
     false,
     operations<Metric::kFloat32Fma, Metric::kFloat32Add, Metric::kFloat32Mul>},
    {{"fp64_flops", ""},
     false,
     operations<Metric::kFloat64Fma, Metric::kFloat64Add, Metric::kFloat64Mul>},
    {{"half_flops", ""}, false, operations<Metric::kHalfFma, Metric::kHalfAdd, Metric::kHalfMul>},
    {{"l1_global_load_bytes", "l1tex__t_bytes_pipe_lsu_mem_global_op_ld.sum"},
     false,
     bytes<Metric::kGlobalLoadSectors>},
    {{"l1_global_store_bytes", "l1tex__t_bytes_pipe_lsu_mem_global_op_st.sum"},
     false,
     bytes<Metric::kGlobalStoreSectors>},
    {{"l2_bytes", ""},
     false,
     bytes<Metric::kL2LoadSectors, Metric::kL2StoreSectors, Metric::kL2AtomicSectors>},
    {{"device_read_bytes", "dram__bytes_read.sum"}, false, bytes<Metric::kDeviceReadSectors>},
    {{"device_write_bytes", "dram__bytes_write.sum"}, false, bytes<Metric::kDeviceWriteSectors>},
};

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  for (std::size_t i = 0; i < kMetrics; ++i) metrics[i] += other.metrics[i];
  for (std::size_t i = 0; i < kInstructionClasses; ++i) {
    instructions[i] += other.instructions[i];
    threads_on[i] += other.threads_on[i];
  }
  return *this;
}

const CountName& name_of(Metric metric) {
  return kMetricNames[static_cast<std::size_t>(metric)];
}

const char* name_of(InstructionClass kind) {
  return kClassNames[static_cast<std::size_t>(kind)];
}

std::span<const DerivedCount> derived_counts() {
  return kDerived;
}

double derived(const Counts& counts, std::string_view key) {
  for (const DerivedCount& one : kDerived) {
    if (key == one.name.key) return one.value(counts);
  }
  throw std::logic_error("there is no derived count called " + std::string(key));
}

}  // namespace attnlab::ptx
