// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/parameter_names.h"

#include <algorithm>
#include <cctype>

namespace attnlab::cli {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The source with comments blanked out.
std::string without_comments(std::string text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '/' || (text[i + 1] != '/' && text[i + 1] != '*')) continue;
    const bool line = text[i + 1] == '/';
    const std::size_t close = text.find(line ? "\n" : "*/", i + 2);
    const std::size_t end = close == std::string::npos ? text.size() : close + (line ? 0 : 2);
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(i),
              text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  }
  return text;
}

std::size_t skip_spaces(const std::string& text, std::size_t at) {
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])) != 0) ++at;
  return at;
}

// Whether the declaration that `at` stands in began with __global__.
bool is_global(const std::string& text, std::size_t at) {
  const std::size_t mark = text.rfind("__global__", at);
  return mark != std::string::npos && text.find_first_of(";{}", mark) >= at;
}

// The last word of "const float* __restrict__ x" or of "int sizes[3] = …".
std::string last_word(const std::string& declaration) {
  std::size_t end = std::min(declaration.find_first_of("=["), declaration.size());
  while (end > 0 && !is_word(declaration[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_word(declaration[begin - 1])) --begin;
  return declaration.substr(begin, end - begin);
}

// The names in the list that opens at `open`; `close` becomes where it ends.
std::vector<std::string> names_in_list(const std::string& text, std::size_t open,
                                       std::size_t& close) {
  std::vector<std::string> names;
  std::string declaration;
  int depth = 0;
  for (close = open; close < text.size(); ++close) {
    const char c = text[close];
    if (c == '(' || c == '<' || c == '[') ++depth;
    if (c == ')' || c == '>' || c == ']') --depth;
    if (depth == 0 || (c == ',' && depth == 1)) {
      names.push_back(last_word(declaration));
      declaration.clear();
      if (depth == 0) break;
    } else if (close != open) {
      declaration += c;
    }
  }
  return names;
}

}  // namespace

std::vector<std::string> parameter_names(const std::string& source, const std::string& kernel,
                                         std::size_t count) {
  const std::string text = without_comments(source);
  std::vector<std::string> found;
  for (std::size_t at = text.find(kernel); at != std::string::npos && !kernel.empty();
       at = text.find(kernel, at + 1)) {
    const std::size_t open = skip_spaces(text, at + kernel.size());
    const bool whole_word = at > 0 && !is_word(text[at - 1]) && open < text.size();
    if (!whole_word || text[open] != '(' || !is_global(text, at)) continue;
    std::size_t close = 0;
    std::vector<std::string> names = names_in_list(text, open, close);
    const bool defines = close < text.size() && text.substr(skip_spaces(text, close + 1), 1) == "{";
    if (!defines || names.size() != count) continue;
    if (!found.empty() && found != names) return {};
    found = std::move(names);
  }
  const bool all_named = std::none_of(found.begin(), found.end(),
                                      [](const std::string& name) { return name.empty(); });
  return all_named ? found : std::vector<std::string>{};
}

}  // namespace attnlab::cli
