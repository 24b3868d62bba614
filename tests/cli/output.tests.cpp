// SPDX-License-Identifier: MIT
// Where the output goes: a pipe, a terminal, a full disk, nowhere.
#include <catch2/catch_test_macros.hpp>
#include <csignal>

#include "tests/cli/program/process.h"
#include "tests/cli/program/small_log.h"

namespace attnlab::tests {
namespace {

// One call of every command that is quick, both ways.
std::vector<Arguments> quick_calls(const std::string& log) {
  const std::string rung = "flash_fwd/01_tiled";
  return {{},
          {"--help"},
          {"run", "--help"},
          {"list"},
          {"list", "--json"},
          {"doctor"},
          {"doctor", "--json"},
          {"run", rung, "--len-q", "8"},
          {"run", rung, "--len-q", "8", "--json"},
          {"log", log},
          {"log", log, "--json"}};
}

TEST_CASE("a refusal of another form is found") {
  CHECK(fault_of_refusal({.status = 2, .err = "attnlab: no\n"}) == "none");
  for (const Outcome& outcome : std::vector<Outcome>{
           {.status = 2, .out = "text\n", .err = "attnlab: no\n"},
           {.status = 2, .err = "attnlab: no\nand more\n"},
           {.status = 2, .err = "attnlab: no"},
           {.status = 2, .err = "error: no\n"},
           {.status = 2, .err = ""},
           {.status = -1, .signal = SIGABRT, .err = "attnlab: no\n"},
       }) {
    INFO(outcome.err);
    CHECK(fault_of_refusal(outcome) != "none");
  }
}

TEST_CASE("a pipe gets no colours and standard error stays empty") {
  const ScratchFolder folder;
  for (const Arguments& arguments : quick_calls(write_small_log(folder, "small.alog"))) {
    const Outcome outcome = attnlab(arguments);
    INFO(command_line(arguments));
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK_FALSE(outcome.out.empty());
    CHECK(outcome.out.back() == '\n');
    CHECK(outcome.out.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("a terminal gets colours, unless NO_COLOR is set") {
  CHECK(output_on_terminal({"doctor"}).find('\x1b') != std::string::npos);
  CHECK(output_on_terminal({"doctor"}, {"NO_COLOR=1"}).find('\x1b') == std::string::npos);
  CHECK(output_on_terminal({"list", "--json"}).find('\x1b') == std::string::npos);
}

TEST_CASE("a full disk under standard output is reported") {
  const ScratchFolder folder;
  for (const Arguments& arguments : quick_calls(write_small_log(folder, "small.alog"))) {
    const Outcome outcome = attnlab(arguments, {.out_path = "/dev/full"});
    INFO(command_line(arguments) << "\n" << outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(outcome.err.find("cannot write to standard output: No space left") != std::string::npos);
  }
}

TEST_CASE("a standard output that is closed is reported") {
  const ScratchFolder folder;
  for (const Arguments& arguments : quick_calls(write_small_log(folder, "small.alog"))) {
    const Outcome outcome = attnlab(arguments, {.out_closed = true});
    INFO(command_line(arguments) << "\n" << outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(outcome.err.find("cannot write to standard output") != std::string::npos);
  }
}

TEST_CASE("with standard output closed, what is printed does not land in the log") {
  const ScratchFolder folder;
  const std::string path = folder.file("run.alog");
  attnlab({"run", "flash_fwd/01_tiled", "--len-q", "8", "--log", path}, {.out_closed = true});
  CHECK(attnlab({"log", path}).status == 0);
}

TEST_CASE("a reader that has gone ends the program without a word") {
  const ScratchFolder folder;
  for (const Arguments& arguments : quick_calls(write_small_log(folder, "small.alog"))) {
    const Outcome outcome = attnlab(arguments, {.out_without_reader = true});
    INFO(command_line(arguments) << "\n" << outcome.err);
    CHECK(outcome.signal == SIGPIPE);
    CHECK(outcome.err.empty());
  }
}

TEST_CASE("a refusal keeps its status where no sentence can be written") {
  CHECK(attnlab({"list", "rung"}, {.err_path = "/dev/full"}).status == 2);
  CHECK(attnlab({"list", "rung"}, {.out_path = "/dev/full"}).status == 2);
  CHECK(attnlab({"list"}, {.err_path = "/dev/full"}).status == 0);
}

}  // namespace
}  // namespace attnlab::tests
