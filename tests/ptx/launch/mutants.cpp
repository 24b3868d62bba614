// SPDX-License-Identifier: MIT
#include "tests/ptx/launch/mutants.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/ptx/instructions/instruction_decoder.h"
#include "sim/ptx/syntax/parse.h"
#include "tests/ptx/launch/emulation.h"
#include "tests/ptx/launch/seeds.h"

namespace attnlab::ptx::test {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '%' || c == '$';
}

// Words, spaces and single signs, so that their concatenation is the text.
std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (is_word(text[at]) && end < text.size() && is_word(text[end])) ++end;
    tokens.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

const std::vector<std::vector<std::string>>& seeds() {
  static const std::vector<std::vector<std::string>> all = [] {
    std::vector<std::vector<std::string>> seeds;
    for (const std::string_view kernel : kSeedKernels) seeds.push_back(tokens_of(kernel));
    return seeds;
  }();
  return all;
}

constexpr std::string_view kNumbers[] = {"0",
                                         "1",
                                         "-1",
                                         "3",
                                         "7",
                                         "15",
                                         "16",
                                         "31",
                                         "32",
                                         "33",
                                         "64",
                                         "255",
                                         "4095",
                                         "4096",
                                         "65536",
                                         "2147483648",
                                         "4294967295",
                                         "1099511627776",
                                         "0x7fffffffffffffff",
                                         "0x8000000000000000",
                                         "-2147483648",
                                         "-4"};

constexpr std::string_view kWords[] = {
    "shared", "global", "local",  "const", "param", "generic",   "volatile", "v2",   "v4",   "v8",
    "u8",     "s8",     "b16",    "u16",   "b32",   "u32",       "s32",      "f32",  "b64",  "u64",
    "f64",    "f16x2",  "pred",   "reg",   "sync",  "idx",       "bfly",     "cas",  "exch", "add",
    "popc",   "and",    "arrive", "red",   "wide",  "ret",       "exit",     "trap", "bra",  "brx",
    "call",   "ld",     "st",     "mov",   "bar",   "nanosleep", "shfl",     "_"};

class Mutation {
 public:
  Mutation(std::vector<std::string>& tokens, std::mt19937& random)
      : tokens_(tokens), random_(random) {}

  // Most often what leaves a text that parses: a word becomes another one of its kind.
  void change() {
    const std::size_t kind = below(20);
    if (kind < 13) return replace_word();
    if (kind < 16) return copy_statement();
    if (kind < 18) return drop_statement();
    if (kind == 18) return graft();
    std::swap(tokens_[below(tokens_.size())], tokens_[below(tokens_.size())]);
  }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }

  // '%r' and its like, a number, or a name.
  static std::string kind_of(const std::string& token) {
    if (token[0] == '%') return token.substr(0, 2);
    if (std::isdigit(static_cast<unsigned char>(token[0])) != 0) return "0";
    return is_word(token[0]) ? "a" : token;
  }

  // The first place from a random one on where `right` holds.
  template <class F>
  std::size_t find(F right) {
    const std::size_t from = below(tokens_.size());
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const std::size_t at = (from + i) % tokens_.size();
      if (right(tokens_[at])) return at;
    }
    return from;
  }

  void replace_word() {
    std::string& word = tokens_[find([](const std::string& token) { return is_word(token[0]); })];
    const std::string kind = kind_of(word);
    if (kind == "0" && below(2) == 0) {
      word = kNumbers[below(std::size(kNumbers))];
    } else if (kind == "a" && below(2) == 0) {
      word = kWords[below(std::size(kWords))];
    } else {
      word = tokens_[find([&](const std::string& token) { return kind_of(token) == kind; })];
    }
  }

  // From behind one ';' up to the next.
  std::pair<std::size_t, std::size_t> statement() {
    const auto ends = [](const std::string& token) { return token == ";"; };
    const std::size_t begin = find(ends) + 1;
    std::size_t end = begin;
    while (end < tokens_.size() && !ends(tokens_[end])) ++end;
    return {begin, std::min(end + 1, tokens_.size())};
  }

  std::vector<std::string>::iterator place(std::size_t at) {
    return tokens_.begin() + static_cast<std::ptrdiff_t>(at);
  }

  void copy_statement() {
    const auto [begin, end] = statement();
    const std::vector<std::string> copy(place(begin), place(end));
    tokens_.insert(place(statement().first), copy.begin(), copy.end());
  }

  void drop_statement() {
    const auto [begin, end] = statement();
    tokens_.erase(place(begin), place(end));
  }

  // A piece of some kernel, anywhere.
  void graft() {
    const std::vector<std::string>& donor = seeds()[below(seeds().size())];
    const std::size_t from = below(donor.size());
    const std::size_t to = std::min(donor.size(), from + 1 + below(12));
    tokens_.insert(place(below(tokens_.size())), donor.begin() + static_cast<std::ptrdiff_t>(from),
                   donor.begin() + static_cast<std::ptrdiff_t>(to));
  }

  std::vector<std::string>& tokens_;
  std::mt19937& random_;
};

}  // namespace

std::string mutated_kernel(std::mt19937& random) {
  std::vector<std::string> tokens = seeds()[random() % seeds().size()];
  for (std::size_t changes = 1 + random() % 3; changes > 0 && !tokens.empty(); --changes) {
    Mutation(tokens, random).change();
  }
  std::string text;
  for (const std::string& token : tokens) text += token;
  return text;
}

Outcome outcome_of(const std::string& text) {
  try {
    BuildOptions build;
    build.observe = {.memory = text.size() % 2 == 0, .branches = text.size() % 3 == 0};
    Emulation emulation(text, build);
    const Address in = emulation.buffer("in", std::vector<std::uint32_t>(256, 0x3f800000u));
    const Address out = emulation.buffer("out", std::vector<std::uint32_t>(256));
    LaunchShape shape = threads(64, 3);
    shape.dynamic_shared_bytes = 256;
    LaunchOptions options = small_budget(20000);
    options.workers = 1;
    options.gpu.multiprocessors = 1;
    emulation.run(shape, {as_bytes(in), as_bytes(out), as_bytes(std::uint32_t{200})}, options);
    return Outcome::kFinished;
  } catch (const KernelFault&) {
    return Outcome::kFaulted;
  } catch (const SyntaxError&) {
    return Outcome::kRefused;
  } catch (const DecodeError&) {
    return Outcome::kRefused;
  } catch (const LaunchError&) {
    return Outcome::kRefused;
  }
}

}  // namespace attnlab::ptx::test
