// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/declaration/initialiser.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>

#include "sim/ptx/syntax/declaration/constant.h"

namespace attnlab::ptx {
namespace {

std::uint64_t f64_pattern(const Constant& value) {
  if (value.kind == ImmediateKind::kF64) return value.bits;
  const auto single = std::bit_cast<float>(static_cast<std::uint32_t>(value.bits));
  return std::bit_cast<std::uint64_t>(static_cast<double>(single));
}

std::uint64_t f32_pattern(const Constant& value) {
  if (value.kind == ImmediateKind::kF32) return value.bits;
  return std::bit_cast<std::uint32_t>(static_cast<float>(std::bit_cast<double>(value.bits)));
}

class Initialiser {
 public:
  Initialiser(Tokens& tokens, Declared& declared, std::uint64_t& budget_bytes)
      : tokens_(tokens),
        variable_(declared.variable),
        extents_(declared.extents),
        element_bytes_(static_cast<std::uint64_t>(bytes_of(variable_.type))),
        budget_bytes_(budget_bytes) {
    if (variable_.vector > 1) extents_.push_back(static_cast<std::uint64_t>(variable_.vector));
    strides_.assign(extents_.size() + 1, element_bytes_);
    for (std::size_t level = extents_.size(); level-- > 1;) {
      strides_[level] = strides_[level + 1] * extents_[level];
    }
  }

  void parse() {
    if (!variable_.unsized) reserve(variable_.size_bytes);
    fill(0, 0);
    if (!variable_.unsized) return;
    variable_.size_bytes = variable_.initial.size();
    variable_.unsized = false;
  }

 private:
  std::uint64_t stride_of(std::size_t level) const { return strides_[level + 1]; }

  // The elements of one dimension, which begins at this offset.
  void fill(std::size_t level, std::uint64_t offset) {
    if (level == extents_.size()) return element(offset);
    const bool grows = variable_.unsized && level == 0;
    tokens_.expect_symbol("{", "before the initial values of an array");
    if (!grows && tokens_.accept_symbol("}")) return;
    std::uint64_t count = 0;
    do {
      if (!grows && count == extents_[level]) {
        tokens_.fail(tokens_.peek().text, fmt::format("{} has {} elements here, more are given",
                                                      quoted(variable_.name), count));
      }
      if (grows) reserve(offset + stride_of(level));
      fill(level + 1, offset);
      offset += stride_of(level);
      ++count;
    } while (tokens_.accept_symbol(","));
    tokens_.expect_symbol("}", "after initial values");
  }

  void reserve(std::uint64_t bytes) {
    const std::uint64_t more = bytes - variable_.initial.size();
    if (more > budget_bytes_) {
      tokens_.fail(variable_.name,
                   fmt::format("with {} the initialised variables of this module take more than "
                               "{} bytes",
                               quoted(variable_.name), kMaxInitialBytes));
    }
    budget_bytes_ -= more;
    variable_.initial.resize(bytes);
  }

  void element(std::uint64_t offset) {
    const Token first = tokens_.peek();
    if (first.kind == TokenKind::kName && first.text != "WARP_SZ") return whole_address(offset);
    if (first.kind == TokenKind::kNumber && tokens_.peek_next().is_symbol("(")) {
      return masked_address(offset);
    }
    if (!begins_constant(first)) tokens_.fail_expected("an initial value");
    const std::uint64_t bits = bits_of(first, parse_constant(tokens_));
    const std::uint64_t written = std::min<std::uint64_t>(element_bytes_, sizeof(bits));
    for (std::uint64_t i = 0; i < written; ++i) {
      variable_.initial[offset + i] = static_cast<std::uint8_t>(bits >> (8 * i));
    }
  }

  void whole_address(std::uint64_t offset) {
    const bool fits = element_bytes_ == 4 || element_bytes_ == 8;
    if (!fits || is_float(variable_.type)) {
      tokens_.fail_expected(
          fmt::format("a number, an address does not fit a '.{}'", name_of(variable_.type)));
    }
    address(offset, static_cast<int>(element_bytes_), 0);
  }

  // "0xFF00(address)": one byte of an address.
  void masked_address(std::uint64_t offset) {
    const Token number = tokens_.take();
    const std::uint64_t mask = literal_value(tokens_, number).bits;
    int shift_bits = 0;
    while (shift_bits < 64 && mask != std::uint64_t{0xff} << shift_bits) shift_bits += 8;
    if (shift_bits == 64 || element_bytes_ != 1) {
      tokens_.fail(number.text,
                   fmt::format("the mask {} of an address must select one whole byte of it, for "
                               "one element of a byte",
                               quoted(number.text)));
    }
    tokens_.expect_symbol("(", "after a mask");
    address(offset, 1, shift_bits);
    tokens_.expect_symbol(")", "after a masked address");
  }

  // "name", "name+4", "generic(name)", "generic(name)+4".
  void address(std::uint64_t offset, int bytes, int shift_bits) {
    Relocation relocation;
    relocation.offset_bytes = offset;
    relocation.bytes = bytes;
    relocation.shift_bits = shift_bits;
    Token name = tokens_.expect(TokenKind::kName, "the name of a variable or function");
    if (name.text == "generic" && tokens_.accept_symbol("(")) {
      relocation.generic = true;
      name = tokens_.expect(TokenKind::kName, "the name of a variable or function");
      tokens_.expect_symbol(")", "after 'generic(' and a name");
    }
    relocation.symbol = name.text;
    relocation.addend = addend();
    variable_.relocations.push_back(relocation);
  }

  std::int64_t addend() {
    if (tokens_.accept_symbol("+")) return parse_offset(tokens_, "the offset of an address");
    if (!tokens_.peek().is_symbol("-")) return 0;
    return parse_offset(tokens_, "the offset of an address");
  }

  std::uint64_t bits_of(const Token& first, const Constant& value) const {
    const ScalarType type = variable_.type;
    const bool is_integer = value.kind == ImmediateKind::kInteger;
    if (is_integer && !is_float(type)) return value.bits;
    if (!is_integer && type == ScalarType::kB64) return value.bits;
    if (!is_integer && type == ScalarType::kF64) return f64_pattern(value);
    if (!is_integer && (type == ScalarType::kF32 || type == ScalarType::kB32)) {
      return f32_pattern(value);
    }
    tokens_.fail(first.text,
                 fmt::format("{} cannot be the initial value of a '.{}'",
                             is_integer ? "an integer" : "a floating-point number", name_of(type)));
  }

  Tokens& tokens_;
  Variable& variable_;
  std::vector<std::uint64_t> extents_;  // a vector is one more dimension
  std::vector<std::uint64_t> strides_;  // bytes; [level + 1] of one step in this dimension
  std::uint64_t element_bytes_;
  std::uint64_t& budget_bytes_;
};

}  // namespace

void parse_initialiser(Tokens& tokens, Declared& declared, std::uint64_t& budget_bytes) {
  Initialiser(tokens, declared, budget_bytes).parse();
}

}  // namespace attnlab::ptx
