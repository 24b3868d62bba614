// SPDX-License-Identifier: MIT
#include "tests/repository/checks/includes.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>

namespace attnlab::repository {
namespace {

// Files whose path begins with `includer` may include what begins with one of `included`. The first
// row that fits a file counts; a row ends with '/' where it means a folder.
struct Direction {
  std::string_view includer;
  std::vector<std::string_view> included;
};

const std::vector<Direction>& directions() {
  static const std::vector<Direction> all = {
      {"sim/embed/", {"sim/embed/"}},
      {"sim/numerics/", {"sim/numerics/"}},
      {"sim/trace/", {"sim/trace/"}},
      {"sim/problem/", {"sim/problem/", "sim/numerics/"}},
      {"sim/oracle/", {"sim/oracle/", "sim/problem/", "sim/numerics/formats.h"}},
      {"sim/machine/", {"sim/machine/", "sim/trace/", "sim/embed/"}},
      {"sim/model/", {"sim/model/", "sim/numerics/", "sim/problem/", "sim/machine/", "sim/trace/"}},
      {"sim/ptx/", {"sim/ptx/", "sim/numerics/", "sim/machine/", "sim/trace/"}},
      {"sim/kvcache/",
       {"sim/kvcache/", "sim/numerics/", "sim/machine/", "sim/model/", "sim/trace/"}},
      // Device code, by its place or by its name (see is_device_code).
      {"kernels/common/", {"kernels/common/", "sim/numerics/"}},
      // A family's device code may share headers of its own; pages hold what decoding reads.
      {"kernels/standard/", {"kernels/standard/", "kernels/common/", "sim/numerics/"}},
      {"kernels/flash_fwd/", {"kernels/flash_fwd/", "kernels/common/", "sim/numerics/"}},
      {"kernels/flash_bwd/", {"kernels/flash_bwd/", "kernels/common/", "sim/numerics/"}},
      {"kernels/decode/", {"kernels/decode/", "kernels/common/", "sim/numerics/"}},
      {"kernels/paged/", {"kernels/paged/", "kernels/decode/", "kernels/common/", "sim/numerics/"}},
      {"kernels/probe/inputs.cu",
       {"kernels/common/", "sim/numerics/", "sim/problem/input_element.h"}},
      {"kernels/probe/arithmetic.cu",
       {"kernels/common/", "sim/numerics/", "kernels/probe/arithmetic_probe.h"}},
      {"kernels/kit/check/", {"kernels/kit/", "kernels/gpu/", "sim/embed/"}},
      {"kernels/kit/", {"kernels/kit/"}},
      {"kernels/", {"kernels/", "sim/"}},
      {"viz/model/", {"viz/model/", "sim/trace/", "sim/machine/", "sim/numerics/"}},
      {"viz/", {"viz/"}},
      {"labs/", {"labs/", "kernels/", "sim/"}},
      // The corpus is launched by heads that are written like the command line.
      {"tests/check/corpus.cpp", {"tests/", "sim/", "labs/cli/emulate/argument.h"}},
      {"tests/", {"tests/", "viz/", "kernels/", "sim/"}},
  };
  return all;
}

const Direction kDeviceCode = {"", {"kernels/common/", "sim/numerics/"}};

const Direction* direction_of(std::string_view path) {
  for (const Direction& direction : directions()) {
    if (!begins_with(path, direction.includer)) continue;
    const bool host_row = direction.includer == "kernels/";
    return host_row && is_device_source(path) ? &kDeviceCode : &direction;
  }
  return nullptr;
}

bool allows(const Direction& direction, const std::string& included) {
  return std::any_of(direction.included.begin(), direction.included.end(),
                     [&](std::string_view prefix) { return begins_with(included, prefix); });
}

bool is_cmake(std::string_view path) {
  return ends_with(path, "CMakeLists.txt") || ends_with(path, ".cmake");
}

// TABLE of every attnlab_embed(TARGET TABLE ...): its header is "TABLE.h".
std::set<std::string> embedded_headers(const Tree& tree) {
  static const std::regex embed(R"(attnlab_embed\(\s*\S+\s+(\w+))");
  std::set<std::string> headers;
  for (const auto& [path, text] : tree) {
    if (!is_cmake(path)) continue;
    for (std::sregex_iterator it(text.begin(), text.end(), embed), end; it != end; ++it) {
      headers.insert((*it)[1].str() + ".h");
    }
  }
  return headers;
}

// Whether the build makes that header: a CMake file names it by its path from the root.
bool is_made_by_build(const Tree& tree, const std::string& header) {
  return header.find('/') != std::string::npos &&
         std::any_of(tree.begin(), tree.end(), [&](const auto& file) {
           return is_cmake(file.first) && file.second.find(header) != std::string::npos;
         });
}

struct Include {
  std::size_t line;
  bool quoted;
  std::string name;
};

std::vector<Include> includes_of(const std::string& text) {
  static const std::regex include(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)re");
  std::vector<Include> includes;
  const std::vector<std::string_view> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::match_results<std::string_view::const_iterator> match;
    if (!std::regex_match(lines[i].begin(), lines[i].end(), match, include)) continue;
    includes.push_back({i + 1, match[1].str() == "\"", match[2].str()});
  }
  return includes;
}

}  // namespace

Faults include_faults(const Tree& tree) {
  Faults faults;
  const std::set<std::string> embedded = embedded_headers(tree);
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    const Direction* direction = direction_of(path);
    if (direction == nullptr) {
      faults.push_back(path + ": no rule says what files of this folder may include");
      continue;
    }
    for (const Include& include : includes_of(text)) {
      if (!include.quoted || embedded.count(include.name) > 0) continue;
      if (tree.count(include.name) == 0 && !is_made_by_build(tree, include.name)) {
        faults.push_back(fmt::format("{}:{}: \"{}\" is no file of the repository, from its root",
                                     path, include.line, include.name));
      } else if (!allows(*direction, include.name)) {
        faults.push_back(
            fmt::format("{}:{}: may not include \"{}\"", path, include.line, include.name));
      }
    }
  }
  return faults;
}

Faults cuda_header_faults(const Tree& tree) {
  static const std::regex cuda_header(
      R"((.*/)?(cuda(_\w+)?|device_\w+_declarations|device_launch_parameters|driver_types|nvrtc|nvml|)"
      R"(nvToolsExt|cublas\w*|cudnn\w*|curand\w*|cufft\w*|mma|vector_types|cooperative_groups)\.(h|hpp))"
      R"(|(cub|cuda|thrust|cute|cutlass|nv)/.*)");
  Faults faults;
  for (const auto& [path, text] : tree) {
    if (!is_source(path) || begins_with(path, "kernels/kit/") || begins_with(path, "tests/kit/")) {
      continue;
    }
    for (const Include& include : includes_of(text)) {
      if (tree.count(include.name) == 0 && std::regex_match(include.name, cuda_header)) {
        faults.push_back(
            fmt::format("{}:{}: includes CUDA's {}", path, include.line, include.name));
      }
    }
  }
  return faults;
}

}  // namespace attnlab::repository
