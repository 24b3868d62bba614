// SPDX-License-Identifier: MIT
// PTX text as a stream of tokens (PTX ISA, "Syntax"), with the errors that name a place in it.
// The characters of a token are a view into the text, so a token also knows where it stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attnlab::ptx {

enum class TokenKind : std::uint8_t {
  kEnd,     // of the text
  kName,    // an identifier: "%r1", "$L__BB0_2", "add", "_"
  kDotted,  // a directive, modifier or type, without its dot: "reg", "shared::cta", "2d"
  kNumber,  // as written: "0x1F", "1.5e-3", "0f3F800000", "7U"
  kString,  // without its quotes
  kSymbol,  // punctuation: one character, or "<<" or ">>"
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;
  int line = 0;  // from 1

  bool is(TokenKind wanted, std::string_view characters) const {
    return kind == wanted && text == characters;
  }
  bool is_symbol(std::string_view characters) const { return is(TokenKind::kSymbol, characters); }
};

// "'%r3'", "'.reg'", "the end of the text": for messages.
std::string describe(const Token& token);
// The same for a name: quoted, and shortened where it is long.
std::string quoted(std::string_view name);

// Comments and white space are skipped. A NUL anywhere is an error; so is a character outside of
// ASCII, except in comments and strings, where compilers write paths of files.
class Tokens {
 public:
  // `text` must outlive the stream and what it hands out. `name` is what messages call it.
  Tokens(std::string_view text, std::string name);

  const Token& peek() const { return current_; }
  const Token& peek_next();  // the token after peek()
  Token take();

  // Take a token if it is this one; expect_… fail where it is not, saying what it is `for_what`.
  bool accept_symbol(std::string_view symbol);
  bool accept_dotted(std::string_view word);
  void expect_symbol(std::string_view symbol, const char* for_what);
  Token expect(TokenKind kind, const char* what);

  // The text from `first` to the end of the last token taken.
  std::string_view text_since(std::string_view first) const;

  // Throw SyntaxError at the first character of `at`, a view into the text.
  [[noreturn]] void fail(std::string_view at, const std::string& sentence) const;
  [[noreturn]] void fail_expected(const std::string& what) const;  // …, found peek()

 private:
  [[noreturn]] void fail_at(std::size_t position, const std::string& sentence) const;
  char character(std::size_t position) const {
    return position < text_.size() ? text_[position] : '\0';
  }
  Token read();
  void skip_space_and_comments();
  void skip_block_comment();
  void check_plain(std::size_t position) const;
  Token read_string();
  Token read_symbol();
  std::size_t end_of_name(std::size_t position) const;
  std::size_t end_of_number(std::size_t position) const;
  std::size_t end_of_dotted(std::size_t position) const;
  Token token_to(TokenKind kind, std::size_t end);

  std::string_view text_;
  std::string name_;
  std::size_t position_ = 0;  // of the next character to read
  std::size_t taken_end_ = 0;
  int line_ = 1;
  Token current_;
  std::optional<Token> ahead_;
};

}  // namespace attnlab::ptx
