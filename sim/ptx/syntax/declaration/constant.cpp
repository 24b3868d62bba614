// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/declaration/constant.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <string>

namespace attnlab::ptx {
namespace {

constexpr int kDeepest = 64;  // parentheses and unary operators in one another
constexpr int kWarpSize = 32;
constexpr std::uint64_t kSignBit64 = std::uint64_t{1} << 63;
constexpr std::uint64_t kSignBit32 = std::uint64_t{1} << 31;

Constant of_double(double value) {
  return {ImmediateKind::kF64, false, std::bit_cast<std::uint64_t>(value)};
}

Constant of_integer(std::uint64_t bits, bool is_unsigned) {
  return {ImmediateKind::kInteger, is_unsigned, bits};
}

// All of `digits` in this base; fails where they are none, not digits, or over 64 bits.
std::uint64_t integer_value(const Tokens& tokens, const Token& number, std::string_view digits,
                            int base) {
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error == std::errc::result_out_of_range) {
    tokens.fail(number.text, quoted(number.text) + " does not fit 64 bits");
  }
  if (digits.empty() || stop != end) {
    tokens.fail(number.text, fmt::format("{} is not a number", quoted(number.text)));
  }
  return value;
}

Constant float_pattern(const Tokens& tokens, const Token& number, bool is_double) {
  const std::string_view digits = number.text.substr(2);
  const std::size_t wanted = is_double ? 16 : 8;
  if (digits.size() != wanted) {
    tokens.fail(number.text,
                fmt::format("{} has {} hexadecimal digits after '{}', a {}-bit float has {}",
                            quoted(number.text), digits.size(), number.text.substr(0, 2),
                            4 * wanted, wanted));
  }
  return {is_double ? ImmediateKind::kF64 : ImmediateKind::kF32, false,
          integer_value(tokens, number, digits, 16)};
}

Constant decimal_float(const Tokens& tokens, const Token& number) {
  double value = 0;
  const char* const end = number.text.data() + number.text.size();
  const auto [stop, error] = std::from_chars(number.text.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    tokens.fail(number.text, quoted(number.text) + " is outside the range of a 64-bit float");
  }
  if (error != std::errc() || stop != end) {
    tokens.fail(number.text, quoted(number.text) + " is not a number");
  }
  return of_double(value);
}

Constant integer_literal(const Tokens& tokens, const Token& number) {
  std::string_view digits = number.text;
  const bool has_suffix = digits.back() == 'U';
  if (has_suffix) digits.remove_suffix(1);
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const bool hexadecimal = digits[1] == 'x' || digits[1] == 'X';
    const bool binary = digits[1] == 'b' || digits[1] == 'B';
    base = hexadecimal ? 16 : binary ? 2 : 8;
    digits.remove_prefix(hexadecimal || binary ? 2 : 1);
  }
  const std::uint64_t value = integer_value(tokens, number, digits, base);
  return of_integer(value, has_suffix || value >= kSignBit64);
}

int binding_of(const Token& token) {
  if (token.kind != TokenKind::kSymbol) return 0;
  switch (token.text.front()) {
    case '|':
      return 1;
    case '^':
      return 2;
    case '&':
      return 3;
    case '<':
    case '>':
      return token.text.size() == 2 ? 4 : 0;
    case '+':
    case '-':
      return 5;
    case '*':
    case '/':
    case '%':
      return 6;
    default:
      return 0;
  }
}

class Folder {
 public:
  explicit Folder(Tokens& tokens) : tokens_(tokens) {}

  // An expression whose operators bind at least this tightly.
  Constant expression(int least_binding = 1) {
    Constant left = unary();
    for (int binding = binding_of(tokens_.peek()); binding >= least_binding && binding != 0;
         binding = binding_of(tokens_.peek())) {
      const Token op = tokens_.take();
      const Constant right = expression(binding + 1);
      left = binary(op, left, right);
    }
    return left;
  }

 private:
  Constant unary() {
    const Token token = tokens_.peek();
    if (++depth_ > kDeepest) {
      tokens_.fail(token.text, fmt::format("this expression nests deeper than {}", kDeepest));
    }
    const Constant value = unnested(token);
    --depth_;
    return value;
  }

  Constant unnested(const Token& token) {
    if (token.kind == TokenKind::kNumber) return literal_value(tokens_, tokens_.take());
    if (token.is(TokenKind::kName, "WARP_SZ")) {
      tokens_.take();
      return of_integer(kWarpSize, false);
    }
    if (tokens_.accept_symbol("(")) {
      const Constant value = expression();
      tokens_.expect_symbol(")", "after an expression");
      return value;
    }
    if (!begins_constant(token)) tokens_.fail_expected("a number");
    const Token op = tokens_.take();
    return applied(op, unary());
  }

  Constant applied(const Token& op, Constant value) const {
    const bool minus = op.is_symbol("-");
    if (op.is_symbol("+")) return value;
    if (value.kind != ImmediateKind::kInteger) {
      if (!minus) tokens_.fail(op.text, fmt::format("'{}' needs an integer", op.text));
      value.bits ^= value.kind == ImmediateKind::kF64 ? kSignBit64 : kSignBit32;
      return value;
    }
    if (minus) return of_integer(0 - value.bits, value.is_unsigned);
    if (op.is_symbol("~")) return of_integer(~value.bits, true);
    return of_integer(value.bits == 0 ? 1 : 0, false);
  }

  Constant binary(const Token& op, const Constant& a, const Constant& b) const {
    if (a.kind == ImmediateKind::kInteger && b.kind == ImmediateKind::kInteger) {
      return integers(op, a, b);
    }
    if (a.kind != ImmediateKind::kF64 || b.kind != ImmediateKind::kF64) {
      tokens_.fail(op.text, fmt::format("'{}' needs two integers or two decimal floats", op.text));
    }
    return floats(op, std::bit_cast<double>(a.bits), std::bit_cast<double>(b.bits));
  }

  Constant floats(const Token& op, double a, double b) const {
    switch (op.text.front()) {
      case '+':
        return of_double(a + b);
      case '-':
        return of_double(a - b);
      case '*':
        return of_double(a * b);
      case '/':
        return of_double(a / b);
      default:
        tokens_.fail(op.text, fmt::format("'{}' needs two integers", op.text));
    }
  }

  // In 64-bit two's complement; shifts use the low six bits of their amount, as ptxas does.
  Constant integers(const Token& op, const Constant& a, const Constant& b) const {
    const bool is_unsigned = a.is_unsigned || b.is_unsigned;
    const auto amount = static_cast<int>(b.bits & 63u);
    switch (op.text.front()) {
      case '+':
        return of_integer(a.bits + b.bits, is_unsigned);
      case '-':
        return of_integer(a.bits - b.bits, is_unsigned);
      case '*':
        return of_integer(a.bits * b.bits, is_unsigned);
      case '<':
        return of_integer(a.bits << amount, a.is_unsigned);
      case '>':
        return of_integer(a.is_unsigned ? a.bits >> amount : shifted_right(a.bits, amount),
                          a.is_unsigned);
      case '&':
        return of_integer(a.bits & b.bits, true);
      case '|':
        return of_integer(a.bits | b.bits, true);
      case '^':
        return of_integer(a.bits ^ b.bits, true);
      default:
        return quotient(op, a, b, is_unsigned);
    }
  }

  static std::uint64_t shifted_right(std::uint64_t bits, int amount) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(bits) >> amount);
  }

  Constant quotient(const Token& op, const Constant& a, const Constant& b, bool is_unsigned) const {
    const bool remainder = op.text.front() == '%';
    if (b.bits == 0) tokens_.fail(op.text, "this expression divides by zero");
    if (is_unsigned) return of_integer(remainder ? a.bits % b.bits : a.bits / b.bits, true);
    // The one signed quotient that does not fit wraps around.
    if (~b.bits == 0) return of_integer(remainder ? 0 : 0 - a.bits, false);
    const auto dividend = static_cast<std::int64_t>(a.bits);
    const auto divisor = static_cast<std::int64_t>(b.bits);
    const std::int64_t result = remainder ? dividend % divisor : dividend / divisor;
    return of_integer(static_cast<std::uint64_t>(result), false);
  }

  Tokens& tokens_;
  int depth_ = 0;
};

}  // namespace

bool begins_constant(const Token& token) {
  if (token.kind == TokenKind::kNumber || token.is(TokenKind::kName, "WARP_SZ")) return true;
  if (token.kind != TokenKind::kSymbol) return false;
  return std::string_view("-+~!(").find(token.text) != std::string_view::npos;
}

bool is_binary_operator(const Token& token) {
  return binding_of(token) != 0;
}

Constant literal_value(const Tokens& tokens, const Token& number) {
  const std::string_view text = number.text;
  const char prefix = text.size() > 1 && text[0] == '0' ? text[1] : '\0';
  if (prefix == 'f' || prefix == 'F') return float_pattern(tokens, number, false);
  if (prefix == 'd' || prefix == 'D') return float_pattern(tokens, number, true);
  const bool hexadecimal = prefix == 'x' || prefix == 'X';
  if (!hexadecimal && text.find_first_of(".eE") != std::string_view::npos) {
    return decimal_float(tokens, number);
  }
  return integer_literal(tokens, number);
}

Constant parse_constant(Tokens& tokens) {
  return Folder(tokens).expression();
}

std::int64_t parse_offset(Tokens& tokens, const char* what) {
  const Token first = tokens.peek();
  const Constant constant = parse_constant(tokens);
  if (constant.kind != ImmediateKind::kInteger) {
    tokens.fail(first.text, fmt::format("{} must be an integer", what));
  }
  return static_cast<std::int64_t>(constant.bits);
}

std::uint64_t parse_count(Tokens& tokens, std::uint64_t most, const char* what) {
  const Token number = tokens.expect(TokenKind::kNumber, what);
  const Constant constant = literal_value(tokens, number);
  if (constant.kind != ImmediateKind::kInteger || constant.bits > most) {
    tokens.fail(number.text,
                fmt::format("{} is {}, it must be an integer up to {}", what, number.text, most));
  }
  return constant.bits;
}

}  // namespace attnlab::ptx
