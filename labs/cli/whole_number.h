// SPDX-License-Identifier: MIT
// Whole numbers on the command line.
#pragma once

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <string>

#include "sim/problem/problem.h"

namespace attnlab::cli {

// Reads a decimal number; the library's own reading takes 010 for eight and -1 for a large seed.
// Throws problem::BadInput with the limits; `option` is what the sentence calls it.
template <typename Number>
Number parse_whole_number(const std::string& option, const std::string& text, Number least,
                          Number most) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < least || number > most) {
    throw problem::BadInput(
        fmt::format("{} {} is not a whole number from {} to {}", option, text, least, most));
  }
  return number;
}

// An option that takes a whole number within these limits: "-j,--jobs" is called "--jobs".
template <typename Number, typename Target>
CLI::Option* add_whole_number(CLI::App& command, const std::string& option, Target& target,
                              Number least, Number most, const std::string& description) {
  const std::string name = option.substr(option.find("--"));
  const auto store = [name, &target, least, most](const std::string& text) {
    target = parse_whole_number(name, text, least, most);
  };
  return command.add_option_function<std::string>(option, store, description)->type_name("N");
}

inline constexpr int kMaxJobs = 1024;

}  // namespace attnlab::cli
