// SPDX-License-Identifier: MIT
#include "tests/kernels/ptx_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <sstream>

namespace attnlab::kernels::test {
namespace {

// The words of a line without its comment; compilers write a statement or a directive a line.
std::vector<std::string> words_of_line(const std::string& line) {
  std::string text = line.substr(0, line.find("//"));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '(' || c == ')' || c == ',' || c == ';'; },
      ' ');
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// The opcode of a line's statement, perhaps after a predicate (@%p1); "" where there is none.
std::string opcode_of(const std::vector<std::string>& words) {
  std::size_t first = 0;
  while (first < words.size() && (words[first][0] == '@' || words[first] == "{")) ++first;
  if (first == words.size()) return "";
  const std::string& word = words[first];
  const bool is_name = std::islower(static_cast<unsigned char>(word[0])) != 0;
  return is_name && word.back() != ':' ? word : "";
}

std::set<std::string> parts_of(const std::string& opcode) {
  std::set<std::string> parts;
  std::istringstream stream(opcode);
  for (std::string part; std::getline(stream, part, '.');) parts.insert(part);
  return parts;
}

template <std::size_t kCount>
bool has_any(const std::set<std::string>& parts, const std::array<const char*, kCount>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const char* part) { return parts.contains(part); });
}

bool is_floating(const std::set<std::string>& parts) {
  return has_any(parts, std::array{"f16", "f16x2", "bf16", "bf16x2", "f32", "f32x2", "f64"});
}

bool is_rounded(const std::set<std::string>& parts) {
  return has_any(parts, std::array{"rn", "rz", "rm", "rp"});
}

// Why an opcode's bits are not a property of the source; "" where they are.
std::string fault_of(const std::string& opcode) {
  const std::set<std::string> parts = parts_of(opcode);
  if (!is_floating(parts)) return "";
  if (parts.contains("ftz")) return "flushes subnormals";
  if (has_any(parts, std::array{"atom", "red"})) return "adds in no fixed order";
  const bool divides = has_any(parts, std::array{"div", "sqrt", "rcp"});
  if (divides && !is_rounded(parts)) return "is approximate";
  const bool fusible = has_any(parts, std::array{"add", "sub", "mul", "mad"});
  if (fusible && !is_rounded(parts)) return "has no rounding: ptxas may fuse it";
  return "";
}

}  // namespace

std::vector<PtxEntry> ptx_entries(std::string_view ptx) {
  std::vector<PtxEntry> entries;
  std::istringstream lines{std::string(ptx)};
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> words = words_of_line(line);
    if (words.empty()) continue;
    const auto entry = std::find(words.begin(), words.end(), ".entry");
    if (entry != words.end() && entry + 1 != words.end()) {
      entries.emplace_back();
      entries.back().name = entry[1];
    } else if (entries.empty()) {
      continue;
    } else if (words[0] == ".param") {
      entries.back().parameter_types.push_back(words.at(1).substr(1));
    } else if (words[0] == ".maxntid") {
      entries.back().max_threads = std::stoi(words.at(1));
    } else if (const std::string opcode = opcode_of(words); !opcode.empty()) {
      ++entries.back().opcodes[opcode];
    }
  }
  return entries;
}

std::vector<std::string> arithmetic_opcodes(const std::vector<PtxEntry>& entries) {
  std::set<std::string> opcodes;
  for (const PtxEntry& entry : entries) {
    for (const auto& [opcode, count] : entry.opcodes) {
      const std::set<std::string> parts = parts_of(opcode);
      constexpr std::array kMoves = {"mov",  "ld",  "st",   "setp", "set",
                                     "selp", "cvt", "shfl", "abs",  "neg"};
      if (is_floating(parts) && !has_any(parts, kMoves)) opcodes.insert(opcode);
    }
  }
  return {opcodes.begin(), opcodes.end()};
}

std::vector<std::string> ptx_faults(std::string_view ptx) {
  std::set<std::string> faults;
  std::istringstream lines{std::string(ptx)};
  for (std::string line; std::getline(lines, line);) {
    const std::string opcode = opcode_of(words_of_line(line));
    if (const std::string fault = fault_of(opcode); !fault.empty()) {
      faults.insert(fmt::format("{} {}", opcode, fault));
    }
  }
  return {faults.begin(), faults.end()};
}

}  // namespace attnlab::kernels::test
