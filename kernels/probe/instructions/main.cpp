// SPDX-License-Identifier: MIT
// attnlab_conformance: instruction forms and random kernels on a GPU and on the emulator.
//
//   attnlab_conformance gpu --record FILE [--against-emulator]
//   attnlab_conformance emulator --check FILE
//   attnlab_conformance fuzz --gpu --first SEED --count N --record FILE [--against-emulator FOLDER]
//   attnlab_conformance fuzz --emulator --check FILE
//   attnlab_conformance merge --record FILE PART...
//   attnlab_conformance write-ptx FOLDER
//
// Exit status: 0 all equal, 1 something differs, 2 it could not be done.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "kernels/probe/instructions/conformance.h"
#include "kernels/probe/instructions/form_kernel.h"
#include "kernels/probe/instructions/fuzz/fuzz.h"

namespace attnlab::probe {
namespace {

struct Arguments {
  std::string record, check, folder;
  std::vector<std::string> parts;
  bool against_emulator = false;
  bool on_gpu = false;
  bool on_emulator = false;
  std::uint64_t first = 0;
  std::uint64_t count = 10000;
  unsigned int threads = 0;
};

void show(const std::string& what, int done, int total) {
  if (done % 10 == 0 || done == total) fmt::print(stderr, "{}: {} of {}\n", what, done, total);
}

int report(const std::vector<std::string>& sentences, std::size_t total, const char* what) {
  for (const std::string& sentence : sentences) fmt::print("{}\n", sentence);
  fmt::print("{} {}: {} differences\n", total, what, sentences.size());
  return sentences.empty() ? 0 : 1;
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw InstructionRecordError(fmt::format("{} could not be written", path.string()));
}

int run_forms_on_gpu(const Arguments& arguments) {
  const ConformanceResult result =
      run_instruction_conformance({arguments.record, arguments.against_emulator, show});
  std::vector<std::string> sentences;
  for (const FormDifference& difference : result.differences) {
    sentences.push_back(describe(difference));
  }
  return report(sentences, result.forms, "forms");
}

int run_forms_on_emulator(const Arguments& arguments) {
  const RecordedInstructions record = read_instructions(arguments.check);
  return report(check_emulator(record, all_forms(), show), all_forms().size(), "forms");
}

// The text of kernels that differ is written to the folder, of the first eight.
int fuzz_gpu(const Arguments& arguments) {
  const auto device = gpu::Device::open_first();
  std::vector<FuzzDifference> differences;
  const RecordedFuzz record =
      record_fuzz(*device, {arguments.first, arguments.count}, arguments.threads,
                  arguments.folder.empty() ? nullptr : &differences, show);
  write(record, arguments.record);
  std::vector<std::string> sentences;
  std::string texts;
  for (const FuzzDifference& difference : differences) {
    sentences.push_back(fmt::format("kernel {}: {}", difference.seed, difference.sentence));
    if (sentences.size() <= 8) texts += fuzz_module({difference.seed, 1});
  }
  if (!texts.empty()) {
    write_text(
        std::filesystem::path(arguments.folder) / fmt::format("fuzz_{}.ptx", arguments.first),
        texts);
  }
  fmt::print("{} of {} random kernels: the results depend on the assembler's optimisation:",
             record.assembler_decides.size(), arguments.count);
  for (const std::uint64_t seed : record.assembler_decides) fmt::print(" {}", seed);
  fmt::print("\n");
  return report(sentences, arguments.count, "random kernels");
}

int fuzz(const Arguments& arguments) {
  if (arguments.on_gpu == arguments.on_emulator) {
    throw InstructionRecordError("one of --gpu and --emulator says where the kernels run");
  }
  if (arguments.on_gpu ? arguments.record.empty() : arguments.check.empty()) {
    throw InstructionRecordError("--gpu needs --record FILE, --emulator needs --check FILE");
  }
  if (arguments.on_gpu) return fuzz_gpu(arguments);
  const RecordedFuzz record = read_fuzz(arguments.check);
  return report(check_fuzz(record, record.digests.size(), fuzz_on_emulator, show),
                record.digests.size() * record.kernels_per_digest, "random kernels");
}

int merge(const Arguments& arguments) {
  std::vector<RecordedFuzz> records;
  for (const std::string& part : arguments.parts) records.push_back(read_fuzz(part));
  write(merged(records), arguments.record);
  return 0;
}

int write_ptx(const Arguments& arguments) {
  const std::filesystem::path folder = arguments.folder;
  std::size_t number = 0;
  for (const std::span<const Form> forms : modules_of(all_forms())) {
    write_text(folder / fmt::format("forms_{}.ptx", number++), form_module(forms));
  }
  write_text(folder / "fuzz_0.ptx", fuzz_module({}));
  return 0;
}

void add_fuzz(CLI::App& app, Arguments& arguments) {
  CLI::App* random = app.add_subcommand("fuzz", "run random kernels");
  auto* on_gpu = random->add_flag("--gpu", arguments.on_gpu);
  random->add_flag("--emulator", arguments.on_emulator);
  random->add_option("--first", arguments.first);
  random->add_option("--count", arguments.count);
  random->add_option("--threads", arguments.threads);
  random->add_option("--record", arguments.record);
  random->add_option("--check", arguments.check);
  random->add_option("--against-emulator", arguments.folder)->needs(on_gpu);
}

int run(int argc, char** argv) {
  CLI::App app("Instruction forms and random kernels on a GPU and on the emulator");
  app.require_subcommand(1);
  Arguments arguments;
  CLI::App* gpu = app.add_subcommand("gpu", "run all forms on the GPU and record them");
  gpu->add_option("--record", arguments.record)->required();
  gpu->add_flag("--against-emulator", arguments.against_emulator);
  CLI::App* emulator = app.add_subcommand("emulator", "hold the emulator to a record of forms");
  emulator->add_option("--check", arguments.check)->required();
  add_fuzz(app, arguments);
  CLI::App* merging = app.add_subcommand("merge", "make one record of random kernels of several");
  merging->add_option("--record", arguments.record)->required();
  merging->add_option("parts", arguments.parts)->required();
  CLI::App* writing = app.add_subcommand("write-ptx", "write the modules to a folder");
  writing->add_option("folder", arguments.folder)->required();
  CLI11_PARSE(app, argc, argv);
  if (gpu->parsed()) return run_forms_on_gpu(arguments);
  if (emulator->parsed()) return run_forms_on_emulator(arguments);
  if (merging->parsed()) return merge(arguments);
  if (writing->parsed()) return write_ptx(arguments);
  return fuzz(arguments);
}

}  // namespace
}  // namespace attnlab::probe

int main(int argc, char** argv) {
  try {
    return attnlab::probe::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
