// SPDX-License-Identifier: MIT
// A problem survives its JSON, and JSON that is no problem is refused by the field's name.
#include "kernels/problem_json.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "kernels/verification_problems.h"

using namespace attnlab::kernels;
using attnlab::problem::BadInput;
using attnlab::problem::Distribution;
using attnlab::problem::Mask;
using attnlab::problem::Problem;
using Catch::Matchers::Message;
using nlohmann::ordered_json;

namespace {

// No two fields alike.
Problem every_field_set() {
  Problem problem;
  problem.batch = 2;
  problem.heads = 6;
  problem.kv_heads = 3;
  problem.len_q = 100;
  problem.len_kv = 77;
  problem.head_dim = 40;
  problem.dtype = attnlab::problem::DataType::kBf16;
  problem.mask = Mask::kCausal;
  problem.distribution = Distribution::kAdversarial;
  problem.seed = 0xfedcba9876543210u;
  problem.tile_q = 16;
  problem.tile_kv = 32;
  return problem;
}

std::string refusal(const ordered_json& json) {
  try {
    problem_from_json(json);
  } catch (const BadInput& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a problem is written field by field") {
  CHECK(problem_to_json(every_field_set()).dump() ==
        R"({"batch":2,"heads":6,"kv_heads":3,"len_q":100,"len_kv":77,"head_dim":40,)"
        R"("dtype":"bf16","mask":"causal","dist":"adversarial","seed":18364758544493064720,)"
        R"("tile_q":16,"tile_kv":32})");
  CHECK_FALSE(problem_to_json(Problem{}).contains("tile_q"));
  CHECK_FALSE(problem_to_json(Problem{}).contains("tile_kv"));
}

TEST_CASE("every problem survives its JSON, as text too") {
  std::vector<Problem> problems = {Problem{}, every_field_set()};
  for (const Rung& rung : rungs()) {
    const std::vector<Problem> more = verification_problems(rung);
    problems.insert(problems.end(), more.begin(), more.end());
  }
  for (const Problem& problem : problems) {
    CHECK(problem_from_json(problem_to_json(problem)) == problem);
    CHECK(problem_from_json(ordered_json::parse(problem_to_json(problem).dump())) == problem);
  }
}

TEST_CASE("a missing field is named, but for the tiles") {
  const ordered_json good = problem_to_json(every_field_set());
  for (const auto& [field, value] : good.items()) {
    ordered_json without = good;
    without.erase(field);
    if (field == "tile_q" || field == "tile_kv") {
      CHECK(refusal(without).empty());
    } else {
      CHECK(refusal(without) == "a problem in JSON has no field \"" + field + "\"");
    }
  }
}

TEST_CASE("a field of the wrong type or size is named, with what it holds") {
  const ordered_json good = problem_to_json(every_field_set());
  int refused = 0;
  for (const auto& [field, value] : good.items()) {
    std::vector<ordered_json> wrong = {nullptr, true, ordered_json::array({value})};
    if (value.is_number()) {
      for (const ordered_json& more : {ordered_json("5"), ordered_json(-1), ordered_json(1.5)}) {
        wrong.push_back(more);
      }
      if (field != "seed") wrong.push_back(std::uint64_t{1} << 31);
    } else {
      wrong.push_back(5);
    }
    for (const ordered_json& bad : wrong) {
      ordered_json changed = good;
      changed[field] = bad;
      const std::string sentence = refusal(changed);
      CHECK(sentence.find("\"" + field + "\": " + bad.dump()) != std::string::npos);
      ++refused;
    }
  }
  CHECK(refused > 60);
  ordered_json negative = good;
  negative["heads"] = -6;
  CHECK(refusal(negative) ==
        "a problem in JSON has \"heads\": -6; it must be a whole number from 0 to 2147483647");
}

TEST_CASE("an unknown name in JSON is answered as on the command line") {
  ordered_json json = problem_to_json(Problem{});
  json["mask"] = "casual";
  CHECK(refusal(json) ==
        "--mask \"casual\" is unknown; did you mean \"causal\"? Known: none, causal, window");
}

TEST_CASE("JSON that is no object is refused") {
  for (const char* text : {"[]", "5", "null", "\"causal\""}) {
    CHECK_THROWS_MATCHES(problem_from_json(ordered_json::parse(text)), BadInput,
                         Message("a problem in JSON must be an object"));
  }
}

TEST_CASE("what a problem has besides goes to JSON and back, and is left out where it has none") {
  Problem problem;
  problem.batch = 3;
  problem.mask = Mask::kWindow;
  problem.window = 12;
  problem.lengths = {5, 0, 128};
  problem.splits = 7;
  problem.page_size = 4;
  problem.shared_prefix = 0;
  CHECK(problem_from_json(problem_to_json(problem)) == problem);
  CHECK_FALSE(problem_to_json(problem).contains("shared_prefix"));
  problem.lengths = {5, 4, 128};
  problem.shared_prefix = 4;
  CHECK(problem_from_json(problem_to_json(problem)) == problem);
  for (const char* name : {"window", "lengths", "splits", "page_size", "shared_prefix"}) {
    CHECK_FALSE(problem_to_json(Problem{}).contains(name));
  }
  ordered_json json = problem_to_json(problem);
  json["lengths"] = "5";
  CHECK(refusal(json) ==
        "a problem in JSON has \"lengths\": \"5\"; it must be a list of whole numbers");
  json["lengths"] = {5, -1, 3};
  CHECK(refusal(json) ==
        "a problem in JSON has \"lengths\": -1; it must be a whole number from 0 to 2147483647");
}
