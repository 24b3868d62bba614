// SPDX-License-Identifier: MIT
// What did the user mean? Unknown names are answered with the nearest known one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attnlab::problem {

// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (each part of
// the word edited once at most: the "optimal string alignment" distance). Case does not count.
int edit_distance(std::string_view a, std::string_view b);

// The candidate at the least edit distance, the first of equals; "" where there is no candidate.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

// One sentence: `--dtype "f61" is unknown; did you mean "f16"? Known: f32, f16, bf16`.
std::string unknown_name_message(std::string_view what, std::string_view word,
                                 const std::vector<std::string>& candidates);

}  // namespace attnlab::problem
