// SPDX-License-Identifier: MIT
#include "tests/repository/checks/comments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>

namespace attnlab::repository {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string trimmed(std::string_view text) {
  if (ends_with(text, "*/")) text.remove_suffix(2);
  constexpr std::string_view kAround = " \t\r*/!<";
  const std::size_t begin = text.find_first_not_of(kAround);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.find_last_not_of(" \t\r*");
  return std::string(text.substr(begin, end - begin + 1));
}

// Walks through a source from quote to comment to quote.
class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source) {}

  std::vector<CommentLine> comments() {
    while (at_ < source_.size()) {
      if (starts("//")) {
        take_comment(source_.find('\n', at_));
      } else if (starts("/*")) {
        const std::size_t close = source_.find("*/", at_ + 2);
        take_comment(close == std::string_view::npos ? close : close + 2);
      } else if (starts("R\"") && !follows_word()) {
        const std::size_t open = source_.find('(', at_);
        const std::string mark = ")" + std::string(source_.substr(at_ + 2, open - at_ - 2)) + "\"";
        skip_to(source_.find(mark, open), mark.size());
      } else if (starts("\"") || (starts("'") && !follows_word())) {
        skip_quoted(source_[at_]);
      } else {
        ++at_;
      }
    }
    return std::move(found_);
  }

 private:
  bool starts(std::string_view mark) const { return source_.substr(at_, mark.size()) == mark; }
  // As in 1'000, where ' opens nothing, and in LR, which is no raw string.
  bool follows_word() const { return at_ > 0 && is_word(source_[at_ - 1]); }

  void skip_to(std::size_t position, std::size_t behind) {
    at_ = position == std::string_view::npos ? source_.size() : position + behind;
  }

  void skip_quoted(char quote) {
    for (++at_; at_ < source_.size() && source_[at_] != quote && source_[at_] != '\n'; ++at_) {
      if (source_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  void take_comment(std::size_t end) {
    end = std::min(end, source_.size());
    for (; line_counted_ < at_; ++line_counted_) line_ += source_[line_counted_] == '\n' ? 1 : 0;
    std::size_t line = line_;
    for (std::string_view text : lines_of(source_.substr(at_, end - at_))) {
      found_.push_back({line++, trimmed(text)});
    }
    at_ = end;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;          // at line_counted_
  std::size_t line_counted_ = 0;  // newlines before it are in line_
  std::vector<CommentLine> found_;
};

// Forms of a whole statement, as regular expressions.
std::vector<std::string> statement_forms() {
  const std::string name = R"([A-Za-z_][\w:]*(\s?<[^;]*>)?((\.|->)\w+|\[[^\]]*\])*)";
  return {
      R"((return|throw|delete|goto|using|typedef|co_return|co_yield)\b.*;)",
      R"((break|continue|else|do|try)\s*[;{])",
      R"(\}?\s*(if|for|while|switch|else if|catch)\s*(constexpr\s*)?\(.*[;{})])",
      R"((struct|class|enum|namespace|union)\s[\w:\s<>,]*\{)",
      R"(\};?)",
      R"(#\s*(include|define|undef|if|ifdef|ifndef|elif|else|endif|pragma)\b.*)",
      R"(((const|static|auto|constexpr|inline|unsigned)[\s&*]+)+.*[;{])",
      R"((int|float|double|bool|char|std::\w+(<.*>)?)[\s&*]+\w+;)",
      name + R"(\s?\(.*\)\s*[;{])",  // a call, a definition
      name + R"([\s&*]+)" + name + R"(\s?\(.*\)\s*(const)?\s*[;{])",
      R"(\*?)" + name + R"(([\s&*]+)" + name + R"()?\s*([-+*/|&^%]|<<|>>)?=[^=].*;)",
      name + R"(\s?(<<|>>)\s?.*;)",
      R"((\+\+|--))" + name + ";",
      name + R"((\+\+|--);)",
  };
}

bool is_code(const std::string& text) {
  if (text.find(". ") != std::string::npos) return false;  // two sentences
  static const std::vector<std::regex> statements = [] {
    std::vector<std::regex> all;
    for (const std::string& form : statement_forms()) all.emplace_back(form);
    return all;
  }();
  return std::any_of(statements.begin(), statements.end(), [&](const std::regex& statement) {
    return std::regex_match(text, statement);
  });
}

}  // namespace

std::vector<CommentLine> comment_lines(std::string_view source) {
  return Scanner(source).comments();
}

Faults commented_out_code_faults(const Tree& tree) {
  static const std::regex disabled(R"(\s*#\s*if\s+(0|false)\b.*)");
  Faults faults;
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    for (const CommentLine& comment : comment_lines(text)) {
      if (is_code(comment.text)) {
        faults.push_back(
            fmt::format("{}:{}: code in a comment: {}", path, comment.line, comment.text));
      }
    }
    const std::vector<std::string_view> lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (std::regex_match(lines[i].begin(), lines[i].end(), disabled)) {
        faults.push_back(fmt::format("{}:{}: code that is switched off", path, i + 1));
      }
    }
  }
  return faults;
}

}  // namespace attnlab::repository
