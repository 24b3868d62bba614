// SPDX-License-Identifier: MIT
// Impossible problems: each is refused in one sentence that names the option and the limit, with
// status 2, and no event log, whole or partial, is left behind.
#include <catch2/catch_test_macros.hpp>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

struct Refusal {
  Arguments problem;
  std::vector<std::string> pieces;  // of the sentence
};

void check_refused(const std::string& rung, const std::vector<Refusal>& refusals) {
  const ScratchFolder folder;
  for (const Refusal& refusal : refusals) {
    Arguments arguments = {"run", rung, "--log", folder.file("log.alog")};
    arguments.insert(arguments.end(), refusal.problem.begin(), refusal.problem.end());
    const Outcome outcome = attnlab(arguments);
    INFO(command_line(arguments) << "\n" << outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    for (const std::string& piece : refusal.pieces) {
      INFO(piece);
      CHECK(outcome.err.find(piece) != std::string::npos);
    }
    CHECK(folder.names().empty());
  }
}

TEST_CASE("a number that is none, or is out of range, is refused with its range") {
  const std::string from_one = "is not a whole number from 1 to 268435456";
  const std::string from_zero = "is not a whole number from 0 to 268435456";
  const std::string seed = "is not a whole number from 0 to 18446744073709551615";
  check_refused("flash_fwd/01_tiled", {
                                          {{"--heads", "abc"}, {"--heads abc " + from_one}},
                                          {{"--heads", "0"}, {"--heads 0 " + from_one}},
                                          {{"--heads", "-3"}, {"--heads -3 " + from_one}},
                                          {{"--heads", "1.5"}, {"--heads 1.5 " + from_one}},
                                          {{"--heads", "2x"}, {"--heads 2x " + from_one}},
                                          {{"--heads", "0x10"}, {"--heads 0x10 " + from_one}},
                                          {{"--heads", "1e3"}, {"--heads 1e3 " + from_one}},
                                          {{"--heads", " 2"}, {"--heads  2 " + from_one}},
                                          {{"--batch", "99999999999"}, {"--batch", from_one}},
                                          {{"--batch", "0"}, {"--batch 0 " + from_one}},
                                          {{"--kv-heads", "0"}, {"--kv-heads 0 " + from_one}},
                                          {{"--len-q", "0"}, {"--len-q 0 " + from_one}},
                                          {{"--len-q", "268435457"}, {"--len-q", from_one}},
                                          {{"--len-kv", "-1"}, {"--len-kv -1 " + from_zero}},
                                          {{"--head-dim", "0"}, {"--head-dim 0 " + from_one}},
                                          {{"--tile-q", "-16"}, {"--tile-q -16 " + from_one}},
                                          {{"--seed", "-1"}, {"--seed -1 " + seed}},
                                          {{"--seed", "18446744073709551616"}, {"--seed", seed}},
                                          {{"--seed", "one"}, {"--seed one " + seed}},
                                      });
}

TEST_CASE("a shape that the rung cannot do is refused with its limit") {
  check_refused(
      "flash_fwd/01_tiled",
      {
          {{"--heads", "6", "--kv-heads", "4"}, {"--heads 6", "not a multiple of --kv-heads 4"}},
          {{"--heads", "2", "--kv-heads", "4"}, {"--heads 2", "not a multiple of --kv-heads 4"}},
          {{"--head-dim", "257"}, {"--head-dim 257", "limit is 256"}},
          {{"--tile-q", "48"}, {"--tile-q 48", "32, 16, 64"}},
          {{"--tile-kv", "64"}, {"--tile-kv 64", "has 32"}},
          {{"--batch", "65536", "--len-q", "1"}, {"65536 blocks", "65535", "--batch"}},
          {{"--heads", "65536", "--len-q", "1"}, {"65536", "65535", "--heads"}},
      });
}

TEST_CASE("a stored type that the rung does not have is refused with those that it has") {
  check_refused("standard/01_three_pass", {{{"--dtype", "bf16"}, {"--dtype bf16", "f32"}}});
}

TEST_CASE("a problem with more rows than a kernel counts is refused") {
  check_refused("standard/01_three_pass",
                {{{"--batch", "60000", "--heads", "60000", "--len-q", "1", "--head-dim", "1"},
                  {"--batch", "--heads", "--len-q", "2147483647"}},
                 {{"--batch", "268435456", "--heads", "268435456"}, {"2^40"}}});
}

TEST_CASE("more memory than there is, is refused before anything is made") {
  // S and P of 10^6 queries and keys are 8 * 10^12 bytes; Q, K, V, O and LSE are 1.028 * 10^9; the
  // sum is 7451.5 times 2^30.
  check_refused("standard/01_three_pass",
                {{{"--len-q", "1000000"}, {"needs 7451.5 GiB", "this machine has", "--len-q"}}});
  check_refused("flash_fwd/01_tiled",
                {{{"--heads", "7", "--len-q", "268435456", "--head-dim", "256"},
                  {"needs", "GiB", "--len-q"}}});
}

TEST_CASE("the largest tile fits every GPU that ships") {
  // (64 + 2 * 32) * 256 + 32 floats are 131200 bytes; the least that a block may have is an A100's
  // 166912.
  for (const char* gpu : {"a100", "h100", "h200"}) {
    INFO(gpu);
    CHECK(attnlab({"run", "flash_fwd/01_tiled", "--gpu-model", gpu, "--tile-q", "64", "--head-dim",
                   "256", "--len-q", "8"})
              .status == 0);
  }
}

TEST_CASE("numbers are read as decimal, and the largest seed is a seed") {
  const Outcome outcome = attnlab({"run", "flash_fwd/01_tiled", "--heads", "010", "--len-q", "8",
                                   "--head-dim", "8", "--seed", "18446744073709551615", "--json"});
  REQUIRE(outcome.status == 0);
  const nlohmann::json problem = outcome.json().at("problem");
  CHECK(problem.at("heads") == 10);
  CHECK(problem.at("seed") == 18446744073709551615u);
}

}  // namespace
}  // namespace attnlab::tests
