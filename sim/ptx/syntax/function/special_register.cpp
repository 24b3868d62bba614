// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/function/special_register.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace attnlab::ptx {
namespace {

constexpr std::array<std::string_view, 8> kVectors = {
    "%tid",       "%ntid",       "%ctaid",         "%nctaid",
    "%clusterid", "%nclusterid", "%cluster_ctaid", "%cluster_nctaid"};

constexpr std::array<std::string_view, 29> kScalars = {
    "%laneid",
    "%warpid",
    "%nwarpid",
    "%smid",
    "%nsmid",
    "%gridid",
    "%is_explicit_cluster",
    "%cluster_ctarank",
    "%cluster_nctarank",
    "%lanemask_eq",
    "%lanemask_le",
    "%lanemask_lt",
    "%lanemask_ge",
    "%lanemask_gt",
    "%clock",
    "%clock_hi",
    "%clock64",
    "%globaltimer",
    "%globaltimer_lo",
    "%globaltimer_hi",
    "%reserved_smem_offset_begin",
    "%reserved_smem_offset_end",
    "%reserved_smem_offset_cap",
    "%reserved_smem_offset_0",
    "%reserved_smem_offset_1",
    "%total_smem_size",
    "%aggr_smem_size",
    "%dynamic_smem_size",
    "%current_graph_exec",
};

// Whether the name is this prefix and a number below `count`, and perhaps the suffix.
bool is_numbered(std::string_view name, std::string_view prefix, int count,
                 std::string_view suffix = "") {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  int number = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data(), end, number);
  const bool canonical = name.size() == 1 || !name.starts_with('0');
  return error == std::errc() && stop == end && canonical && number >= 0 && number < count;
}

}  // namespace

bool has_components(std::string_view special_register) {
  return std::find(kVectors.begin(), kVectors.end(), special_register) != kVectors.end();
}

bool is_special_register(std::string_view name) {
  return has_components(name) ||
         std::find(kScalars.begin(), kScalars.end(), name) != kScalars.end() ||
         is_numbered(name, "%envreg", 32) || is_numbered(name, "%pm", 8, "_64");
}

}  // namespace attnlab::ptx
