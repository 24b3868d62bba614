// SPDX-License-Identifier: MIT
// attnlab emulate: every planted fault is found, with kernel, line, block, thread and address.
#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <sstream>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

const std::string kFaults = ATTNLAB_SOURCE_DIR "/tests/cli/emulate/kernels/faults.cu";

// The lines that carry the fault's mark; a barrier that lanes miss has two sides.
std::vector<int> marked_lines(const std::string& name) {
  std::istringstream lines(read_file(kFaults));
  std::vector<int> marked;
  std::string text;
  for (int number = 1; std::getline(lines, text); ++number) {
    if (text.ends_with("// here: " + name)) marked.push_back(number);
  }
  if (marked.empty()) throw std::runtime_error("no mark for " + name);
  return marked;
}

struct Planted {
  std::string kernel;
  Arguments launch;
  std::string kind;
  std::vector<std::string> pieces;  // of the report
};

std::vector<Planted> planted_faults() {
  return {
      {"out_of_bounds",
       {"--grid", "4", "--block", "64", "--arg", "f32[200]", "--arg", "i32=200"},
       "out_of_bounds",
       {"block (3, 0, 0), thread (8, 0, 0)", "writes 4 bytes at out[200]", "out has 200 elements"}},
      {"before_begin",
       {"--grid", "1", "--block", "32", "--arg", "f32[32]=zeros", "--arg", "f32[32]"},
       "out_of_bounds",
       {"block (0, 0, 0), thread (0, 0, 0)", "reads 4 bytes at in[-3]"}},
      {"null_pointer",
       {"--grid", "1", "--block", "32", "--arg", "u64=0", "--arg", "f32[32]"},
       "null_pointer",
       {"thread (0, 0, 0)", "null pointer"}},
      {"misaligned",
       {"--grid", "1", "--block", "32", "--arg", "f32[32]"},
       "misaligned",
       {"thread (1, 0, 0)", "writes 4 bytes at address 0x", "2 bytes behind out[0]",
        "no multiple of 4"}},
      {"shared_overrun",
       {"--grid", "2", "--block", "48", "--arg", "f32[48]"},
       "out_of_bounds",
       {"block (0, 0, 0), thread (32, 0, 0)", "shared memory", "128 bytes"}},
      {"barrier_divergence",
       {"--grid", "1", "--block", "32", "--arg", "f32[32]"},
       "barrier_divergence",
       {"block (0, 0, 0)", "barrier"}},
      {"endless_loop",
       {"--grid", "1", "--block", "32", "--arg", "i32[2]=zeros", "--budget", "100000"},
       "budget",
       {"block (0, 0, 0)", "endless loop", "--budget"}},
      {"trapped",
       {"--grid", "1", "--block", "32", "--arg", "i32[32]=iota"},
       "trap",
       {"block (0, 0, 0), thread (5, 0, 0)"}},
      {"asserted",
       {"--grid", "2", "--block", "64", "--arg", "i32[64]=iota"},
       "assertion",
       {"block (0, 0, 0), thread (40, 0, 0)", "in[threadIdx.x] < 40"}},
  };
}

Arguments command_of(const Planted& fault, const std::string& compiler) {
  Arguments arguments = {"emulate", kFaults, "--kernel", fault.kernel, "--compiler", compiler};
  arguments.insert(arguments.end(), fault.launch.begin(), fault.launch.end());
  return arguments;
}

void check_report(const Planted& fault, const std::string& report) {
  INFO(report);
  bool names_line = false;
  for (int line : marked_lines(fault.kernel)) {
    const std::string place = fmt::format("{}:{}: {}: ", kFaults, line, fault.kernel);
    names_line |= report.rfind("attnlab: " + place, 0) == 0 || report.rfind(place, 0) == 0;
  }
  CHECK(names_line);
  // The source line itself, marked.
  CHECK(report.find("\n> ") != std::string::npos);
  CHECK(report.find("// here: " + fault.kernel) != std::string::npos);
  for (const std::string& piece : fault.pieces) {
    INFO(piece);
    CHECK(report.find(piece) != std::string::npos);
  }
}

void check_planted_faults(const std::string& compiler) {
  for (const Planted& fault : planted_faults()) {
    INFO(fault.kernel);
    const Outcome text = attnlab(command_of(fault, compiler));
    if (text.status == 3) SKIP("no " + compiler + " here");
    CHECK(text.status == 1);
    CHECK(text.out.empty());
    CHECK(text.err.rfind("attnlab: ", 0) == 0);
    check_report(fault, text.err);
  }
}

TEST_CASE("each planted fault ends the run with its place, by clang's PTX") {
  check_planted_faults("clang");
}

TEST_CASE("each planted fault ends the run with its place, by nvcc's PTX") {
  check_planted_faults("nvcc");
}

TEST_CASE("a fault as JSON has its parts") {
  const Planted fault = planted_faults().front();
  Arguments arguments = command_of(fault, "clang");
  arguments.push_back("--json");
  const Outcome outcome = attnlab(arguments);
  CHECK(outcome.status == 1);
  CHECK(outcome.err.empty());
  const json found = outcome.json().at("fault");
  CHECK(found.at("kind") == fault.kind);
  CHECK(found.at("file") == kFaults);
  CHECK(found.at("line") == marked_lines(fault.kernel).front());
  CHECK(found.at("block") == json::parse("[3, 0, 0]"));
  CHECK(found.at("thread") == json::parse("[8, 0, 0]"));
  CHECK(found.at("warp") == 0);
  CHECK(found.at("lane") == 8);
  check_report(fault, found.at("report"));
}

TEST_CASE("every planted fault has its own kind") {
  for (const Planted& fault : planted_faults()) {
    Arguments arguments = command_of(fault, "clang");
    arguments.push_back("--json");
    const Outcome outcome = attnlab(arguments);
    INFO(fault.kernel << outcome.err);
    CHECK(outcome.json().at("fault").at("kind") == fault.kind);
  }
}

TEST_CASE("a launch that stays within bounds passes: the check does not fire on clean input") {
  Planted clean = planted_faults().front();
  clean.launch.back() = "i32=199";
  CHECK(attnlab(command_of(clean, "clang")).status == 0);
}

TEST_CASE("a faulting run saves no argument, and its log shows what happened before") {
  const ScratchFolder folder;
  Arguments arguments = command_of(planted_faults().front(), "clang");
  arguments.insert(arguments.end(),
                   {"--out", "0=" + folder.file("out.bin"), "--log", folder.file("run.alog")});
  CHECK(attnlab(arguments).status == 1);
  CHECK(folder.names() == std::vector<std::string>{"run.alog"});
  const json log = attnlab({"log", folder.file("run.alog"), "--json"}).json();
  CHECK(log.at("blocks_finished") == 3);
}

}  // namespace
}  // namespace attnlab::tests
