// SPDX-License-Identifier: MIT
#include "sim/problem/nearest_name.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace attnlab::problem {
namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  // Row i of the table holds the distances from a's first i letters to every prefix of b; a swap
  // looks two rows back.
  const std::size_t columns = b.size() + 1;
  std::vector<int> two_back(columns), last(columns), row(columns);
  for (std::size_t j = 0; j < columns; ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_back.swap(last);
    last.swap(row);
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j < columns; ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], two_back[j - 2] + 1);
    }
  }
  return row[columns - 1];
}

std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
  const auto nearest = std::min_element(candidates.begin(), candidates.end(),
                                        [word](const std::string& a, const std::string& b) {
                                          return edit_distance(word, a) < edit_distance(word, b);
                                        });
  return nearest == candidates.end() ? std::string{} : *nearest;
}

std::string unknown_name_message(std::string_view what, std::string_view word,
                                 const std::vector<std::string>& candidates) {
  if (candidates.empty()) return fmt::format("{} \"{}\" is unknown", what, word);
  return fmt::format("{} \"{}\" is unknown; did you mean \"{}\"? Known: {}", what, word,
                     nearest_name(word, candidates), fmt::join(candidates, ", "));
}

}  // namespace attnlab::problem
