// SPDX-License-Identifier: MIT
// attnlab COMMAND: the command line. Errors are one sentence on standard error.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "labs/cli/command.h"
#include "labs/cli/output/standard_streams.h"
#include "sim/machine/gpu_spec.h"
#include "sim/problem/nearest_name.h"
#include "sim/problem/problem.h"
#include "sim/ptx/emulator.h"
#include "sim/ptx/instructions/instruction_decoder.h"
#include "sim/ptx/syntax/parse.h"
#include "sim/trace/log_error.h"

namespace attnlab::cli {
namespace {

// One line, whatever the sentence quotes: a control character would break it or move the cursor.
int fail(int status, const std::string& sentence) {
  std::string line = "attnlab: " + sentence;
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = c == '\n' ? ' ' : '?';
  }
  std::fputs((line + "\n").c_str(), stderr);
  return status;
}

// The command that was chosen, or the program itself.
const CLI::App& chosen_command(const CLI::App& program) {
  const auto chosen = program.get_subcommands();
  return chosen.empty() ? program : *chosen.front();
}

std::string unknown_option_sentence(const CLI::App& command, const std::string& option) {
  std::vector<std::string> known;
  for (const CLI::Option* candidate : command.get_options()) {
    for (const std::string& name : candidate->get_lnames()) known.push_back("--" + name);
  }
  return problem::unknown_name_message("option", option, known);
}

std::string unknown_command_sentence(const CLI::App& program, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(command->get_name());
  }
  return problem::unknown_name_message("command", word, known);
}

// What the user may have meant by a word that nothing expects.
std::string unexpected_word_sentence(const CLI::App& program) {
  const CLI::App& command = chosen_command(program);
  const std::vector<std::string> before_command = program.remaining(/*recurse=*/false);
  const std::vector<std::string> words =
      before_command.empty() ? program.remaining(/*recurse=*/true) : before_command;
  const std::string word = words.empty() ? "" : words.front();
  if (!word.empty() && word.front() == '-') {
    const std::string option = word.substr(0, word.find('='));
    const bool misplaced = !before_command.empty() && &command != &program &&
                           command.get_option_no_throw(option) != nullptr;
    if (!misplaced) return unknown_option_sentence(command, option);
    return fmt::format("{} goes behind the command: attnlab {} {}", option, command.get_name(),
                       option);
  }
  if (!before_command.empty()) return unknown_command_sentence(program, word);
  return fmt::format("\"{}\" is more than `attnlab {}` takes; see attnlab {} --help", word,
                     command.get_name(), command.get_name());
}

// An option that has too few values or too many. The library's own text begins with its name.
std::string wrong_count_sentence(const CLI::App& command, const std::string& text) {
  std::string name = text.substr(0, text.find_first_of(": "));
  if (name.rfind("--", 0) != 0) name = "--" + name;
  const CLI::Option* option = command.get_option_no_throw(name);
  if (option == nullptr) return text;
  if (option->get_expected_max() == 0) return name + " takes no value";
  if (option->results().size() > 1) return name + " is given more than once";
  return name + " needs a value";
}

// The library's text: "RUNG is required".
std::string missing_word_sentence(const CLI::App& command, const std::string& text) {
  return fmt::format("{} needs {}; see attnlab {} --help", command.get_name(),
                     text.substr(0, text.find(' ')), command.get_name());
}

// A flag is there or not: `--causal=0` would be a riddle.
void refuse_values_of_flags(CLI::App& program) {
  for (CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
    for (CLI::Option* option : command->get_options()) {
      if (option->get_expected_max() == 0) option->disable_flag_override();
    }
  }
}

int run_program(int argc, char** argv) {
  CLI::App program{
      "attnlab: attention, runnable. One answer on a model, an emulator and a GPU, to the last "
      "bit."};
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
  add_emulate_command(program, work);
  add_log_command(program, work);
  add_verify_command(program, work);
  add_bench_command(program, work);
  add_doctor_command(program, work);
  refuse_values_of_flags(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App& command = chosen_command(program);
    fmt::print("{}", command.help(&command == &program ? "" : program.get_name()));
    return kDone;
  } catch (const CLI::ExtrasError&) {
    return fail(kBadInput, unexpected_word_sentence(program));
  } catch (const CLI::ArgumentMismatch& error) {
    return fail(kBadInput, wrong_count_sentence(chosen_command(program), error.what()));
  } catch (const CLI::RequiredError& error) {
    // A word that nothing expects is the likelier slip, so it is told first.
    if (!program.remaining(/*recurse=*/true).empty()) {
      return fail(kBadInput, unexpected_word_sentence(program));
    }
    return fail(kBadInput, missing_word_sentence(chosen_command(program), error.what()));
  } catch (const CLI::ParseError& error) {
    return fail(kBadInput, error.what());
  }
  if (!work) {
    fmt::print("{}", program.help());
    return kDone;
  }
  return work();
}

// run_program, with every exception as a sentence and a status.
int guarded_run(int argc, char** argv) {
  try {
    return run_program(argc, argv);
  } catch (const problem::BadInput& error) {
    return fail(kBadInput, error.what());
  } catch (const machine::SpecError& error) {
    return fail(kBadInput, error.what());
  } catch (const trace::LogError& error) {
    return fail(kBadInput, error.what());
  } catch (const ptx::SyntaxError& error) {
    return fail(kBadInput, error.what());
  } catch (const ptx::DecodeError& error) {
    return fail(kBadInput, error.what());
  } catch (const ptx::LaunchError& error) {
    return fail(kBadInput, error.what());
  } catch (const ptx::KernelFault& error) {
    return fail(kCheckFailed, error.what());
  } catch (const Missing& error) {
    return fail(kMissing, error.what());
  } catch (const std::bad_alloc&) {
    return fail(kBadInput,
                "the problem needs more memory than this machine gives; choose a smaller one");
  } catch (const std::system_error& error) {
    if (std::ferror(stdout) == 0) return fail(kCheckFailed, error.what());
    return fail(kBadInput, "cannot write to standard output: " + error.code().message());
  } catch (const std::exception& error) {
    return fail(kCheckFailed, fmt::format("unexpected failure: {}", error.what()));
  }
}

}  // namespace
}  // namespace attnlab::cli

int main(int argc, char** argv) {
  using namespace attnlab::cli;
  occupy_closed_streams();
  const int status = guarded_run(argc, argv);
  const std::string reason = flush_standard_output();
  if (reason.empty() || status == kBadInput || status == kMissing) return status;
  return fail(kBadInput, "cannot write to standard output: " + reason);
}
