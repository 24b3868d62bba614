// SPDX-License-Identifier: MIT
#include "kernels/problem_json.h"

#include <fmt/format.h>

namespace attnlab::kernels {

using nlohmann::ordered_json;
using problem::Problem;

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
  return json;
}

Problem problem_from_json(const ordered_json& json) {
  try {
    Problem problem;
    problem.batch = json.at("batch").get<int>();
    problem.heads = json.at("heads").get<int>();
    problem.kv_heads = json.at("kv_heads").get<int>();
    problem.len_q = json.at("len_q").get<int>();
    problem.len_kv = json.at("len_kv").get<int>();
    problem.head_dim = json.at("head_dim").get<int>();
    problem.dtype = problem::parse_data_type(json.at("dtype").get<std::string>());
    problem.mask = problem::parse_mask(json.at("mask").get<std::string>());
    problem.distribution = problem::parse_distribution(json.at("dist").get<std::string>());
    problem.seed = json.at("seed").get<std::uint64_t>();
    problem.tile_q = json.value("tile_q", 0);
    problem.tile_kv = json.value("tile_kv", 0);
    return problem;
  } catch (const nlohmann::json::exception& error) {
    throw problem::BadInput(fmt::format("a problem in JSON is not readable: {}", error.what()));
  }
}

}  // namespace attnlab::kernels
