// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/ptx/syntax/parse.h"

namespace attnlab::ptx {
namespace {

constexpr std::size_t kMostQuoted = 60;  // characters of a name that a message repeats

// The locale has no say in what a letter is.
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool continues_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '$';
}
bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

constexpr std::string_view kSymbols = "@,;:()[]{}<>|!=+-*/%&^~";

}  // namespace

std::string quoted(std::string_view name) {
  if (name.size() <= kMostQuoted) return fmt::format("'{}'", name);
  return fmt::format("'{}…'", name.substr(0, kMostQuoted));
}

std::string describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd:
      return "the end of the text";
    case TokenKind::kString:
      return "a string";
    case TokenKind::kDotted:
      return quoted(fmt::format(".{}", token.text.substr(0, kMostQuoted)));
    default:
      return quoted(token.text);
  }
}

Tokens::Tokens(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {
  current_ = read();
}

const Token& Tokens::peek_next() {
  if (!ahead_) ahead_ = read();
  return *ahead_;
}

Token Tokens::take() {
  const Token taken = current_;
  taken_end_ = static_cast<std::size_t>(taken.text.data() - text_.data()) + taken.text.size();
  current_ = ahead_ ? *ahead_ : read();
  ahead_.reset();
  return taken;
}

bool Tokens::accept_symbol(std::string_view symbol) {
  if (!current_.is_symbol(symbol)) return false;
  take();
  return true;
}

bool Tokens::accept_dotted(std::string_view word) {
  if (!current_.is(TokenKind::kDotted, word)) return false;
  take();
  return true;
}

void Tokens::expect_symbol(std::string_view symbol, const char* for_what) {
  if (!accept_symbol(symbol)) fail_expected(fmt::format("'{}' {}", symbol, for_what));
}

Token Tokens::expect(TokenKind kind, const char* what) {
  if (current_.kind != kind) fail_expected(what);
  return take();
}

std::string_view Tokens::text_since(std::string_view first) const {
  const auto begin = static_cast<std::size_t>(first.data() - text_.data());
  return text_.substr(begin, taken_end_ - begin);
}

void Tokens::fail(std::string_view at, const std::string& sentence) const {
  fail_at(static_cast<std::size_t>(at.data() - text_.data()), sentence);
}

void Tokens::fail_expected(const std::string& what) const {
  fail(current_.text, fmt::format("expected {}, found {}", what, describe(current_)));
}

void Tokens::fail_at(std::size_t position, const std::string& sentence) const {
  const std::string_view before = text_.substr(0, position);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? position + 1 : position - newline;
  throw SyntaxError(fmt::format("{}:{}:{}: {}", name_, line, column, sentence));
}

void Tokens::skip_space_and_comments() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c == '\n') {
      ++line_;
      ++position_;
    } else if (is_space(c)) {
      ++position_;
    } else if (c == '/' && character(position_ + 1) == '/') {
      while (position_ < text_.size() && text_[position_] != '\n') check_plain(position_++);
    } else if (c == '/' && character(position_ + 1) == '*') {
      skip_block_comment();
    } else {
      return;
    }
  }
}

void Tokens::skip_block_comment() {
  const std::size_t begin = position_;
  const std::size_t end = text_.find("*/", begin + 2);
  if (end == std::string_view::npos) fail_at(begin, "this comment has no end, '*/'");
  for (; position_ < end + 2; ++position_) {
    check_plain(position_);
    if (text_[position_] == '\n') ++line_;
  }
}

void Tokens::check_plain(std::size_t position) const {
  if (text_[position] == '\0') fail_at(position, "the text holds a NUL byte; PTX is plain text");
}

Token Tokens::token_to(TokenKind kind, std::size_t end) {
  const Token token{kind, text_.substr(position_, end - position_), line_};
  position_ = end;
  return token;
}

Token Tokens::read() {
  skip_space_and_comments();
  if (position_ >= text_.size()) return {TokenKind::kEnd, text_.substr(text_.size()), line_};
  const char c = text_[position_];
  const char next = character(position_ + 1);
  if (is_digit(c)) return token_to(TokenKind::kNumber, end_of_number(position_));
  if (is_letter(c) || c == '_' || c == '$' || (c == '%' && continues_name(next))) {
    return token_to(TokenKind::kName, end_of_name(position_ + 1));
  }
  if (c == '.' && continues_name(next)) {
    ++position_;
    return token_to(TokenKind::kDotted, end_of_dotted(position_));
  }
  return c == '"' ? read_string() : read_symbol();
}

Token Tokens::read_string() {
  const std::size_t begin = position_;
  std::size_t end = begin + 1;
  for (; character(end) != '"'; ++end) {
    if (end >= text_.size() || text_[end] == '\n') fail_at(begin, "this string has no end, '\"'");
    check_plain(end);
    if (text_[end] == '\\' && is_printable(character(end + 1))) ++end;
  }
  position_ = begin + 1;
  const Token token = token_to(TokenKind::kString, end);
  position_ = end + 1;
  return token;
}

Token Tokens::read_symbol() {
  const char c = text_[position_];
  if (kSymbols.find(c) == std::string_view::npos) {
    fail_at(position_, is_printable(c)
                           ? fmt::format("'{}' has no meaning in PTX", c)
                           : fmt::format("the byte 0x{:02x} has no meaning in PTX",
                                         static_cast<unsigned>(static_cast<unsigned char>(c))));
  }
  const bool shift = (c == '<' || c == '>') && character(position_ + 1) == c;
  return token_to(TokenKind::kSymbol, position_ + (shift ? 2 : 1));
}

std::size_t Tokens::end_of_name(std::size_t position) const {
  while (continues_name(character(position))) ++position;
  return position;
}

// "shared::cta" is one word.
std::size_t Tokens::end_of_dotted(std::size_t position) const {
  position = end_of_name(position);
  while (character(position) == ':' && character(position + 1) == ':' &&
         continues_name(character(position + 2))) {
    position = end_of_name(position + 2);
  }
  return position;
}

// Takes the sign of a decimal exponent in; what the characters mean is found out elsewhere.
std::size_t Tokens::end_of_number(std::size_t position) const {
  const bool has_prefix = character(position) == '0' && is_letter(character(position + 1));
  while (continues_name(character(position)) || character(position) == '.') {
    const char c = text_[position++];
    const char next = character(position);
    const bool exponent = !has_prefix && (c == 'e' || c == 'E') && (next == '+' || next == '-');
    if (exponent && is_digit(character(position + 1))) ++position;
  }
  return position;
}

}  // namespace attnlab::ptx
