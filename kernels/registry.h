// SPDX-License-Identifier: MIT
// The rungs: one row each, which ties a kernel to its model, says what it supports and how it is
// launched.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sim/machine/gpu_spec.h"
#include "sim/model/rung_model.h"
#include "sim/problem/problem.h"

namespace attnlab::kernels {

using model::Tensor;
using problem::Problem;

// A tensor in device memory, or a number.
using Argument = std::variant<Tensor, std::int32_t, std::int64_t, float>;

// One kernel launch: its shape, shared with the model, and its arguments in order.
struct KernelLaunch {
  model::LaunchShape shape;
  std::vector<Argument> arguments;
};

struct Rung {
  std::string name;  // "flash_fwd/01_tiled": family, and the file's base name
  std::string idea;  // one line
  const model::RungModel* model = nullptr;
  int min_compute_capability = 80;  // major * 10 + minor
  std::vector<KernelLaunch> (*launches)(const Problem&) = nullptr;
  // Those on which its executors must agree to the last bit: at least 60.
  std::vector<Problem> (*problems)(const Rung&) = nullptr;
  // Throws problem::BadInput for what the capabilities cannot say; nullptr: nothing more.
  void (*require_more)(const Problem&) = nullptr;
  // What must be in the pages after a rung that only moves numbers; nullptr for all others.
  model::Workspace (*expected)(const Problem&, const problem::Inputs&) = nullptr;

  std::string source_file() const { return "kernels/" + name + ".cu"; }
  std::string family() const { return name.substr(0, name.find('/')); }
};

const std::vector<Rung>& rungs();

// "standard", "flash_fwd", … in the order of the ladder.
std::vector<std::string> families();
std::vector<Rung> rungs_of(const std::string& family);

// The rung that must run before this one on the same memory, or nullptr.
const Rung* forward_of(const Rung& rung);

// The rung of that name. Throws problem::BadInput that suggests the nearest name.
const Rung& find_rung(const std::string& name);

// Throws problem::BadInput, one sentence naming the option and the limit, where the problem has no
// meaning or this rung cannot do it.
void require_supported(const Rung& rung, const Problem& problem);
bool supports(const Rung& rung, const Problem& problem);

// Throws problem::BadInput where the run needs more memory than `available_bytes`; `where` says
// whose memory that is ("this machine", "NVIDIA A100-SXM4-80GB").
void require_memory(const Rung& rung, const Problem& problem, std::int64_t available_bytes,
                    const std::string& where);

// Throws problem::BadInput where a block of the rung needs more shared memory than the GPU has.
void require_block_fits(const Rung& rung, const Problem& problem, const machine::GpuSpec& gpu);

}  // namespace attnlab::kernels
