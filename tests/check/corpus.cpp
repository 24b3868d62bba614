// SPDX-License-Identifier: MIT
#include "tests/check/corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "labs/cli/emulate/argument.h"
#include "sim/ptx/check/checker.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab::tests {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path.string() + " could not be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

CorpusKernel read_kernel(const fs::path& path, const std::string& set) {
  CorpusKernel kernel;
  kernel.file = path;
  kernel.set = set;
  kernel.class_name = path.parent_path().filename();
  kernel.name = path.stem();
  std::istringstream lines(text_of(path));
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto value_of = [&](const std::string& key) {
      return line.starts_with("// " + key + ": ") ? line.substr(key.size() + 5) : std::string();
    };
    if (!value_of("emulate").empty()) kernel.launch = value_of("emulate");
    if (!value_of("finding").empty()) kernel.finding = value_of("finding");
    if (!value_of("seed").empty()) kernel.needs_seed = true;
    const std::size_t comment = line.find("// (");
    if (comment != std::string::npos) kernel.lines.insert(number);
  }
  if (kernel.launch.empty() || kernel.finding.empty() != (set == "clean")) {
    throw std::runtime_error(path.string() + " has no head of the corpus");
  }
  return kernel;
}

std::array<std::uint32_t, 3> extent_of(std::string text) {
  std::array<std::uint32_t, 3> extent = {1, 1, 1};
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream numbers(text);
  for (std::uint32_t& one : extent) {
    if (!(numbers >> one)) one = 1;
  }
  return extent;
}

struct Launch {
  ptx::LaunchShape shape;
  std::vector<std::string> arguments;
};

Launch parse_launch(const std::string& options) {
  Launch launch;
  std::istringstream words(options);
  for (std::string option, value; words >> option >> value;) {
    if (option == "--grid") {
      launch.shape.grid = extent_of(value);
    } else if (option == "--block") {
      launch.shape.block = extent_of(value);
    } else if (option == "--shared") {
      launch.shape.dynamic_shared_bytes = static_cast<std::uint32_t>(std::stoul(value));
    } else if (option == "--arg") {
      launch.arguments.push_back(value);
    } else {
      throw std::runtime_error("the corpus has no option " + option);
    }
  }
  return launch;
}

const ptx::Module& module_of(const CorpusKernel& kernel, const std::string& compiler) {
  static std::map<std::string, ptx::Module> modules;
  const std::string name = fmt::format("{}_{}.{}.ptx", kernel.set, kernel.class_name, compiler);
  const auto [place, is_new] = modules.try_emplace(name);
  if (is_new) {
    place->second = ptx::parse(text_of(fs::path(ATTNLAB_CORPUS_PTX_FOLDER) / name), name);
  }
  return place->second;
}

std::string list_of(const std::vector<ptx::Finding>& findings) {
  std::string text;
  for (const ptx::Finding& finding : findings) {
    text += fmt::format("{} at line {}", name_of(finding.kind), finding.access.line);
    if (finding.earlier) text += fmt::format(" and {}", finding.earlier->line);
    text += "; ";
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace

std::vector<CorpusKernel> corpus() {
  std::vector<CorpusKernel> kernels;
  for (const char* set : {"planted", "clean"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(ATTNLAB_CORPUS_FOLDER) / set)) {
      if (entry.path().extension() == ".cu") kernels.push_back(read_kernel(entry.path(), set));
    }
  }
  std::sort(kernels.begin(), kernels.end(),
            [](const CorpusKernel& a, const CorpusKernel& b) { return a.file < b.file; });
  return kernels;
}

CorpusResult run(const CorpusKernel& kernel, const std::string& compiler, std::uint64_t seed) {
  const Launch launch = parse_launch(kernel.launch);
  ptx::DeviceMemory memory;
  std::vector<cli::Argument> arguments =
      cli::parse_arguments(launch.arguments, std::int64_t{1} << 30);
  cli::place_arguments(arguments, memory);
  ptx::BuildOptions build;
  build.observe = ptx::Checker::needs({});
  const ptx::Program program = ptx::build(module_of(kernel, compiler), kernel.name, memory, build);
  ptx::Checker checker(program, memory, launch.shape);
  ptx::LaunchOptions options;
  options.observer = &checker;
  options.order_seed = seed;
  options.budget_per_block = 20'000'000;
  CorpusResult result;
  try {
    const auto bytes = cli::launch_bytes(arguments);
    ptx::launch(program, launch.shape, ptx::pack_arguments(program, bytes), memory, options);
  } catch (const ptx::KernelFault& fault) {
    result.fault = fault;
  }
  result.findings = checker.findings();
  return result;
}

std::string judged(const CorpusKernel& kernel, const CorpusResult& result) {
  if (result.fault) {
    const bool meant = kernel.finding == "sync-barrier" && result.findings.empty() &&
                       (result.fault->kind == ptx::FaultKind::kBarrierDivergence ||
                        result.fault->kind == ptx::FaultKind::kDeadlock);
    return meant && kernel.lines.count(result.fault->place.line) == 1
               ? ""
               : std::string("ends in a fault: ") + result.fault->what();
  }
  if (kernel.finding.empty()) {
    return result.findings.empty() ? "" : "is right, but has " + list_of(result.findings);
  }
  bool at_the_lines = false;
  for (const ptx::Finding& finding : result.findings) {
    std::set<int> lines = {finding.access.line};
    if (finding.earlier) lines.insert(finding.earlier->line);
    if (name_of(finding.kind) != kernel.finding) {
      return fmt::format("has {}, but of it was found {}", kernel.finding,
                         list_of(result.findings));
    }
    at_the_lines |= lines == kernel.lines;
  }
  return at_the_lines
             ? ""
             : fmt::format("has {}; found was {}", kernel.finding, list_of(result.findings));
}

}  // namespace attnlab::tests
