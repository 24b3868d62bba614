// SPDX-License-Identifier: MIT
// --help of every command.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <regex>
#include <sstream>

#include "tests/cli/program/process.h"

namespace attnlab::tests {
namespace {

struct Command {
  const char* name;
  std::vector<std::string> options;
};

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"demo", {"--out", "--json"}},
      {"list", {"--json"}},
      {"run",
       {"--batch", "--heads", "--kv-heads", "--len-q", "--len-kv", "--head-dim", "--dtype",
        "--causal", "--tile-q", "--tile-kv", "--dist", "--seed", "--on", "--gpu-model", "--log",
        "--compiler", "--jobs", "--json"}},
      {"emulate",
       {"--kernel", "--grid", "--block", "--shared", "--arg", "--out", "--jobs", "--budget",
        "--log", "--compiler", "--include", "--define", "--json"}},
      {"log", {"--perfetto", "--recover", "--json"}},
      {"verify", {"--rung", "--record", "--arithmetic", "--all", "--jobs", "--json"}},
      {"doctor", {"--json"}},
  };
  return all;
}

// The options that a help text lists: the first word of each line, if it is one.
std::vector<std::string> listed_options(const std::string& help) {
  std::vector<std::string> options;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line.compare(begin, 1, "-") != 0) continue;
    const std::size_t name = line.find("--", begin);
    if (name == std::string::npos) continue;
    options.push_back(line.substr(name, line.find_first_of(" ,", name) - name));
  }
  return options;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

TEST_CASE("the help of every command names all of its options, and exits 0") {
  for (const Command& command : commands()) {
    INFO(command.name);
    const Outcome outcome = attnlab({command.name, "--help"});
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    const std::vector<std::string> listed = listed_options(outcome.out);
    for (const std::string& option : command.options) {
      INFO(option);
      CHECK(contains(listed, option));
    }
    CHECK(outcome.out == attnlab({command.name, "-h"}).out);
  }
}

TEST_CASE("what an unknown option is answered with is what the help lists") {
  for (const Command& command : commands()) {
    const Outcome refused = attnlab({command.name, "--no-such-option"});
    INFO(refused.err);
    CHECK(refused.status == 2);
    const std::vector<std::string> listed = listed_options(attnlab({command.name, "--help"}).out);
    std::istringstream known(refused.err.substr(refused.err.find("Known: ") + 7));
    std::size_t count = 0;
    for (std::string option; known >> option; ++count) {
      if (option.back() == ',') option.pop_back();
      INFO(option);
      CHECK(contains(listed, option));
    }
    CHECK(count == listed.size());
  }
}

TEST_CASE("the program's help names every command") {
  const Outcome outcome = attnlab({"--help"});
  CHECK(outcome.status == 0);
  for (const Command& command : commands()) {
    INFO(command.name);
    CHECK(outcome.out.find(std::string("\n  ") + command.name + " ") != std::string::npos);
  }
}

TEST_CASE("the help shows how the command is called, and the defaults of the problem") {
  const std::string help = attnlab({"run", "--help"}).out;
  CHECK(help.find("Usage: attnlab run [OPTIONS] RUNG\n") != std::string::npos);
  // The library writes a default as N=128 or as N [128], by its version.
  for (const char* line :
       {"--len-q N(=| \\[)128", "--head-dim N(=| \\[)64", "--heads N(=| \\[)1\\b",
        "--seed N(=| \\[)1\\b", "--dist NAME(=| \\[)normal"}) {
    INFO(help);
    INFO(line);
    CHECK(std::regex_search(help, std::regex(line)));
  }
}

}  // namespace
}  // namespace attnlab::tests
