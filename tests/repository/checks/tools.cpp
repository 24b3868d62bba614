// SPDX-License-Identifier: MIT
#include "tests/repository/checks/tools.h"

#include <regex>
#include <set>

#include "tests/repository/tree/process.h"

namespace attnlab::repository {

std::vector<std::string> shell_scripts(const Tree& tree) {
  static const std::regex shebang(R"(#!\s*(/usr)?/bin/(env\s+)?(ba|da)?sh\b.*)");
  std::vector<std::string> scripts;
  for (const auto& [path, text] : tree) {
    const std::vector<std::string_view> lines = lines_of(std::string_view(text).substr(0, 200));
    const std::string first = lines.empty() ? "" : std::string(lines.front());
    if (ends_with(path, ".sh") || ends_with(path, ".bash") || std::regex_match(first, shebang)) {
      scripts.push_back(path);
    }
  }
  return scripts;
}

Faults script_faults(const std::filesystem::path& root, const std::vector<std::string>& scripts) {
  Faults faults;
  for (const std::string& script : scripts) {
    const Finished bash = run_process({"bash", "-n", (root / script).string()});
    if (bash.status != 0) faults.push_back(script + ": " + bash.out);
  }
  return faults;
}

std::string clang_format_program() {
  for (const char* name : {"clang-format-14", "clang-format"}) {
    const Finished version = run_process({name, "--version"});
    if (version.status == 0 && version.out.find("version 14.") != std::string::npos) return name;
  }
  return {};
}

Faults format_faults(const std::filesystem::path& root, const std::vector<std::string>& sources,
                     const std::filesystem::path& style_file) {
  std::vector<std::string> words = {clang_format_program(), "--dry-run", "-Werror",
                                    "--style=file:" + style_file.string()};
  for (const std::string& source : sources) words.push_back((root / source).string());
  const Finished format = run_process(words);

  // It says "PATH:LINE:COLUMN: error: code should be clang-formatted" once a place; name a file
  // once.
  static const std::regex place("([^\n:]+):[0-9]+:[0-9]+: error: ");
  std::set<std::string> named;
  for (std::sregex_iterator it(format.out.begin(), format.out.end(), place), end; it != end; ++it) {
    named.insert(std::filesystem::path((*it)[1].str()).lexically_relative(root).generic_string());
  }
  Faults faults;
  for (const std::string& path : named) faults.push_back(path + ": clang-format would change it");
  if (format.status != 0 && faults.empty()) faults.push_back("clang-format: " + format.out);
  return faults;
}

}  // namespace attnlab::repository
