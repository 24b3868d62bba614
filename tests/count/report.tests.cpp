// SPDX-License-Identifier: MIT
// What `attnlab emulate --count` prints, and the tables that are made of it.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <sstream>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

const std::string kFolder = ATTNLAB_SOURCE_DIR "/tests/count/nsight/";

Arguments misaligned(const Arguments& more) {
  Arguments arguments = {"emulate",  kFolder + "global.cu",
                         "--kernel", "misaligned",
                         "--grid",   "4",
                         "--block",  "128",
                         "--arg",    "f32[513]=iota",
                         "--arg",    "f32[513]=zeros",
                         "--count"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool any_with(const std::vector<std::string>& lines, const std::vector<std::string>& words) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      return line.find(word) != std::string::npos;
    });
  });
}

// Standard output of a command that must succeed.
std::string output_of(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  char part[4096];
  while (const std::size_t bytes = std::fread(part, 1, sizeof(part), pipe))
    text.append(part, bytes);
  CHECK(pclose(pipe) == 0);
  return text;
}

}  // namespace

// 16 warps load and store 128 bytes each from one float on: 5 sectors a request.
TEST_CASE(
    "emulate --count prints totals with Nsight Compute's names, and the source with its counts") {
  const Outcome outcome = attnlab(misaligned({}));
  INFO(outcome.err << outcome.out);
  CHECK(outcome.status == 0);
  const std::vector<std::string> lines = lines_of(outcome.out);
  CHECK(any_with(
      lines, {"global_load_sectors ", " 80  ", "l1tex__t_sectors_pipe_lsu_mem_global_op_ld.sum"}));
  CHECK(any_with(lines, {"global_store_sectors_per_request", " 5.00 "}));
  CHECK(any_with(lines, {" 32 ", " 5.00 |", "|   out[i + 1] = in[i + 1];"}));
  CHECK(!any_with(lines, {"shared_load"}));
  CHECK(std::any_of(lines.begin(), lines.end(),
                    [](const std::string& line) { return line.find("source") != line.npos; }));
}

TEST_CASE("the listing is no wider than 120 columns") {
  const std::vector<std::string> lines = lines_of(attnlab(misaligned({})).out);
  bool counts = false;
  for (const std::string& line : lines) {
    counts |= line.rfind("counts, ", 0) == 0;
    INFO(line);
    if (counts && line.find('/') != 0) CHECK(line.size() <= 120);
  }
  CHECK(counts);
}

TEST_CASE("emulate --count --json has totals, classes, Nsight Compute's names and lines") {
  const json report = attnlab(misaligned({"--json"})).json();
  const json& counts = report.at("counts");
  CHECK(counts.at("blocks") == 4);
  CHECK(counts.at("warps") == 16);
  CHECK(counts.at("total").at("global_load_requests") == 16);
  CHECK(counts.at("total").at("global_load_sectors") == 80);
  CHECK(counts.at("total").at("shared_load_requests") == 0);
  CHECK(counts.at("total").at("average_lanes") == 32.0);
  CHECK(counts.at("nsight").at("l1tex__t_sectors_pipe_lsu_mem_global_op_st.sum") == 80);
  CHECK(counts.at("classes").at("load global").at("warp_instructions") == 16);
  std::uint64_t instructions = 0;
  bool found = false;
  for (const json& line : counts.at("lines")) {
    instructions += line.at("warp_instructions").get<std::uint64_t>();
    if (line.at("text") != "  out[i + 1] = in[i + 1];") continue;
    found = true;
    CHECK(line.at("global_load_sectors") == 80);
    CHECK(!line.contains("shared_load_requests"));
  }
  CHECK(found);
  CHECK(instructions == counts.at("total").at("warp_instructions"));
  CHECK(!attnlab(misaligned({"--json", "--check", "none"})).json().contains("findings"));
}

TEST_CASE("counts are not changed by the checkers, a shuffled order or the number of cores") {
  const auto counts = [](const Arguments& more) {
    Arguments arguments = misaligned({"--json"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return attnlab(arguments).json().at("counts").at("total");
  };
  const json plain = counts({});
  CHECK(counts({"--check", "none"}) == plain);
  CHECK(counts({"--seed", "7"}) == plain);
  CHECK(counts({"-j", "3"}) == plain);
}

TEST_CASE("without --count nothing is counted") {
  Arguments arguments = misaligned({"--json"});
  arguments.erase(std::find(arguments.begin(), arguments.end(), "--count"));
  CHECK(!attnlab(arguments).json().contains("counts"));
}

#ifdef ATTNLAB_NSIGHT_IMAGES
TEST_CASE("a profile becomes CSV, and a table beside the emulator's counts") {
  const ScratchFolder folder;
  const std::string csv = output_of(kFolder + "compare.bash runner " + kFolder + "fake_ncu.bash " +
                                    ATTNLAB_NSIGHT_IMAGES);
  const std::vector<std::string> lines = lines_of(csv);
  // A header; two metrics, which the fake knows, of each kernel.
  REQUIRE(lines.size() > 24);
  CHECK(lines.size() % 2 == 1);
  CHECK(lines[0] == "kernel,metric,value");
  CHECK(any_with(lines, {"misaligned,smsp__inst_executed.sum,1024"}));
  write_file(folder.file("nsight.csv"), csv);
  const std::vector<std::string> table =
      lines_of(output_of(kFolder + "table.bash " + ATTNLAB_PROGRAM + " " + ATTNLAB_NSIGHT_IMAGES +
                         " " + folder.file("nsight.csv")));
  CHECK(any_with(table, {"| misaligned | sm__ctas_launched.sum | 4 | 1024 |  |"}));
  CHECK(any_with(table, {"0 of " + std::to_string(lines.size() - 1) + " equal."}));
  // As if the GPU had counted four blocks.
  write_file(folder.file("nsight.csv"),
             "kernel,metric,value\nmisaligned,sm__ctas_launched.sum,4\n");
  const std::vector<std::string> equal =
      lines_of(output_of(kFolder + "table.bash " + ATTNLAB_PROGRAM + " " + ATTNLAB_NSIGHT_IMAGES +
                         " " + folder.file("nsight.csv")));
  CHECK(any_with(equal, {"| misaligned | sm__ctas_launched.sum | 4 | 4 | equal |"}));
  CHECK(any_with(equal, {"1 of 1 equal."}));
}
#endif

}  // namespace attnlab::tests
