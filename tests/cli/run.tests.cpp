// SPDX-License-Identifier: MIT
// attnlab run: bits, error and counters.
#include <catch2/catch_test_macros.hpp>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

// The example of the README.
const Arguments kExample = {"run",        "flash_fwd/01_tiled",
                            "--len-q",    "1000",
                            "--len-kv",   "777",
                            "--head-dim", "64",
                            "--heads",    "6",
                            "--kv-heads", "2",
                            "--causal"};

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// The digest that the repository's recording holds for a problem, straight from its file.
std::string digest_on_file(const std::string& rung, const json& problem) {
  const json recording = json::parse(read_file(ATTNLAB_SOURCE_DIR "/kernels/recorded/h200.json"));
  for (const json& row : recording.at("rungs").at(rung)) {
    if (row.at("problem") == problem) return row.at("digest");
  }
  return "not recorded";
}

TEST_CASE("the README's example equals what an H200 recorded, to the last bit") {
  const Outcome outcome = attnlab(with(kExample, {"--json"}));
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const json report = outcome.json();
  CHECK(report.at("rung") == "flash_fwd/01_tiled");
  CHECK(report.at("problem") == json::parse(R"({"batch": 1, "heads": 6, "kv_heads": 2,
    "len_q": 1000, "len_kv": 777, "head_dim": 64, "dtype": "f32", "mask": "causal",
    "dist": "normal", "seed": 1})"));
  CHECK(report.at("bits_equal") == true);
  const json& recorded = report.at("recorded");
  CHECK(recorded.at("bits_equal") == true);
  CHECK(recorded.at("gpu") == "NVIDIA H200");
  CHECK(recorded.at("digest") == digest_on_file("flash_fwd/01_tiled", report.at("problem")));
  for (const auto& [name, execution] : report.at("executors").items()) {
    INFO(name);
    CHECK(execution.at("digest") == recorded.at("digest"));
    CHECK(execution.at("bits_equal") == true);
    CHECK(execution.at("seconds").get<double>() > 0);
  }
  CHECK(report.at("executors").at("model").at("counters").at("blocks") == 6 * 32);

  // A hundredfold of fp32's rounding unit is far below 1e-5 for outputs of size 1.
  CHECK(report.at("oracle").at("max_abs_error").get<double>() < 1e-5);
  CHECK(report.at("oracle").at("rel_l2_error").get<double>() < 1e-5);
  CHECK(report.at("oracle").at("rel_l2_error").get<double>() > 0);
  CHECK(report.at("oracle").at("mismatches") == 0);
}

TEST_CASE("the text of a run holds the digest twice and says equal") {
  const Outcome outcome = attnlab(kExample);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const std::string digest = attnlab(with(kExample, {"--json"})).json().at("recorded").at("digest");
  const std::size_t first = outcome.out.find(digest);
  REQUIRE(first != std::string::npos);
  CHECK(outcome.out.find(digest, first + 1) != std::string::npos);
  CHECK(outcome.out.find("bits      equal") != std::string::npos);
  CHECK(outcome.out.find("b1 h6/2 q1000 kv777 d64 f32 causal normal seed 1") != std::string::npos);
}

TEST_CASE("a problem that nothing was recorded for says so, and claims nothing") {
  const Arguments problem = {
      "run", "standard/01_three_pass", "--len-q", "19", "--seed", "4711", "--on", "model"};
  const Outcome text = attnlab(problem);
  CHECK(text.status == 0);
  CHECK(text.out.find("nothing to compare with") != std::string::npos);
  const json report = attnlab(with(problem, {"--json"})).json();
  CHECK(report.at("bits_equal").is_null());
  CHECK_FALSE(report.contains("recorded"));
}

TEST_CASE("the counters of flash attention on 2 queries and 3 keys are those done by hand") {
  // One block. Q is 2 rows of 4 floats, 32 bytes; K and V are 3 rows, 48 bytes each, in two
  // sectors of 32; O is 32 bytes; LSE is 8, in one sector.
  const json counters = attnlab({"run", "flash_fwd/01_tiled", "--len-q", "2", "--len-kv", "3",
                                 "--head-dim", "4", "--json"})
                            .json()
                            .at("executors")
                            .at("model")
                            .at("counters");
  CHECK(counters.at("blocks") == 1);
  CHECK(counters.at("global").at("read_bytes") == 32 + 48 + 48);
  CHECK(counters.at("global").at("written_bytes") == 32 + 8);
  CHECK(counters.at("device").at("read_bytes") == 32 + 64 + 64);
  CHECK(counters.at("device").at("written_bytes") == 32 + 32);
  const json& k = counters.at("by_tensor").at("K");
  CHECK(k.at("global").at("read_bytes") == 48);
  CHECK(k.at("device").at("read_bytes") == 64);
  CHECK(counters.at("by_tensor").at("LSE").at("device").at("written_bytes") == 32);

  // Shared memory: tiles of 32 rows are written whole. For S each of 4 warps reads the 32 keys and
  // the tile's 32 query rows, for every d; for P V each of the 2 * 3 visible pairs reads a row of
  // V.
  CHECK(counters.at("shared").at("written_bytes") == (32 + 32 + 32) * 4 * 4);
  CHECK(counters.at("shared").at("read_bytes") == ((4 + 32) * 32 * 4 + 2 * 3 * 4) * 4);

  // Fused: the tile of S, the new sum l in 32 lanes a row, P V. Other: for each score a scaling,
  // two subtractions and 5 butterfly sums, then O rescaled; at the end 32 divisions, O and LSE.
  // Special: two exponentials a score, a logarithm a row.
  const int fma = 32 * 32 * 4 + 2 * 32 + 2 * 3 * 4;
  const int add_mul = 2 * (32 * 8 + 4) + 2 * (32 + 4 + 2);
  const int mufu = 2 * 32 * 2 + 2;
  CHECK(counters.at("fma") == fma);
  CHECK(counters.at("add_mul") == add_mul);
  CHECK(counters.at("mufu") == mufu);
  CHECK(counters.at("flops") == 2 * fma + add_mul + mufu);
}

// Everything that is measured, and so may differ between two runs.
json without_seconds(json report) {
  for (auto& [name, execution] : report.at("executors").items()) execution.erase("seconds");
  return report;
}

TEST_CASE("two runs print the same, save the seconds") {
  const Arguments problem = {"run",         "standard/01_three_pass",
                             "--heads",     "4",
                             "--kv-heads",  "2",
                             "--len-q",     "70",
                             "--len-kv",    "90",
                             "--causal",    "--dist",
                             "adversarial", "--json",
                             "--seed"};
  const json first = attnlab(with(problem, {"7"})).json();
  CHECK(without_seconds(first) == without_seconds(attnlab(with(problem, {"7"})).json()));

  // Another seed is another answer.
  CHECK(attnlab(with(problem, {"8"})).json().at("executors").at("model").at("digest") !=
        first.at("executors").at("model").at("digest"));
}

TEST_CASE("infinities and NaNs in the inputs still give one JSON document") {
  for (const char* seed : {"1", "2", "3", "4", "5"}) {
    const Outcome outcome = attnlab({"run", "flash_fwd/01_tiled", "--len-q", "64", "--heads", "8",
                                     "--dist", "adversarial", "--seed", seed, "--json"});
    INFO(seed << outcome.out);
    CHECK(outcome.status == 0);
    CHECK(outcome.json().at("oracle").at("mismatches") == 0);
  }
}

TEST_CASE("no key at all is a problem with an answer") {
  const json report =
      attnlab({"run", "flash_fwd/01_tiled", "--len-q", "33", "--len-kv", "0", "--json"}).json();
  CHECK(report.at("oracle").at("max_abs_error") == 0);
  CHECK(report.at("oracle").at("mismatches") == 0);
}

TEST_CASE("the simulated GPU changes the time and never the bits") {
  const Arguments problem = {
      "run",    "flash_fwd/01_tiled", "--len-q", "300", "--heads", "8", "--on", "model",
      "--json", "--gpu-model"};
  const json a100 = attnlab(with(problem, {"a100"})).json().at("executors").at("model");
  const json h200 = attnlab(with(problem, {"h200"})).json().at("executors").at("model");
  CHECK(a100.at("digest") == h200.at("digest"));
  CHECK(a100.at("counters") == h200.at("counters"));
  CHECK(a100.at("where") != h200.at("where"));
  CHECK(a100.at("simulated_cycles") != h200.at("simulated_cycles"));
}

TEST_CASE(
    "the emulator gives the model's bits, by each compiler's PTX and on any number of cores") {
  const Arguments problem = {"run",     "standard/01_three_pass",
                             "--len-q", "45",
                             "--heads", "4",
                             "--dist",  "adversarial",
                             "--json",  "--on"};
  const json model = attnlab(with(problem, {"model"})).json().at("executors").at("model");
  for (const Arguments& more : {Arguments{"emulator"}, Arguments{"emulator", "-j", "1"},
                                Arguments{"emulator", "--compiler", "clang", "--jobs", "3"},
                                Arguments{"emulator", "--compiler", "nvcc"}}) {
    const Outcome outcome = attnlab(with(problem, more));
    INFO(command_line(more) << outcome.err);
    if (outcome.status == 3) continue;  // built without that compiler
    REQUIRE(outcome.status == 0);
    const json executors = outcome.json().at("executors");
    CHECK(executors.size() == 1);
    CHECK(executors.at("emulator").at("digest") == model.at("digest"));
    CHECK(executors.at("emulator").at("where").get<std::string>().rfind("PTX of ", 0) == 0);
    CHECK_FALSE(executors.at("emulator").contains("note"));
  }
}

TEST_CASE("without --on, model and emulator run, and their bits are compared") {
  const json report =
      attnlab({"run", "flash_fwd/01_tiled", "--len-q", "19", "--seed", "4711", "--json"}).json();
  CHECK(report.at("executors").contains("model"));
  CHECK(report.at("executors").contains("emulator"));
  CHECK(report.at("bits_equal") == true);
}

TEST_CASE("options of the emulator are refused where it does not run, and unknown compilers too") {
  for (const Arguments& more :
       {Arguments{"--on", "model", "--compiler", "clang"}, Arguments{"--on", "model", "-j", "2"},
        Arguments{"--compiler", "clagn"}, Arguments{"--jobs", "0"}, Arguments{"-j", "many"}}) {
    const Outcome outcome = attnlab(with({"run", "flash_fwd/01_tiled"}, more));
    INFO(command_line(more) << outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
  }
}

TEST_CASE("without a GPU, --on gpu says why and exits 3") {
  if (gpu_is_here()) SKIP("a GPU is here");
  for (const char* executors : {"gpu", "model,gpu"}) {
    const ScratchFolder folder;
    const Outcome outcome =
        attnlab({"run", "flash_fwd/01_tiled", "--on", executors, "--log", folder.file("log.alog")});
    INFO(outcome.err);
    CHECK(outcome.status == 3);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(outcome.err.rfind("attnlab: --on gpu: no ", 0) == 0);
    CHECK(folder.names().empty());
  }
}

}  // namespace
}  // namespace attnlab::tests
