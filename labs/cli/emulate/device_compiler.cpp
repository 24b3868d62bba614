// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/device_compiler.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "kit_files.h"
#include "labs/cli/command.h"
#include "sim/problem/nearest_name.h"
#include "sim/problem/problem.h"

namespace attnlab::cli {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

Words words_of(const std::string& text) {
  std::istringstream stream(text);
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// The program of one of these names on the PATH or in one of the folders; empty where there is none.
fs::path find_program(const Words& names, const Words& folders) {
  Words places;
  const char* path = std::getenv("PATH");
  std::istringstream stream(path != nullptr ? path : "");
  for (std::string place; std::getline(stream, place, ':');) places.push_back(place);
  places.insert(places.end(), folders.begin(), folders.end());
  for (const std::string& name : names) {
    for (const std::string& place : places) {
      const fs::path program = fs::path(place.empty() ? "." : place) / name;
      if (access(program.c_str(), X_OK) == 0 && fs::is_regular_file(program)) return program;
    }
  }
  return {};
}

fs::path find_clang() {
  return find_program({"clang++-19", "clang-19"}, {});
}

fs::path find_nvcc() {
  Words folders = {"/usr/local/cuda/bin"};
  if (const char* cuda = std::getenv("CUDA_PATH")) folders.push_back(std::string(cuda) + "/bin");
  return find_program({"nvcc"}, folders);
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Runs a program with standard output and error going to a file; whether it exited with 0.
bool run_program(const Words& words, const fs::path& said) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, said.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int error = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw Missing(fmt::format("{} cannot be run: {}", words.front(), std::strerror(error)));
  }
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

// The kit stands in for CUDA's headers where clang compiles. Its headers name each other from the
// root of the project.
Words kit_flags(const fs::path& folder) {
  for (const embed::EmbeddedFile& file : embed::kit_files()) {
    const fs::path path = folder / file.name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << file.bytes;
  }
  const fs::path kit = folder / "kernels/kit";
  return {"-include", (kit / "cuda_kit.h").string(), "-isystem", (kit / "include").string(),
          "-I" + folder.string()};
}

Words include_flags(const CompileRequest& request) {
  Words flags;
  for (const std::string& folder : request.includes) flags.push_back("-I" + folder);
  // In the project's own tree, its headers.
  for (const char* folder : {ATTNLAB_SOURCE_DIR, ATTNLAB_BINARY_DIR}) {
    if (fs::is_directory(folder)) flags.push_back(std::string("-I") + folder);
  }
  for (const std::string& define : request.defines) flags.push_back("-D" + define);
  return flags;
}

Words command_of(const CompileRequest& request, const fs::path& program, bool clang,
                 const fs::path& folder, const fs::path& output) {
  Words command = {program.string()};
  const auto add = [&command](const Words& words) {
    command.insert(command.end(), words.begin(), words.end());
  };
  if (clang) {
    add(words_of(ATTNLAB_CLANG_KERNEL_FLAGS));
    add(kit_flags(folder));
    add({"-S"});
  } else {
    add(words_of(ATTNLAB_NVCC_KERNEL_FLAGS));
    add({"-ptx", "-arch=compute_80"});
  }
  add(include_flags(request));
  add({request.file, "-o", output.string()});
  return command;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string path = (fs::temp_directory_path() / "attnlab_XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    throw problem::BadInput(
        fmt::format("cannot make a temporary folder, {}: {}", path, std::strerror(errno)));
  }
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

CompiledPtx compile_to_ptx(const CompileRequest& request, const TemporaryFolder& folder) {
  if (!request.compiler.empty() && request.compiler != "clang" && request.compiler != "nvcc") {
    throw problem::BadInput(
        problem::unknown_name_message("--compiler", request.compiler, {"clang", "nvcc"}));
  }
  const fs::path clang = request.compiler == "nvcc" ? fs::path() : find_clang();
  const fs::path nvcc = request.compiler == "clang" ? fs::path() : find_nvcc();
  if (clang.empty() && nvcc.empty()) {
    throw Missing(fmt::format(
        "compiling {} needs {}, and it is not here: install clang-19 (Debian: apt-get install "
        "clang-19) or the CUDA Toolkit, or give its PTX",
        request.file,
        request.compiler.empty() ? "clang-19 or nvcc"
                                 : (request.compiler == "clang" ? "clang-19" : "nvcc")));
  }
  const bool use_clang = !clang.empty();
  const fs::path output = folder.path() / "kernel.ptx";
  const fs::path said = folder.path() / "compiler.txt";
  if (!run_program(command_of(request, use_clang ? clang : nvcc, use_clang, folder.path(), output),
                   said)) {
    throw CompileFailed(text_of(said));
  }
  return {text_of(output), use_clang ? "clang" : "nvcc"};
}

}  // namespace attnlab::cli
