// SPDX-License-Identifier: MIT
// What other programs say of the files: bash of the scripts, clang-format of the sources.
#pragma once

#include "tests/repository/tree/tree.h"

namespace attnlab::repository {

// Files that are shell scripts, by their first line or the end of their name.
std::vector<std::string> shell_scripts(const Tree& tree);

// Scripts under `root` that bash cannot parse.
Faults script_faults(const std::filesystem::path& root, const std::vector<std::string>& scripts);

// "clang-format-14", or another name of a clang-format of that version; empty where there is none.
std::string clang_format_program();

// Sources under `root` that clang-format would change, in the style of `style_file`.
Faults format_faults(const std::filesystem::path& root, const std::vector<std::string>& sources,
                     const std::filesystem::path& style_file);

}  // namespace attnlab::repository
