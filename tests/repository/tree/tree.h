// SPDX-License-Identifier: MIT
// The repository's files as text. A check reads a Tree and returns faults, so that a test can hand
// it the repository or a few made-up files.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace attnlab::repository {

using Tree = std::map<std::string, std::string>;  // path from the root, with '/': bytes

// One sentence each, beginning with "path: " or "path:line: ". Empty where all is well.
using Faults = std::vector<std::string>;

// The files under `root`: what git tracks or would add, or, without git, every file outside the
// folders that .gitignore names.
Tree read_tree(const std::filesystem::path& root);

// This repository, read once.
const Tree& this_repository();

bool begins_with(std::string_view text, std::string_view prefix);
bool ends_with(std::string_view text, std::string_view suffix);

// C++ and CUDA sources, by the end of the name.
bool is_source(std::string_view path);
bool is_header(std::string_view path);
bool is_device_source(std::string_view path);  // .cu, .cuh

// No byte 0 in it.
bool is_text(std::string_view bytes);

std::string_view folder_of(std::string_view path);  // "" for the root
std::string_view name_of(std::string_view path);

// The lines without their ends. A last line without an end counts.
std::vector<std::string_view> lines_of(std::string_view text);

// Faults one a line, for the messages of tests; "none" where there is none.
std::string listed(const Faults& faults);

}  // namespace attnlab::repository
