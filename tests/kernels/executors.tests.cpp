// SPDX-License-Identifier: MIT
// The executor `model`: its answer, what it says about itself, and the event log it writes.
#include "kernels/executors.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "kernels/problem_json.h"
#include "kernels/source_lines.h"
#include "sim/trace/log/reader.h"
#include "sim/trace/summary.h"

using namespace attnlab;
using namespace attnlab::kernels;

namespace {

// A log's path that is removed at the end.
class TemporaryLog {
 public:
  explicit TemporaryLog(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("attnlab_kernels_{}_{}.alog", getpid(), name)) {}
  ~TemporaryLog() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryLog(const TemporaryLog&) = delete;
  TemporaryLog& operator=(const TemporaryLog&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<std::string> names_of(const model::TensorTable& table) {
  std::vector<std::string> names;
  for (const TensorSpec& spec : table) names.emplace_back(model::name_of(spec.tensor));
  return names;
}

// Four heads of 128 queries and keys, causal: what a slide shows; or as near as the rung comes.
Problem lecture_scene(const Rung& rung) {
  Problem problem;
  problem.heads = problem.kv_heads = 4;
  problem.len_q = std::min(problem.len_q, rung.model->can.max_len_q);
  problem.mask = problem::Mask::kCausal;
  if (!supports(rung, problem)) problem.mask = problem::Mask::kNone;
  return problem;
}

Execution execute(const Rung& rung, const Problem& problem, const std::string& log_path = {}) {
  return run_on_model(rung, problem, problem::make_inputs(problem), machine::gpu_spec("a100"),
                      log_path);
}

}  // namespace

TEST_CASE("the model says where it ran, and its digest is that of its outputs") {
  for (const Rung& rung : rungs()) {
    const Problem problem = lecture_scene(rung);
    const Execution execution = execute(rung, problem);
    CHECK(execution.executor == "model");
    CHECK(execution.where == "NVIDIA A100-SXM4-80GB, simulated");
    CHECK_FALSE(execution.outputs.empty());
    for (const TensorSpec& spec : rung.model->tensors(problem)) {
      if (!is_output(spec)) continue;
      CHECK(numbers_of(execution.outputs, spec.tensor).size() == std::size_t(spec.elements));
    }
    CHECK(execution.digest == digest_of(execution.outputs));
    CHECK(execution.counters == rung.model->cost(problem));
    CHECK(execution.cycles.value_or(0) > 0);
    CHECK(execution.note.empty());
  }
}

TEST_CASE("writing a log changes nothing of the answer") {
  for (const Rung& rung : rungs()) {
    const TemporaryLog log("same_answer");
    const Execution logged = execute(rung, lecture_scene(rung), log.path());
    const Execution alone = execute(rung, lecture_scene(rung));
    CHECK(logged.digest == alone.digest);
    CHECK(logged.counters == alone.counters);
    CHECK(logged.cycles == alone.cycles);
  }
}

TEST_CASE("the log of a lecture scene is whole, below 1 MB, and agrees with the counters") {
  for (const Rung& rung : rungs()) {
    const TemporaryLog file("lecture_scene");
    const Execution execution = execute(rung, lecture_scene(rung), file.path());
    const trace::EventLogReader log(file.path());
    CHECK(log.file_bytes() < 1'000'000);
    CHECK_NOTHROW(log.verify_all());

    const trace::LogSummary summary = trace::summarize(log);
    const machine::Counters& counters = *execution.counters;
    const trace::Traffic& global =
        summary.traffic_by_level[static_cast<std::size_t>(trace::MemoryLevel::kGlobal)];
    CHECK(global.read_bytes == counters.global.read_bytes);
    CHECK(global.written_bytes == counters.global.written_bytes);
    CHECK(summary.flops == counters.flops());
    CHECK(summary.blocks_finished == counters.blocks);
    CHECK(summary.cycles == execution.cycles);
    CHECK(summary.launches.size() == rung.launches(lecture_scene(rung)).size());
  }
}

TEST_CASE("a log's header names the rung, the problem, the GPU and the kernel's lines") {
  for (const Rung& rung : rungs()) {
    const TemporaryLog file("header");
    execute(rung, lecture_scene(rung), file.path());
    const trace::EventLogReader log(file.path());
    const trace::LogHeader& header = log.header();
    CHECK(header.rung == rung.name);
    CHECK(problem_from_json(nlohmann::ordered_json::parse(header.problem)) == lecture_scene(rung));
    CHECK(header.gpu.name == "NVIDIA A100-SXM4-80GB");
    CHECK(header.gpu.sm_count == 108);
    CHECK(header.tensors == names_of(rung.model->tensors(lecture_scene(rung))));
    const std::vector<int> lines = sentence_lines(rung);
    REQUIRE(header.sources.size() == lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CHECK(header.sources[i].file == rung.source_file());
      CHECK(header.sources[i].line == static_cast<std::uint32_t>(lines[i]));
    }
  }
}

TEST_CASE("a problem whose block fits no SM leaves no log behind") {
  const TemporaryLog file("refused");
  machine::GpuSpec small = machine::gpu_spec("a100");
  small.max_shared_bytes_per_block = 1000;
  const Rung& rung = find_rung("flash_fwd/01_tiled");
  const Problem problem = lecture_scene(rung);
  CHECK_THROWS_AS(
      run_on_model(rung, problem, problem::make_inputs(problem), small, file.path().string()),
      problem::BadInput);
  CHECK_FALSE(std::filesystem::exists(file.path()));
  CHECK_FALSE(std::filesystem::exists(file.path().string() + ".partial"));
}

TEST_CASE("a machine without a GPU says so in a sentence, and runs nothing on one") {
  if (gpu_missing_because().empty()) SKIP("this machine has a GPU");
  const Problem problem = lecture_scene(rungs().front());
  CHECK_THROWS(run_on_gpu(rungs().front(), problem, problem::make_inputs(problem)));
  CHECK_THROWS(gpu_identity());
}
