// SPDX-License-Identifier: MIT
// The executors: one rung, one problem, one answer on each machine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernels/outputs.h"
#include "kernels/registry.h"
#include "sim/machine/counters.h"
#include "sim/machine/gpu_spec.h"
#include "sim/problem/inputs.h"
#include "sim/ptx/check/finding.h"
#include "sim/ptx/count/counts.h"

namespace attnlab::kernels {

// What the emulator counted of a run.
struct EmulatedCounts {
  machine::Counters traffic;  // bytes and blocks, by tensor as the rung's table numbers them
  ptx::Counts counts;         // as docs/counters.md names them
};

struct Execution {
  std::string executor;  // "model", "emulator", "gpu"
  std::string where;     // "NVIDIA H200 SXM, simulated", "PTX of clang 19.1.7", "NVIDIA H200"
  Outputs outputs;
  std::string digest;  // of the outputs
  double seconds = 0;  // measured: host time of model and emulator, device time of a GPU
  std::optional<machine::Counters> counters;  // of the model
  std::optional<std::uint64_t> cycles;        // simulated, of the model
  std::optional<EmulatedCounts> counted;      // by the emulator, where it was asked to
  std::vector<ptx::Finding> findings;         // of the emulator's checkers, likewise
  std::string note;  // one sentence where something must be known, or empty
};

// Runs the model on a simulated GPU. Where `log_path` is not empty, writes the event log there.
Execution run_on_model(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                       const machine::GpuSpec& gpu, const std::string& log_path = {});

struct EmulatorOptions {
  std::string compiler;  // whose PTX: "clang", "nvcc", or "" for the first that was built in
  int workers = 0;       // host threads; 0: one a core
  bool check = false;    // with every checker; then on one thread
  bool count = false;    // with every counter; likewise
};

// Whose PTX of this rung was built in, clang's first.
std::vector<std::string> emulated_compilers(const Rung& rung);

// Runs the kernel's own PTX on this machine's cores, every access checked. Outputs are poisoned
// first. Throws problem::BadInput where that compiler's PTX is not here, and ptx::KernelFault.
Execution run_on_emulator(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                          const EmulatorOptions& options = {});

struct GpuIdentity {
  std::string name;    // "NVIDIA H200"
  std::string driver;  // "580.82.07 (CUDA 13.0)"
};

// The GPU of this machine. Throws gpu::NoGpu.
GpuIdentity gpu_identity();

// The device code that was built in: "nvcc 13.0.88, clang 19.1.7".
std::string device_compilers();

// Whether the compiler's machine code for compute capability 9.0 was built in.
bool has_machine_code(const Rung& rung, const std::string& compiler);

// Why no GPU can be used here, one sentence; empty where one can.
std::string gpu_missing_because();

// What a rung takes on the GPU of this machine, measured: `repeats` runs of all its launches, after
// one that does not count, each with the tensors as the run before left them.
struct GpuTiming {
  std::string where;
  std::vector<double> seconds;  // of each run, ascending
  double median_seconds() const { return seconds[seconds.size() / 2]; }
};

// Throws as run_on_gpu. With `flush_cache` the second-level cache is filled with other data before
// each run, outside the time.
GpuTiming time_on_gpu(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                      int repeats, bool flush_cache);

// The bytes that the GPU's own copy of device memory moves in a second, read and written, at its
// best of some copies of 1 GiB.
double gpu_copy_bytes_per_second();

// Runs the kernel on the GPU of this machine; `compiler` is "nvcc", "clang" (its PTX assembled by
// ptxas) or "" for the best image that is here. Outputs are poisoned first; guard zones around
// every tensor are checked after. Throws gpu::GpuError.
Execution run_on_gpu(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                     const std::string& compiler = {});

}  // namespace attnlab::kernels
