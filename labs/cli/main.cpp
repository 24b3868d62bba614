// SPDX-License-Identifier: MIT
// attnlab COMMAND: the command line. Errors are one sentence on standard error.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>

#include "labs/cli/command.h"
#include "sim/machine/gpu_spec.h"
#include "sim/problem/nearest_name.h"
#include "sim/problem/problem.h"
#include "sim/trace/log_error.h"

namespace attnlab::cli {
namespace {

int fail(int status, const std::string& sentence) {
  fmt::print(stderr, "attnlab: {}\n", sentence);
  return status;
}

// The command that was chosen, or the program itself.
const CLI::App& chosen_command(const CLI::App& program) {
  const auto chosen = program.get_subcommands();
  return chosen.empty() ? program : *chosen.front();
}

// What the user may have meant by a word that nothing expects.
std::string unexpected_word_sentence(const CLI::App& program) {
  const CLI::App& command = chosen_command(program);
  const std::vector<std::string> words = program.remaining(/*recurse=*/true);
  const std::string word = words.empty() ? "" : words.front();
  std::vector<std::string> known;
  if (word.rfind("-", 0) == 0) {
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
    return problem::unknown_name_message("option", word.substr(0, word.find('=')), known);
  }
  if (&command != &program) {
    return fmt::format("\"{}\" is more than `attnlab {}` takes; see attnlab {} --help", word,
                       command.get_name(), command.get_name());
  }
  for (const CLI::App* subcommand : program.get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(subcommand->get_name());
  }
  return problem::unknown_name_message("command", word, known);
}

int run_program(int argc, char** argv) {
  CLI::App program{
      "attnlab: attention, runnable. One answer on a model, and on a GPU, to the last bit."};
  program.name("attnlab");
  program.require_subcommand(0, 1);
  program.fallthrough(false);
  program.set_help_flag("-h,--help", "Show this help");
  program.footer(
      "Exit status: 0 as asked, 1 a check failed, 2 bad usage or input, 3 something is missing.\n"
      "More: attnlab COMMAND --help");
  Work work;
  add_demo_command(program, work);
  add_list_command(program, work);
  add_run_command(program, work);
  add_log_command(program, work);
  add_verify_command(program, work);
  add_doctor_command(program, work);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", chosen_command(program).help());
    return kDone;
  } catch (const CLI::ExtrasError&) {
    return fail(kBadInput, unexpected_word_sentence(program));
  } catch (const CLI::ParseError& error) {
    return fail(kBadInput, error.what());
  }
  if (!work) {
    fmt::print("{}", program.help());
    return kDone;
  }
  return work();
}

}  // namespace
}  // namespace attnlab::cli

int main(int argc, char** argv) {
  using namespace attnlab;
  try {
    return cli::run_program(argc, argv);
  } catch (const problem::BadInput& error) {
    return cli::fail(cli::kBadInput, error.what());
  } catch (const machine::SpecError& error) {
    return cli::fail(cli::kBadInput, error.what());
  } catch (const trace::LogError& error) {
    return cli::fail(cli::kBadInput, error.what());
  } catch (const cli::Missing& error) {
    return cli::fail(cli::kMissing, error.what());
  } catch (const std::bad_alloc&) {
    return cli::fail(cli::kBadInput,
                     "the problem needs more memory than this machine gives; choose a smaller one");
  } catch (const std::exception& error) {
    return cli::fail(cli::kCheckFailed, fmt::format("unexpected failure: {}", error.what()));
  }
}
