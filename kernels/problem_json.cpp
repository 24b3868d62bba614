// SPDX-License-Identifier: MIT
#include "kernels/problem_json.h"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <string>

namespace attnlab::kernels {

using nlohmann::ordered_json;
using problem::BadInput;
using problem::Problem;

namespace {

[[noreturn]] void refuse(const char* name, const ordered_json& value, const char* expected) {
  throw BadInput(
      fmt::format("a problem in JSON has \"{}\": {}; it must be {}", name, value.dump(), expected));
}

const ordered_json& field_of(const ordered_json& json, const char* name) {
  if (!json.contains(name)) {
    throw BadInput(fmt::format("a problem in JSON has no field \"{}\"", name));
  }
  return json.at(name);
}

// A whole number from 0: the library keeps one that was not parsed as signed.
bool is_natural(const ordered_json& value) {
  return value.is_number_unsigned() ||
         (value.is_number_integer() && value.get<std::int64_t>() >= 0);
}

// Not below 0: no field of a problem is, and what is too large for one rung is the rung's to say.
int read_int(const ordered_json& json, const char* name) {
  const ordered_json& value = field_of(json, name);
  if (!is_natural(value) || value.get<std::uint64_t>() > std::numeric_limits<std::int32_t>::max()) {
    refuse(name, value, "a whole number from 0 to 2147483647");
  }
  return value.get<int>();
}

std::vector<int> read_lengths(const ordered_json& value) {
  if (!value.is_array()) refuse("lengths", value, "a list of whole numbers");
  std::vector<int> lengths;
  for (const ordered_json& length : value) {
    lengths.push_back(read_int(ordered_json{{"lengths", length}}, "lengths"));
  }
  return lengths;
}

std::string read_text(const ordered_json& json, const char* name) {
  const ordered_json& value = field_of(json, name);
  if (!value.is_string()) refuse(name, value, "a text");
  return value.get<std::string>();
}

}  // namespace

ordered_json problem_to_json(const Problem& problem) {
  ordered_json json = {{"batch", problem.batch},
                       {"heads", problem.heads},
                       {"kv_heads", problem.kv_heads},
                       {"len_q", problem.len_q},
                       {"len_kv", problem.len_kv},
                       {"head_dim", problem.head_dim},
                       {"dtype", problem::name_of(problem.dtype)},
                       {"mask", problem::name_of(problem.mask)},
                       {"dist", problem::name_of(problem.distribution)},
                       {"seed", problem.seed}};
  if (problem.tile_q != 0) json["tile_q"] = problem.tile_q;
  if (problem.tile_kv != 0) json["tile_kv"] = problem.tile_kv;
  if (problem.window != 0) json["window"] = problem.window;
  if (!problem.lengths.empty()) json["lengths"] = problem.lengths;
  if (problem.splits != 0) json["splits"] = problem.splits;
  if (problem.page_size != 0) json["page_size"] = problem.page_size;
  if (problem.shared_prefix != 0) json["shared_prefix"] = problem.shared_prefix;
  return json;
}

Problem problem_from_json(const ordered_json& json) {
  if (!json.is_object()) throw BadInput("a problem in JSON must be an object");
  Problem problem;
  problem.batch = read_int(json, "batch");
  problem.heads = read_int(json, "heads");
  problem.kv_heads = read_int(json, "kv_heads");
  problem.len_q = read_int(json, "len_q");
  problem.len_kv = read_int(json, "len_kv");
  problem.head_dim = read_int(json, "head_dim");
  problem.dtype = problem::parse_data_type(read_text(json, "dtype"));
  problem.mask = problem::parse_mask(read_text(json, "mask"));
  problem.distribution = problem::parse_distribution(read_text(json, "dist"));
  const ordered_json& seed = field_of(json, "seed");
  if (!is_natural(seed)) refuse("seed", seed, "a whole number from 0");
  problem.seed = seed.get<std::uint64_t>();
  const auto read_if_there = [&json](const char* name, int& value) {
    if (json.contains(name)) value = read_int(json, name);
  };
  read_if_there("tile_q", problem.tile_q);
  read_if_there("tile_kv", problem.tile_kv);
  read_if_there("window", problem.window);
  read_if_there("splits", problem.splits);
  read_if_there("page_size", problem.page_size);
  read_if_there("shared_prefix", problem.shared_prefix);
  if (json.contains("lengths")) problem.lengths = read_lengths(json.at("lengths"));
  return problem;
}

}  // namespace attnlab::kernels
