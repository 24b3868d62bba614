// SPDX-License-Identifier: MIT
#include "kernels/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "kernels/families/families.h"
#include "sim/problem/nearest_name.h"

namespace attnlab::kernels {
namespace {

using problem::BadInput;

// A grid's limits: 2^31 - 1 blocks in x, 65,535 in y and z.
void require_grid(const Rung& rung, const Problem& problem) {
  for (const model::LaunchShape& shape : rung.model->launch_shapes(problem)) {
    if (shape.grid[1] > 65535 || shape.grid[2] > 65535 ||
        shape.blocks() > std::numeric_limits<std::int32_t>::max()) {
      throw BadInput(fmt::format(
          "{} would launch {} with a grid of {} x {} x {} blocks; the limits are 2147483647 in all "
          "and 65535 in y and z: choose a smaller --batch, --heads or --len-q",
          rung.name, shape.entry, shape.grid[0], shape.grid[1], shape.grid[2]));
    }
  }
}

void require_one_of(const Rung& rung, const char* option, const std::string& value,
                    const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  throw BadInput(fmt::format("{} {} is not supported by {}; it has {}", option, value, rung.name,
                             fmt::join(known, ", ")));
}

void require_tile(const Rung& rung, const char* option, int tile, const std::vector<int>& choices) {
  if (tile == 0 || std::find(choices.begin(), choices.end(), tile) != choices.end()) return;
  if (choices.empty()) {
    throw BadInput(fmt::format("{} {}: {} has no such tile", option, tile, rung.name));
  }
  throw BadInput(fmt::format("{} {} is not a tile of {}; it has {}", option, tile, rung.name,
                             fmt::join(choices, ", ")));
}

void require_unused(const Rung& rung, const char* option, bool used) {
  if (used) throw BadInput(fmt::format("{} has no meaning for {}", option, rung.name));
}

std::string readable_bytes(std::int64_t bytes) {
  return bytes < (std::int64_t{1} << 30)
             ? fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20))
             : fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1 << 30));
}

}  // namespace

const std::vector<Rung>& rungs() {
  static const std::vector<Rung> all = [] {
    std::vector<Rung> rungs;
    for (const auto& family :
         {standard_rungs(), flash_fwd_rungs(), flash_bwd_rungs(), decode_rungs(), paged_rungs()}) {
      rungs.insert(rungs.end(), family.begin(), family.end());
    }
    return rungs;
  }();
  return all;
}

std::vector<std::string> families() {
  std::vector<std::string> names;
  for (const Rung& rung : rungs()) {
    if (names.empty() || names.back() != rung.family()) names.push_back(rung.family());
  }
  return names;
}

std::vector<Rung> rungs_of(const std::string& family) {
  std::vector<Rung> found;
  for (const Rung& rung : rungs()) {
    if (rung.family() == family) found.push_back(rung);
  }
  return found;
}

const Rung* forward_of(const Rung& rung) {
  if (rung.model->forward == nullptr) return nullptr;
  return &find_rung(rung.model->forward().name);
}

const Rung& find_rung(const std::string& name) {
  std::vector<std::string> names;
  for (const Rung& rung : rungs()) {
    if (rung.name == name) return rung;
    names.push_back(rung.name);
  }
  throw BadInput(problem::unknown_name_message("rung", name, names));
}

void require_supported(const Rung& rung, const Problem& problem) {
  problem::validate(problem);
  const model::Capabilities& can = rung.model->can;
  require_one_of(rung, "--dtype", name_of(problem.dtype), problem::names_of(can.dtypes));
  require_one_of(rung, "--mask", name_of(problem.mask), problem::names_of(can.masks));
  if (problem.head_dim > can.max_head_dim) {
    throw BadInput(fmt::format("--head-dim {} is too large for {}; its limit is {}",
                               problem.head_dim, rung.name, can.max_head_dim));
  }
  if (problem.len_q > can.max_len_q) {
    throw BadInput(fmt::format("--len-q {} is too large for {}; its limit is {}", problem.len_q,
                               rung.name, can.max_len_q));
  }
  require_tile(rung, "--tile-q", problem.tile_q, can.tile_q);
  require_tile(rung, "--tile-kv", problem.tile_kv, can.tile_kv);
  require_unused(rung, "--lengths", !problem.lengths.empty() && !can.lengths);
  require_unused(rung, "--splits", problem.splits != 0 && !can.splits);
  require_unused(rung, "--page-size", problem.page_size != 0 && !can.pages);
  require_unused(rung, "--shared-prefix", problem.shared_prefix != 0 && !can.pages);
  if (rung.require_more != nullptr) rung.require_more(problem);
  if (problem::lse_elements(problem) > std::numeric_limits<std::int32_t>::max()) {
    throw BadInput(
        fmt::format("--batch x --heads x --len-q is {} rows; the limit of {} is 2147483647",
                    problem::lse_elements(problem), rung.name));
  }
  require_grid(rung, problem);
}

bool supports(const Rung& rung, const Problem& problem) {
  try {
    require_supported(rung, problem);
  } catch (const BadInput&) {
    return false;
  }
  return true;
}

void require_memory(const Rung& rung, const Problem& problem, std::int64_t available_bytes,
                    const std::string& where) {
  const std::int64_t needed = memory_of(*rung.model, problem).total_bytes();
  if (needed > available_bytes) {
    throw BadInput(fmt::format(
        "{} needs {} for this problem ({}) and {} has {}: choose a smaller --batch, --heads, "
        "--len-q or --len-kv",
        rung.name, readable_bytes(needed), problem::describe(problem), where,
        readable_bytes(available_bytes)));
  }
}

void require_block_fits(const Rung& rung, const Problem& problem, const machine::GpuSpec& gpu) {
  for (const model::LaunchShape& shape : rung.model->launch_shapes(problem)) {
    if (shape.dynamic_shared_bytes > gpu.max_shared_bytes_per_block) {
      throw BadInput(fmt::format(
          "{} needs {} bytes of shared memory a block; {} gives at most {}: choose a smaller "
          "--tile-q or --head-dim",
          shape.entry, shape.dynamic_shared_bytes, gpu.title, gpu.max_shared_bytes_per_block));
    }
  }
}

}  // namespace attnlab::kernels
