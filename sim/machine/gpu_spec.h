// SPDX-License-Identifier: MIT
// A GPU as data. The files in sim/machine/gpus carry the source of every figure.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace attnlab::machine {

struct SpecError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How a tensor core adds one output element (docs/numerics.md): products in one step for 16-bit
// formats, and the fraction bits kept below the largest exponent.
struct TensorCoreFigures {
  int step_length_16bit = 0;
  int kept_fraction_bits = 0;
};

struct GpuSpec {
  std::string name;   // as typed: "h200"
  std::string title;  // "NVIDIA H200 SXM"
  int compute_capability_major = 0;
  int compute_capability_minor = 0;
  int sm_count = 0;
  int clock_mhz = 0;  // maximum SM clock
  int max_threads_per_sm = 0;
  int max_blocks_per_sm = 0;
  int registers_per_sm = 0;  // 32-bit
  int shared_bytes_per_sm = 0;
  int max_shared_bytes_per_block = 0;
  int reserved_shared_bytes_per_block = 0;
  int fp32_fma_per_cycle_per_sm = 0;
  int mufu_per_cycle_per_sm = 0;  // special function unit results
  int shared_bytes_per_cycle_per_sm = 0;
  std::int64_t l2_bytes = 0;
  std::int64_t device_memory_bytes = 0;
  double device_bandwidth_bytes_per_second = 0;
  int device_latency_cycles = 0;
  TensorCoreFigures tensor_core;
};

// The specifications that ship, by name, in alphabetical order.
std::vector<std::string> gpu_names();

// A specification that ships. Throws SpecError with the known names where `name` is not one.
GpuSpec gpu_spec(const std::string& name);

// Reads a specification from JSON text; `origin` names it in messages. Throws SpecError naming the
// missing, unknown or impossible field.
GpuSpec parse_gpu_spec(const std::string& json_text, const std::string& origin);

}  // namespace attnlab::machine
